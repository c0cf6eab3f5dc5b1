//! The order that is copied: placed by the resident, offered to the workers of the grid at once.

use anyhow::Result;
#[cfg(feature = "postgres")]
use diesel::Connection;
use domain::catalogue::{Anonymity, Channel, Limit, Limits, Priority, ServiceRules};
use domain::order::{Facts, Placement, place};
use domain::people::Actor;
use domain::{AccountId, AreaId, ServiceItemId};
use persistence::order::contact::NewContact;
use persistence::order::values::{Attachments, NewOrder};

use super::world::{GRID, ITEM, RESIDENT};
use super::{Connected, Seeder};

impl Seeder {
    /// Places the order and returns its key.
    pub fn template(&mut self) -> Result<i64> {
        let attach = Attachments::default();
        let keyring = api::Config::default().keyring()?;
        let placed = match &mut self.connection {
            Connected::Sqlite(connection) => {
                persistence::sqlite::q::order::commit::place(connection, &keyring, order()?, attach, |_| {
                    None
                })?
            }
            #[cfg(feature = "postgres")]
            Connected::Postgres(connection) => connection.transaction(|connection| {
                let placed =
                    persistence::pg::q::order::commit::place(connection, &keyring, order()?, attach, |_| {
                        None
                    })?;
                anyhow::Ok(placed)
            })?,
        };
        Ok(placed.id.0)
    }
}

fn order() -> Result<NewOrder> {
    let rules = ServiceRules {
        review_required: false,
        auto_dispatch: true,
        limits: Limits {
            accept: Some(Limit::Minutes(1440)),
            claim: Some(Limit::Minutes(10)),
            contact: Some(Limit::Minutes(60)),
            resolve: Some(Limit::Minutes(7200)),
        },
        ..ServiceRules::default()
    };
    let reporter = AccountId(RESIDENT);
    let placement = Placement {
        service_item: ServiceItemId(ITEM),
        area: AreaId(GRID),
        priority: Priority::Normal,
        channel: Channel::MiniProgram,
        anonymity: Anonymity::RealName,
        reporter: Some(reporter),
        beneficiary: None,
        created_by: None,
        done: None,
        wanted_at: None,
    };
    let facts = Facts { rules, overseen: vec![AreaId(GRID)], ..Facts::default() };
    let now = persistence::Clock::default().now();
    let decision = place(&placement, Actor::Person(reporter), &facts, now)
        .map_err(|rejection| anyhow::anyhow!("the order is refused: {rejection:?}"))?;
    Ok(NewOrder {
        decision,
        title: "同州花园门口路灯不亮".into(),
        description: "晚上回家看不见路，请派人来修。".into(),
        search: "同州花园门口路灯不亮".into(),
        contact: NewContact {
            name_masked: Some("孙*".into()),
            phone_masked: Some("138****5678".into()),
            address_masked: Some("同州花园".into()),
            ..NewContact::default()
        },
        external_number: None,
        query_code_hash: None,
        day: "261122".into(),
    })
}
