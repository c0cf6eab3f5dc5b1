//! The area tree (tag "catalogue"): everybody signed in reads it, administrators of what is above write it.

pub mod create;
pub mod list;
pub mod uncovered;
pub mod update;

use crate::http::error::{ApiError, ApiResult, FieldError};
use crate::http::fields::optional_phone;
use crate::http::locale::Lang;
use crate::organisation::searched::split_aliases;
use domain::organisation::{AreaLevel, GridClass};
use domain::words::labelled::Labelled;
use domain::words::text::line;
use persistence::organisation::rows::AreaRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest name or alias, characters.
const NAME_MAX: usize = 100;
/// Most aliases.
const ALIASES_MAX: usize = 20;

/// A place on the earth, WGS-84 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Longitude.
    #[schema(example = 109.94, minimum = 73, maximum = 136)]
    pub lng: f64,
    /// Latitude.
    #[schema(example = 34.79, minimum = 3, maximum = 54)]
    pub lat: f64,
}

/// An area.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AreaView {
    /// Its id.
    #[schema(example = "501")]
    pub id: String,
    /// The area above; none at the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "42")]
    pub parent_id: Option<String>,
    /// Its level, `province` to `household`.
    #[schema(example = "grid")]
    pub level: String,
    /// The level for people.
    #[schema(example = "网格")]
    pub level_text: String,
    /// Class of a grid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "level1")]
    pub grid_class: Option<String>,
    /// The class for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "一级网格")]
    pub grid_class_text: Option<String>,
    /// Its code.
    #[schema(example = "610523001001-03")]
    pub code: String,
    /// Name in the official statistics.
    #[schema(example = "东城社区居民委员会")]
    pub official_name: String,
    /// Name that people are shown.
    #[schema(example = "东城社区")]
    pub display_name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Prefix of order numbers here and below.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "DL")]
    pub number_prefix: Option<String>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    pub position: Option<Position>,
    /// The office that people ask about orders here and below, where it is not that of an area above.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "东城社区便民服务站")]
    pub office_name: Option<String>,
    /// Its telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false, example = "09133212345")]
    pub office_phone: Option<String>,
    /// Whether it is in use.
    pub active: bool,
}

fn labelled<T: Labelled>(word: &str, lang: Lang) -> String {
    T::parse(word).map_or_else(|| word.to_owned(), |m| lang.label(m).to_owned())
}

impl AreaView {
    /// Of a row.
    #[must_use]
    pub fn of(row: AreaRow, lang: Lang) -> Self {
        Self {
            id: row.id.to_string(),
            parent_id: row.parent_id.map(|id| id.to_string()),
            level_text: labelled::<AreaLevel>(&row.level, lang),
            level: row.level,
            grid_class_text: row.grid_class.as_deref().map(|word| labelled::<GridClass>(word, lang)),
            grid_class: row.grid_class,
            code: row.code,
            official_name: row.official_name,
            display_name: row.display_name,
            aliases: split_aliases(&row.aliases),
            number_prefix: row.number_prefix,
            position: row.lng.zip(row.lat).map(|(lng, lat)| Position { lng, lat }),
            office_name: row.office_name,
            office_phone: row.office_phone,
            active: row.active,
        }
    }
}

/// The checks of what a client says about an area, in one go.
#[derive(Default)]
struct Checks(Vec<FieldError>);

impl Checks {
    fn expect(&mut self, holds: bool, field: &str, reason: &str) {
        if !holds {
            self.0.push(FieldError::new(field, reason));
        }
    }

    /// The name as it is kept.
    fn name(&mut self, field: &str, name: &str) -> String {
        let name = line(name);
        self.expect((1..=NAME_MAX).contains(&name.chars().count()), field, "1 to 100 characters");
        name
    }

    /// The aliases as they are kept, in one value.
    fn aliases(&mut self, aliases: &[String]) -> String {
        self.expect(aliases.len() <= ALIASES_MAX, "aliases", "at most 20");
        self.expect(!aliases.iter().any(|alias| alias.contains('|')), "aliases", "no | in a name");
        aliases.iter().map(|alias| self.name("aliases", alias)).collect::<Vec<_>>().join("|")
    }

    fn grid_class(&mut self, class: Option<GridClass>, level: AreaLevel) {
        let grid = matches!(level, AreaLevel::GeneralGrid | AreaLevel::Grid | AreaLevel::MicroGrid);
        self.expect(class.is_none() || grid, "gridClass", "only grids have a class");
    }

    fn prefix(&mut self, prefix: Option<&str>) {
        let sound = |p: &str| {
            (1..=6).contains(&p.len())
                && p.starts_with(|c: char| c.is_ascii_uppercase())
                && p.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        };
        self.expect(prefix.is_none_or(sound), "numberPrefix", "1 to 6 capitals or digits, a capital first");
    }

    /// The office's name as it is kept, and its telephone in normal form.
    fn office(&mut self, name: Option<&str>, phone: Option<&str>) -> (Option<String>, Option<String>) {
        let name = name.filter(|name| !line(name).is_empty()).map(|name| self.name("officeName", name));
        let phone = optional_phone("officePhone", phone).unwrap_or_else(|refused| {
            self.0.extend(refused.fields);
            None
        });
        (name, phone.map(|phone| phone.to_string()))
    }

    fn position(&mut self, position: Option<Position>) {
        let sound = |p: Position| (73.0..=136.0).contains(&p.lng) && (3.0..=54.0).contains(&p.lat);
        self.expect(position.is_none_or(sound), "position", "WGS-84 degrees in China");
    }

    fn done(self) -> ApiResult<()> {
        if self.0.is_empty() { Ok(()) } else { Err(ApiError::fields(self.0)) }
    }
}
