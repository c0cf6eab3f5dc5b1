//! Names of places that tell no door.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::{BigInt, Text};
use domain::organisation::AreaLevel;
use domain::words::labelled::Labelled;
use std::sync::LazyLock;

/// Of a row of `area`: its name, or that of the nearest area above it whose name tells no door. There are three levels below
/// the compound, so three steps up lead out of them; in a tree that has more there is no name to show.
pub fn public_place() -> SqlLiteral<Text> {
    sql(&PUBLIC_PLACE)
}

/// The key of the area whose name [`public_place`] is; 0 where there is none.
pub fn public_key() -> SqlLiteral<BigInt> {
    sql(&PUBLIC_KEY)
}

/// A part of the statement that reads the area, so that it costs none of its own.
static PUBLIC_PLACE: LazyLock<String> = LazyLock::new(|| of_public("display_name", "'***'"));
static PUBLIC_KEY: LazyLock<String> = LazyLock::new(|| of_public("id", "0"));

/// A column of the nearest area whose name tells no door.
fn of_public(column: &str, none: &str) -> String {
    let public = AreaLevel::ALL.iter().filter(|level| !level.tells_a_door());
    let public: Vec<String> = public.map(|level| format!("'{}'", level.as_str())).collect();
    let when = |area: &str| format!("WHEN {area}.level IN ({}) THEN {area}.{column}", public.join(","));
    format!(
        "CASE {} ELSE COALESCE((SELECT CASE {} {} {} END FROM area one LEFT JOIN area two ON two.id = one.parent_id \
         LEFT JOIN area three ON three.id = two.parent_id WHERE one.id = area.parent_id), {none}) END",
        when("area"),
        when("one"),
        when("two"),
        when("three")
    )
}
