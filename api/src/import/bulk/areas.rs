//! Areas of a file into the tree. A code that is there already is changed; its place in the tree and level stay.

use super::{Authority, Found, Imported, Importer, Refused, parsed, stored};
use crate::identity::keyed::RequestKey;
use crate::identity::principal::Principal;
use crate::import::{AreaRecord, Parent, parse_areas};
use crate::organisation::searched::searched;
use crate::organisation::tree::may_hold;
use domain::AreaId;
use domain::organisation::{AreaLevel, GridClass};
use domain::words::labelled::Labelled;
use persistence::Constraint;
use persistence::organisation::rows::AreaRow;
use persistence::organisation::values::{Above, AreaEdit, NewArea};
use std::collections::HashMap;

/// What will be written.
#[derive(Default)]
struct Plan {
    new: Vec<NewArea>,
    changed: Vec<(AreaId, AreaEdit)>,
    unchanged: usize,
}

/// Where a record of the file ended up.
#[derive(Clone, Copy)]
enum Slot<'a> {
    There(&'a AreaRow),
    New(usize),
    Bad,
}

/// Imports a file of areas. `key` keeps the answer for retries.
///
/// # Errors
/// Every bad row.
pub async fn import(
    to: &Importer,
    by: Authority<'_>,
    bytes: Vec<u8>,
    key: Option<(&RequestKey, &Principal)>,
) -> Result<Imported, Refused> {
    let records = parsed(bytes, parse_areas).await?;
    let mut codes: Vec<String> = records.iter().map(|record| record.code.clone()).collect();
    codes.extend(records.iter().filter_map(|record| match &record.parent {
        Parent::Elsewhere(code) => Some(code.clone()),
        Parent::Top | Parent::Record(_) => None,
    }));
    codes.sort_unstable();
    codes.dedup();
    let there = to.store.areas_by_codes(codes).await?;
    let there = there.into_iter().map(|row| (row.code.clone(), row)).collect();
    let plan = plan(by, &records, &there)?;
    let done = Imported { created: plan.new.len(), updated: plan.changed.len(), unchanged: plan.unchanged };
    let answer = stored(key, &done)?;
    let written = to.store.write_areas(plan.new, plan.changed, to.clock.now(), answer).await;
    written.map_err(|e| e.since_read(&[Constraint::AreaCode]))?;
    to.principals.forget();
    Ok(done)
}

fn plan(
    by: Authority<'_>,
    records: &[AreaRecord],
    there: &HashMap<String, AreaRow>,
) -> Result<Plan, Refused> {
    let (mut plan, mut found) = (Plan::default(), Found::default());
    let mut slots: Vec<Slot<'_>> = Vec::with_capacity(records.len());
    for record in records {
        let above = match &record.parent {
            Parent::Top => None,
            Parent::Record(place) => Some(slots.get(*place).copied().unwrap_or(Slot::Bad)),
            Parent::Elsewhere(code) => match there.get(code) {
                Some(row) => Some(Slot::There(row)),
                None => {
                    found.add(record.line, "parent_code", code, "没有这个上级区域", "no such area");
                    Some(Slot::Bad)
                }
            },
        };
        slots.push(match there.get(&record.code) {
            Some(row) => known(by, record, row, above, &mut plan, &mut found),
            None => added(by, record, above, &mut plan, &mut found),
        });
    }
    found.none()?;
    Ok(plan)
}

fn known<'a>(
    by: Authority<'_>,
    record: &AreaRecord,
    row: &'a AreaRow,
    above: Option<Slot<'a>>,
    plan: &mut Plan,
    found: &mut Found,
) -> Slot<'a> {
    let parent = match above {
        None => None,
        Some(Slot::There(parent)) => Some(parent.id),
        Some(Slot::New(_) | Slot::Bad) => Some(0),
    };
    if parent != row.parent_id {
        let (zh, en) =
            ("区域已存在于另一上级之下,不能移动", "it is there below another parent; areas are not moved");
        found.add(record.line, "parent_code", &record.code, zh, en);
    }
    if record.level.as_str() != row.level {
        found.add(
            record.line,
            "level",
            record.level.zh(),
            "区域已存在且层级不同",
            "it is there with another level",
        );
    }
    let edit = edited(record, row);
    if edit == AreaEdit::of(row) {
        plan.unchanged += 1;
    } else if by.covers(&row.path) {
        plan.changed.push((AreaId(row.id), edit));
    } else {
        outside(record, found);
    }
    Slot::There(row)
}

/// What the file leaves out stays as it is.
fn edited(record: &AreaRecord, row: &AreaRow) -> AreaEdit {
    let old = AreaEdit::of(row);
    let shown = if old.display_name == old.official_name { record.name.clone() } else { old.display_name };
    let display_name = record.display_name.clone().unwrap_or(shown);
    let aliases = if record.aliases.is_empty() { old.aliases } else { record.aliases.join("|") };
    AreaEdit {
        search: searched(&record.name, &display_name, &aliases, &record.code),
        official_name: record.name.clone(),
        display_name,
        aliases,
        grid_class: record.grid_class.or(old.grid_class),
        number_prefix: record.number_prefix.clone().or(old.number_prefix),
        position: record.position.or(old.position),
        office_name: record.office_name.clone().or(old.office_name),
        office_phone: record.office_phone.clone().or(old.office_phone),
        active: old.active,
    }
}

fn added<'a>(
    by: Authority<'_>,
    record: &AreaRecord,
    above: Option<Slot<'a>>,
    plan: &mut Plan,
    found: &mut Found,
) -> Slot<'a> {
    let above = match above {
        None if matches!(by, Authority::Operator) => Above::Top,
        None => {
            outside(record, found);
            return Slot::Bad;
        }
        Some(Slot::Bad) => return Slot::Bad,
        Some(Slot::New(place)) => Above::New(place),
        Some(Slot::There(row)) => {
            if !by.covers(&row.path) {
                outside(record, found);
                return Slot::Bad;
            }
            if !holds(row, record) {
                let (zh, en) = ("上级的层级应高于本级", "the parent must be of a higher level");
                found.add(record.line, "parent_code", &row.code, zh, en);
                return Slot::Bad;
            }
            Above::Area { id: AreaId(row.id), path: row.path.clone() }
        }
    };
    let display_name = record.display_name.clone().unwrap_or_else(|| record.name.clone());
    let aliases = record.aliases.join("|");
    let edit = AreaEdit {
        search: searched(&record.name, &display_name, &aliases, &record.code),
        official_name: record.name.clone(),
        display_name,
        aliases,
        grid_class: record.grid_class,
        number_prefix: record.number_prefix.clone(),
        position: record.position,
        office_name: record.office_name.clone(),
        office_phone: record.office_phone.clone(),
        active: true,
    };
    plan.new.push(NewArea { above, level: record.level, code: record.code.clone(), edit });
    Slot::New(plan.new.len() - 1)
}

fn holds(row: &AreaRow, record: &AreaRecord) -> bool {
    let class = row.grid_class.as_deref().and_then(GridClass::parse);
    AreaLevel::parse(&row.level)
        .is_some_and(|level| may_hold((level, class), (record.level, record.grid_class)))
}

fn outside(record: &AreaRecord, found: &mut Found) {
    found.add(record.line, "code", &record.code, "不在您管理的区域内", "outside the areas you administer");
}
