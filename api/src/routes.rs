//! The whole route list: a line an endpoint.

pub mod accounts;
pub mod areas;
pub mod auth;
pub mod contact_reads;
pub mod files;
pub mod groups;
pub mod import;
pub mod live;
pub mod me;
pub mod orders;
pub mod people;
pub mod profile;
pub mod push_jobs;
pub mod reasons;
pub mod service_items;
pub mod staff;

use crate::http::paths::{BASE, Endpoints};
use actix_web::web;
use utoipa_actix_web::service_config;

/// Serves everything.
pub fn api(cfg: &mut web::ServiceConfig) {
    cfg.service(web::scope(BASE).configure(endpoints));
}

/// Documents everything.
pub fn documented(cfg: &mut service_config::ServiceConfig) {
    cfg.service(utoipa_actix_web::scope(BASE).configure(|v1| endpoints(v1)));
}

/// Everything under [`BASE`].
pub fn endpoints(v1: &mut impl Endpoints) {
    signing_in(v1);
    reading(v1);
    commands(v1);
    directory(v1);
    administration(v1);
}

/// Logging in, the signed-in person, photos.
fn signing_in(v1: &mut impl Endpoints) {
    v1.service(auth::log_in::log_in);
    v1.service(auth::code::log_in_by_code);
    v1.service(auth::session::refresh_session);
    v1.service(auth::session::log_out);
    v1.service(auth::password::change_password);
    v1.service(profile::get_me);
    v1.service(me::list_my_orders);
    v1.service(me::list_my_offers);
    v1.service(orders::invited::list_my_invitations);
    v1.service(me::get_my_badges);
    v1.service(live::duty::get_my_duty);
    v1.service(live::duty::set_my_duty);
    v1.service(live::inbox::poll_inbox);
    v1.service(live::inbox::acknowledge_inbox);
    v1.service(live::socket::issue_live_ticket);
    v1.service(live::socket::open_live_socket);
    v1.service(files::upload_file);
    v1.service(files::get_file);
}

/// Orders and claims; fixed words before `{id}`.
fn reading(v1: &mut impl Endpoints) {
    v1.service(orders::place::place_order);
    v1.service(orders::list::list_orders);
    v1.service(orders::list::counts::count_orders);
    v1.service(orders::by_phone::search_orders);
    v1.service(orders::ask::ask_order);
    v1.service(orders::get::get_order_by_code);
    v1.service(orders::batch::accept_orders);
    v1.service(orders::batch::dispatch_orders);
    v1.service(orders::batch::urge_orders);
    v1.service(orders::get::get_order);
    v1.service(orders::get::get_order_contact);
    v1.service(orders::get::mark_order_read);
    v1.service(orders::preview::preview_dispatch);
    v1.service(orders::offers::list_order_offers);
    v1.service(orders::claim::claim_order);
    v1.service(orders::claim::acknowledge_order);
}

/// A command an endpoint.
fn commands(v1: &mut impl Endpoints) {
    v1.service(orders::review::accept_order);
    v1.service(orders::review::ask_info);
    v1.service(orders::review::reject_order);
    v1.service(orders::review::answer_directly);
    v1.service(orders::review::self_resolve);
    v1.service(orders::review::forward_order);
    v1.service(orders::review::take_back_order);
    v1.service(orders::review::reclassify_order);
    v1.service(orders::dispatch::dispatch_order);
    v1.service(orders::dispatch::redispatch_order);
    v1.service(orders::dispatch::widen_order);
    v1.service(orders::dispatch::assign_order);
    v1.service(orders::dispatch::recall_order);
    v1.service(orders::dispatch::reassign_order);
    v1.service(orders::dispatch::transfer_order);
    v1.service(orders::dispatch::close_remainder);
    v1.service(orders::handle::release_order);
    v1.service(orders::handle::record_contact);
    v1.service(orders::handle::note_progress);
    v1.service(orders::handle::record_survey);
    v1.service(orders::handle::report_up);
    v1.service(orders::handle::resolve_order);
    v1.service(orders::co_handle::whistle);
    v1.service(orders::co_handle::report_in);
    v1.service(orders::co_handle::finish_co_handling);
    v1.service(orders::co_handle::waive_co_handler);
    v1.service(orders::requests::request_suspend);
    v1.service(orders::requests::request_extend);
    v1.service(orders::requests::request_hand_back);
    v1.service(orders::requests::grant_request);
    v1.service(orders::requests::refuse_request);
    v1.service(orders::requests::withdraw_request);
    v1.service(orders::requests::resume_order);
    v1.service(orders::check::pass_check);
    v1.service(orders::check::send_back);
    v1.service(orders::check::revisit_order);
    v1.service(orders::check::redo_same);
    v1.service(orders::check::redo_other);
    v1.service(orders::check::uphold_order);
    v1.service(orders::check::supervise_order);
    v1.service(orders::resident::supply_info);
    v1.service(orders::resident::supplement_order);
    v1.service(orders::resident::withdraw_order);
    v1.service(orders::resident::urge_order);
    v1.service(orders::resident::appeal_order);
    v1.service(orders::resident::rate_order);
    v1.service(orders::resident::dispute_order);
    v1.service(orders::invited::join_order);
    v1.service(orders::invited::decline_order);
}

/// What everybody may look up.
fn directory(v1: &mut impl Endpoints) {
    v1.service(areas::list::list_areas);
    v1.service(areas::uncovered::list_uncovered_areas);
    v1.service(areas::list::get_area);
    v1.service(groups::units::list_units);
    v1.service(groups::units::get_unit);
    v1.service(groups::teams::list_teams);
    v1.service(groups::teams::get_team);
    v1.service(service_items::list::list_service_items);
    v1.service(service_items::list::get_service_item);
    v1.service(reasons::list_reasons);
    v1.service(staff::list_staff);
}

/// What administrators write.
fn administration(v1: &mut impl Endpoints) {
    v1.service(areas::create::create_area);
    v1.service(areas::update::update_area);
    v1.service(groups::units::create_unit);
    v1.service(groups::units::update_unit);
    v1.service(groups::teams::create_team);
    v1.service(groups::teams::update_team);
    v1.service(service_items::write::create_service_item);
    v1.service(service_items::write::update_service_item);
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
    v1.service(import::import_areas);
    v1.service(import::import_staff);
    v1.service(contact_reads::list_contact_reads);
    v1.service(push_jobs::list_push_jobs);
    v1.service(push_jobs::resend_push);
}
