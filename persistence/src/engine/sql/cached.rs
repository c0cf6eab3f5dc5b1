//! Statements that Diesel prepares anew each time (UPDATE, DELETE, DO UPDATE, literal SQL), prepared once a connection like
//! a SELECT; keyed by their text and bind types. PostgreSQL plans an UPDATE of an order for longer than it runs it.

use diesel::backend::Backend;
use diesel::connection::LoadConnection;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use diesel::sql_types::Integer;
use diesel::{QueryResult, RunQueryDsl};

/// A statement whose text is one of a few.
pub struct Cached<Q>(pub Q);

/// A statement that names a list (`eq_any`): one text where a list is one value, as many as there are lengths elsewhere;
/// there it is not kept.
pub struct CachedList<Q>(pub Q);

/// How a database takes a list.
pub trait Lists {
    /// Whether as one value.
    const ARE_ONE: bool;
}

impl Lists for diesel::sqlite::Sqlite {
    const ARE_ONE: bool = false;
}

#[cfg(feature = "postgres")]
impl Lists for diesel::pg::Pg {
    const ARE_ONE: bool = true;
}

/// A change of rows that returns a word for each.
pub struct Counted<W>(W);

/// A wrapper that is the statement in it, but for whether it is kept.
macro_rules! wraps {
    ($wrapper:ident, $backend:path, $kept:expr) => {
        impl<Q> QueryId for $wrapper<Q> {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }

        impl<Q: Query> Query for $wrapper<Q> {
            type SqlType = Q::SqlType;
        }

        impl<Q, C> RunQueryDsl<C> for $wrapper<Q> {}

        impl<Q> $wrapper<Q> {
            /// Changes rows; how many. Instead of Diesel's method of this name, which takes the statement by reference,
            /// and a reference does not say that it may be kept: what is loaded is taken whole.
            pub fn execute<'q, C>(self, c: &'q mut C) -> QueryResult<usize>
            where
                C: LoadConnection,
                Counted<Self>: LoadQuery<'q, C, i32>,
            {
                let rows: Vec<i32> = Counted(self).load(c)?;
                Ok(rows.len())
            }
        }

        impl<DB: $backend, Q: QueryFragment<DB>> QueryFragment<DB> for $wrapper<Q> {
            fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                self.0.walk_ast(out)
            }

            fn is_safe_to_cache_prepared(&self, _backend: &DB) -> QueryResult<bool> {
                Ok($kept)
            }
        }
    };
}

impl<W> QueryId for Counted<W> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<W> Query for Counted<W> {
    type SqlType = Integer;
}

impl<W, C> RunQueryDsl<C> for Counted<W> {}

impl<DB: Backend, W: QueryFragment<DB>> QueryFragment<DB> for Counted<W> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING 1");
        Ok(())
    }

    fn is_safe_to_cache_prepared(&self, backend: &DB) -> QueryResult<bool> {
        self.0.is_safe_to_cache_prepared(backend)
    }
}

/// A database with lists.
pub trait Listing: Backend + Lists {}
impl<DB: Backend + Lists> Listing for DB {}

wraps!(Cached, Backend, true);
wraps!(CachedList, Listing, DB::ARE_ONE);
