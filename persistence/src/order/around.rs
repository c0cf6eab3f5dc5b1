//! What stands around an order for whoever reads of it: the community that acts for it, whom to ask, and whom it is offered
//! to.

use crate::organisation::rows::AreaRow;
use domain::order::sentence::Offered;
use domain::organisation::AreaLevel;
use domain::words::labelled::Labelled;

/// The surroundings of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// The community whose inbox it lies in, or in part of which it lies; of an inbox above the communities, that area.
    pub community: String,
    /// Whom to ask: the office of the inbox, or of the nearest area above it that has one.
    pub office: Office,
    /// Whom this attempt is offered to, while the order is pooled.
    pub offered: Option<Offered>,
}

/// An office that answers for an area.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Office {
    /// Its name.
    pub name: Option<String>,
    /// Its telephone.
    pub phone: Option<String>,
}

impl Around {
    /// Of an inbox: its area and those above it, the top first. No name that tells a door is among them.
    #[must_use]
    pub fn of(areas: &[AreaRow]) -> Self {
        let level = |row: &AreaRow| AreaLevel::parse(&row.level);
        let nearest = |fits: &dyn Fn(AreaLevel) -> bool| {
            areas.iter().rev().find(|row| level(row).is_some_and(fits)).map(|row| row.display_name.clone())
        };
        let community = nearest(&|level| level == AreaLevel::Village)
            .or_else(|| nearest(&|level| !level.tells_a_door()))
            .unwrap_or_default();
        let office = areas.iter().rev().find(|row| row.office_name.is_some() || row.office_phone.is_some());
        let office = office.map_or_else(Office::default, |row| Office {
            name: row.office_name.clone(),
            phone: row.office_phone.clone(),
        });
        Self { community, office, offered: None }
    }
}

#[cfg(test)]
mod tests {
    //! The nearest office, and the community by its level.

    use super::*;
    use crate::engine::sql::types::Ts;
    use domain::At;

    fn row(level: AreaLevel, name: &str, office: (Option<&str>, Option<&str>)) -> AreaRow {
        AreaRow {
            id: 1,
            parent_id: None,
            level: level.as_str().into(),
            grid_class: None,
            code: name.into(),
            official_name: name.into(),
            display_name: name.into(),
            aliases: String::new(),
            search: String::new(),
            path: "/1/".into(),
            number_prefix: None,
            lng: None,
            lat: None,
            active: true,
            created_at: Ts(At::UNIX_EPOCH),
            office_name: office.0.map(Into::into),
            office_phone: office.1.map(Into::into),
        }
    }

    #[test]
    fn the_nearest_office_answers_and_the_community_acts() {
        let town = row(AreaLevel::Town, "西城街道", (Some("街道办"), Some("09133210000")));
        let village = row(AreaLevel::Village, "西郊社区", (None, None));
        let grid = row(AreaLevel::Grid, "西郊一网格", (None, None));
        let door = row(AreaLevel::Household, "501室", (None, None));
        let all = [town.clone(), village.clone(), grid, door.clone()];
        let around = Around::of(&all);
        assert_eq!((around.community.as_str(), around.office.name.as_deref()), ("西郊社区", Some("街道办")));
        assert_eq!(Around::of(&all[..1]).community, "西城街道", "an inbox above the communities");
        let own = row(AreaLevel::Village, "西郊社区", (None, Some("09133212345")));
        let office = Around::of(&[town, own, door.clone()]).office;
        assert_eq!(
            office,
            Office { name: None, phone: Some("09133212345".into()) },
            "an office is one place"
        );
        assert_eq!(Around::of(&[door]).community, "", "a door is told to nobody");
    }
}
