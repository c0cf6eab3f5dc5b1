//! Answers to the claims of one socket: those that wait, and those that are there.

use crate::news::live::frame::Frame;
use actix_web::rt::spawn;
use futures_util::future::{FutureExt, LocalBoxFuture};
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::task::{Context, Poll};

/// The claims that are on their way, and answers that were not sent yet.
#[derive(Default)]
pub struct Claims {
    pub(super) going: FuturesUnordered<LocalBoxFuture<'static, Frame>>,
    pub(super) answered: Vec<Frame>,
}

impl Claims {
    /// Ready when one is answered.
    pub fn poll_answered(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.going.is_empty() {
            return Poll::Pending;
        }
        match self.going.poll_next_unpin(cx) {
            Poll::Ready(Some(answer)) => {
                self.answered.push(answer);
                Poll::Ready(())
            }
            Poll::Ready(None) | Poll::Pending => Poll::Pending,
        }
    }

    /// The answers there are.
    pub fn take_answered(&mut self) -> Vec<Frame> {
        while !self.going.is_empty()
            && let Some(Some(answer)) = self.going.next().now_or_never()
        {
            self.answered.push(answer);
        }
        std::mem::take(&mut self.answered)
    }

    /// Lets those that are on their way end, though nobody waits for them: others do, in the same races.
    pub fn finish(self) {
        if !self.going.is_empty() {
            spawn(self.going.for_each(|_nobody_listens| std::future::ready(())));
        }
    }
}
