//! Portable SQL types in Rust: instants and JSON documents, for both databases.

use crate::engine::sql;
use chrono::{DateTime, Utc};
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{BigInt, Text},
    sqlite::Sqlite,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::error::Category;

/// An instant in storage. Wraps the domain's `At`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::Instant)]
pub struct Ts(pub DateTime<Utc>);

impl From<DateTime<Utc>> for Ts {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at)
    }
}

impl ToSql<sql::Instant, Sqlite> for Ts {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.timestamp_micros());
        Ok(IsNull::No)
    }
}

impl FromSql<sql::Instant, Sqlite> for Ts {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let us = <i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?;
        DateTime::from_timestamp_micros(us).map(Self).ok_or_else(|| format!("no instant: {us}").into())
    }
}

/// A document in storage.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql::Doc)]
pub struct Json<T: std::fmt::Debug>(pub T);

impl<T: Serialize + std::fmt::Debug> ToSql<sql::Doc, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

impl<T: DeserializeOwned + std::fmt::Debug> FromSql<sql::Doc, Sqlite> for Json<T> {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(Self(serde_json::from_str(&text).map_err(unreadable)?))
    }
}

/// What is wrong with a document, and where; not what stands there.
#[allow(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn unreadable(e: serde_json::Error) -> String {
    let what = match e.classify() {
        Category::Syntax | Category::Eof => "no JSON",
        Category::Data => "a document of another shape",
        Category::Io => "not read",
    };
    format!("{what}, at column {} of line {}", e.column(), e.line())
}

#[cfg(feature = "postgres")]
mod pg {
    use super::{Json, Ts, sql, unreadable};
    use chrono::{DateTime, Utc};
    use diesel::{
        backend::Backend,
        deserialize::{self, FromSql},
        pg::Pg,
        serialize::{self, IsNull, Output, ToSql},
        sql_types::Timestamptz,
    };
    use serde::{Serialize, de::DeserializeOwned};
    use std::io::Write;

    impl ToSql<sql::Instant, Pg> for Ts {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            ToSql::<Timestamptz, Pg>::to_sql(&self.0, &mut out.reborrow())
        }
    }

    impl FromSql<sql::Instant, Pg> for Ts {
        fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
            <DateTime<Utc> as FromSql<Timestamptz, Pg>>::from_sql(value).map(Self)
        }
    }

    impl<T: Serialize + std::fmt::Debug> ToSql<sql::Doc, Pg> for Json<T> {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            out.write_all(&[1])?; // jsonb's wire format, version 1
            serde_json::to_writer(out, &self.0)?;
            Ok(IsNull::No)
        }
    }

    impl<T: DeserializeOwned + std::fmt::Debug> FromSql<sql::Doc, Pg> for Json<T> {
        fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
            match value.as_bytes() {
                [1, document @ ..] => Ok(Self(serde_json::from_slice(document).map_err(unreadable)?)),
                _ => Err("not jsonb of version 1".into()),
            }
        }
    }
}
