//! The county of the demo: Dali's real areas, made-up grids, units, a team and service items.

use super::client::Client;
use super::people::{self, ADMIN, PASSWORD};
use super::progress::{CHUNK, bar};
use crate::cli::builtin;
use crate::cli::out::say;
use crate::http::locale::Lang;
use crate::import::bulk;
use crate::import::bulk::Authority;
use crate::state::AppState;
use anyhow::{Context, bail};
use serde_json::json;

/// Dali county.
const COUNTY: &str = "610523";
/// Its real numbers of grids: level 1, 2, 3 and dedicated (FIELD.md, row 1).
const REAL: [usize; 4] = [2397, 7284, 1316, 1409];
/// Columns of the area import.
const HEAD: &str = "level,code,name,parent_code,grid_class,number_prefix,office_name,office_phone\n";
/// Whom people ask in the first village: a made-up office.
const OFFICE: &str = "示范社区便民服务站,0913-3210000";

/// Plants everything: bulk imports as the operator's command line does, the catalogue over HTTP.
pub async fn plant(state: &AppState, base: &str, scale: bool) -> anyhow::Result<()> {
    let areas = builtin::county(COUNTY)?;
    let village =
        |a: &Vec<&'static str>| (a.first() == Some(&"village")).then(|| a.get(1).copied()).flatten();
    let villages: Vec<&str> = areas.iter().filter_map(village).collect();
    let first = villages.first().copied().context("no village")?.to_owned();
    let mut rows: Vec<String> = areas.iter().map(|a| area_row(a, &first)).collect();
    rows.extend((1..=3).map(|n| format!("grid,{first}-D{n},示范{n}网格,{first},level1,,,\n")));
    import(state, "导入行政区划", &rows).await?;
    people::first_admin(state).await?;
    let (own, at) = (base.to_owned(), first.clone());
    tokio::task::spawn_blocking(move || catalogue(&Client::new(&own).login(ADMIN, PASSWORD)?, &at)).await??;
    people::hire(state, &first).await?;
    if scale {
        let grids = real_grids(&villages);
        let rows: Vec<String> = grids
            .iter()
            .map(|g| format!("grid,{},{},{},{},,,\n", g.code, g.name, g.parent, g.class))
            .collect();
        import(state, "导入全部网格", &rows).await?;
        let codes: Vec<String> = grids.into_iter().map(|g| g.code).collect();
        people::hire_everywhere(state, &codes).await?;
    }
    let grids = if scale { REAL.iter().sum::<usize>() + 3 } else { 3 };
    say!("✔ 大荔县：17个镇街，{}个村社区，{grids}个网格", villages.len());
    Ok(())
}

/// Imports areas in parts, with a bar.
async fn import(state: &AppState, what: &str, rows: &[String]) -> anyhow::Result<()> {
    let bar = bar(what, rows.len());
    for part in rows.chunks(CHUNK) {
        let bytes = format!("{HEAD}{}", part.concat()).into_bytes();
        if let Err(refused) = bulk::areas::import(&state.importer(), Authority::Operator, bytes, None).await {
            bail!("{what}: {:?}", refused.rows(Lang::Zh));
        }
        bar.inc(u64::try_from(part.len()).unwrap_or(0));
    }
    bar.finish_and_clear();
    Ok(())
}

fn area_row(row: &[&str], with_office: &str) -> String {
    let prefix = if row.get(1) == Some(&COUNTY) { "DL" } else { "" };
    let office = if row.get(1) == Some(&with_office) { OFFICE } else { "," };
    format!("{},,{prefix},{office}\n", row.join(","))
}

/// A made-up grid.
struct Grid {
    code: String,
    name: String,
    parent: String,
    class: &'static str,
}

/// Dali's real numbers over its villages: level 1 in the villages, 2 in 1, 3 in 2; dedicated ones in the villages.
fn real_grids(villages: &[&str]) -> Vec<Grid> {
    let mut grids: Vec<Grid> = Vec::new();
    let [one, two, three, dedicated] = REAL;
    let mut level = |count: usize, class: &'static str, letter: char, parents: &[String], label: &str| {
        let made: Vec<Grid> = (0..count)
            .zip(parents.iter().cycle())
            .map(|(n, parent)| Grid {
                code: format!("{COUNTY}{letter}{n:05}"),
                name: format!("{label}第{}网格", n + 1),
                parent: parent.clone(),
                class,
            })
            .collect();
        let codes: Vec<String> = made.iter().map(|g| g.code.clone()).collect();
        grids.extend(made);
        codes
    };
    let villages: Vec<String> = villages.iter().map(|v| (*v).to_owned()).collect();
    let first = level(one, "level1", 'A', &villages, "一级");
    let second = level(two, "level2", 'B', &first, "二级");
    level(three, "level3", 'C', &second, "三级");
    level(dedicated, "dedicated", 'Z', &villages, "专属");
    grids
}

/// A unit, a team and four service items, each with another rule.
fn catalogue(admin: &Client, village: &str) -> anyhow::Result<()> {
    let found = admin.get(&format!("/areas?q={village}"))?.data()?;
    let id =
        found.pointer("/list/0/id").and_then(|v| v.as_str()).context("the village is not there")?.to_owned();
    admin.post("/units", &json!({"name": "示范物业公司", "areaId": id, "functions": "房屋维修"}))?.data()?;
    let team = admin.post("/teams", &json!({"name": "示范志愿服务队", "areaId": id}))?.data()?;
    let team = team.get("id").cloned().context("a team has an id")?;
    let item = |code: &str, name: &str, group: &str, rules: serde_json::Value| {
        admin
            .post("/service-items", &json!({"code": code, "name": name, "group": group, "board": "办事大厅", "description": "", "rules": rules}))?
            .data()
    };
    let night = json!({"from": "22:00", "to": "06:30"});
    // a leak does not wait for the morning
    let roof = json!({"acceptMinutes": 60, "claimMinutes": 10, "contactMinutes": 120, "resolveMinutes": 4320,
        "ladder": {"steps": [{"afterS": 60, "level": "village"}, {"afterS": 120, "level": "town"}], "lastAfterS": 420}});
    let cert = json!({"checkRequired": false, "ladder": {"quiet": night}});
    let zongzi = json!({"slots": 3, "checkRequired": false, "ladder": {
        "steps": [{"afterS": 1800, "scopes": [{"kind": "team", "id": team}]}, {"afterS": 3600, "level": "town"}],
        "lastAfterS": 7200, "quiet": night}});
    let pressure = json!({"reviewRequired": false, "autoDispatch": true, "checkRequired": false, "ladder": {
        "steps": [{"afterS": 300, "scopes": [{"kind": "team", "id": team}]}, {"afterS": 300, "level": "village"}],
        "lastAfterS": 600, "quiet": night}});
    item("ROOF", "房屋漏水", "living", roof)?;
    item("CERT", "代办证件", "administrative", cert)?;
    item("ZONGZI", "一起包粽子", "volunteer", zongzi)?;
    item("PRESSURE", "上门量血压", "volunteer", pressure)?;
    Ok(())
}
