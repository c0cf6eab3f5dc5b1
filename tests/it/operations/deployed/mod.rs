//! What is deployed around a server: nginx, compose.

mod balancer;
mod composed;
