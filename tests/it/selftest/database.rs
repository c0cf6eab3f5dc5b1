//! A migrated database per test, on each backend.

use harness::database::Backend;

#[test]
fn a_fresh_database_has_the_schema_of_this_build() {
    for &backend in Backend::ALL {
        let (mine, other) = (backend.database().unwrap(), backend.database().unwrap());
        assert_ne!(mine.url(), other.url());
        for database in [&mine, &other] {
            let standing =
                persistence::engine::database::migrate::check(&database.target().unwrap()).unwrap();
            assert!(standing.is_current(), "{backend:?}: {standing:?}");
        }
    }
}
