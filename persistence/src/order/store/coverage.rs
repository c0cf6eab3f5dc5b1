//! Who oversees what, and what nobody does.

use crate::engine::database::target::Target;
use crate::engine::error::StoreResult;
use crate::order::reach::Uncovered;
use crate::organisation::rows::AreaRow;
use crate::store::{Store, on};
use domain::order::Forwarding;
use domain::{AccountId, AreaId, OrderId};

impl Store {
    /// An area, and the desks there and above: each with who dispatches there.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn area_and_desks(&self, id: AreaId) -> StoreResult<(AreaRow, Vec<(AreaId, AccountId)>)> {
        on!(self, read, |c| {
            let row = q::organisation::areas::find(c, id)?;
            let desks = q::order::coverage::desks(c, std::slice::from_ref(&row.path))?;
            Ok((row, desks))
        })
    }

    /// The desks in these places (paths): each area on the way down, with who dispatches there.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn desks(&self, paths: Vec<String>) -> StoreResult<Vec<(AreaId, AccountId)>> {
        on!(self, read, |c| q::order::coverage::desks(c, &paths))
    }

    /// Of a forwarded order that lies in the inbox with this path: the path of the one it came from, and whether somebody
    /// there has marked it read since.
    ///
    /// # Errors
    /// `NotFound` when that area is no more.
    pub async fn forwarding(
        &self,
        order: OrderId,
        forwarded: Forwarding,
        inbox_path: String,
    ) -> StoreResult<(String, bool)> {
        on!(self, read, |c| q::order::coverage::forwarding(c, order, forwarded, &inbox_path))
    }

    /// Areas that nobody oversees, at and below those with these paths, by key.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn uncovered(
        &self,
        roots: Vec<String>,
        after: AreaId,
        limit: i64,
    ) -> StoreResult<Vec<Uncovered>> {
        on!(self, read, |c| q::order::coverage::page(c, &roots, after, limit))
    }

    /// How many areas nobody oversees (a branch without anybody counts as one), and how many open orders lie there.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn uncovered_totals(&self) -> StoreResult<(i64, i64)> {
        on!(self, read, |c| q::order::coverage::totals(c))
    }
}

/// [`Store::uncovered_totals`] of a database beside a server, over a connection of its own.
///
/// # Errors
/// `Unavailable`.
pub fn uncovered_totals(target: &Target) -> StoreResult<(i64, i64)> {
    match target {
        Target::Sqlite { path } => crate::sqlite::q::order::coverage::totals(
            &mut crate::engine::database::sqlite::connect_reader(path)?,
        ),
        #[cfg(feature = "postgres")]
        Target::Postgres { url } => {
            crate::pg::q::order::coverage::totals(&mut crate::engine::database::pg::connect(url)?)
        }
    }
}
