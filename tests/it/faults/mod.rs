//! Faults: processes killed under load and between two steps, frozen, with a wrong clock; clients that do not read; rows
//! that cannot be read.

#[cfg(feature = "postgres")]
mod failover;
mod killed;
mod proxied;
#[cfg(feature = "postgres")]
mod refused;
#[cfg(all(feature = "failpoints", feature = "postgres"))]
mod replicas;
#[cfg(feature = "postgres")]
mod rolling;
#[cfg(feature = "postgres")]
mod storm;
mod unreadable;
mod unwritable;
