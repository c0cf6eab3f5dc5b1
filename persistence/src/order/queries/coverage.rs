//! Who oversees what: desks (areas where somebody who is not disabled dispatches), and the areas without one there or above.
//!
//! Desks come by `role_binding_role`, so that what is read grows with them and not with areas or orders. What lies in an
//! inbox comes by `orders_inbox`; what lies in a branch without a desk is a bounded piece of `order_area_open`. Keys are
//! numbers and stand in the text, cast where they are selected: PostgreSQL takes a small one for an int.

use super::Conn;
use super::organisation::areas::{path_ids, path_prefix_end};
use crate::engine::error::StoreResult;
use crate::order::reach::Uncovered;
use crate::order::schema::order_read;
use crate::organisation::rows::AreaRow;
use crate::organisation::schema::area;
use crate::people::schema::{account, role_binding};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use domain::order::{Forwarding, Status};
use domain::organisation::Place;
use domain::organisation::coverage::{above_desks, inbox_of};
use domain::people::Role;
use domain::words::labelled::Labelled;
use domain::{AccountId, AreaId, OrderId};
use std::collections::{BTreeMap, BTreeSet};

/// Orders that are counted.
const COUNTED: u32 = 10_000;

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    orders: i64,
}

/// The desks in these places: each area on the way down that somebody dispatches in who is not disabled, with who it is.
pub fn desks(c: &mut Conn, paths: &[String]) -> StoreResult<Vec<(AreaId, AccountId)>> {
    let around: BTreeSet<AreaId> = paths.iter().flat_map(|path| path_ids(path)).collect();
    let desks: Vec<(Option<i64>, i64)> = role_binding::table
        .inner_join(account::table.on(account::id.eq(role_binding::account_id)))
        .filter(role_binding::area_id.eq_any(AreaId::keys(&around)))
        .filter(role_binding::role.eq(Role::Dispatcher.as_str()))
        .filter(account::disabled_at.is_null())
        .select((role_binding::area_id, role_binding::account_id))
        .distinct()
        .load(c)?;
    Ok(desks.into_iter().filter_map(|(area, who)| Some((AreaId(area?), AccountId(who)))).collect())
}

/// Those of the areas with these paths that somebody oversees.
fn overseen(c: &mut Conn, paths: &[String]) -> StoreResult<Vec<AreaId>> {
    let desks = desks(c, paths)?;
    let places = paths.iter().map(|path| Place::of_path(path));
    let covered = places.filter(|place| inbox_of(place, &desks, &[]).is_some());
    Ok(covered.filter_map(|place| place.area()).collect())
}

/// Of a forwarded order: the path of the inbox it came from, and whether somebody who oversees the one it lies in (with
/// this path) has marked it read since, other than the one who sent it.
///
/// # Errors
/// `NotFound` when that area is no more.
pub fn forwarding(
    c: &mut Conn,
    order: OrderId,
    forwarded: Forwarding,
    inbox_path: &str,
) -> StoreResult<(String, bool)> {
    let from = super::organisation::areas::path(c, forwarded.from)?;
    let looked = role_binding::table
        .inner_join(order_read::table.on(order_read::account_id.eq(role_binding::account_id)))
        .filter(role_binding::area_id.eq_any(path_ids(inbox_path).map(|area| area.0).collect::<Vec<_>>()))
        .filter(role_binding::role.eq(Role::Dispatcher.as_str()))
        .filter(role_binding::account_id.ne(forwarded.by.0))
        .filter(order_read::order_id.eq(order.0).and(order_read::version.ge(forwarded.version)));
    Ok((from, diesel::select(diesel::dsl::exists(looked)).get_result(c)?))
}

/// The trees below some areas as far as nobody oversees them.
#[derive(Default)]
struct Tree {
    /// Areas with desks further down.
    above: BTreeSet<i64>,
    /// Those of the trees' own tops that have no desk anywhere.
    bare: BTreeSet<i64>,
}

impl Tree {
    /// Below the areas with these paths.
    fn below(c: &mut Conn, roots: &[String]) -> StoreResult<Self> {
        let mut tree = Self::default();
        let overseen = overseen(c, roots)?;
        for path in roots {
            let Some(root) = path_ids(path).last().filter(|root| !overseen.contains(root)) else {
                continue;
            };
            let desks = desks_below(c, path)?;
            if desks.is_empty() {
                tree.bare.insert(root.0);
            }
            tree.above.extend(above_desks(root, &desks).into_iter().map(|area| area.0));
        }
        Ok(tree)
    }

    /// The condition on `a` to be one of them: above desks and in use, or the top of a branch without any desk of which
    /// something is in use. What is not in use counts as long as open orders lie there.
    fn condition(&self) -> String {
        let (above, bare, open) = (keys(&self.above), keys(&self.bare), open());
        let desk = format!(
            "SELECT 1 FROM role_binding b JOIN account p ON p.id = b.account_id WHERE b.area_id = a.id \
             AND b.role = '{}' AND p.disabled_at IS NULL",
            Role::Dispatcher
        );
        let lies = format!("SELECT 1 FROM orders o WHERE o.inbox_id = a.id AND o.status IN ({open})");
        let used = "EXISTS (SELECT 1 FROM area d WHERE d.active AND d.path >= a.path \
                    AND d.path < substr(a.path, 1, length(a.path) - 1) || '0') \
                    OR EXISTS (SELECT 1 FROM order_area w WHERE w.area_id = a.id AND w.open = TRUE)";
        format!(
            "(a.id IN ({above}) AND (a.active OR EXISTS ({lies})) OR a.id IN ({bare}) AND ({used}) \
             OR a.parent_id IN ({above}) AND a.id NOT IN ({above}) AND NOT EXISTS ({desk}) AND ({used}))"
        )
    }
}

fn desks_below(c: &mut Conn, path: &str) -> StoreResult<Vec<Place>> {
    let paths: Vec<String> = role_binding::table
        .inner_join(account::table.on(account::id.eq(role_binding::account_id)))
        .inner_join(area::table.on(role_binding::area_id.eq(area::id.nullable())))
        .filter(role_binding::role.eq(Role::Dispatcher.as_str()))
        .filter(account::disabled_at.is_null())
        .filter(area::path.ge(path).and(area::path.lt(path_prefix_end(path))))
        .select(area::path)
        .distinct()
        .load(c)?;
    Ok(paths.iter().map(|path| Place::of_path(path)).collect())
}

/// Areas that nobody oversees, below those with these paths and themselves, by key: each that has desks further down, and
/// the top of each branch that has none.
pub fn page(c: &mut Conn, roots: &[String], after: AreaId, limit: i64) -> StoreResult<Vec<Uncovered>> {
    let tree = Tree::below(c, roots)?;
    let found: Vec<Key> = sql_query(format!(
        "SELECT a.id AS id FROM area a WHERE a.id > {after} AND {} ORDER BY a.id LIMIT {limit}",
        tree.condition()
    ))
    .load(c)?;
    let ids: Vec<i64> = found.into_iter().map(|key| key.id).collect();
    let rows: Vec<AreaRow> =
        area::table.filter(area::id.eq_any(ids)).order(area::id).select(AreaRow::as_select()).load(c)?;
    let orders = lying(c, &tree, &rows)?;
    let uncovered = |area: AreaRow| Uncovered {
        whole: !tree.above.contains(&area.id),
        open_orders: orders.get(&area.id).copied().unwrap_or(0),
        area,
    };
    Ok(rows.into_iter().map(uncovered).collect())
}

/// Open orders that lie in these areas' inboxes, in a branch in any of its inboxes, by area; each at most `COUNTED` + 1.
fn lying(c: &mut Conn, tree: &Tree, rows: &[AreaRow]) -> StoreResult<BTreeMap<i64, i64>> {
    let one = |row: &AreaRow| match tree.above.contains(&row.id) {
        true => format!(
            "SELECT CAST({id} AS BIGINT) AS id, count(*) AS orders FROM (SELECT 1 AS one FROM orders o WHERE o.inbox_id = {id} \
             AND o.status IN ({}) LIMIT {COUNTED} + 1) x",
            open(),
            id = row.id
        ),
        false => format!(
            "SELECT CAST({id} AS BIGINT) AS id, count(*) AS orders FROM (SELECT 1 AS one FROM order_area w \
             JOIN orders o ON o.id = w.order_id JOIN area i ON i.id = o.inbox_id WHERE w.area_id = {id} AND w.open = TRUE \
             AND i.path >= '{path}' AND i.path < '{end}' LIMIT {COUNTED} + 1) x",
            id = row.id,
            path = row.path,
            end = path_prefix_end(&row.path)
        ),
    };
    let each: Vec<String> = rows.iter().map(one).collect();
    if each.is_empty() {
        return Ok(BTreeMap::new());
    }
    let counts: Vec<Count> = sql_query(each.join(" UNION ALL ")).load(c)?;
    Ok(counts.into_iter().map(|count| (count.id, count.orders)).collect())
}

/// How many areas of the whole tree nobody oversees, a branch without desks counting as one; and how many open orders lie
/// in their inboxes, at most `COUNTED` + 1 of either kind.
pub fn totals(c: &mut Conn) -> StoreResult<(i64, i64)> {
    let roots: Vec<String> = area::table.filter(area::parent_id.is_null()).select(area::path).load(c)?;
    let tree = Tree::below(c, &roots)?;
    let (condition, above, open) = (tree.condition(), keys(&tree.above), open());
    let areas = format!("SELECT CAST(0 AS BIGINT) AS id, count(*) AS orders FROM area a WHERE {condition}");
    let inboxes = format!(
        "SELECT CAST(1 AS BIGINT) AS id, count(*) AS orders FROM (SELECT 1 AS one FROM orders o WHERE o.inbox_id IN ({above}) \
         AND o.status IN ({open}) LIMIT {COUNTED} + 1) x"
    );
    let branches = format!(
        "SELECT CAST(2 AS BIGINT) AS id, count(*) AS orders FROM (SELECT 1 AS one FROM area a \
         JOIN order_area w ON w.area_id = a.id AND w.open = TRUE JOIN orders o ON o.id = w.order_id \
         JOIN area i ON i.id = o.inbox_id WHERE a.id NOT IN ({above}) AND {condition} \
         AND substr(i.path, 1, length(a.path)) = a.path LIMIT {COUNTED} + 1) x"
    );
    let counts: Vec<Count> = sql_query([areas, inboxes, branches].join(" UNION ALL ")).load(c)?;
    let of = |which: bool| counts.iter().filter(|n| (n.id == 0) == which).map(|n| n.orders).sum();
    Ok((of(true), of(false)))
}

/// The words of the open states, for an `IN`.
fn open() -> String {
    let words: Vec<String> =
        Status::ALL.iter().filter(|s| s.is_open()).map(|s| format!("'{}'", s.as_str())).collect();
    words.join(", ")
}

/// Keys for an `IN`; 0, which is nobody's, where there are none.
fn keys(of: &BTreeSet<i64>) -> String {
    let all: Vec<String> = std::iter::once(0).chain(of.iter().copied()).map(|key| key.to_string()).collect();
    all.join(",")
}
