//! What may be wrong with a database, and all that `diandan prove` then says: a list a module, or of several small ones.

mod house;
mod news;
mod order;

use harness::both;
use harness::database::copies::Copies;
use harness::fixture;
use persistence::engine::invariant::Invariant;
use persistence::prove::invariants;
use std::collections::BTreeSet;

use super::{named, proof, story};

/// Damage by SQL that both databases take, all that breaks of it, and what is said of the first.
pub type Damage = (&'static str, &'static [Invariant], &'static str);

/// Does each to a copy, and proves it.
///
/// `@p` is pooled with nobody on it, `@t` pooled with one of two slots taken, `@c` claimed, `@e` claimed again after a
/// release; `@grid` is the scope of the grid. `@upload` puts in photo 900, whole and in time.
async fn each_is_named(app: &harness::app::App, damages: &[Damage]) {
    let mut names = story(app).await;
    let print = "0123456789abcdef".repeat(4);
    names.push((
        "@upload",
        format!(
            "INSERT INTO file (id,owner_id,mime,size,width,height,sha256,created_at) \
             SELECT 900,id,'image/png',1,1,1,'{print}',created_at FROM account WHERE id = 1"
        ),
    ));
    names.push((
        "@unchecked",
        match app.backend {
            harness::database::Backend::Sqlite => "PRAGMA ignore_check_constraints=ON;".into(),
            #[cfg(feature = "postgres")]
            harness::database::Backend::Postgres => {
                "ALTER TABLE orders DROP CONSTRAINT orders_check1;".into()
            }
        },
    ));
    let copies = Copies::of(app.database()).unwrap();
    let whole = proof(&copies.fresh().unwrap());
    assert!(whole.is_sound(), "{whole:#?}");
    assert_eq!((whole.counts.numbers, whole.counts.claims_live, whole.counts.claims_ended), (6, 4, 1));
    for (damage, breaks, said) in damages {
        let (copy, damage, said) = (copies.fresh().unwrap(), named(damage, &names), named(said, &names));
        fixture::run_at(&copy, &damage).unwrap();
        let found = proof(&copy).broken;
        let wanted: BTreeSet<Invariant> = breaks.iter().copied().collect();
        assert_eq!(found.keys().copied().collect::<BTreeSet<_>>(), wanted, "{damage}: {found:#?}");
        let first = &found[&breaks[0]];
        assert!(first.examples.iter().any(|e| e.contains(&said)), "{damage}: {said:?} is not in {first:?}");
    }
}

both!(each_damage_is_named_and_nothing_else, async |app| {
    each_is_named(app, order::DAMAGES).await;
});

both!(each_damage_to_what_was_told_is_named, async |app| {
    each_is_named(app, news::DAMAGES).await;
});

both!(each_damage_to_the_house_is_named, async |app| {
    each_is_named(app, house::DAMAGES).await;
});

#[test]
fn every_invariant_has_a_damage() {
    let damages = [order::DAMAGES, news::DAMAGES, house::DAMAGES].concat();
    let broken: BTreeSet<Invariant> = damages.iter().flat_map(|(_, breaks, _)| *breaks).copied().collect();
    assert_eq!(broken, invariants::all().collect());
}
