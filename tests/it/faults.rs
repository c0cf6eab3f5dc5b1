//! Faults: processes killed under load and between two steps, frozen, with a wrong clock; clients that do not read; rows
//! that cannot be read.

#[cfg(all(feature = "failpoints", feature = "postgres"))]
mod clocks;
#[cfg(all(feature = "failpoints", feature = "postgres"))]
mod duplicates;
#[cfg(feature = "postgres")]
mod failover;
mod killed;
mod load;
#[cfg(all(feature = "failpoints", feature = "postgres"))]
mod points;
mod proxied;
#[cfg(all(feature = "failpoints", feature = "postgres"))]
mod pushes;
#[cfg(feature = "postgres")]
mod refused;
#[cfg(all(feature = "failpoints", feature = "postgres"))]
mod replicas;
#[cfg(all(feature = "failpoints", feature = "postgres"))]
mod restarted;
#[cfg(feature = "postgres")]
mod rolling;
#[cfg(all(feature = "failpoints", feature = "postgres"))]
mod shut_out;
#[cfg(all(feature = "failpoints", feature = "postgres"))]
mod slow;
#[cfg(all(feature = "failpoints", feature = "postgres"))]
mod storage;
#[cfg(feature = "postgres")]
mod storm;
mod unreadable;
mod unwritable;
