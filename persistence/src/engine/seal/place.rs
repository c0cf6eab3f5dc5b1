//! Where a sealed value belongs: its column and the key of its row. Both are bound into it.

/// A column of sealed values: `phone_sealed` of `account`, say. Its table and what it holds are bound into each value and
/// stored in none: changing them makes every value of the column unreadable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    /// Its table.
    pub table: &'static str,
    /// The table's key.
    pub key: &'static str,
    /// What is sealed: `phone` for the column `phone_sealed`.
    pub what: &'static str,
}

impl Column {
    /// The place of this column in the row with this key.
    #[must_use]
    pub const fn of(self, row: i64) -> Place {
        Place { column: self, row }
    }

    /// What the layout before bound into a value: `order_contact.phone`.
    #[must_use]
    pub fn words(self) -> String {
        format!("{}.{}", self.table, self.what)
    }
}

/// A column of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The column.
    pub column: Column,
    /// The row's own key.
    pub row: i64,
}

impl Place {
    /// What is bound into a value here: `order_contact.phone:42`.
    #[must_use]
    pub fn words(self) -> String {
        format!("{}:{}", self.column.words(), self.row)
    }
}
