//! The query behind the age of the oldest order, the sweeps and what looks for open names walk their indexes on both
//! databases, and what PostgreSQL would lose without a word is noticed.

use domain::AreaId;
use domain::words::labelled::Labelled;
use harness::database::Backend;
use harness::fixture;
use persistence::engine::swept::BATCH;
use persistence::operations::sweep::Kept;

use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, sql_query};

#[derive(QueryableByName)]
struct Sqlite {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// The index by which each kind finds what is past its time.
const fn age(what: Kept) -> &'static str {
    match what {
        Kept::Answers => "idempotency_age",
        Kept::Notifications => "notification_at",
        Kept::Pushes | Kept::DeadPushes => "push_job_ended",
        Kept::Sessions => "session_expires",
        Kept::UploadDays => "upload_day_age",
    }
}

#[test]
fn sweeps_sqlite() {
    let database = Backend::Sqlite.database().unwrap();
    let url = database.url();
    let mut conn = diesel::SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap()).unwrap();
    for what in Kept::ALL {
        let sql = persistence::sqlite::q::operations::sweep::sql(*what)
            .replace("@batch", &BATCH.to_string())
            .replace("$1", "1");
        let plan: Vec<Sqlite> = sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(&mut conn).unwrap();
        let plan: Vec<String> = plan.into_iter().map(|row| row.detail).collect();
        assert!(plan.iter().any(|line| line.contains(age(*what))), "{what:?}: {plan:?}");
        assert!(!plan.iter().any(|line| line.starts_with("SCAN notification")), "{what:?}: {plan:?}");
    }
}

#[test]
fn the_oldest_order_sqlite() {
    let database = Backend::Sqlite.database().unwrap();
    fixture::plant(&database).unwrap();
    let url = database.url();
    let mut conn = diesel::SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap()).unwrap();
    let sql = persistence::sqlite::q::order::waiting::oldest_sql(AreaId(1), "dispatched");
    let plan: Vec<Sqlite> = sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(&mut conn).unwrap();
    let plan: Vec<String> = plan.into_iter().map(|row| row.detail).collect();
    assert!(plan.iter().any(|l| l.contains("order_area USING COVERING INDEX order_area_bucket")), "{plan:?}");
    assert!(plan.iter().any(|l| l.contains("o USING INTEGER PRIMARY KEY")), "{plan:?}");
    assert!(!plan.iter().any(|l| l.contains("FOR ORDER BY")), "{plan:?}");
}

/// What looks for names that are open and are to be sealed, and its indexes.
fn open_names(not_masked: &str) -> [(String, &'static str); 2] {
    let from =
        |filter: &str| format!("SELECT id FROM account WHERE id > 1 AND {filter} ORDER BY id LIMIT 100");
    [
        (from("name_sealed IS NULL"), "account_name_open"),
        (from(&format!("name_sealed IS NOT NULL AND {not_masked}")), "account_name_told"),
    ]
}

/// A county's residents, whose names are sealed.
#[cfg(feature = "postgres")]
const RESIDENTS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
    INSERT INTO account (id, name, name_sealed, must_change_password, failed_logins, created_at) \
    SELECT 5000 + n.i, '王**', phone_sealed, FALSE, 0, created_at FROM n, account WHERE account.id = 1";

#[test]
fn open_names_sqlite() {
    let database = Backend::Sqlite.database().unwrap();
    let url = database.url();
    let mut conn = diesel::SqliteConnection::establish(url.strip_prefix("sqlite:").unwrap()).unwrap();
    for (sql, index) in open_names(persistence::sqlite::q::people::names::NOT_MASKED) {
        let plan: Vec<Sqlite> = sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(&mut conn).unwrap();
        assert!(plan.iter().any(|row| row.detail.contains(index)), "{index}");
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::*;
    use persistence::engine::executor::{Executor, Mode};
    use persistence::{StoreError, StoreResult};

    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        #[diesel(column_name = "QUERY PLAN")]
        line: String,
    }

    #[test]
    fn the_oldest_order() {
        let database = Backend::Postgres.database().unwrap();
        let mut conn = diesel::PgConnection::establish(&database.url()).unwrap();
        // as if the tables were large: an empty one is always read whole
        sql_query("SET enable_seqscan = off").execute(&mut conn).unwrap();
        sql_query("SET enable_bitmapscan = off").execute(&mut conn).unwrap();
        let sql = persistence::pg::q::order::waiting::oldest_sql(AreaId(1), "dispatched");
        let plan: Vec<Line> = sql_query(format!("EXPLAIN {sql}")).load(&mut conn).unwrap();
        let plan: Vec<String> = plan.into_iter().map(|row| row.line).collect();
        let text = plan.join("\n");
        assert!(text.contains("Index Only Scan Backward using order_area_bucket"), "{text}");
        assert!(text.contains("orders_pkey"), "{text}");
    }

    #[test]
    fn sweeps() {
        let database = Backend::Postgres.database().unwrap();
        let mut conn = diesel::PgConnection::establish(&database.url()).unwrap();
        sql_query("SET enable_seqscan = off").execute(&mut conn).unwrap();
        for what in Kept::ALL {
            let sql = persistence::pg::q::operations::sweep::sql(*what).replace("@batch", &BATCH.to_string());
            let sql = sql.replace("$1", "now()");
            let plan: Vec<Line> = sql_query(format!("EXPLAIN {sql}")).load(&mut conn).unwrap();
            let text = plan.into_iter().map(|row| row.line).collect::<Vec<_>>().join("\n");
            assert!(text.contains(age(*what)) && !text.contains("Seq Scan"), "{what:?}: {text}");
        }
    }

    #[test]
    fn open_names() {
        let database = Backend::Postgres.database().unwrap();
        fixture::plant(&database).unwrap();
        fixture::run(&database, "UPDATE account SET phone_sealed = 'x' WHERE id = 1").unwrap();
        fixture::run(&database, RESIDENTS).unwrap();
        fixture::run(&database, "ANALYZE account").unwrap();
        let mut conn = diesel::PgConnection::establish(&database.url()).unwrap();
        for (sql, index) in super::open_names(persistence::pg::q::people::names::NOT_MASKED) {
            let plan: Vec<Line> = sql_query(format!("EXPLAIN {sql}")).load(&mut conn).unwrap();
            let text = plan.into_iter().map(|row| row.line).collect::<Vec<_>>().join("\n");
            assert!(text.contains(index), "{index}: {text}");
        }
    }

    /// A job that swallows an error leaves a failed transaction, and PostgreSQL answers its COMMIT without an error.
    #[tokio::test]
    async fn a_swallowed_error_is_not_acknowledged() {
        let database = Backend::Postgres.database().unwrap();
        let url = database.url();
        let executor: Executor<diesel::PgConnection> =
            Executor::start("test", 1, move || persistence::engine::database::pg::connect(&url));
        let swallowed: StoreResult<()> = executor
            .run(Mode::Transaction, |c| {
                sql_query("INSERT INTO meta VALUES ('lost', '1')").execute(c)?;
                let _swallowed = sql_query("INSERT INTO meta VALUES ('lost', '2')").execute(c);
                Ok(())
            })
            .await;
        assert!(matches!(swallowed, Err(StoreError::Unavailable(_))), "{swallowed:?}");
        let kept = executor
            .run(Mode::Transaction, |c| Ok(sql_query("INSERT INTO meta VALUES ('lost', '3')").execute(c)?))
            .await;
        assert!(matches!(kept, Ok(1)), "{kept:?}");
        assert_eq!(
            fixture::numbers(&database, "SELECT value::bigint AS n FROM meta WHERE key = 'lost'").unwrap(),
            [3]
        );
    }

    /// An aborted job's transaction ends with its connection: its locks are gone when the next one asks.
    #[tokio::test]
    async fn an_aborted_transaction_does_not_stay_open() {
        let database = Backend::Postgres.database().unwrap();
        let url = database.url();
        let executor: Executor<diesel::PgConnection> =
            Executor::start("test", 1, move || persistence::engine::database::pg::connect(&url));
        for _ in 0..3 {
            let panicked: StoreResult<()> = executor
                .run(Mode::Transaction, |c| {
                    sql_query("LOCK TABLE meta IN ACCESS EXCLUSIVE MODE").execute(c)?;
                    panic!("on purpose")
                })
                .await;
            assert!(matches!(panicked, Err(StoreError::Unavailable(_))), "{panicked:?}");
        }
        executor.run(Mode::Plain, |c| Ok(sql_query("DELETE FROM meta").execute(c)?)).await.unwrap();
    }
}
