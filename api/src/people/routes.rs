//! Endpoints about people.

pub mod accounts;
pub mod auth;
pub mod profile;
pub mod staff;

use crate::http::paths::Endpoints;

/// Log-ins, the signed-in person, staff, accounts.
pub fn endpoints(v1: &mut impl Endpoints) {
    v1.service(auth::log_in::log_in);
    v1.service(auth::code::log_in_by_code);
    v1.service(auth::session::refresh_session);
    v1.service(auth::session::log_out);
    v1.service(auth::password::change_password);
    v1.service(profile::get_me);
    v1.service(staff::list_staff);
    v1.service(accounts::list::list_accounts);
    v1.service(accounts::list::get_account);
    v1.service(accounts::create::create_account);
    v1.service(accounts::update::update_account);
    v1.service(accounts::roles::add_role);
    v1.service(accounts::roles::remove_role);
    v1.service(accounts::disable::disable_account);
    v1.service(accounts::disable::enable_account);
    v1.service(accounts::password::reset_password);
    v1.service(accounts::unlock::unlock_account);
}
