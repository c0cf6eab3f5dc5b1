//! What commands print. Whoever reads only the first lines (`diandan prove | head -1`) ends no command.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

/// Prints a line as `println!` does, but that a closed pipe is no fault.
macro_rules! say {
    () => { $crate::cli::out::line(format_args!("")) };
    ($($text:tt)+) => { $crate::cli::out::line(format_args!($($text)+)) };
}
pub(crate) use say;

/// Writes a line to standard output.
pub fn line(text: Arguments<'_>) {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => {
            tracing::error!(error = %e, "writing to standard output")
        }
        Ok(()) | Err(_) => {}
    }
}
