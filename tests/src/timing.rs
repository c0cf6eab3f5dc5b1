//! How long tests take: each that uses the harness says so when its thread ends, for `tests/slowest`.
//!
//! A test runs in a thread that bears its name and begins, for this purpose, with its first use of the temporary folder
//! or of a database. What is made once for all tests of a process is charged to none of them.

use std::cell::Cell;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// The variable that names the file which times are added to: a line `name<TAB>milliseconds` for each test.
pub const FILE: &str = "TEST_TIMES";

thread_local! {
    static TEST: Timed = Timed::of_this_thread();
}

/// A thread's time, written down when it ends.
struct Timed {
    /// None in threads that are no test.
    name: Option<String>,
    begun: Instant,
    /// What was done for others, too.
    shared: Cell<Duration>,
    sharing: Cell<bool>,
}

impl Timed {
    fn of_this_thread() -> Self {
        // a test's path; whatever a test starts bears another name or none
        let name = std::thread::current().name().filter(|name| name.contains("::")).map(Into::into);
        Self { name, begun: Instant::now(), shared: Cell::default(), sharing: Cell::default() }
    }

    fn took(&self) -> Duration {
        self.begun.elapsed().saturating_sub(self.shared.get())
    }
}

impl Drop for Timed {
    fn drop(&mut self) {
        if let (Some(name), Some(file)) = (&self.name, std::env::var_os(FILE))
            && let Err(error) = add(Path::new(&file), name, self.took())
        {
            eprintln!("{name}: its time was not written down: {error}");
        }
    }
}

/// One write, so that lines of several threads do not mix.
fn add(file: &Path, name: &str, took: Duration) -> std::io::Result<()> {
    let mut file = OpenOptions::new().create(true).append(true).open(file)?;
    file.write_all(format!("{name}\t{}\n", took.as_millis()).as_bytes())
}

/// What the running test is charged so far.
pub fn so_far() -> Duration {
    TEST.with(Timed::took)
}

/// Does what is done once for all tests of this process: neither who does it is charged for it nor who waits for it.
pub fn shared<T>(make: impl FnOnce() -> T) -> T {
    let (begun, outermost) = (Instant::now(), TEST.with(|test| !test.sharing.replace(true)));
    let made = make();
    TEST.with(|test| {
        if outermost {
            test.sharing.set(false);
            test.shared.set(test.shared.get() + begun.elapsed());
        }
    });
    made
}
