//! Sealing anew: every row of the layout before, of a previous key, or with a hash of a previous key is written once more
//! as it would be written today. Rows are read by key in batches, and each batch that has something to change is a
//! transaction of its own; a row is changed only while it is as it was read, so the server may go on beside it. Before that,
//! names that are open and should not be are sealed, and what may be shown of contacts is masked as it is today.

use super::Conn;
use super::engine::seals::Opener;
use super::engine::seals::{PROGRESS, SEALED};
use super::engine::{guard, meta};
use super::order::contact::masks;
use super::people::names;
use crate::engine::error::StoreResult;
use crate::engine::seal::{Keyring, Place, SealError};
use crate::operations::reseal::{Resealed, Table};
use crate::order::sealed::{
    BENEFICIARY_NAME, BENEFICIARY_PHONE, BENEFICIARY_RELATION, CONTACT_ADDRESS, CONTACT_NAME, CONTACT_PHONE,
};
use crate::people::sealed::{ACCOUNT_NAME, ACCOUNT_PHONE};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool};
use domain::AccountId;
use std::time::Duration;

/// Rows of a batch.
const BATCH: i64 = 200;
/// Between two batches that changed something: others get a turn at SQLite's one writer.
const PAUSE: Duration = Duration::from_millis(5);
/// Times everything is gone through when rows changed meanwhile.
const PASSES: usize = 3;
/// Rows that are counted of those that wait.
const COUNTED: i64 = 10_000;

/// A row's sealed columns and its hashes for look-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    key: i64,
    sealed: Vec<Option<Vec<u8>>>,
    hashes: Vec<Option<Vec<u8>>>,
}

type Blob = Option<Vec<u8>>;

/// A column of a select, whatever its name.
macro_rules! blob {
    ($column:ident) => {
        Blob
    };
}

/// Whether a column still holds this value, or none.
macro_rules! is {
    ($column:expr, $was:expr) => {{
        let was: Blob = $was;
        $column.eq(was.clone()).or($column.is_null().and(was.is_none().into_sql::<Bool>()))
    }};
}

/// A table with sealed columns and the places they are sealed for, and its hashes with the column (by its place in the
/// list) that each is of.
macro_rules! sealed_table {
    ($owner:ident :: $table:ident by $key:ident: [$($column:ident => $place:expr),+], [$($hash:ident of $at:expr),*]) => {
        pub(super) mod $table {
            use super::*;
            use crate::$owner::schema::$table as table;

            pub(super) const TABLE: Table<Conn, Row> = Table {
                name: stringify!($table),
                key: stringify!($key),
                columns: &[$($place),+],
                hashed: &[$($at),*],
                read,
                replace,
            };

            fn read(c: &mut Conn, after: i64) -> StoreResult<Vec<Row>> {
                let rows: Vec<(i64, $(blob!($column),)+ $(blob!($hash),)*)> = table::table
                    .filter(table::$key.gt(after))
                    .order(table::$key)
                    .limit(BATCH)
                    .select((table::$key, $(table::$column,)+ $(table::$hash,)*))
                    .load(c)?;
                let row = |(key, $($column,)+ $($hash,)*)| {
                    Row { key, sealed: vec![$($column),+], hashes: vec![$($hash),*] }
                };
                Ok(rows.into_iter().map(row).collect())
            }

            fn replace(c: &mut Conn, old: Row, new: Row) -> StoreResult<bool> {
                let mut was = old.sealed.into_iter().chain(old.hashes);
                let mut is = new.sealed.into_iter().chain(new.hashes);
                let unchanged = table::table
                    .filter(table::$key.eq(old.key))
                    $(.filter(is!(table::$column, was.next().flatten())))+
                    $(.filter(is!(table::$hash, was.next().flatten())))*;
                let renewed = (
                    $(table::$column.eq(is.next().flatten()),)+
                    $(table::$hash.eq(is.next().flatten()),)*
                );
                Ok(diesel::update(unchanged).set(renewed).execute(c)? > 0)
            }
        }
    };
}

sealed_table!(order::order_contact by order_id:
    [name_sealed => CONTACT_NAME, phone_sealed => CONTACT_PHONE, address_sealed => CONTACT_ADDRESS,
     beneficiary_name_sealed => BENEFICIARY_NAME, beneficiary_phone_sealed => BENEFICIARY_PHONE,
     beneficiary_relation_sealed => BENEFICIARY_RELATION], [phone_hash of 1]);
sealed_table!(people::account by id: [phone_sealed => ACCOUNT_PHONE, name_sealed => ACCOUNT_NAME], [phone_hash of 0]);

/// Every table with sealed columns, in the order in which they are gone through.
const TABLES: [Table<Conn, Row>; 2] = [order_contact::TABLE, account::TABLE];

/// Seals everything anew that needs it; `told` hears of each batch before it is written.
///
/// # Errors
/// Those of the connection; what was done by then stays done, and the next run goes on there.
pub fn run(c: &mut Conn, keyring: &Keyring, told: &mut dyn FnMut(&Resealed)) -> StoreResult<Resealed> {
    let mark = hex::encode(keyring.mark());
    let mut from = progress(c, &mark)?;
    let mut done = Resealed { sealed: settle_names(c, keyring)? + masks::renew(c)?, ..Resealed::default() };
    for _ in 0..PASSES {
        done = Resealed { sealed: done.sealed, ..Resealed::default() };
        for table in TABLES.iter().skip(from.0) {
            pass(c, keyring, table, std::mem::take(&mut from.1), &mut done, told)?;
        }
        from = (0, 0);
        if done.missed == 0 {
            break;
        }
    }
    done.keyed_codes = keyed_codes(c)?;
    // what lacks its key may get it yet: until then a value of the layout before must be opened
    if done.missed == 0 && done.lacking.count == 0 {
        meta::put(c, SEALED, &mark)?;
        meta::unset(c, PROGRESS)?;
    }
    Ok(done)
}

/// Seals names that are open and should not be, and the other way round, in batches; how many.
fn settle_names(c: &mut Conn, keyring: &Keyring) -> StoreResult<u64> {
    let (mut after, mut settled) = (AccountId(0), 0);
    loop {
        let ids = names::unsettled(c, after, BATCH)?;
        let Some(last) = ids.last().copied() else { return Ok(settled) };
        settled += c.transaction(|c| {
            guard::hold_people(c)?;
            let mut changed = 0;
            for id in ids {
                changed += u64::from(names::settle(c, keyring, id)?);
            }
            StoreResult::Ok(changed)
        })?;
        after = last;
        std::thread::sleep(PAUSE);
    }
}

/// One table, from after this key on.
fn pass(
    c: &mut Conn,
    keyring: &Keyring,
    table: &Table<Conn, Row>,
    mut after: i64,
    done: &mut Resealed,
    told: &mut dyn FnMut(&Resealed),
) -> StoreResult<()> {
    loop {
        let rows = (table.read)(c, after)?;
        let Some(last) = rows.last().map(|row| row.key) else { return Ok(()) };
        done.read += u64::try_from(rows.len()).unwrap_or(0);
        let opener = Opener::of(c, keyring, rows.iter().flat_map(|row| &row.sealed))?;
        let mut renewed = Vec::new();
        for row in rows {
            let new = renew(keyring, opener, table, &row, done)?;
            if new != row {
                renewed.push((row, new));
            }
        }
        after = last;
        if renewed.is_empty() {
            continue;
        }
        told(done);
        let (sealed, missed) = write(c, keyring, table, renewed, after)?;
        done.sealed += sealed;
        done.missed += missed;
        std::thread::sleep(PAUSE);
    }
}

/// The row as it would be written today. What does not open stays as it is and is noted.
fn renew(
    keyring: &Keyring,
    opener: Opener<'_>,
    table: &Table<Conn, Row>,
    row: &Row,
    done: &mut Resealed,
) -> StoreResult<Row> {
    let mut new = row.clone();
    let mut plains = Vec::with_capacity(row.sealed.len());
    for ((column, old), new) in table.columns.iter().zip(&row.sealed).zip(&mut new.sealed) {
        let place: Place = column.of(row.key);
        let plain = match old.as_deref().map(|sealed| opener.open(sealed, place)) {
            None => None,
            Some(Ok(plain)) => Some(plain),
            Some(Err(SealError::UnknownKey(_))) => {
                done.lacking.add(place);
                None
            }
            Some(Err(_damaged)) => {
                done.damaged.add(place);
                None
            }
        };
        if let Some(plain) = &plain
            && !old.as_deref().is_some_and(|sealed| keyring.is_current(sealed))
        {
            *new = Some(keyring.seal(plain.expose(), place)?);
        }
        plains.push(plain);
    }
    for (at, hash) in table.hashed.iter().zip(&mut new.hashes) {
        if let Some(Some(plain)) = plains.get(*at) {
            *hash = Some(keyring.lookup_hash(plain.expose()));
        }
    }
    Ok(new)
}

/// Writes a batch; how many rows were changed, and how many somebody else changed first.
fn write(
    c: &mut Conn,
    keyring: &Keyring,
    table: &Table<Conn, Row>,
    rows: Vec<(Row, Row)>,
    last: i64,
) -> StoreResult<(u64, u64)> {
    c.transaction(|c| {
        let (mut sealed, mut missed) = (0, 0);
        for (old, new) in rows {
            match (table.replace)(c, old, new)? {
                true => sealed += 1,
                false => missed += 1,
            }
        }
        meta::put(c, PROGRESS, &format!("{} {} {last}", hex::encode(keyring.mark()), table.name))?;
        Ok((sealed, missed))
    })
}

/// Where a run of this mark ended that did not come to its end: the table's place and its last key.
fn progress(c: &mut Conn, mark: &str) -> StoreResult<(usize, i64)> {
    let kept = meta::get(c, PROGRESS)?.unwrap_or_default();
    let mut words = kept.split(' ');
    let (of, table, key) = (words.next(), words.next(), words.next().and_then(|key| key.parse().ok()));
    let at = TABLES.iter().position(|t| Some(t.name) == table);
    Ok(at.zip(key).filter(|_| of == Some(mark)).unwrap_or_default())
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// At most how many rows wait to be sealed anew, of the first 10,000: all those that nobody has made sure of since the
/// key in force came into force.
pub fn waiting(c: &mut Conn, keyring: &Keyring) -> StoreResult<i64> {
    let mark = hex::encode(keyring.mark());
    if meta::get(c, SEALED)?.is_some_and(|sealed| sealed.is_empty() || sealed == mark) {
        return Ok(0);
    }
    let (first, mut after) = progress(c, &mark)?;
    let mut all = 0;
    for Table { name, key, .. } in TABLES.iter().skip(first) {
        let counted =
            format!("SELECT count(*) AS n FROM (SELECT 1 FROM {name} WHERE {key} > $1 LIMIT {COUNTED}) w");
        let found: Count = sql_query(counted).bind::<BigInt, _>(std::mem::take(&mut after)).get_result(c)?;
        all += found.n;
    }
    Ok(all.min(COUNTED))
}

/// Query codes from before, hashed with a key: they are found while that key is in the ring, and cannot be moved.
fn keyed_codes(c: &mut Conn) -> StoreResult<i64> {
    let found: Count =
        sql_query("SELECT count(*) AS n FROM order_query_code WHERE length(code_hash) = 32").get_result(c)?;
    Ok(found.n)
}

/// Notes the key with which a database was begun that was empty when it learned of the mark.
pub fn begin(c: &mut Conn, keyring: &Keyring) -> StoreResult<()> {
    use crate::engine::schema::meta::dsl;
    let unused = dsl::meta.filter(dsl::key.eq(SEALED)).filter(dsl::value.eq(""));
    diesel::update(unused).set(dsl::value.eq(hex::encode(keyring.mark()))).execute(c)?;
    Ok(())
}
