//! Live offers (QUEUE.md, client protocol): the socket, its long-poll twin, being on duty.

pub mod duty;
pub mod inbox;
pub mod push_jobs;
mod session;
pub mod socket;
pub mod socket_io;
pub mod take_over;
pub mod ticket;

use crate::http::paths::Endpoints;

/// Being on duty, the inbox, the socket.
pub fn endpoints(v1: &mut impl Endpoints) {
    v1.service(duty::get_my_duty);
    v1.service(duty::set_my_duty);
    v1.service(inbox::poll_inbox);
    v1.service(inbox::acknowledge_inbox);
    v1.service(socket::issue_live_ticket);
    v1.service(socket::open_live_socket);
    v1.service(push_jobs::list_push_jobs);
    v1.service(push_jobs::resend_push);
}
