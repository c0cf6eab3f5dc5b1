//! BullMQ, told over HTTP to add a job for each socket; its worker writes the text of each to its WebSocket.

use harness::servers::redis::Redis;

use super::{Found, PLAIN, node};

/// Starts it on this Redis.
pub async fn start(redis: &Redis) -> Found {
    node("bullmq", redis, PLAIN).await
}
