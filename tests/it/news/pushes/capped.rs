//! One dispatch pushes to so many people and no more: those who were seen last, and whoever dispatches can see it.

use super::{pass, present, pushed};
use harness::fixture::{OTHER_GRID, UNCHECKED};
use harness::play::Cast;
use serde_json::json;

pushed!(a_dispatch_reaches_those_seen_last, |config| config.push.per_dispatch = 2, async |app, receiver| {
    let (cast, f) = (Cast::of(app), app.fixture);
    present(app, f.third_worker, true, 600);
    present(app, f.leader, true, 2);
    let (id, _) = cast.pooled(UNCHECKED).await;
    pass(app, 6).await;
    assert_eq!(receiver.told("offer"), [f.third_worker, f.leader], "the others were never seen");
    assert_eq!(left_out(app), 2.0);
    // the limit is of the dispatch, not of each ring
    let wider = json!({"scopes": [{"kind": "area", "id": OTHER_GRID.to_string()}]});
    cast.dispatcher.command(&id, "widen", wider).await.ok();
    pass(app, 6).await;
    assert_eq!(receiver.told("offer").len(), 2);
    assert_eq!(left_out(app), 3.0);
    // and the next dispatch has its own
    cast.pooled(UNCHECKED).await;
    pass(app, 6).await;
    assert_eq!(receiver.told("offer").len(), 4);
});

fn left_out(app: &harness::app::App) -> f64 {
    let families = app.state.metrics.gather();
    let counter = families.iter().find(|family| family.name() == "diandan_push_left_out_total").unwrap();
    counter.get_metric()[0].get_counter().get_value()
}
