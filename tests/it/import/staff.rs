//! Staff from a file.

use super::{bad_rows, import, upload};
use crate::identity::log_in;
use crate::people::admin_of;
use harness::both;
use harness::client::new_key;
use harness::fixture::{GRID, OTHER_TOWN, numbers};
use reqwest::Method;
use serde_json::json;

const HEAD: &str = "login,name,phone,role,area_code,unit_name,team_name\n";

both!(a_file_is_imported_and_imported_again, async |app| {
    let admin = app.client(app.fixture.admin);
    let file = format!(
        "{HEAD}qian,钱大壮,13812345678,网格员,A6,,\nqian,钱大壮,,volunteer,,,红色志愿队\nsun,孙二,,unit_handler,,物业公司,\n"
    );
    let key = new_key();
    let done = upload(&admin, "/import/staff", &key, file.clone()).await;
    assert_eq!((&done.ok()["created"], done.ok()["passwords"].as_array().unwrap().len()), (&json!(2), 2));
    assert_eq!(
        upload(&admin, "/import/staff", &key, file.clone()).await.ok(),
        done.ok(),
        "a retry is told the same"
    );
    let stored = numbers(
        app.database(),
        "SELECT COUNT(*) AS n FROM idempotency WHERE CAST(response AS TEXT) LIKE '%password%'",
    );
    assert_eq!(stored.unwrap(), [0], "no password is stored");
    for one in done.ok()["passwords"].as_array().unwrap() {
        let first = log_in(app, one["login"].as_str().unwrap(), one["password"].as_str().unwrap()).await;
        assert_eq!(first.ok()["mustChangePassword"], true);
    }
    let again = import(&admin, "staff", file).await;
    assert_eq!(again.ok(), &json!({ "created": 0, "updated": 0, "unchanged": 2, "passwords": [] }));
    let more = format!("{HEAD}sun,孙二毛,,grid_worker,A7,,\n");
    assert_eq!(import(&admin, "staff", more).await.ok()["updated"], 1);
    let sun = admin.get("/accounts?q=sun").await;
    assert_eq!(sun.ok()["list"][0]["name"], "孙二毛");
    assert_eq!(sun.ok()["list"][0]["roles"].as_array().unwrap().len(), 2);
});

both!(memberships_follow_the_roles_of_a_file, async |app| {
    let admin = app.client(app.fixture.admin);
    import(&admin, "staff", format!("{HEAD}qian,钱大壮,,网格员,A6,,\nsun,孙二,,dispatcher,A6,,\n"))
        .await
        .ok();
    let same = "SELECT COUNT(*) AS n FROM scope_member m JOIN account a ON a.id = m.account_id \
        JOIN scope s ON s.id = m.scope_id WHERE s.kind <> 'inbox' AND a.login = ";
    let inbox = format!("{same}'sun'").replace("<>", "=");
    // province, city, county, town, village, grid and the person's own
    assert_eq!(numbers(app.database(), &format!("{same}'qian'")).unwrap(), [7]);
    assert_eq!(numbers(app.database(), &format!("{same}'sun'")).unwrap(), [0], "a dispatcher does not claim");
    assert_eq!(numbers(app.database(), &inbox).unwrap(), [1], "and follows the inbox");
    let found = admin.get("/accounts?q=qian").await;
    let id: i64 = found.ok()["list"][0]["id"].as_str().unwrap().parse().unwrap();
    harness::fixture::run(app.database(), "UPDATE account SET must_change_password = FALSE").unwrap();
    let me = app.client(id).get("/me").await;
    assert!(
        me.ok()["scopes"]
            .as_array()
            .unwrap()
            .iter()
            .any(|s| s["id"].as_str() == Some(GRID.to_string().as_str())),
        "{me:?}"
    );
});

both!(every_bad_row_is_named_and_nobody_is_added, async |app| {
    let f = app.fixture;
    let admin = app.client(f.admin);
    let file = format!(
        "{HEAD}qian,钱大壮,,网格员,A6,,\nsun,孙二,,网格员,nowhere,,\nlisan,李三,,unit_handler,,没有的单位,\nwusi,吴四,,volunteer,,,没有的队伍\n"
    );
    let refused = import(&admin, "staff", file).await;
    let expected = [(3, "area_code"), (4, "unit_name"), (5, "team_name")];
    assert_eq!(bad_rows(&refused), expected.map(|(line, field)| (line, field.to_owned())));
    assert_eq!(admin.get("/accounts?q=qian").await.ok()["list"], json!([]));
    let syntax = import(&admin, "staff", format!("{HEAD}Q,,12,king,,,\n")).await;
    assert!(bad_rows(&syntax).len() >= 3, "{syntax:?}");
});

both!(administrators_import_into_their_areas_only, async |app| {
    let foreign = admin_of(app, "xu.gl", OTHER_TOWN).await;
    let file = format!("{HEAD}qian,钱大壮,,网格员,A6,,\n");
    assert_eq!(bad_rows(&import(&foreign, "staff", file.clone()).await), [(2, "area_code".to_owned())]);
    import(&app.client(app.fixture.admin), "staff", file).await.ok();
    let theirs = format!("{HEAD}qian,钱大壮,,网格员,A11,,\n");
    assert_eq!(
        bad_rows(&import(&foreign, "staff", theirs).await),
        [(2, "login".to_owned())],
        "not theirs to change"
    );
    import(&app.client(app.fixture.dispatcher), "staff", "x").await.refused(403, "FORBIDDEN");
});

both!(thousands_share_one_hash, async |app| {
    let admin = app.client(app.fixture.admin);
    let rows: String = (0..2_000).map(|n| format!("w{n:05},网格员{n},,网格员,A6,,\n")).collect();
    let file = format!("{HEAD}{rows}");
    import(&admin, "staff", file.clone()).await.names("Shared-Password");
    let request = |password: &str| {
        let request = admin.request(Method::POST, "/import/staff").header("Idempotency-Key", new_key());
        request.header("Content-Type", "text/csv").header("Shared-Password", password).body(file.clone())
    };
    admin.send(request("weak")).await.names("Shared-Password");
    let done = admin.send(request("Dali-2026-start")).await;
    assert_eq!((&done.ok()["created"], &done.ok()["passwords"]), (&json!(2_000), &json!([])));
    let members = "SELECT COUNT(*) AS n FROM scope_member m JOIN account a ON a.id = m.account_id WHERE a.login LIKE 'w0%'";
    assert_eq!(numbers(app.database(), members).unwrap(), [14_000]);
    assert_eq!(log_in(app, "w01999", "Dali-2026-start").await.ok()["mustChangePassword"], true);
});
