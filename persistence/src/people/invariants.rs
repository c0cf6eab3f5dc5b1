//! What always holds of people and their roles.

crate::engine::invariant::invariants! {
    ROLE_PLACE = "role_place", "角色有归属", "a role is held over one area, in one unit or in one team", || PLACES.into();
    PHONE_FOUND = "phone_found", "电话可查", "a phone that is kept can be looked up, and none can that is not kept", || PHONES.into();
}

/// Roles held nowhere, or in two places.
const PLACES: &str = "SELECT id, 'role ' || id || ' of account ' || account_id || ' is held in ' || places || ' places' AS said \
    FROM (SELECT id, account_id, CASE WHEN area_id IS NULL THEN 0 ELSE 1 END + CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END \
      + CASE WHEN team_id IS NULL THEN 0 ELSE 1 END AS places FROM role_binding) held WHERE places <> 1";
/// People with a phone and no hash of it, or the other way round.
const PHONES: &str =
    "SELECT id, 'account ' || id AS said FROM account WHERE (phone_sealed IS NULL) <> (phone_hash IS NULL)";
