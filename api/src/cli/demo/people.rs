//! The people of the demo and their log-ins.

use super::progress::{CHUNK, bar};
use crate::cli::admin::{self, CreateArgs};
use crate::cli::out::say;
use crate::http::locale::Lang;
use crate::import::bulk;
use crate::import::bulk::Authority;
use crate::import::bulk::staff::FirstPassword;
use crate::state::AppState;
use anyhow::bail;
use console::style;
use domain::people::Role;
use domain::words::labelled::Labelled;

/// Everybody's password here.
pub const PASSWORD: &str = "Diandan-2026";
/// The administrator's name to log in with.
pub const ADMIN: &str = "admin";
/// Residents: development code and name.
pub const RESIDENTS: [(&str, &str); 3] =
    [("dev:wang", "王小明"), ("dev:li", "李桂芳"), ("dev:zhang", "张大爷")];
/// Workers of one grid.
pub const WORKERS: [(&str, &str); 5] = [
    ("worker1", "张建国"),
    ("worker2", "赵志强"),
    ("worker3", "孙丽"),
    ("worker4", "周敏"),
    ("worker5", "吴刚"),
];
/// One of every other role: login, name, role, and to what it is bound.
const OTHERS: [(&str, &str, &str, Bound); 9] = [
    ("liaison", "郑联络", "liaison", Bound::Grid),
    ("building", "冯楼长", "building_lead", Bound::Grid),
    ("leader", "陈网格长", "grid_leader", Bound::Grid),
    ("volunteer", "卫党员", "volunteer", Bound::Team),
    ("dispatcher", "蒋调度", "dispatcher", Bound::Village),
    ("unit", "沈物业", "unit_handler", Bound::Unit),
    ("supervisor", "韩督办", "supervisor", Bound::Town),
    ("auditor", "杨审计", "auditor", Bound::County),
    ("dispatcher2", "朱调度", "dispatcher", Bound::Town),
];
/// Columns of the staff import.
const HEAD: &str = "login,name,role,area_code,unit_name,team_name,employment\n";

#[derive(Clone, Copy)]
enum Bound {
    Grid,
    Village,
    Town,
    County,
    Unit,
    Team,
}

/// The administrator over everything.
pub async fn first_admin(state: &AppState) -> anyhow::Result<()> {
    let args = CreateArgs { login: ADMIN.into(), name: "系统管理员".into(), area: None };
    admin::create(state, &args, PASSWORD.into(), false).await
}

/// Hires the people of the story.
pub async fn hire(state: &AppState, village: &str) -> anyhow::Result<()> {
    let grid = format!("{village}-D1");
    let town = village.get(..9).unwrap_or(village);
    let mut rows: Vec<String> = WORKERS
        .iter()
        .map(|(login, name)| format!("{login},{name},grid_worker,{grid},,,full_time\n"))
        .collect();
    rows.extend(OTHERS.iter().map(|(login, name, role, bound)| {
        let (area, unit, team) = match bound {
            Bound::Grid => (grid.as_str(), "", ""),
            Bound::Village => (village, "", ""),
            Bound::Town => (town, "", ""),
            Bound::County => ("610523", "", ""),
            Bound::Unit => ("", "示范物业公司", ""),
            Bound::Team => ("", "", "示范志愿服务队"),
        };
        format!("{login},{name},{role},{area},{unit},{team},full_time\n")
    }));
    import(state, "导入人员", &rows).await
}

/// A worker for each of these grids.
pub async fn hire_everywhere(state: &AppState, grids: &[String]) -> anyhow::Result<()> {
    let row = |(n, code): (usize, &String)| format!("g{n:05},网格员{n:05},grid_worker,{code},,,full_time\n");
    let rows: Vec<String> = grids.iter().enumerate().map(row).collect();
    import(state, "导入网格员", &rows).await
}

/// Imports people in parts, with a bar; one password and one hash for all of a part.
async fn import(state: &AppState, what: &str, rows: &[String]) -> anyhow::Result<()> {
    let bar = bar(what, rows.len());
    for part in rows.chunks(CHUNK) {
        let first = FirstPassword::Shared { password: PASSWORD.into(), must_change: false };
        let bytes = format!("{HEAD}{}", part.concat()).into_bytes();
        let none = |_: &str| Ok(String::new());
        if let Err(refused) =
            bulk::staff::import(&state.importer(), Authority::Operator, bytes, first, none, None).await
        {
            bail!("{what}: {:?}", refused.rows(Lang::Zh));
        }
        bar.inc(u64::try_from(part.len()).unwrap_or(0));
    }
    bar.finish_and_clear();
    Ok(())
}

/// Prints who may log in and how.
pub fn print_logins() {
    say!();
    say!("{}", style(format!("登录账号(密码均为 {PASSWORD})")).bold());
    for (code, name) in RESIDENTS {
        say!("  {:　<7} {name:　<5} POST /api/v1/auth/code  {{\"code\":\"{code}\"}}", Role::Resident.zh());
    }
    for (login, name) in WORKERS {
        say!("  {:　<7} {name:　<5} {login}", Role::GridWorker.zh());
    }
    for (login, name, role, _) in OTHERS {
        let label = Role::parse(role).map_or(role, Labelled::zh);
        say!("  {label:　<7} {name:　<5} {login}");
    }
    say!("  {:　<7} {:　<5} {ADMIN}", Role::Admin.zh(), "系统管理");
}
