//! A small county: areas, service items, a person of every role. Planted by SQL, so that a test needs no log-in.

pub mod crowd;

use anyhow::Result;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use domain::{AccountId, SessionId};
use persistence::engine::database::target::Target;

use crate::database::Database;

/// County 3 → town 4 → village 5 → grids 6 and 7; village 8 → grid 9 in the same town; town 10 → village 11.
pub const COUNTY: i64 = 3;
pub const TOWN: i64 = 4;
pub const VILLAGE: i64 = 5;
pub const GRID: i64 = 6;
pub const OTHER_GRID: i64 = 7;
pub const OTHER_VILLAGE: i64 = 8;
pub const FAR_GRID: i64 = 9;
pub const OTHER_TOWN: i64 = 10;
pub const OTHER_TOWN_VILLAGE: i64 = 11;

/// Item 1: reviewed and checked, one slot. 2: no check. 3: two slots. 4: accepted and dispatched by rule, no check.
/// 5: photos before and after.
pub const ROOF: i64 = 1;
pub const UNCHECKED: i64 = 2;
pub const TWO_SLOTS: i64 = 3;
pub const AUTOMATIC: i64 = 4;
pub const PHOTOS: i64 = 5;

/// People by role. Workers 1 … 5 share [`GRID`].
#[derive(Debug, Clone, Copy)]
pub struct Fixture {
    pub resident: i64,
    pub neighbour: i64,
    pub worker: i64,
    pub second_worker: i64,
    pub third_worker: i64,
    /// In [`OTHER_GRID`].
    pub other_worker: i64,
    /// In [`FAR_GRID`].
    pub far_worker: i64,
    pub leader: i64,
    pub volunteer: i64,
    /// Over [`VILLAGE`].
    pub dispatcher: i64,
    /// Over [`VILLAGE`] too.
    pub second_dispatcher: i64,
    /// Over [`OTHER_TOWN`].
    pub foreign_dispatcher: i64,
    /// Over [`TOWN`].
    pub supervisor: i64,
    pub auditor: i64,
    /// Of unit 1.
    pub unit_handler: i64,
    /// Over the root.
    pub admin: i64,
}

pub const FIXTURE: Fixture = Fixture {
    resident: 1,
    neighbour: 2,
    worker: 3,
    second_worker: 4,
    third_worker: 5,
    other_worker: 6,
    far_worker: 7,
    leader: 8,
    volunteer: 9,
    dispatcher: 10,
    second_dispatcher: 11,
    foreign_dispatcher: 12,
    supervisor: 13,
    auditor: 14,
    unit_handler: 15,
    admin: 16,
};

/// name, level, key, parent key, path
const AREAS: &[(&str, &str, i64, Option<i64>, &str)] = &[
    ("陕西省", "province", 1, None, "/1/"),
    ("渭南市", "city", 2, Some(1), "/1/2/"),
    ("大荔县", "county", 3, Some(2), "/1/2/3/"),
    ("西城街道", "town", 4, Some(3), "/1/2/3/4/"),
    ("西郊社区", "village", 5, Some(4), "/1/2/3/4/5/"),
    ("西郊一网格", "grid", 6, Some(5), "/1/2/3/4/5/6/"),
    ("西郊二网格", "grid", 7, Some(5), "/1/2/3/4/5/7/"),
    ("东关社区", "village", 8, Some(4), "/1/2/3/4/8/"),
    ("东关一网格", "grid", 9, Some(8), "/1/2/3/4/8/9/"),
    ("许庄镇", "town", 10, Some(3), "/1/2/3/10/"),
    ("许庄村", "village", 11, Some(10), "/1/2/3/10/11/"),
];

/// A role, what it is bound to, and that one's key.
type Held = (&'static str, &'static str, i64);

const PEOPLE: &[(&str, &[Held])] = &[
    ("王小明", &[]),
    ("李大爷", &[]),
    ("张建国", &[("grid_worker", "area", GRID)]),
    ("赵志强", &[("grid_worker", "area", GRID)]),
    ("孙丽", &[("grid_worker", "area", GRID)]),
    ("周敏", &[("grid_worker", "area", OTHER_GRID)]),
    ("吴刚", &[("grid_worker", "area", FAR_GRID)]),
    ("郑网格长", &[("grid_leader", "area", GRID)]),
    ("冯党员", &[("volunteer", "team", 1)]),
    ("陈调度", &[("dispatcher", "area", VILLAGE)]),
    ("褚调度", &[("dispatcher", "area", VILLAGE)]),
    ("卫调度", &[("dispatcher", "area", OTHER_TOWN)]),
    ("蒋督办", &[("supervisor", "area", TOWN)]),
    ("沈审计", &[("auditor", "area", COUNTY)]),
    ("韩物业", &[("unit_handler", "unit", 1)]),
    ("杨管理", &[("admin", "area", 1)]),
];

const ITEMS: &[(&str, &str)] = &[
    (
        "房屋漏水",
        r#"{"limits":{"accept":{"minutes":60},"claim":{"minutes":10},"contact":{"minutes":120},"resolve":{"minutes":4320}}}"#,
    ),
    ("代办证件", r#"{"checkRequired":false}"#),
    ("包粽子", r#"{"slots":2,"checkRequired":false}"#),
    ("上门量血压", r#"{"reviewRequired":false,"autoDispatch":true,"checkRequired":false}"#),
    ("道路破损", r#"{"photoBefore":true,"photoAfter":true}"#),
];

/// Plants the county. Keys are as the constants say.
pub fn plant(database: &Database) -> Result<Fixture> {
    run(database, &script(database))?;
    for account in 1..=16 {
        refresh(database, account)?;
    }
    Ok(FIXTURE)
}

fn script(database: &Database) -> String {
    let (now, sequences) = match database {
        Database::Sqlite(_) => ("CAST(strftime('%s','now') AS INTEGER) * 1000000", false),
        #[cfg(feature = "postgres")]
        Database::Postgres(_) | Database::Elsewhere(_) => ("now()", true),
    };
    let mut sql = String::new();
    for (name, level, id, parent, path) in AREAS {
        let parent = parent.map_or("NULL".into(), |p| p.to_string());
        let prefix = if *level == "county" { "'DL'" } else { "NULL" };
        sql += &format!(
            "INSERT INTO area (id,parent_id,level,code,official_name,display_name,aliases,search,path,number_prefix,active,created_at) \
             VALUES ({id},{parent},'{level}','A{id}','{name}','{name}','','{name} a{id}','{path}',{prefix},TRUE,{now});\n"
        );
    }
    sql += &format!(
        "INSERT INTO unit (id,name,functions,area_id,active,created_at) VALUES (1,'物业公司','维修',{TOWN},TRUE,{now});\n"
    );
    sql += &format!(
        "INSERT INTO team (id,name,area_id,active,created_at) VALUES (1,'红色志愿队',{VILLAGE},TRUE,{now});\n"
    );
    for (n, (name, rules)) in ITEMS.iter().enumerate() {
        sql += &format!(
            "INSERT INTO service_item (id,code,name,service_group,board,description,rules,sort,active,created_at,updated_at) \
             VALUES ({},'S{n}','{name}','living','办事大厅','','{rules}',{n},TRUE,{now},{now});\n",
            n + 1
        );
    }
    for (n, (name, roles)) in PEOPLE.iter().enumerate() {
        let id = n + 1;
        sql += &format!(
            "INSERT INTO account (id,name,must_change_password,failed_logins,created_at) VALUES ({id},'{name}',FALSE,0,{now});\n"
        );
        for (role, bound, key) in *roles {
            sql += &format!(
                "INSERT INTO role_binding (account_id,role,{bound}_id,employment,created_at) \
                 VALUES ({id},'{role}',{key},'full_time',{now});\n"
            );
        }
    }
    if sequences {
        for table in ["area", "unit", "team", "service_item", "account"] {
            sql += &format!("SELECT setval('{table}_id_seq', 1000);\n");
        }
    }
    sql
}

/// Runs SQL that both databases understand.
pub fn run(database: &Database, sql: &str) -> Result<()> {
    run_at(&database.url(), sql)
}

/// [`run`] on a database that a test made itself.
pub fn run_at(url: &str, sql: &str) -> Result<()> {
    match crate::database::target(url)? {
        Target::Sqlite { path } => {
            Ok(persistence::engine::database::sqlite::connect_writer(&path)?.batch_execute(sql)?)
        }
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => Ok(persistence::engine::database::pg::connect(&url)?.batch_execute(sql)?),
    }
}

fn refresh(database: &Database, account: i64) -> Result<()> {
    match database.target()? {
        Target::Sqlite { path } => {
            let mut c = persistence::engine::database::sqlite::connect_writer(&path)?;
            persistence::sqlite::q::news::scopes::refresh(&mut c, AccountId(account))?;
        }
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => {
            let mut c = persistence::engine::database::pg::connect(&url)?;
            persistence::pg::q::news::scopes::refresh(&mut c, AccountId(account))?;
        }
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The numbers (column `n`) that a query finds.
pub fn numbers(database: &Database, sql: &str) -> Result<Vec<i64>> {
    numbers_at(&database.url(), sql)
}

/// [`numbers`] of a database that a test made itself.
pub fn numbers_at(url: &str, sql: &str) -> Result<Vec<i64>> {
    let rows: Vec<Number> = match crate::database::target(url)? {
        Target::Sqlite { path } => {
            sql_query(sql).load(&mut persistence::engine::database::sqlite::connect_writer(&path)?)?
        }
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => {
            sql_query(sql).load(&mut persistence::engine::database::pg::connect(&url)?)?
        }
    };
    Ok(rows.into_iter().map(|r| r.n).collect())
}

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = BigInt)]
    a: i64,
    #[diesel(sql_type = BigInt)]
    b: i64,
}

/// The pairs of numbers (columns `a` and `b`) that a query finds.
pub fn pairs(database: &Database, sql: &str) -> Result<Vec<(i64, i64)>> {
    let rows: Vec<Pair> = match database.target()? {
        Target::Sqlite { path } => {
            sql_query(sql).load(&mut persistence::engine::database::sqlite::connect_writer(&path)?)?
        }
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => {
            sql_query(sql).load(&mut persistence::engine::database::pg::connect(&url)?)?
        }
    };
    Ok(rows.into_iter().map(|r| (r.a, r.b)).collect())
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    t: String,
}

/// The texts (column `t`) that a query finds.
pub fn texts(database: &Database, sql: &str) -> Result<Vec<String>> {
    texts_at(&database.url(), sql)
}

/// [`texts`] of a database that a test made itself.
pub fn texts_at(url: &str, sql: &str) -> Result<Vec<String>> {
    let rows: Vec<Line> = match crate::database::target(url)? {
        Target::Sqlite { path } => {
            sql_query(sql).load(&mut persistence::engine::database::sqlite::connect_writer(&path)?)?
        }
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => {
            sql_query(sql).load(&mut persistence::engine::database::pg::connect(&url)?)?
        }
    };
    Ok(rows.into_iter().map(|r| r.t).collect())
}

/// Every order's key.
pub fn order_ids(database: &Database) -> Result<Vec<i64>> {
    numbers(database, "SELECT id AS n FROM orders ORDER BY id")
}

/// A session of this account, valid for a day.
pub fn session(database: &Database, account: i64) -> Result<SessionId> {
    let (now, later) = match database {
        Database::Sqlite(_) => ("CAST(strftime('%s','now') AS INTEGER) * 1000000", "+ 8640000000000"),
        #[cfg(feature = "postgres")]
        Database::Postgres(_) | Database::Elsewhere(_) => ("now()", "+ interval '100 days'"),
    };
    let found = numbers(
        database,
        &format!(
            "INSERT INTO session (account_id,counter,created_at,expires_at) VALUES ({account},1,{now},{now} {later}) \
             RETURNING id AS n"
        ),
    )?;
    found.into_iter().next().map(SessionId).ok_or_else(|| anyhow::anyhow!("no session"))
}
