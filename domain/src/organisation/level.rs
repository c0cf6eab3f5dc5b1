//! Levels of areas, from province to household, and classes of grids.

use crate::labelled;

labelled! {
    /// Level of an area, province to household.
    AreaLevel {
        Province = "province", "省", "Province";
        City = "city", "市", "City";
        County = "county", "区县", "County";
        Town = "town", "镇街", "Town";
        Village = "village", "村社区", "Village or community";
        GeneralGrid = "general_grid", "总网格", "General grid";
        Grid = "grid", "网格", "Grid";
        MicroGrid = "micro_grid", "微网格", "Micro-grid";
        Compound = "compound", "小区", "Compound";
        Building = "building", "楼栋", "Building";
        Entrance = "entrance", "单元", "Entrance";
        Household = "household", "户", "Household";
    }
}

impl AreaLevel {
    /// Whether the name of such an area tells whose door is meant: those below the compound.
    #[must_use]
    pub const fn tells_a_door(self) -> bool {
        match self {
            Self::Building | Self::Entrance | Self::Household => true,
            Self::Province
            | Self::City
            | Self::County
            | Self::Town
            | Self::Village
            | Self::GeneralGrid
            | Self::Grid
            | Self::MicroGrid
            | Self::Compound => false,
        }
    }
}

labelled! {
    /// Class of a grid (网格类别).
    GridClass {
        Level1 = "level1", "一级网格", "Level 1";
        Level2 = "level2", "二级网格", "Level 2";
        Level3 = "level3", "三级网格", "Level 3";
        Dedicated = "dedicated", "专属网格", "Dedicated";
    }
}
