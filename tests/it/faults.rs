//! Faults: processes killed, disks full.

mod killed;
