//! `diandan reseal`: rows of the layout before and of previous keys are sealed anew, beside the server, safely and again.

use crate::operations::{client, on_both};
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _};
use harness::app::App;
use harness::both;
use harness::client::remote;
use harness::client::{Client, new_key};
use harness::database::{Backend, Database};
use harness::fixture::{self, FIXTURE, ROOF, numbers, run, texts};
use harness::play::{Cast, NAME, PHONE, attempt_of, id_of, order};
use harness::scratch;
use harness::servers::diandan::{Diandan, command};
use harness::wait::eventually;
use hmac::{Hmac, Mac};
use persistence::engine::seal::Keyring;
use persistence::operations::reseal::{Resealed, reseal};
use serde_json::json;
use sha2::Sha256;
use std::time::Duration;

const FIRST: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const SECOND: &str = "2222222222222222222222222222222222222222222222222222222222222222";

const DEVELOPMENT: &str = "development-only-secret-development-only-secret";

/// A database, and the folder of whoever serves it.
struct Place {
    database: Database,
    data: tempfile::TempDir,
}

impl Place {
    fn new(backend: Backend) -> Self {
        let database = backend.database().unwrap();
        fixture::plant(&database).unwrap();
        Self { database, data: scratch::folder("reseal").unwrap() }
    }

    /// Who has the second key has another secret for tokens as well.
    fn env(&self, key: &str, previous: &[&str]) -> Vec<(&'static str, String)> {
        let secrets = match key {
            FIRST => [DEVELOPMENT, ""],
            _ => ["another-secret-of-32-characters-and-more", DEVELOPMENT],
        };
        vec![
            ("DIANDAN_AUTH__JWT_SECRET", secrets[0].into()),
            ("DIANDAN_AUTH__JWT_PREVIOUS_SECRET", secrets[1].into()),
            ("DIANDAN_DATABASE_URL", self.database.url()),
            ("DIANDAN_DATA_DIR", self.data.path().to_string_lossy().into_owned()),
            ("DIANDAN_WORKERS", "1".into()),
            ("DIANDAN_PRIVACY__KEY", key.into()),
            ("DIANDAN_PRIVACY__PREVIOUS_KEYS", json!(previous).to_string()),
        ]
    }

    async fn serve(&self, key: &str, previous: &[&str]) -> Diandan {
        let env = self.env(key, previous);
        let env: Vec<(&str, &str)> = env.iter().map(|(k, v)| (*k, v.as_str())).collect();
        Diandan::start(&env).await.unwrap()
    }

    /// A sub-command: its exit code and what it said.
    fn run(&self, action: &str, key: &str, previous: &[&str]) -> (Option<i32>, String) {
        let env = self.env(key, previous);
        let env: Vec<(&str, &str)> = env.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let output = command(&env).unwrap().arg(action).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    }

    /// Waits for the names of the fixture's residents, which are planted open.
    async fn names_are_sealed(&self) {
        let open = "SELECT count(*) AS n FROM account WHERE name_sealed IS NULL AND id IN (1, 2)";
        eventually(Duration::from_secs(20), "names to be sealed", async || {
            match numbers(&self.database, open).unwrap()[0] {
                0 => Ok(()),
                n => Err(format!("{n} are open")),
            }
        })
        .await
        .unwrap();
    }

    fn client(&self, server: &Diandan, account: i64) -> Client {
        remote::client(&self.database, server.base_url(), account).unwrap()
    }
}

/// The newest order with this phone.
async fn searched(who: &Client, phone: &str) -> String {
    let ask = who.request(reqwest::Method::POST, "/orders/search").json(&json!({ "phone": phone }));
    who.send(ask).await.ok()["list"][0]["id"].as_str().unwrap().to_owned()
}

on_both!(a_key_is_changed_and_dropped_and_everything_is_found, async |backend| {
    let place = Place::new(backend);
    let mut server = place.serve(FIRST, &[]).await;
    let (resident, dispatcher) =
        (place.client(&server, FIXTURE.resident), place.client(&server, FIXTURE.dispatcher));
    let id = id_of(&resident.post("/orders", order(ROOF)).await);
    dispatcher.command(&id, "accept", json!({})).await.ok();
    let attempt = attempt_of(&dispatcher.command(&id, "dispatch", json!({})).await);
    place.client(&server, FIXTURE.worker).claim(&id, attempt).await.ok();
    let mut hidden = order(ROOF);
    hidden["anonymity"] = json!("anonymous");
    let key = new_key();
    let placed = resident.post_keyed("/orders", &key, hidden.clone()).await;
    let code = placed.ok()["queryCode"].as_str().unwrap().to_owned();
    let account = format!("/accounts/{}", FIXTURE.worker);
    let admin = place.client(&server, FIXTURE.admin);
    admin.put(&account, json!({"name": "张建国", "phone": "13900000001"})).await.ok();

    let all_is_found = async |server: &Diandan| {
        let contact = place.client(server, FIXTURE.worker).get(&format!("/orders/{id}/contact")).await;
        assert_eq!(contact.ok()["phone"], PHONE);
        let stranger = Client::new(client(), server.base_url(), None);
        stranger.get(&format!("/orders/by-code/{code}")).await.ok();
        let again = place.client(server, FIXTURE.resident).post_keyed("/orders", &key, hidden.clone()).await;
        assert_eq!(again.ok()["queryCode"], code, "a retry is given the code that works");
        let folded = stranger.get(&format!("/orders/by-code/{}", code.to_uppercase())).await;
        assert_eq!(folded.status, 404, "{folded:?}");
        let dispatcher = place.client(server, FIXTURE.dispatcher);
        assert_eq!(searched(&dispatcher, PHONE).await, id);
        let admin = place.client(server, FIXTURE.admin);
        assert_eq!(admin.get(&account).await.ok()["phone"], "139****0001");
        let me = place.client(server, FIXTURE.resident).get("/me").await;
        assert_eq!(me.ok()["name"], "王小明");
    };
    all_is_found(&server).await;
    place.names_are_sealed().await;
    assert!(place.run("check", FIRST, &[]).1.contains("ok      sealing: everything is sealed"));
    server.kill9().unwrap();

    let mut server = place.serve(SECOND, &[FIRST]).await;
    all_is_found(&server).await;
    let (_, said) = place.run("check", SECOND, &[FIRST]);
    assert!(said.contains("rows wait for `diandan reseal`"), "{said}");
    let (code, said) = place.run("reseal", SECOND, &[FIRST]);
    assert_eq!((code, said.contains("everything is sealed with the current key")), (Some(0), true), "{said}");
    assert!(!said.contains("sealed 0 of them"), "{said}");
    all_is_found(&server).await;
    let (_, said) = place.run("check", SECOND, &[FIRST]);
    assert!(said.contains("ok      sealing: everything is sealed"), "{said}");
    server.kill9().unwrap();

    let server = place.serve(SECOND, &[]).await;
    all_is_found(&server).await;
    let (code, said) = place.run("reseal", SECOND, &[]);
    assert_eq!((code, said.contains("sealed 0 of them")), (Some(0), true), "{said}");
});

on_both!(a_key_that_is_missing_is_named_and_nothing_is_lost, async |backend| {
    let place = Place::new(backend);
    let mut server = place.serve(FIRST, &[]).await;
    let id = id_of(&place.client(&server, FIXTURE.resident).post("/orders", order(ROOF)).await);
    place.names_are_sealed().await;
    server.kill9().unwrap();
    let sealed = "SELECT count(*) AS n FROM order_contact WHERE phone_sealed IS NOT NULL";
    let (code, said) = place.run("reseal", SECOND, &[]);
    assert_eq!((code, numbers(&place.database, sealed).unwrap()), (Some(1), vec![1]), "{said}");
    assert!(
        said.contains("5 values cannot be opened: their key") && said.contains("keep privacy.prev"),
        "the contact, and the names of two residents: {said}"
    );
    assert!(
        said.contains(&format!("account.name:{}", FIXTURE.resident)) && !said.contains("王小明"),
        "{said}"
    );
    assert!(said.contains(&format!("order_contact.phone:{id}")) && !said.contains(PHONE), "{said}");
    let (_, said) = place.run("check", SECOND, &[]);
    assert!(said.contains("rows wait for `diandan reseal`"), "{said}");
    assert_eq!(place.run("reseal", SECOND, &[FIRST]).0, Some(0));
});

/// A value of the layout before, which was bound to no row: as the version that made it did.
fn unbound(plain: &str, column: &str) -> Vec<u8> {
    let master = hex::decode("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff").unwrap();
    let derive = |label: &str| {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&master).unwrap();
        mac.update(label.as_bytes());
        mac.finalize().into_bytes()
    };
    let header = [&[1_u8][..], &derive("diandan/key-id/v1")[..4]].concat();
    let (nonce, aad) = ([7_u8; 12], [&header, column.as_bytes()].concat());
    let cipher = Aes256Gcm::new(&derive("diandan/seal/v1"));
    let body = cipher.encrypt(&nonce.into(), Payload { msg: plain.as_bytes(), aad: &aad }).unwrap();
    [header, nonce.to_vec(), body].concat()
}

/// Puts a phone of the layout before into an order's row.
fn plant(app: &App, order: &str, phone: &str) {
    let value = hex::encode(unbound(phone, "order_contact.phone"));
    let value = match app.backend {
        Backend::Sqlite => format!("x'{value}'"),
        #[cfg(feature = "postgres")]
        Backend::Postgres => format!("'\\x{value}'"),
    };
    run(app.database(), &format!("UPDATE order_contact SET phone_sealed = {value} WHERE order_id = {order}"))
        .unwrap();
}

/// A database that was there before the mark was.
fn forget_mark(app: &App) {
    run(app.database(), "DELETE FROM meta WHERE key IN ('sealed', 'reseal')").unwrap();
}

fn sealed_anew(app: &App, mut meanwhile: impl FnMut()) -> Resealed {
    let target = app.database().target().unwrap();
    reseal(&target, app.state.store.keyring(), &mut |_done| meanwhile()).unwrap()
}

both!(what_the_layout_before_left_opens_until_it_was_sealed_anew, async |app| {
    let cast = Cast::of(app);
    let (id, other) = (cast.claimed(ROOF).await, cast.claimed(ROOF).await);
    forget_mark(app);
    plant(app, &id, "13700000001");
    assert!(app.state.store.reseal_waiting().await.unwrap() > 0);
    let path = format!("/orders/{id}/contact");
    assert_eq!(cast.worker.get(&path).await.ok()["phone"], "13700000001");
    // the row changes between reading and writing: what is there then is sealed, not what was
    let mut changes = 0;
    let done = sealed_anew(app, || {
        if changes == 0 {
            plant(app, &id, "13700000002");
        }
        changes += 1;
    });
    assert_eq!((done.is_whole(), done.damaged.count, changes), (true, 0, 2), "{done:?}");
    assert_eq!(cast.worker.get(&path).await.ok()["phone"], "13700000002");
    assert_eq!(searched(&cast.dispatcher, "13700000002").await, id, "the hash for look-up follows");
    assert_eq!(app.state.store.reseal_waiting().await.unwrap(), 0);
    assert_eq!(sealed_anew(app, || panic!("nothing is left")).sealed, 0);

    // an old value would open in any row: now it opens in none
    plant(app, &other, "13700000003");
    cast.worker.get(&format!("/orders/{other}/contact")).await.refused(500, "INTERNAL");
    let done = sealed_anew(app, || panic!("it cannot be sealed"));
    assert_eq!((done.sealed, done.damaged.places), (0, vec![format!("order_contact.phone:{other}")]));
});

both!(it_goes_on_where_it_was_interrupted, async |app| {
    let cast = Cast::of(app);
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(cast.placed(ROOF).await);
    }
    forget_mark(app);
    let all = app.state.store.reseal_waiting().await.unwrap();
    let mark = hex::encode(app.state.store.keyring().mark());
    let progress =
        format!("INSERT INTO meta (key, value) VALUES ('reseal', '{mark} order_contact {}')", ids[2]);
    run(app.database(), &progress).unwrap();
    assert_eq!(app.state.store.reseal_waiting().await.unwrap(), all - 3);
    let people = numbers(app.database(), "SELECT count(*) AS n FROM account").unwrap();
    let done = sealed_anew(app, || {});
    assert_eq!(i64::try_from(done.read).unwrap(), people[0] + 1, "one order is left, and the people");
    assert_eq!(app.state.store.reseal_waiting().await.unwrap(), 0);
    // another key begins anew
    let other = Keyring::new(&SECOND.into(), &[]).unwrap();
    run(app.database(), &progress).unwrap();
    let target = app.database().target().unwrap();
    let done = reseal(&target, &other, &mut |_done| {}).unwrap();
    assert_eq!(
        (done.lacking.count, done.sealed),
        (14, 0),
        "name, phone and address of four orders, two residents' names"
    );
});

both!(names_and_masks_of_an_earlier_version_are_put_right, async |app| {
    let cast = Cast::of(app);
    let (id, other) = (cast.claimed(ROOF).await, cast.placed(ROOF).await);
    let before = format!(
        "UPDATE account SET name = '东方启明', name_sealed = NULL WHERE id = {};
         UPDATE order_contact SET name_masked = '{NAME}', address_masked = '西郊社区东方启明家***', \
           beneficiary_name_masked = '明', phone_masked = '091****2345' WHERE order_id = {id}",
        FIXTURE.neighbour
    );
    run(app.database(), &before).unwrap();
    assert!(sealed_anew(app, || {}).sealed >= 2, "a name and a contact");
    let masks = "SELECT name_masked || ' ' || phone_masked || ' ' || address_masked || ' ' || \
        COALESCE(beneficiary_name_masked, '-') AS t FROM order_contact ORDER BY order_id";
    let masked = texts(app.database(), masks).unwrap();
    assert_eq!(
        masked,
        ["欧** 091******45 西郊社区*** *", &format!("欧** 138****5678 {} -", address(&cast, &other).await)]
    );
    let name = format!("SELECT name AS t FROM account WHERE id = {}", FIXTURE.neighbour);
    assert_eq!(texts(app.database(), &name).unwrap(), ["东**"]);
    assert_eq!(cast.neighbour.get("/me").await.ok()["name"], "东方启明");
    let contact = cast.worker.get(&format!("/orders/{id}/contact")).await;
    assert_eq!((&contact.ok()["name"], &contact.ok()["phone"]), (&json!(NAME), &json!(PHONE)));
    assert_eq!(sealed_anew(app, || panic!("nothing is left")).sealed, 0);
});

/// What is shown of an order's address.
async fn address(cast: &Cast, order: &str) -> String {
    let seen = cast.resident.get(&format!("/orders/{order}")).await;
    seen.ok()["detail"]["contact"]["address"].as_str().unwrap().to_owned()
}
