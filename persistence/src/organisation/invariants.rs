//! What always holds of the tree of areas: reach, lists and inboxes read paths and never walk up.

use domain::organisation::AreaLevel;
use domain::words::labelled::Labelled;

crate::engine::invariant::invariants! {
    AREA_TREE = "area_tree", "区划成树", "an area's path is that of its parent and its own key", || PATHS.into();
    AREA_LEVEL = "area_level", "层级递降", "an area has a level, below its parent's; grids may lie in grids", levels;
}

/// Areas whose path is another one. A circle has no path.
const PATHS: &str = "SELECT a.id AS id, 'area ' || a.id || ' has the path ' || a.path || ', by its parent ' \
    || COALESCE(p.path, '/') || a.id || '/' AS said FROM area a LEFT JOIN area p ON p.id = a.parent_id \
    WHERE a.path <> COALESCE(p.path, '/') || a.id || '/'";

/// Areas of no level, or of none below their parent's. (The class of a grid can be changed later; its level cannot.)
fn levels() -> String {
    let ranks: Vec<String> =
        (1..).zip(AreaLevel::ALL).map(|(n, level)| format!("WHEN '{level}' THEN {n}")).collect();
    let rank = |level: &str| format!("CASE {level} {} END", ranks.join(" "));
    let (own, parents, grid) = (rank("a.level"), rank("p.level"), AreaLevel::Grid);
    format!(
        "SELECT a.id AS id, 'area ' || a.id || ' is a ' || a.level || ' in a ' || COALESCE(p.level, 'land') AS said \
         FROM area a LEFT JOIN area p ON p.id = a.parent_id \
         WHERE {own} IS NULL OR NOT ({parents} < {own} OR (a.level = '{grid}' AND p.level = '{grid}'))"
    )
}
