//! Many people at once, beside the [`crate::fixture`].

use anyhow::Result;
use domain::AccountId;
use persistence::store::Target;

use crate::database::Database;
use crate::fixture;

/// Surnames, each once: a masked name tells who it was.
const SURNAMES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤";

/// A worker of a crowd.
#[derive(Debug, Clone)]
pub struct Worker {
    pub account: i64,
    pub name: String,
}

/// Adds so many workers (at most 54) to an area; their memberships follow from their roles.
pub fn workers(database: &Database, area: i64, count: usize) -> Result<Vec<Worker>> {
    let now = match database {
        Database::Sqlite(_) => "CAST(strftime('%s','now') AS INTEGER) * 1000000",
        #[cfg(feature = "postgres")]
        Database::Postgres(_) | Database::Elsewhere(_) => "now()",
    };
    let crowd: Vec<Worker> = (2001..)
        .zip(SURNAMES.chars())
        .take(count)
        .map(|(account, surname)| Worker { account, name: format!("{surname}师傅") })
        .collect();
    let mut sql = String::new();
    for Worker { account, name } in &crowd {
        sql += &format!(
            "INSERT INTO account (id,name,must_change_password,failed_logins,created_at) VALUES ({account},'{name}',FALSE,0,{now});\n\
             INSERT INTO role_binding (account_id,role,area_id,employment,created_at) VALUES ({account},'grid_worker',{area},'full_time',{now});\n"
        );
    }
    fixture::run(database, &sql)?;
    let accounts: Vec<i64> = crowd.iter().map(|w| w.account).collect();
    refresh(database, &accounts)?;
    Ok(crowd)
}

/// Makes these people's memberships what their roles say.
pub fn refresh(database: &Database, accounts: &[i64]) -> Result<()> {
    match database.target()? {
        Target::Sqlite { path } => {
            let mut c = persistence::sqlite::connect_writer(&path)?;
            for account in accounts {
                persistence::sqlite::q::scopes::refresh(&mut c, AccountId(*account))?;
            }
        }
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => {
            let mut c = persistence::pg::connect(&url)?;
            for account in accounts {
                persistence::pg::q::scopes::refresh(&mut c, AccountId(*account))?;
            }
        }
    }
    Ok(())
}
