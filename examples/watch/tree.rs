//! What is watched: whole trees, without missing anything.
//!
//! inotify watches single directories and tells names only. So here is a picture of the directories: the path of each
//! watch, and the names in it. The picture follows the events, and two rules keep it true:
//!
//! - **First watch, then look.** What was in a directory before it was watched is found by looking; what comes later is
//!   told by the kernel. What comes between is both found and told, and the picture knows it by then: it is shown once.
//! - **After an overflow look again, at everything.** Events are lost, so only the files themselves say what happened.
//!
//! A watch belongs to the directory, not to its path. When a directory is renamed its watch stays, and only the path here
//! is changed. The kernel tells a rename by three events: `MOVED_FROM` where it was, `MOVED_TO` where it is, and
//! `MOVE_SELF` of the directory itself. Whoever gets the last without the second has been moved to where nobody watches.

use crate::options::{Options, READING};
use crate::output::Output;
use butter::inotify::{Event, Mask, WatchEvent, Wd};
use butter::{Errno, EventSource, Inotify};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::{fs, io, mem};

/// What the picture needs, whatever is shown.
const NEEDED: Mask = Mask::CREATE.union(Mask::DELETE).union(Mask::MOVE).union(Mask::MOVE_SELF);

pub struct Tree<'a> {
    inotify: &'a Inotify,
    options: &'a Options,
    watches: HashMap<Wd, Watched>,
    /// Directories that were moved from these paths, by the cookie of the event, until it is known where they went.
    moved: HashMap<u32, PathBuf>,
    pub output: Output,
}

#[derive(Default)]
struct Watched {
    /// As it is shown: that of a directory ends with a slash.
    path: PathBuf,
    /// Of a directory.
    names: Names,
}

/// The names in a directory, and whether they are directories.
type Names = BTreeMap<OsString, bool>;

/// Why directories are looked at.
#[derive(Clone, Copy, PartialEq)]
enum Why {
    /// The program starts: nothing has happened, and nothing is shown.
    Start,
    /// The directory came, but it may be known already; then there is nothing to do.
    Came,
    /// Its path and all paths below have changed.
    Moved,
    /// Events were lost. Only here what is gone is shown as deleted: otherwise the kernel tells that.
    Overflow,
}

impl<'a> Tree<'a> {
    pub fn new(inotify: &'a Inotify, options: &'a Options, output: Output) -> Tree<'a> {
        Tree { inotify, options, watches: HashMap::new(), moved: HashMap::new(), output }
    }

    /// Watches the paths of the command line, and says when that is done.
    pub fn start(&mut self) -> io::Result<()> {
        for path in &self.options.paths {
            if fs::metadata(path).map_err(|error| failed(path, error))?.is_dir() {
                self.watch(&root(path)).map_err(|error| failed(path, error))?;
                self.follow(root(path), Why::Start)?;
            } else {
                let wd = self.add_watch(path, self.options.events).map_err(|error| failed(path, error))?;
                self.watches.insert(wd, Watched { path: path.clone(), names: Names::new() });
            }
        }
        self.output.report(format_args!("ready, watches: {}", self.watches.len()))
    }

    /// Takes the events that are queued by now. Not those that come meanwhile: as long as files change all the time the queue would
    /// never be empty, and who calls this never come to anything else.
    pub fn read_queue(&mut self) -> io::Result<()> {
        let mut buffer = [0; 64 * 1024];
        let mut queued = self.inotify.buffered()? as usize;
        while queued > 0 {
            let events = self.inotify.read_events(&mut buffer)?;
            queued = queued.saturating_sub(events.remainder().len());
            for event in events {
                self.take(event)?;
            }
        }
        Ok(())
    }

    /// Takes an event: shows it, and brings the picture up to date. An overflow is a case of its own, so that no program
    /// can forget it.
    pub fn take(&mut self, event: Event<'_>) -> io::Result<()> {
        match event {
            Event::Watch(event) => self.happened(event),
            Event::Overflow => self.overflow(),
        }
    }

    /// The kernel had no room for more events, so some are lost. The picture may be wrong everywhere, and what is shown
    /// from here on is the difference between it and the files.
    fn overflow(&mut self) -> io::Result<()> {
        self.output.report("OVERFLOW: events were lost; looking at everything again")?;
        self.moved.clear();
        let mut seen = HashSet::new();
        for path in &self.options.paths {
            seen.extend(self.follow(root(path), Why::Overflow)?);
        }
        self.forget(Path::new(""), &seen);
        Ok(())
    }

    fn happened(&mut self, event: WatchEvent<'_>) -> io::Result<()> {
        // None: the watch was ended by us, and this was still in the queue.
        let Some(watched) = self.watches.get_mut(&event.wd()) else { return Ok(()) };
        let name = event.file_name();
        if !name.is_some_and(|name| watched.knew(event, name)) {
            self.output.event(&watched.path, event.mask(), name)?;
        }
        let path = watched.path.join(name.unwrap_or_default());
        if event.is_ignored() {
            self.watches.remove(&event.wd());
        } else if self.options.recursive && event.is_move_self() {
            let came_from = self.moved.iter().find(|(_, from)| **from == path).map(|(cookie, _)| *cookie);
            if let Some(from) = came_from.and_then(|cookie| self.moved.remove(&cookie)) {
                self.left(from)?;
            }
        } else if self.options.recursive && event.is_dir() && name.is_some() {
            if event.is_create() {
                self.follow(path, Why::Came)?;
            } else if event.is_moved_from() {
                self.moved.insert(event.cookie(), path);
            } else if event.is_moved_to() {
                match self.moved.remove(&event.cookie()) {
                    Some(from) => self.renamed(from, path)?,
                    None => {
                        self.follow(path, Why::Came)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A directory was renamed within the tree. Everything below it has a new path, and what could not be found under
    /// the old one is looked for again.
    fn renamed(&mut self, from: PathBuf, to: PathBuf) -> io::Result<()> {
        for watched in self.watches.values_mut().filter(|watched| watched.is_dir()) {
            if let Ok(rest) = watched.path.strip_prefix(&from) {
                watched.path = to.join(rest).join("");
            }
        }
        self.follow(to, Why::Moved)?;
        // Two that changed places: the other one is there now.
        if self.watch(&from).is_ok_and(|wd| self.watches.contains_key(&wd)) {
            self.follow(from, Why::Came)?;
        }
        Ok(())
    }

    /// A directory was moved out of the tree. By now another may have its path.
    fn left(&mut self, path: PathBuf) -> io::Result<()> {
        let seen = self.follow(path.clone(), Why::Moved)?;
        self.forget(&path, &seen);
        Ok(())
    }

    /// Ends the watches of directories at and below a path, except for those that were seen there.
    fn forget(&mut self, top: &Path, seen: &HashSet<Wd>) {
        self.watches.retain(|wd, watched| {
            let stays = !watched.is_dir() || !watched.path.starts_with(top) || seen.contains(wd);
            if !stays {
                // If this fails, it has ended already.
                let _ = self.inotify.rm_watch(*wd);
            }
            stays
        });
    }

    /// Watches a directory, and with `-r` all that are below it, and shows what the picture does not have yet.
    /// Gives the watches of all that it came to.
    fn follow(&mut self, top: PathBuf, why: Why) -> io::Result<HashSet<Wd>> {
        let mut seen = HashSet::new();
        let mut todo = vec![top];
        while let Some(path) = todo.pop() {
            // First watch, then look.
            let found = self.watch(&path).and_then(|wd| {
                let known = self.watches.get(&wd).is_some_and(|watched| watched.path == path);
                // The same directory may be mounted at two places.
                let skip = !seen.insert(wd) || known && why == Why::Came;
                if skip { Ok(None) } else { look(&path).map(|names| Some((wd, names))) }
            });
            let (wd, names) = match found {
                Ok(Some(found)) => found,
                Ok(None) => continue,
                Err(error) => match Errno::from_io_error(&error) {
                    // It is gone, and an event that says so is on its way.
                    Some(Errno::ENOENT | Errno::ENOTDIR) => continue,
                    Some(Errno::EACCES) => {
                        self.output.report(failed(&path, error))?;
                        continue;
                    }
                    _ => return Err(failed(&path, error)),
                },
            };
            if self.options.recursive {
                todo.extend(names.iter().filter(|(_, is_dir)| **is_dir).map(|(name, _)| path.join(name)));
            }
            self.compare(wd, &path, names, why)?;
        }
        if self.options.events.intersects(READING) {
            for watched in seen.iter().filter_map(|wd| self.watches.get(wd)) {
                // If this fails, it is gone.
                let _ = self.add_watch(&watched.path, READING & self.options.events | Mask::MASK_ADD | Mask::ONLYDIR);
            }
        }
        Ok(seen)
    }

    /// Shows how the names in a directory differ from the picture, and corrects that.
    fn compare(&mut self, wd: Wd, path: &Path, names: Names, why: Why) -> io::Result<()> {
        let watched = self.watches.entry(wd).or_default();
        watched.path = path.join("");
        for (name, is_dir) in &names {
            if watched.names.remove(name).is_none() && why != Why::Start {
                self.output.event(&watched.path, event(Mask::CREATE, *is_dir), Some(name))?;
            }
        }
        if why == Why::Overflow {
            for (name, is_dir) in mem::take(&mut watched.names) {
                self.output.event(&watched.path, event(Mask::DELETE, is_dir), Some(&name))?;
            }
        }
        watched.names.extend(names);
        Ok(())
    }

    /// Watches a directory, at first not for reading: the looking that follows is reading too, and could fill the queue.
    fn watch(&self, path: &Path) -> io::Result<Wd> {
        self.add_watch(path, (self.options.events - READING) | NEEDED | Mask::ONLYDIR | Mask::DONT_FOLLOW)
    }

    fn add_watch(&self, path: &Path, mask: Mask) -> io::Result<Wd> {
        self.inotify.add_watch(path, mask).map_err(|errno| match errno {
            Errno::ENOSPC => io::Error::other("too many watches: the limit is /proc/sys/fs/inotify/max_user_watches"),
            errno => errno.into(),
        })
    }
}

impl Watched {
    fn is_dir(&self) -> bool {
        self.path.as_os_str().as_bytes().ends_with(b"/")
    }

    /// Brings the picture up to date. True if looking was quicker than the kernel's event.
    fn knew(&mut self, event: WatchEvent<'_>, name: &OsStr) -> bool {
        let mut knew = false;
        if event.is_create() || event.is_moved_to() {
            // A move is shown in any case: a file of that name may have been replaced.
            knew = self.names.insert(name.to_owned(), event.is_dir()).is_some() && event.is_create();
        } else if event.is_delete() || event.is_moved_from() {
            self.names.remove(name);
        }
        knew
    }
}

fn look(path: &Path) -> io::Result<Names> {
    let name = |entry: fs::DirEntry| (entry.file_name(), entry.file_type().is_ok_and(|file| file.is_dir()));
    fs::read_dir(path)?.map(|entry| entry.map(name)).collect()
}

fn event(event: Mask, is_dir: bool) -> Mask {
    if is_dir { event | Mask::ISDIR } else { event }
}

/// With a slash at its end, by which a symbolic link is followed: what the command line names may be one.
fn root(path: &Path) -> PathBuf {
    path.join("")
}

/// What went wrong, and where.
fn failed(path: &Path, error: io::Error) -> io::Error {
    match Errno::from_io_error(&error) {
        Some(errno) => io::Error::new(error.kind(), format!("{}: {errno}", path.display())),
        None => io::Error::new(error.kind(), format!("{}: {error}", path.display())),
    }
}
