//! Nobody can aim pushes inward: not by a redirect, not by a name, not by the configuration alone.

use super::{jobs, pass, pushed};
use harness::database::Backend;
use harness::fixture::UNCHECKED;
use harness::play::{Cast, person};
use harness::servers::receiver::{Receiver, Reply};
use persistence::Clock;
use secrecy::ExposeSecret;

pushed!(a_redirect_is_not_followed, async |app, receiver| {
    let inner = Receiver::start().unwrap();
    receiver.always(Reply::Redirect(inner.url()));
    Cast::of(app).assigned(UNCHECKED, person(app.fixture.worker)).await;
    pass(app, 6).await;
    assert_eq!(jobs(app).iter().filter(|job| job.ends_with("dead 1 redirect")).count(), 2, "{:?}", jobs(app));
    assert_eq!((receiver.got().len(), inner.connections()), (2, 0));
});

fn by_name(config: &mut api::Config) {
    let url = config.push.webhook_url.expose_secret().replace("127.0.0.1", "localhost");
    config.push.webhook_url = url.into();
    config.push.allowed_hosts.clear();
}

pushed!(a_name_that_leads_inside_is_not_followed, by_name, async |app, receiver| {
    Cast::of(app).assigned(UNCHECKED, person(app.fixture.worker)).await;
    pass(app, 6).await;
    assert_eq!(
        jobs(app).iter().filter(|job| job.ends_with("dead 1 inner_address")).count(),
        2,
        "{:?}",
        jobs(app)
    );
    assert_eq!(receiver.connections(), 0);
});

#[test]
fn a_host_that_is_not_configured_is_refused_at_the_start() {
    let (database, receiver) = (Backend::Sqlite.database().unwrap(), Receiver::start().unwrap());
    let with = |hosts: &[&str]| {
        let mut push = receiver.config();
        push.allowed_hosts = hosts.iter().map(ToString::to_string).collect();
        let config = api::Config {
            database_url: database.url().into(),
            data_dir: database.data_dir().unwrap(),
            push,
            ..api::Config::default()
        };
        api::AppState::open(config, Clock::default()).map(drop).map_err(|e| format!("{e:#}"))
    };
    let refused = with(&["hooks.example.org"]).unwrap_err();
    assert!(refused.contains("127.0.0.1 is not one of push.allowed_hosts"), "{refused}");
    assert!(with(&[]).unwrap_err().contains("is an inner address"));
    assert_eq!(with(&["hooks.example.org", "127.0.0.1"]), Ok(()));
    assert_eq!(receiver.connections(), 0);
}
