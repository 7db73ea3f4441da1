//! A bar for what takes more than a second, on a terminal.

use std::future::Future;
use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What takes less time shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far something is.
pub(crate) struct Progress {
    bar: ProgressBar,
    begin: Instant,
    is_shown: bool,
}

impl Progress {
    /// Of so many steps; `what` is being done: `reading`.
    pub(crate) fn new(what: &str, steps: usize) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_length(u64::try_from(steps).unwrap_or(u64::MAX));
        bar.set_message(what.to_owned());
        Self { bar, begin: Instant::now(), is_shown: false }
    }

    /// Of which nothing is shown.
    pub(crate) fn hidden() -> Self {
        Self { bar: ProgressBar::hidden(), begin: Instant::now(), is_shown: true }
    }

    /// More steps than was thought.
    pub(crate) fn more(&self, steps: usize) {
        self.bar.inc_length(u64::try_from(steps).unwrap_or(u64::MAX));
    }

    /// A step is done.
    pub(crate) fn step(&mut self) {
        self.bar.inc(1);
        if !self.is_shown && self.begin.elapsed() > PATIENCE && io::stderr().is_terminal() {
            self.is_shown = true;
            // The template has no colours, so that NO_COLOR takes nothing away.
            if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {percent}%, {eta} left") {
                self.bar.set_style(style.progress_chars("=> "));
            }
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

/// Waits for something that takes about so long.
pub(crate) async fn over<T>(future: impl Future<Output = T>, what: &str, expected: Duration) -> T {
    const STEPS: usize = 100;
    let mut progress = Progress::new(what, STEPS);
    let mut ticks = tokio::time::interval(expected.max(PATIENCE).checked_div(100).unwrap_or(PATIENCE));
    let mut future = std::pin::pin!(future);
    let mut left = STEPS;
    loop {
        tokio::select! {
            biased;
            result = &mut future => return result,
            // The last step is not done before all is.
            _ = ticks.tick(), if left > 1 => {
                left = left.saturating_sub(1);
                progress.step();
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
