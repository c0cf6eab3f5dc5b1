//! Talking to servers in processes of their own: clients with sessions planted by SQL, and the store beside them.

use domain::AccountId;
use std::time::Duration;

use anyhow::Result;
use api::identity::token::{Access, Tokens};
use persistence::{Clock, Store, StoreConfig};

use crate::client::Client;
use crate::database::Database;
use crate::fixture;
use crate::wait::eventually;

/// A client of the server at `base`, signed in as this account. The server runs with the development secret.
pub fn client(database: &Database, base: &str, account: i64) -> Result<Client> {
    let session = fixture::session(database, account)?;
    let mut config = api::Config::default();
    // longer than the longest run: nobody here refreshes it
    config.auth.access_minutes = 24 * 60;
    let token = Tokens::new(&config.auth)?
        .access(Access { account: AccountId(account), session }, Clock::default().now());
    let token = token.map_err(|e| anyhow::anyhow!("minting a token: {e:?}"))?;
    let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).no_proxy().build()?;
    Ok(Client::new(http, base, Some(token)))
}

/// The store of a database, to look into; no server may have the embedded one open.
pub fn store(database: &Database) -> Result<Store> {
    let config = StoreConfig { url: database.url().into(), data_dir: database.data_dir()?, connections: 2 };
    Ok(Store::open(&config, Clock::default(), api::Config::default().keyring()?.into())?)
}

/// Waits until every committed event has been sequenced by whoever does.
pub async fn settled(store: &Store) -> Result<()> {
    eventually(Duration::from_secs(10), "the outbox to be empty", async || {
        match store.outbox_backlog().await {
            Ok((0, _)) => Ok(()),
            Ok((n, _)) => Err(format!("{n} rows are left")),
            Err(e) => Err(e.to_string()),
        }
    })
    .await
}
