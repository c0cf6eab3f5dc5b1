//! How long a request's whole body may take.

use actix_web::{HttpMessage, HttpRequest};
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// For one request: as for any body, until its handler says that it is an upload.
#[derive(Debug, Clone)]
pub struct Patience {
    whole: Rc<Cell<Duration>>,
    upload: Duration,
}

impl Patience {
    /// So long for any body, so long for an upload.
    #[must_use]
    pub fn new(body: Duration, upload: Duration) -> Self {
        Self { whole: Rc::new(Cell::new(body)), upload }
    }

    /// How long the body may take now.
    #[must_use]
    pub fn get(&self) -> Duration {
        self.whole.get()
    }
}

/// Lets the client take as long for this body as for a photo: for handlers that have looked at who sends it.
pub fn wait_for_upload(req: &HttpRequest) {
    if let Some(patience) = req.extensions().get::<Patience>() {
        patience.whole.set(patience.upload);
    }
}
