//! What happened gets to those it concerns: notifications, the queue between replicas, pushes.

mod pushes;
mod queue;
mod sequenced;
