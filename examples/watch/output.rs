//! What is written: events to the standard output, everything else to the standard error.

use crate::options::EVENTS;
use butter::inotify::Mask;
use std::ffi::OsStr;
use std::fmt::Display;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A word to the user. If nobody listens there is nobody to tell.
pub fn say(message: impl Display) {
    let _ = writeln!(io::stderr(), concat!(env!("CARGO_BIN_NAME"), ": {}"), message);
}

/// Lines of events, buffered until [`flush`](Self::flush).
pub struct Output {
    lines: BufWriter<StdoutLock<'static>>,
    /// The events to show.
    events: Mask,
    /// How many were shown.
    pub count: u64,
}

impl Output {
    pub fn new(events: Mask) -> Output {
        Output { lines: BufWriter::new(io::stdout().lock()), events, count: 0 }
    }

    /// Shows an event, if it is to be shown. Names are any bytes, and written as they are.
    pub fn event(&mut self, path: &Path, mask: Mask, name: Option<&OsStr>) -> io::Result<()> {
        if !mask.intersects(self.events) {
            return Ok(());
        }
        self.count += 1;
        self.lines.write_all(path.as_os_str().as_bytes())?;
        let mut separator = ' ';
        for (event, _) in EVENTS.iter().filter(|(_, event)| mask.intersects(*event)) {
            write!(self.lines, "{separator}{event}")?;
            separator = ',';
        }
        self.lines.write_all(if mask.contains(Mask::ISDIR) { b",ISDIR " } else { b" " })?;
        self.lines.write_all(name.unwrap_or_default().as_bytes())?;
        self.lines.write_all(b"\n")
    }

    /// Says something in its place among the events.
    pub fn report(&mut self, message: impl Display) -> io::Result<()> {
        self.flush()?;
        say(message);
        Ok(())
    }

    pub fn flush(&mut self) -> io::Result<()> {
        self.lines.flush()
    }
}
