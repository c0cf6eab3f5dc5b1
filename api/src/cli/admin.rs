//! `diandan admin create`: the first administrator, or another.

use crate::config::Config;
use crate::config::environment::given;
use crate::http::error::ApiError;
use crate::identity::password;
use crate::identity::saved::unkeyed;
use crate::state::AppState;
use anyhow::{Context, bail, ensure};
use clap::{Args, Subcommand};
use domain::AreaId;
use domain::people::{Employment, Role, login};
use persistence::people::values::{Bound, NewAccount, NewBinding};
use persistence::{Constraint, StoreError};
use secrecy::{ExposeSecret, SecretString};
use std::io::Write;

/// Names the password of a new administrator, to be kept.
const PASSWORD: &str = "DIANDAN_ADMIN_PASSWORD";

/// What to do about administrators.
#[derive(Debug, Subcommand)]
pub enum AdminAction {
    /// Add an administrator. The password is taken from DIANDAN_ADMIN_PASSWORD, or a one-time one is printed.
    Create(CreateArgs),
}

/// An administrator to be added.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// Log-in name: 3 to 32 of a-z 0-9 _ . -
    #[arg(long)]
    pub login: String,
    /// Name.
    #[arg(long)]
    pub name: String,
    /// Code of the area to administer; every top area when left out.
    #[arg(long)]
    pub area: Option<String>,
}

/// Adds an administrator.
///
/// # Errors
/// Names what is wrong.
pub async fn run(config: Config, action: AdminAction) -> anyhow::Result<()> {
    let AdminAction::Create(args) = action;
    let state = super::serve::open_state(config)?;
    let args = CreateArgs { login: login::read(&args.login), ..args };
    ensure!(login::is_sound(&args.login), "--login needs 3 to 32 of a-z 0-9 _ . -");
    ensure!(
        (1..=50).contains(&domain::words::text::line(&args.name).chars().count()),
        "--name needs 1 to 50 characters"
    );
    let (password, must_change) = match given(PASSWORD)? {
        Some(given) => {
            let chosen = password::chosen(PASSWORD, &given, None, Some(&args.login));
            (chosen.map_err(|e| anyhow::anyhow!(why(&e)))?, false)
        }
        None => (password::random_one_time().into(), true),
    };
    create(&state, &args, password.clone(), must_change).await?;
    let mut out = std::io::stdout();
    writeln!(out, "added the administrator {}", args.login)?;
    if must_change {
        writeln!(out, "one-time password: {}", password.expose_secret())?;
    }
    Ok(())
}

/// Adds an administrator with this password.
///
/// # Errors
/// Names what is wrong.
pub async fn create(
    state: &AppState,
    args: &CreateArgs,
    password: SecretString,
    must_change: bool,
) -> anyhow::Result<()> {
    let roles = bindings(state, args.area.clone()).await?;
    let hash = state.hashing.hash(password).await.map_err(|e| anyhow::anyhow!(why(&e)))?;
    let new = NewAccount {
        login: Some(args.login.clone()),
        name: domain::words::text::line(&args.name),
        phone: None,
        password_hash: Some(hash),
        must_change_password: must_change,
    };
    match state.store.add_account(new, roles, state.clock.now(), unkeyed()).await {
        Ok(_) => Ok(()),
        Err(StoreError::Taken(Constraint::AccountLogin)) => {
            bail!("the log-in name {} is taken", args.login)
        }
        Err(e) => Err(e).context("adding the account"),
    }
}

async fn bindings(state: &AppState, code: Option<String>) -> anyhow::Result<Vec<NewBinding>> {
    let areas = match code {
        Some(code) => {
            let found = state.store.areas_by_codes(vec![code.clone()]).await?;
            ensure!(!found.is_empty(), "there is no area with the code {code}");
            found
        }
        None => state.store.top_areas().await?,
    };
    ensure!(!areas.is_empty(), "there are no areas yet: run `diandan import areas FILE` first");
    let admin =
        |id| NewBinding { role: Role::Admin, bound: Bound::Area(id), employment: Employment::FullTime };
    Ok(areas.into_iter().map(|area| admin(AreaId(area.id))).collect())
}

/// The message of an error for somebody at a terminal.
pub fn why(e: &ApiError) -> String {
    let fields: Vec<String> = e.fields.iter().map(|f| format!("{}: {}", f.field, f.reason)).collect();
    let cause = e.cause.iter().cloned();
    let said: Vec<String> = std::iter::once(e.kind.row().en.to_owned()).chain(fields).chain(cause).collect();
    said.join("; ")
}
