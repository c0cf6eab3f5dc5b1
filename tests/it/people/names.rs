//! Whose name is open, and to whom: staff's to whoever works with them, a resident's to themself alone.

use crate::identity::{number, with};
use crate::import::import;
use domain::AccountId;
use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::database::Database;
use harness::fixture::crowd;
use harness::fixture::{FIXTURE, GRID, OTHER_GRID, ROOF, run, texts};
use harness::play::{Cast, give};
use serde_json::{Value, json};

const NAME: &str = "司马长庚";
const MASK: &str = "司**";

/// A resident at their first log-in: a client, and the account.
async fn resident(app: &App, code: &str, name: &str) -> (Client, i64) {
    let answer =
        app.stranger().post("/auth/code", json!({ "code": format!("dev:{code}"), "name": name })).await;
    assert_eq!(answer.ok()["account"]["name"], name, "whole to themself");
    (with(app, &answer), number(&answer.ok()["account"]["id"]))
}

async fn own_name(of: &Client) -> Value {
    of.get("/me").await.ok()["name"].clone()
}

/// What an administrator reads of an account.
async fn account(app: &App, id: i64) -> Value {
    app.client(app.fixture.admin).get(&format!("/accounts/{id}")).await.ok().clone()
}

/// What is kept of a name in the open.
fn kept(database: &Database, id: i64) -> String {
    texts(database, &format!("SELECT name AS t FROM account WHERE id = {id}")).unwrap().remove(0)
}

/// Everything is as roles ask for.
async fn settle(app: &App) {
    let mut after = AccountId(0);
    while let Some((last, _)) = app.state.store.settle_names(after, 1).await.unwrap() {
        assert!(last > after);
        after = last;
    }
}

async fn lose_role(app: &App, id: i64, at: usize) {
    let role = account(app, id).await["roles"][at]["id"].as_str().unwrap().to_owned();
    app.client(app.fixture.admin).delete(&format!("/accounts/{id}/roles/{role}")).await.ok();
}

both!(a_residents_name_is_whole_to_themself_alone, async |app| {
    let admin = app.client(app.fixture.admin);
    let (me, id) = resident(app, "si", NAME).await;
    assert_eq!((own_name(&me).await, kept(app.database(), id)), (json!(NAME), MASK.into()));
    let scopes = me.get("/me").await.ok()["scopes"].clone();
    assert!(
        scopes.as_array().unwrap().iter().all(|s| s["kind"] != "person" || s["name"] == NAME),
        "{scopes}"
    );
    assert_eq!(account(app, id).await["name"], MASK);
    let path = format!("/accounts/{id}");
    // who changes the phone sends back the name as it was shown
    admin.put(&path, json!({ "name": MASK, "phone": "13900000001" })).await.ok();
    assert_eq!(
        (own_name(&me).await, account(app, id).await["phone"].clone()),
        (json!(NAME), json!("139****0001"))
    );
    admin.put(&path, json!({ "name": "诸葛晓鸥" })).await.ok();
    assert_eq!((own_name(&me).await, kept(app.database(), id)), (json!("诸葛晓鸥"), "诸**".into()));
    assert_eq!(account(app, id).await["name"], "诸**");
    // nobody without a role is found by any name
    for q in ["诸葛晓鸥", "诸"] {
        for path in ["/accounts", "/staff"] {
            let list = admin.send(admin.request(reqwest::Method::GET, path).query(&[("q", q)])).await;
            assert_eq!(list.ok()["list"], json!([]), "{path} {q}");
        }
    }
});

both!(a_role_opens_a_name_and_the_loss_of_the_last_one_seals_it, async |app| {
    let dispatcher = app.client(app.fixture.dispatcher);
    let (me, id) = resident(app, "si", NAME).await;
    let staff = async || {
        let list = dispatcher.get(&format!("/staff?areaId={GRID}&q=%E9%95%BF%E5%BA%9A")).await;
        list.ok()["list"].as_array().unwrap().iter().map(|p| p["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(staff().await, Vec::<Value>::new());
    give(app, id, "grid_worker", GRID).await;
    assert_eq!((staff().await, account(app, id).await["name"].clone()), (vec![json!(NAME)], json!(NAME)));
    assert_eq!((own_name(&me).await, kept(app.database(), id)), (json!(NAME), NAME.into()));
    give(app, id, "grid_worker", OTHER_GRID).await;
    lose_role(app, id, 0).await;
    assert_eq!(account(app, id).await["name"], NAME, "one role is left");
    lose_role(app, id, 0).await;
    assert_eq!((account(app, id).await["name"].clone(), staff().await), (json!(MASK), Vec::new()));
    assert_eq!((own_name(&me).await, kept(app.database(), id)), (json!(NAME), MASK.into()));
    // a file of staff gives roles as well, to those who have a log-in name
    let admin = app.client(app.fixture.admin);
    let file = format!("login,name,role,area_code\nsima,{NAME},网格员,A6\n");
    import(&admin, "staff", file.clone()).await.ok();
    let found = admin.get("/accounts?q=sima").await;
    let id = number(&found.ok()["list"][0]["id"]);
    assert_eq!(found.ok()["list"][0]["name"], NAME);
    lose_role(app, id, 0).await;
    assert_eq!(
        (kept(app.database(), id), account(app, id).await["name"].clone()),
        (MASK.into(), json!(MASK))
    );
    import(&admin, "staff", file.replace(NAME, "司马长庚甲")).await.ok();
    assert_eq!(admin.get("/accounts?q=sima").await.ok()["list"][0]["name"], "司马长庚甲");
});

both!(in_orders_whoever_holds_no_role_any_more_is_masked_for_staff_too, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    let claimed = async || {
        let seen = cast.dispatcher.get(&format!("/orders/{id}")).await.ok()["detail"].clone();
        let steps = seen["timeline"].as_array().unwrap().clone();
        steps.iter().find(|s| s["kind"] == "claimed").unwrap()["by"].clone()
    };
    assert_eq!(claimed().await, "张建国");
    lose_role(app, app.fixture.worker, 0).await;
    assert_eq!(claimed().await, "张**");
    assert_eq!(own_name(&cast.worker).await, "张建国");
});

both!(what_an_earlier_version_writes_is_settled, async |app| {
    let (me, id) = resident(app, "si", NAME).await;
    let (other, renamed) = resident(app, "ou", "欧阳长庚").await;
    let database = app.database();
    // it knows nothing of seals: it gives a role, names somebody anew, does both, and adds somebody
    let (promoted, both) = (resident(app, "a", "夏侯长庚").await.1, resident(app, "b", "令狐长庚").await.1);
    let role = |who: i64| {
        format!(
            "INSERT INTO role_binding (account_id, role, area_id, employment, created_at) \
             SELECT {who}, 'grid_worker', {GRID}, 'full_time', created_at FROM account WHERE id = 1;"
        )
    };
    let by_hand = format!(
        "{} {} UPDATE account SET name = '欧阳启明' WHERE id = {renamed};
         UPDATE account SET name = '令狐启明' WHERE id = {both};
         INSERT INTO account (id, name, must_change_password, failed_logins, created_at) \
         SELECT 900, '东方启明', FALSE, 0, created_at FROM account WHERE id = 1;
         INSERT INTO account (id, name, must_change_password, failed_logins, created_at) \
         SELECT 901, '王', FALSE, 0, created_at FROM account WHERE id = 1;",
        role(promoted),
        role(both),
    );
    run(database, &by_hand).unwrap();
    crowd::refresh(database, &[promoted, both]).unwrap();
    assert_eq!(account(app, 900).await["name"], "东**", "shown of it even before");
    settle(app).await;
    for (who, name) in [
        (id, MASK),
        (renamed, "欧**"),
        (promoted, "夏侯长庚"),
        (both, "令狐启明"),
        (900, "东**"),
        (901, "*"),
        (FIXTURE.resident, "王**"),
        (FIXTURE.neighbour, "李**"),
        (FIXTURE.worker, "张建国"),
    ] {
        assert_eq!(kept(database, who), name);
        assert_eq!(account(app, who).await["name"], name);
    }
    for (client, name) in [
        (me, NAME),
        (other, "欧阳启明"),
        (app.client(900), "东方启明"),
        (app.client(901), "王"),
        (app.client(FIXTURE.resident), "王小明"),
    ] {
        assert_eq!(own_name(&client).await, name);
    }
    assert_eq!(app.state.store.settle_names(AccountId(0), 100).await.unwrap(), None, "nothing is left to do");
});

both!(a_name_that_does_not_open_stays_masked_and_refuses_nobody, async |app| {
    let (me, id) = resident(app, "si", NAME).await;
    let (_, other) = resident(app, "ou", "欧阳启明").await;
    let moved = format!(
        "UPDATE account SET name_sealed = (SELECT name_sealed FROM account WHERE id = {other}) WHERE id = {id}"
    );
    run(app.database(), &moved).unwrap();
    assert_eq!(own_name(&me).await, MASK, "a seal opens in its own row alone");
    app.stranger().post("/auth/code", json!({ "code": "dev:si" })).await.ok();
    give(app, id, "grid_worker", GRID).await;
    assert_eq!(account(app, id).await["name"], MASK);
    let admin = app.client(app.fixture.admin);
    admin.put(&format!("/accounts/{id}"), json!({ "name": NAME })).await.ok();
    assert_eq!(account(app, id).await["name"], NAME);
});
