//! Secrets as a server has them: what signs nothing, what production refuses in any slot, and keys that open what is there.

use crate::operations::{Server, on_both, run};
use harness::client::remote;
use harness::fixture::{self, ROOF};
use harness::{play, scratch};
use hmac::{Hmac, Mac};
use serde_json::json;
use sha2::{Digest, Sha256};

/// Published with the program, for development alone.
const PUBLISHED: &str = "development-only-secret-development-only-secret";
const PUBLISHED_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const KEY: &str = "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";
const OTHER_KEY: &str = "b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2";

/// base64url without padding.
fn encode(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let group = |three: &[u8]| {
        let bits = three.iter().chain(&[0; 2]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let letter =
            move |at: usize| char::from(ALPHABET[usize::try_from(bits >> (18 - 6 * at) & 63).unwrap()]);
        (0..=three.len()).map(letter).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

/// An access token of this session, signed by whoever knows the secret.
fn forged(secret: &str, account: i64, session: i64) -> String {
    let kid = &hex::encode(Sha256::digest([b"kid:", secret.as_bytes()].concat()))[..8];
    let head = json!({"alg": "HS256", "typ": "JWT", "kid": kid}).to_string();
    let says = json!({"sub": account, "sid": session, "iat": 1, "exp": 99_999_999_999_u64}).to_string();
    let text = format!("{}.{}", encode(head.as_bytes()), encode(says.as_bytes()));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    format!("{text}.{}", encode(&mac.finalize().into_bytes()))
}

on_both!(an_empty_previous_secret_lets_nobody_in, async |backend| {
    for empty in ["", " "] {
        let server = Server::start(backend, &[("DIANDAN_AUTH__JWT_PREVIOUS_SECRET", empty)]).await;
        let people = fixture::plant(&server.database).unwrap();
        let session = fixture::session(&server.database, people.admin).unwrap();
        let status = async |secret: &str| {
            let token = forged(secret, people.admin, session.0);
            let request = server.http.get(server.url("/api/v1/accounts")).bearer_auth(token);
            request.send().await.unwrap().status().as_u16()
        };
        assert_eq!(status(PUBLISHED).await, 200, "the forger works");
        assert_eq!((status("").await, status(" ").await, status(empty).await), (401, 401, 401));
    }
});

#[test]
fn production_refuses_what_is_published_in_every_slot() {
    let sound = [
        ("DIANDAN_MODE", "production"),
        ("DIANDAN_AUTH__JWT_SECRET", "a-secret-of-tokens-0123456789-abcdef"),
        ("DIANDAN_AUTH__JWT_PREVIOUS_SECRET", ""),
        ("DIANDAN_PRIVACY__KEY", KEY),
        ("DIANDAN_PRIVACY__PREVIOUS_KEYS", OTHER_KEY),
        ("DIANDAN_PUSH__WEBHOOK_URL", "https://127.0.0.1:9/a"),
        ("DIANDAN_PUSH__ALLOWED_HOSTS", "127.0.0.1"),
        ("DIANDAN_PUSH__SECRET", "a-secret-of-pushes-0123456789-abcdef"),
        ("DIANDAN_AUTO_MIGRATE", "true"),
    ];
    let folder = scratch::folder("check").unwrap();
    let said = |command: &str, changed: &[(&str, &str)]| {
        let data = folder.path().to_string_lossy();
        let env: Vec<_> =
            sound.iter().chain(changed).copied().chain([("DIANDAN_DATA_DIR", &*data)]).collect();
        run(&[command], &env)
    };
    let (code, all) = said("check", &[]);
    assert_eq!(code, Some(0), "{all}");
    for (variable, value, slot) in [
        ("DIANDAN_AUTH__JWT_SECRET", PUBLISHED, "auth.jwt_secret"),
        ("DIANDAN_AUTH__JWT_PREVIOUS_SECRET", PUBLISHED, "auth.jwt_previous_secret"),
        ("DIANDAN_PRIVACY__KEY", PUBLISHED_KEY, "privacy.key"),
        ("DIANDAN_PRIVACY__PREVIOUS_KEYS", PUBLISHED_KEY, "privacy.previous_keys[0]"),
        ("DIANDAN_PUSH__SECRET", "development-only-push-secret-development-only", "push.secret"),
        ("DIANDAN_PUSH__SECRET", PUBLISHED, "push.secret"),
        ("DIANDAN_AUTH__JWT_PREVIOUS_SECRET", "short", "auth.jwt_previous_secret"),
        ("DIANDAN_PUSH__SECRET", "a-secret-of-tokens-0123456789-abcdef", "auth.jwt_secret"),
    ] {
        for command in ["check", "migrate", "serve"] {
            let (code, said) = said(command, &[(variable, value)]);
            assert_eq!(code, Some(1), "{command} {variable}: {said}");
            assert!(said.contains(slot) && !said.contains(value), "{command} {variable}: {said}");
        }
    }
}

on_both!(check_opens_what_is_sealed, async |backend| {
    let server = Server::start(backend, &[("DIANDAN_PRIVACY__KEY", KEY)]).await;
    let people = fixture::plant(&server.database).unwrap();
    let (url, data) = (server.database.url(), scratch::folder("check").unwrap());
    let check = |key: &str, previous: &str| {
        let env = [
            ("DIANDAN_DATABASE_URL", &*url),
            ("DIANDAN_DATA_DIR", &data.path().to_string_lossy()),
            ("DIANDAN_PRIVACY__KEY", key),
            ("DIANDAN_PRIVACY__PREVIOUS_KEYS", previous),
        ];
        run(&["check"], &env)
    };
    let (code, said) = check(KEY, "");
    assert!(
        code == Some(0)
            && said.contains("ok      privacy.key: readable, with 0 before it; nothing is sealed"),
        "{said}"
    );
    let resident = remote::client(&server.database, server.diandan.base_url(), people.resident).unwrap();
    resident.post("/orders", play::order(ROOF)).await.ok();
    resident.post("/auth/code", json!({ "code": "dev:si", "name": "司马长庚" })).await.ok();

    let (code, said) = check(KEY, "");
    assert_eq!(code, Some(0), "{said}");
    for opened in ["order_contact.name", "order_contact.phone", "order_contact.address", "account.name"] {
        assert!(said.contains(opened), "{said}");
    }
    let (code, said) = check(OTHER_KEY, KEY);
    assert!(
        code == Some(0) && said.contains("readable, with 1 before it; it opens account.name, order_contact."),
        "{said}"
    );
    let (code, said) = check(OTHER_KEY, "");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("FAILED  privacy.key: what is sealed cannot be opened"), "{said}");
    assert!(said.contains("order_contact.phone of ") && said.contains("privacy.previous_keys"), "{said}");
    assert!(said.contains("account.name of ") && !said.contains("司马"), "{said}");
    assert!(!said.contains(OTHER_KEY) && !said.contains(play::PHONE), "{said}");

    // a row of before the last rotation, whose key was thrown away
    fixture::run(&server.database, "UPDATE order_contact SET phone_sealed = name_sealed").unwrap();
    let (code, said) = check(KEY, "");
    assert!(
        code == Some(1)
            && said.contains("order_contact.phone of ")
            && !said.contains("order_contact.name of"),
        "{said}"
    );
});

/// The list of sealed columns against the schema.
#[test]
fn every_sealed_column_is_looked_at() {
    let database = harness::database::Backend::Sqlite.database().unwrap();
    let sql = "SELECT m.name || '.' || c.name AS t FROM sqlite_master m, pragma_table_info(m.name) c \
        WHERE m.type = 'table' AND c.name LIKE '%\\_sealed' ESCAPE '\\' ORDER BY 1";
    let mut listed: Vec<String> = persistence::operations::sealed::COLUMNS
        .iter()
        .map(|c| format!("{}.{}_sealed", c.table, c.what))
        .collect();
    listed.sort();
    assert_eq!(fixture::texts(&database, sql).unwrap(), listed);
}
