//! What the fuzzer is handed: for each operation who may ask it, of what that is there, with which words; and ids to put
//! where it makes up its own. It is asked once as it is, and then varied (tests/schemathesis_hooks.py).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use harness::app::App;
use harness::client::Client;
use harness::client::photos::{png, upload};
use harness::fixture::{self, FAR_GRID, GRID, OTHER_GRID, ROOF, TOWN, UNCHECKED, VILLAGE};
use harness::play::{Cast, PHONE, give, order};
use serde::Serialize;
use serde_json::{Value, json};

use super::orders;

/// Numbers of notifications from which on pushes are planted.
pub const PLANTED: usize = 900_000;

/// How many of each: what was done to one cannot be done to it again.
const EACH: usize = 2;

/// A request that is answered 2xx.
#[derive(Debug, Serialize)]
struct Request {
    /// The token of who asks.
    token: Option<String>,
    /// Parameters of the path.
    path: Value,
    /// `null`: none. Bytes are `{"base64": …}`.
    body: Value,
}

/// All of it, as the hooks read it.
#[derive(Debug, Serialize)]
pub struct Stock {
    operations: BTreeMap<&'static str, Vec<Request>>,
    /// By the name of the field or by the kind of whom it names.
    ids: BTreeMap<&'static str, Vec<String>>,
}

impl Stock {
    /// Everything for a server with the fixture; orders are placed and brought to where each command needs them.
    pub async fn of(app: &App) -> Self {
        let f = app.fixture;
        let mut stock = Self { operations: BTreeMap::new(), ids: BTreeMap::new() };
        // somebody above, to whom orders go that leave the village
        give(app, f.far_worker, "dispatcher", TOWN).await;
        let cast = Cast::of(app);
        let photos = [upload(&cast.resident, png(1)).await, upload(&cast.resident, png(2)).await];
        stock.add("get_file", &cast.resident, json!({"id": photos[0]}), Value::Null);
        let accounts = [f.worker, f.second_worker, f.third_worker].map(|id| id.to_string());
        let areas = [GRID, OTHER_GRID, VILLAGE].map(|id| id.to_string());
        let items = [ROOF, UNCHECKED].map(|id| id.to_string());
        for (name, ids) in [
            ("area", areas.as_slice()),
            ("item", &items),
            ("person", &accounts),
            ("unit", &["1".to_owned()]),
            ("team", &["1".to_owned()]),
            ("file", &photos),
        ] {
            stock.ids.insert(name, ids.to_vec());
        }
        for n in 0..EACH {
            // each with sessions of its own
            let cast = Cast::of(app);
            orders::all(app, &cast, &mut stock).await;
            stock.placing(&cast, n).await;
            stock.people(app, n).await;
            stock.places(app, &cast, n).await;
            stock.news(app, &cast).await;
            stock.reading(app, &cast);
        }
        stock
    }

    /// The ids of orders that others are to name.
    pub fn name_order(&mut self, id: &str) {
        self.ids.entry("order").or_default().push(id.to_owned());
    }

    /// What this person may ask.
    pub fn add(&mut self, operation: &'static str, who: &Client, path: Value, body: Value) {
        let token = who.token().map(Into::into);
        let request = Request { token, path, body };
        self.operations.entry(operation).or_default().push(request);
    }

    async fn placing(&mut self, cast: &Cast, n: usize) {
        self.add("place_order", &cast.resident, json!({}), order(ROOF));
        let mut taken = order(ROOF);
        taken["channel"] = json!("phone");
        let taken = cast.dispatcher.post("/orders", taken).await;
        let ask = json!({"number": taken.ok()["number"], "phoneLast4": &PHONE[PHONE.len() - 4..]});
        self.add("ask_order", &cast.resident, json!({}), ask);
        self.add("search_orders", &cast.dispatcher, json!({}), json!({ "phone": PHONE }));
        let mut nameless = order(ROOF);
        nameless["anonymity"] = json!("anonymous");
        let nameless = cast.resident.post("/orders", nameless).await;
        self.add(
            "get_order_by_code",
            &cast.resident,
            json!({"code": nameless.ok()["queryCode"]}),
            Value::Null,
        );
        let photo = png(100 + u8::try_from(n).unwrap());
        let photo = json!({"file": {"base64": BASE64.encode(photo)}});
        self.add("upload_file", &cast.resident, json!({}), photo);
    }

    /// Accounts that nobody else needs: they are changed, shut out, and their passwords end.
    async fn people(&mut self, app: &App, n: usize) {
        let admin = app.client(app.fixture.admin);
        // where nothing is offered: what was offered to somebody who is shut out is offered anew
        let role = json!({"role": "grid_worker", "areaId": FAR_GRID.to_string()});
        let account = |name: String| json!({"login": name, "name": "钱大壮", "roles": [role]});
        self.add("create_account", &admin, json!({}), account(format!("new-{n}")));
        self.add("log_in_by_code", &app.stranger(), json!({}), json!({"code": format!("dev:fuzz_{n}")}));
        let added = admin.post("/accounts", account(format!("spare-{n}"))).await;
        let words = json!({"login": format!("spare-{n}"), "password": added.ok()["oneTimePassword"]});
        let logged_in = app.stranger().post("/auth/login", words.clone()).await;
        self.add("log_in", &app.stranger(), json!({}), words);
        let refresh = json!({"refreshToken": logged_in.ok()["refreshToken"]});
        self.add("refresh_session", &app.stranger(), json!({}), refresh);
        for (operation, body) in [
            ("get_account", Value::Null),
            ("update_account", json!({"name": "钱二壮"})),
            ("disable_account", json!({})),
            ("enable_account", json!({})),
            ("reset_password", json!({})),
            ("unlock_account", json!({})),
            ("add_role", json!({"role": "volunteer", "teamId": "1"})),
            ("remove_role", Value::Null),
        ] {
            let own = admin.post("/accounts", account(format!("{}-{n}", operation.replace('_', "-")))).await;
            let id = own.ok()["id"].as_str().unwrap();
            let mut path = json!({ "id": id });
            if operation == "remove_role" {
                let view = admin.get(&format!("/accounts/{id}")).await;
                path["bindingId"] = view.ok()["roles"][0]["id"].clone();
            }
            self.add(operation, &admin, path, body);
        }
        let staff =
            format!("login,name,phone,role,area_code,unit_name,team_name\nsheet-{n},孙二,,网格员,A6,,\n");
        self.add("import_staff", &admin, json!({}), json!(staff));
    }

    /// Areas, units, teams and items that nobody else needs.
    async fn places(&mut self, app: &App, cast: &Cast, n: usize) {
        let admin = app.client(app.fixture.admin);
        let area = |code: &str| {
            json!({"parentId": VILLAGE.to_string(), "level": "grid", "code": format!("{code}-{n}"),
                "name": format!("{code}{n}网格")})
        };
        let group = |name: &str| json!({"areaId": TOWN.to_string(), "name": format!("{name}{n}")});
        let item = |code: &str| json!({"code": format!("{code}-{n}"), "name": "路灯不亮", "group": "public", "board": "心声速递"});
        for (path, [create, get, update], new, spare, change) in [
            (
                "areas",
                ["create_area", "get_area", "update_area"],
                area("N"),
                area("S"),
                json!({"displayName": "幸福网格", "active": true}),
            ),
            (
                "units",
                ["create_unit", "get_unit", "update_unit"],
                group("新单位"),
                group("单位"),
                json!({"name": format!("八彩单位{n}"), "active": true}),
            ),
            (
                "teams",
                ["create_team", "get_team", "update_team"],
                group("新队"),
                group("队"),
                json!({"name": format!("八彩队{n}"), "active": true}),
            ),
            (
                "service-items",
                ["create_service_item", "get_service_item", "update_service_item"],
                item("new"),
                item("spare"),
                item("spare"),
            ),
        ] {
            self.add(create, &admin, json!({}), new);
            let added = admin.post(&format!("/{path}"), spare).await;
            let id = json!({"id": added.ok()["id"]});
            self.add(get, &cast.dispatcher, id.clone(), Value::Null);
            self.add(update, &admin, id, change);
        }
        let areas =
            format!("level,code,name,parent_code,grid_class,aliases\ngrid,T{n},表格网格,A5,level2,\n");
        self.add("import_areas", &admin, json!({}), json!(areas));
    }

    /// What is told, and a push that was given up.
    async fn news(&mut self, app: &App, cast: &Cast) {
        let cursor = cast.worker.get("/inbox").await.ok()["cursor"].clone();
        self.add("acknowledge_inbox", &cast.worker, json!({}), json!({ "cursor": cursor }));
        let seq = self.operations.get("resend_push").map_or(0, Vec::len) + PLANTED;
        let dead = format!(
            "INSERT INTO push_job (account_id,scope_id,seq,kind,order_id,version,order_attempt,created_at,state,due_at,attempts) \
             SELECT {},1,{seq},'offer',id,1,1,created_at,'dead',created_at,1 FROM orders ORDER BY id LIMIT 1 RETURNING id AS n",
            app.fixture.worker
        );
        let id = fixture::numbers(app.database(), &dead).unwrap()[0].to_string();
        self.add("resend_push", &app.client(app.fixture.admin), json!({ "id": id }), json!({}));
    }

    /// Lists that only some may read.
    fn reading(&mut self, app: &App, cast: &Cast) {
        let admin = app.client(app.fixture.admin);
        for (operation, who) in [
            ("list_accounts", &admin),
            ("list_uncovered_areas", &admin),
            ("list_push_jobs", &admin),
            ("list_contact_reads", &cast.auditor),
            ("list_staff", &cast.dispatcher),
            ("list_units", &cast.dispatcher),
            ("list_teams", &cast.dispatcher),
            ("list_orders", &cast.dispatcher),
            ("count_orders", &cast.dispatcher),
            ("list_my_offers", &cast.worker),
            ("get_my_duty", &cast.worker),
        ] {
            self.add(operation, who, json!({}), Value::Null);
        }
        self.add("set_my_duty", &cast.worker, json!({}), json!({"onDuty": true}));
    }
}
