//! Writes that have to be made in order.

use core::fmt;
use core::future::IntoFuture;

use crate::error::WriteError;
use crate::unit::read::RequestFuture;
use crate::unit::write::Write;

/// Several writes, each sent once the device has confirmed the one before. `.await` sends them.
#[must_use = "nothing is written until this is awaited"]
#[derive(Debug, Clone)]
pub struct WriteSequence {
    steps: Vec<Write>,
}

impl WriteSequence {
    pub(crate) fn new(steps: Vec<Write>) -> Self {
        Self { steps }
    }

    /// Adds another write at the end.
    pub fn then(mut self, next: Write) -> Self {
        self.steps.push(next);
        self
    }
}

impl IntoFuture for WriteSequence {
    type Output = Result<(), WriteSequenceError>;
    type IntoFuture = RequestFuture<(), WriteSequenceError>;

    fn into_future(self) -> Self::IntoFuture {
        let total = self.steps.len();
        let failed = move |done: usize| move |error| WriteSequenceError { done, total, error };
        Box::pin(async move {
            // A step that cannot be done is no reason to do the ones before it.
            for step in &self.steps {
                step.check().map_err(failed(0))?;
            }
            for (done, step) in self.steps.into_iter().enumerate() {
                step.await.map_err(failed(done))?;
            }
            Ok(())
        })
    }
}

/// One of several writes failed; the device confirmed those before it, and those after it were not tried.
#[derive(Clone)]
pub struct WriteSequenceError {
    done: usize,
    total: usize,
    error: WriteError,
}

impl WriteSequenceError {
    /// How many steps, from the first, the device confirmed.
    #[must_use]
    pub const fn done(&self) -> usize {
        self.done
    }

    /// How many steps there were.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.total
    }

    /// What happened to the one that failed.
    #[must_use]
    pub const fn error(&self) -> &WriteError {
        &self.error
    }
}

impl fmt::Display for WriteSequenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { done, total, error } = self;
        write!(f, "{error} ({done} of {total} steps were done before it)")
    }
}

impl std::error::Error for WriteSequenceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
