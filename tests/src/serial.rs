//! A serial line between two programs: a pair of pseudo-terminals, joined by socat.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A line with two ends; it is cut when it is dropped.
#[derive(Debug)]
pub struct Line {
    socat: Child,
    folder: tempfile::TempDir,
}

/// Whether socat is installed.
#[must_use]
pub fn available() -> bool {
    crate::available("socat", "socat", &["-V"])
}

impl Line {
    /// Lays a line.
    ///
    /// # Panics
    ///
    /// Where socat does not make both ends within five seconds.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let end = |name: &str| format!("pty,raw,echo=0,link={}", folder.path().join(name).display());
        let socat =
            Command::new("socat").args([end("a"), end("b")]).stdin(Stdio::null()).spawn().expect("socat starts");
        let line = Self { socat, folder };
        let deadline = Instant::now() + Duration::from_secs(5);
        while !(line.path("a").exists() && line.path("b").exists()) {
            assert!(Instant::now() < deadline, "socat made no pseudo-terminals");
            std::thread::sleep(Duration::from_millis(10));
        }
        line
    }

    /// One end.
    #[must_use]
    pub fn a(&self) -> String {
        self.path("a").display().to_string()
    }

    /// The other end.
    #[must_use]
    pub fn b(&self) -> String {
        self.path("b").display().to_string()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Default for Line {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let _ = self.socat.kill();
        let _ = self.socat.wait();
    }
}
