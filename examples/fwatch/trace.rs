//! The lines: one for each event, without allocating anything.

use crate::options::KINDS;
use crate::paths::{Paths, ROOM};
use crate::who::{Text, Who};
use butter::Errno;
use butter::fanotify::{Event, EventFile, FidInfo, Mask, Notification};
use butter::process::Pid;
use std::io::{self, Write};

pub struct Trace<W> {
    paths: Paths,
    lines: W,
    /// The kinds to show.
    kinds: Mask,
    /// The processes that are left out: above all this one, which else would tell of its telling.
    ignored: Vec<Pid>,
    /// How many events were shown.
    pub count: u64,
}

impl<W: Write> Trace<W> {
    pub fn new(paths: Paths, lines: W, kinds: Mask, ignored: Vec<Pid>) -> Trace<W> {
        Trace { paths, lines, kinds, ignored, count: 0 }
    }

    /// Shows an event, if it is to be shown. An overflow is a case of its own, so that no program can forget it.
    pub fn take(&mut self, event: Event<'_>) -> io::Result<()> {
        match event {
            Event::Notification(event) => self.happened(&event),
            Event::Overflow => {
                self.paths.forget();
                self.lost("OVERFLOW")
            }
            Event::OtherVersion(event) => {
                Err(io::Error::other(format!("the kernel tells events of version {}", event.version())))
            }
            Event::Permission(_) => unreachable!("the group asks for none"),
        }
    }

    /// Says in their place among the lines that events are missing.
    pub fn lost(&mut self, why: &str) -> io::Result<()> {
        writeln!(self.lines, "{why}: events are missing here")
    }

    pub fn flush(&mut self) -> io::Result<()> {
        self.lines.flush()
    }

    fn happened(&mut self, event: &Notification<'_>) -> io::Result<()> {
        let ignored = event.pid().is_some_and(|pid| self.ignored.contains(&pid));
        if event.mask().intersects(self.kinds) && !ignored {
            self.count += 1;
            self.line(event)?;
        }
        // Also when it is not shown.
        if event.is_dir() {
            self.directory(event);
        }
        Ok(())
    }

    /// Keeps the paths of directories true. Of a name that came or went an event has the handle of the directory itself,
    /// too.
    fn directory(&mut self, event: &Notification<'_>) {
        if event.is_rename() {
            self.paths.forget();
        }
        let Some(directory) = event.fid() else { return };
        let place = if event.is_create() { event.dfid() } else { event.renamed_to() };
        if let Some(place) = place {
            self.paths.learn(directory, place);
        }
        if event.is_delete() {
            self.paths.deleted(directory);
        }
    }

    fn line(&mut self, event: &Notification<'_>) -> io::Result<()> {
        write!(self.lines, "{}:", Who::did(event))?;
        let mut separator = ' ';
        for (name, _) in KINDS.iter().filter(|(_, kind)| event.mask().intersects(*kind & self.kinds)) {
            write!(self.lines, "{separator}{name}")?;
            separator = ',';
        }
        self.lines.write_all(if event.is_dir() { b",ONDIR " } else { b" " })?;
        if let Some(error) = event.error() {
            // The kernel tells the first of as many.
            match error.errno {
                Some(errno) => write!(self.lines, "{errno:?} ({}) ", error.count)?,
                None => write!(self.lines, "({}) ", error.count)?,
            }
        }
        match (event.file(), event.renamed_from(), event.renamed_to()) {
            (EventFile::Open(_), ..) => self.path_of_file(event)?,
            (EventFile::Failed(errno), ..) => write!(self.lines, "({errno:?})")?,
            (EventFile::None, Some(from), Some(to)) => {
                self.path(from)?;
                self.lines.write_all(b" -> ")?;
                self.path(to)?;
            }
            // The file's own handle is left for what is in no directory.
            (EventFile::None, from, to) => match event.dfid().or(from).or(to).or(event.fid()) {
                Some(place) => self.path(place)?,
                None => self.lines.write_all(b"(nothing)")?,
            },
        }
        self.lines.write_all(b"\n")
    }

    /// Of a group that opens files.
    fn path_of_file(&mut self, event: &Notification<'_>) -> io::Result<()> {
        match event.path(&mut [0; ROOM]) {
            Ok(path) => {
                write!(self.lines, "{}{}", Text(path.bytes()), if path.is_deleted() { " (deleted)" } else { "" })
            }
            Err(errno) => write!(self.lines, "({errno:?})"),
        }
    }

    /// Of a group that reports handles: that of the directory, and the name in it.
    fn path(&mut self, place: FidInfo<'_>) -> io::Result<()> {
        // The file system as a whole.
        if place.handle().bytes().is_empty() {
            return self.lines.write_all(b"(no file)");
        }
        let name = place.name().filter(|name| *name != b".");
        let mut separator = "/";
        let mut deleted = "";
        match self.paths.of(place) {
            Ok(directory) => {
                write!(self.lines, "{}", Text(directory.path))?;
                if directory.path.ends_with(b"/") {
                    separator = "";
                }
                if directory.deleted {
                    deleted = " (deleted)";
                }
            }
            Err(Errno::ESTALE) => self.lines.write_all(b"(gone)")?,
            Err(errno) => write!(self.lines, "({errno:?})")?,
        }
        match name {
            Some(name) => write!(self.lines, "{separator}{}{deleted}", Text(name)),
            None => self.lines.write_all(deleted.as_bytes()),
        }
    }
}
