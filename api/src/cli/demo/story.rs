//! The story: a roof leaks, five workers race, one wins, the roof is mended and rated.

use super::client::Client;
use super::people::{PASSWORD, RESIDENTS, WORKERS};
use crate::cli::out::say;
use anyhow::Context;
use console::style;
use serde_json::{Value, json};
use std::time::Instant;

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn say(who: &str, what: &str) {
    say!("  {}  {what}", style(format!("{who:　<4}")).green());
}

/// Plays it.
pub fn play(base: &str) -> anyhow::Result<()> {
    say!();
    say!("{}", style("一单走到底").bold());
    let plain = Client::new(base);
    let [(code, name), ..] = RESIDENTS;
    let resident = plain.resident(code, name)?;
    let dispatcher = plain.login("dispatcher", PASSWORD)?;
    let workers: Vec<Client> =
        WORKERS.iter().map(|(login, _)| plain.login(login, PASSWORD)).collect::<anyhow::Result<_>>()?;
    let order = place(&resident, name)?;
    dispatcher.command(&order, "accept", &json!({ "priority": "high" }))?;
    say("社区", "受理诉求，定为较急");
    let dispatched = dispatcher.command(&order, "dispatch", &json!({}))?;
    let since = Instant::now();
    let attempt = dispatched.get("attempt").cloned().unwrap_or_default();
    say("社区", "派单给所在网格全部人员，开始秒认领");
    let winner = race(&workers, &order, &attempt, since)?;
    handle(&winner, &resident, &dispatcher, &order)?;
    let view = resident.get(&format!("/orders/{order}"))?.data()?;
    say("居民", &format!("看到：{}", text(&view, "sentence")));
    Ok(())
}

fn place(resident: &Client, name: &str) -> anyhow::Result<String> {
    let areas = resident.get("/areas?q=-D1")?.data()?;
    let items = resident.get("/service-items")?.data()?;
    let area = areas.pointer("/list/0/id").cloned().context("the grid is not there")?;
    let items = items.get("list").unwrap_or(&items).as_array().cloned().unwrap_or_default();
    let item =
        items.iter().find(|i| text(i, "code") == "ROOF").and_then(|i| i.get("id")).context("no such item")?;
    let placed = resident
        .post(
            "/orders",
            &json!({"serviceItemId": item, "areaId": area, "title": "屋顶漏水", "description": "顶层客厅雨天漏水，家里有老人",
                "contact": {"name": name, "phone": "13812345678", "address": "同州花园3号楼2单元301室"}}),
        )?
        .data()?;
    say("居民", &format!("{name}点单：屋顶漏水，工单编号 {}", text(&placed, "number")));
    Ok(text(&placed, "id").to_owned())
}

/// All workers at once, each on a connection of their own.
fn race(workers: &[Client], order: &str, attempt: &Value, since: Instant) -> anyhow::Result<Client> {
    let claims: Vec<_> = std::thread::scope(|scope| {
        let claim = |worker: &Client| {
            let answer = worker.post(&format!("/orders/{order}/claim"), &json!({ "attempt": attempt }));
            answer.map(|a| (a, since.elapsed().as_millis()))
        };
        let threads: Vec<_> = workers.iter().map(|w| scope.spawn(move || claim(w))).collect();
        threads
            .into_iter()
            .map(|t| t.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a claim panicked"))))
            .collect()
    });
    let mut winner = None;
    for ((worker, (_, name)), claim) in workers.iter().zip(WORKERS).zip(claims) {
        let (answer, ms) = claim?;
        if answer.status == 200 {
            say("网格员", &style(format!("{name} 抢到了：派单后 {ms} 毫秒")).bold().to_string());
            winner = Some(worker.clone());
        } else {
            let by = answer.body.pointer("/detail/by").and_then(Value::as_str).unwrap_or_default();
            say("网格员", &format!("{name} 没抢到：{}（{by}）", answer.text("message")));
        }
    }
    winner.context("nobody won the claim")
}

fn handle(winner: &Client, resident: &Client, dispatcher: &Client, order: &str) -> anyhow::Result<()> {
    let contact = winner.get(&format!("/orders/{order}/contact"))?.data()?;
    say("网格员", &format!("查看联系电话 {}（已记入日志）", text(&contact, "phone")));
    winner.command(order, "contact", &json!({ "text": "已电话联系，下午三点上门" }))?;
    say("网格员", "首次联系：约定下午三点上门");
    winner.command(order, "survey", &json!({ "text": "屋面防水层开裂约两米" }))?;
    say("网格员", "现场勘察：屋面防水层开裂约两米");
    winner.command(order, "resolve", &json!({ "text": "已铺设防水卷材，淋水试验无渗漏" }))?;
    say("网格员", "办结反馈：已铺设防水卷材，淋水试验无渗漏");
    dispatcher.command(order, "pass-check", &json!({}))?;
    say("社区", "核查通过");
    resident.command(order, "rate", &json!({ "score": 5, "solved": true, "text": "当天就修好了" }))?;
    say("居民", "评价：★★★★★ 当天就修好了");
    Ok(())
}
