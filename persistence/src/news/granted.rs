//! Which memberships the roles of many people give, in one statement for both databases.

use domain::people::{Role, RoleSet};
use domain::words::labelled::Labelled;

/// The kind of the scope in which dispatchers of an area follow its orders. Nothing is ever offered there.
pub const INBOX: &str = "inbox";

/// The memberships that every claiming role with a later key than `since` gives: a table `want` of kind, key and
/// account. Written once for both databases: the same words mean the same in both.
pub fn granted(since: i64) -> String {
    let claiming: Vec<String> = Role::ALL
        .iter()
        .filter(|r| RoleSet::CANDIDATES.has(**r))
        .map(|r| format!("'{}'", r.as_str()))
        .collect();
    let (claiming, dispatcher) = (claiming.join(", "), Role::Dispatcher);
    let shut_out = "SELECT id FROM account WHERE disabled_at IS NOT NULL";
    format!(
        "WITH RECURSIVE fresh(account_id, area_id, unit_id, team_id) AS (
           SELECT account_id, area_id, unit_id, team_id FROM role_binding WHERE id > {since} AND role IN ({claiming})
              AND account_id NOT IN ({shut_out})
         ), up(account_id, area_id) AS (
           SELECT account_id, area_id FROM fresh WHERE area_id IS NOT NULL
           UNION
           SELECT up.account_id, area.parent_id FROM up JOIN area ON area.id = up.area_id
            WHERE area.parent_id IS NOT NULL
         ), want(kind, ref_id, account_id) AS (
           SELECT CAST('area' AS TEXT), area_id, account_id FROM up
           UNION SELECT CAST('unit' AS TEXT), unit_id, account_id FROM fresh WHERE unit_id IS NOT NULL
           UNION SELECT CAST('team' AS TEXT), team_id, account_id FROM fresh WHERE team_id IS NOT NULL
           UNION SELECT CAST('person' AS TEXT), account_id, account_id FROM fresh
           UNION SELECT CAST('{INBOX}' AS TEXT), area_id, account_id FROM role_binding
             WHERE id > {since} AND role = '{dispatcher}' AND area_id IS NOT NULL AND account_id NOT IN ({shut_out})
         )"
    )
}
