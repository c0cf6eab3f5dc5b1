//! Orders: place, read, list, and a command an endpoint.

pub mod commands;
pub mod place;
pub mod read;
pub mod view;

use crate::http::paths::Endpoints;

/// Orders, claims, commands.
pub fn endpoints(v1: &mut impl Endpoints) {
    reading(v1);
    commanding(v1);
}

/// What is mine, orders and claims; fixed words before `{id}`.
fn reading(v1: &mut impl Endpoints) {
    v1.service(read::me::list_my_orders);
    v1.service(read::me::list_my_offers);
    v1.service(commands::invited::list_my_invitations);
    v1.service(read::me::get_my_badges);
    v1.service(place::place_order);
    v1.service(read::list::list_orders);
    v1.service(read::list::counts::count_orders);
    v1.service(read::by_phone::search_orders);
    v1.service(read::ask::ask_order);
    v1.service(read::get::get_order_by_code);
    v1.service(commands::batch::accept_orders);
    v1.service(commands::batch::dispatch_orders);
    v1.service(commands::batch::urge_orders);
    v1.service(read::get::get_order);
    v1.service(read::get::get_order_contact);
    v1.service(read::get::mark_order_read);
    v1.service(commands::preview::preview_dispatch);
    v1.service(read::offers::list_order_offers);
    v1.service(read::photo::get_file);
    v1.service(commands::claim::claim_order);
    v1.service(commands::claim::acknowledge_order);
    v1.service(read::reasons::list_reasons);
    v1.service(read::contact_reads::list_contact_reads);
}

/// A command an endpoint.
fn commanding(v1: &mut impl Endpoints) {
    v1.service(commands::review::accept_order);
    v1.service(commands::review::ask_info);
    v1.service(commands::review::reject_order);
    v1.service(commands::review::answer_directly);
    v1.service(commands::review::self_resolve);
    v1.service(commands::review::forward_order);
    v1.service(commands::review::take_back_order);
    v1.service(commands::review::reclassify_order);
    v1.service(commands::dispatch::dispatch_order);
    v1.service(commands::dispatch::redispatch_order);
    v1.service(commands::dispatch::widen_order);
    v1.service(commands::dispatch::assign_order);
    v1.service(commands::dispatch::recall_order);
    v1.service(commands::dispatch::reassign_order);
    v1.service(commands::dispatch::transfer_order);
    v1.service(commands::dispatch::close_remainder);
    v1.service(commands::handle::release_order);
    v1.service(commands::handle::record_contact);
    v1.service(commands::handle::note_progress);
    v1.service(commands::handle::record_survey);
    v1.service(commands::handle::report_up);
    v1.service(commands::handle::resolve_order);
    v1.service(commands::co_handle::whistle);
    v1.service(commands::co_handle::report_in);
    v1.service(commands::co_handle::finish_co_handling);
    v1.service(commands::co_handle::waive_co_handler);
    v1.service(commands::requests::request_suspend);
    v1.service(commands::requests::request_extend);
    v1.service(commands::requests::request_hand_back);
    v1.service(commands::requests::grant_request);
    v1.service(commands::requests::refuse_request);
    v1.service(commands::requests::withdraw_request);
    v1.service(commands::requests::resume_order);
    v1.service(commands::check::pass_check);
    v1.service(commands::check::send_back);
    v1.service(commands::check::revisit_order);
    v1.service(commands::check::redo_same);
    v1.service(commands::check::redo_other);
    v1.service(commands::check::uphold_order);
    v1.service(commands::check::supervise_order);
    v1.service(commands::resident::supply_info);
    v1.service(commands::resident::supplement_order);
    v1.service(commands::resident::withdraw_order);
    v1.service(commands::resident::urge_order);
    v1.service(commands::resident::appeal_order);
    v1.service(commands::resident::rate_order);
    v1.service(commands::resident::dispute_order);
    v1.service(commands::invited::join_order);
    v1.service(commands::invited::decline_order);
}
