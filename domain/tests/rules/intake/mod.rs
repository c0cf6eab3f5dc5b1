//! Placing, review, who is asked to join, where it is moved.

mod callers;
mod joining;
mod moving;
mod placing;
mod reasons;
mod review;
