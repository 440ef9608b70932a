//! The two halves of a rename brought together.

use super::{Event, WatchEvent, Wd};
use core::fmt;

/// How many first halves are kept: as many renames may go on at once.
const KEPT: usize = 8;

/// Brings together the two halves of renames: [`MOVED_FROM`](super::Mask::MOVED_FROM) and
/// [`MOVED_TO`](super::Mask::MOVED_TO) with the same cookie.
///
/// The first half has no second if the file went to where nobody watches, and under load the events of others come
/// between the two. So this keeps up to eight first halves (their names copied, up to 255 bytes each) until their second
/// comes. One is given up, and said to be gone, when an event shows that its name has been taken by another file, or when
/// there is no room for a ninth. When no more events come for some milliseconds, [`finish`](Self::finish) gives those that
/// are left. An overflow drops them all: whoever keeps a picture of the files has to look at all of them again.
///
/// ```
/// use butter::inotify::{Inotify, Mask, Moves, Step};
/// use butter::EventSource;
/// # let directory = std::env::temp_dir().join(format!("butter-doc-moves-{}", std::process::id()));
/// # std::fs::create_dir(&directory)?;
/// # std::fs::write(directory.join("old"), "")?;
/// let inotify = Inotify::new()?;
/// inotify.add_watch(&directory, Mask::MOVE)?;
/// std::fs::rename(directory.join("old"), directory.join("new"))?;
///
/// let mut moves = Moves::new();
/// let mut buffer = [0; 4096];
/// for event in inotify.read_events(&mut buffer)? {
///     let (gone, step) = moves.step(event);
///     assert!(gone.is_none());
///     if let Step::Renamed { from, to } = step {
///         assert_eq!((from.name(), to.name()), (&b"old"[..], Some(&b"new"[..])));
///     }
/// }
/// assert!(moves.finish().is_none());
/// # std::fs::remove_dir_all(&directory)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Moves {
    /// The oldest first, then `None`s.
    kept: [Option<MovedFrom>; KEPT],
}

/// What an event turned out to be.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "the name has to be somewhere, and there is no heap")]
pub enum Step<'a> {
    /// Not half of a rename, or the second half of one whose first was not watched.
    Event(Event<'a>),
    /// The first half: it is kept.
    Kept,
    /// Both halves.
    Renamed {
        /// The name that it had.
        from: MovedFrom,
        /// The name that it has.
        to: WatchEvent<'a>,
    },
}

impl Moves {
    /// With nothing kept.
    pub const fn new() -> Moves {
        Moves { kept: [const { None }; KEPT] }
    }

    /// Takes the next event. If it shows that a file whose first half was kept is gone, that is given with it, and
    /// happened before it.
    pub fn step<'a>(&mut self, event: Event<'a>) -> (Option<MovedFrom>, Step<'a>) {
        let Event::Watch(watch) = event else {
            *self = Moves::new();
            return (None, Step::Event(event));
        };
        let from = watch.is_moved_to().then(|| self.take(|kept| kept.cookie == watch.cookie())).flatten();
        let gone = self.take(|kept| kept.wd == watch.wd() && watch.name() == Some(kept.name()));
        match from {
            Some(from) => (gone, Step::Renamed { from, to: watch }),
            None if watch.is_moved_from() => (self.keep(MovedFrom::new(&watch)).or(gone), Step::Kept),
            None => (gone, Step::Event(event)),
        }
    }

    /// The oldest first half that is kept, if there is one: its second will not come. Call it until there is none.
    pub fn finish(&mut self) -> Option<MovedFrom> {
        self.take(|_| true)
    }

    /// Takes the oldest of this kind.
    fn take(&mut self, kind: impl Fn(&MovedFrom) -> bool) -> Option<MovedFrom> {
        let place = self.kept.iter().position(|kept| kept.as_ref().is_some_and(&kind))?;
        let rest = self.kept.get_mut(place..)?;
        rest.rotate_left(1);
        rest.last_mut()?.take()
    }

    /// Keeps one. Gives the oldest if there is no room.
    fn keep(&mut self, moved: MovedFrom) -> Option<MovedFrom> {
        let oldest = if self.kept.iter().all(Option::is_some) { self.finish() } else { None };
        if let Some(free) = self.kept.iter_mut().find(|kept| kept.is_none()) {
            *free = Some(moved);
        }
        oldest
    }
}

/// The first half of a rename, copied from its event.
#[derive(Clone)]
pub struct MovedFrom {
    wd: Wd,
    cookie: u32,
    is_dir: bool,
    length: u8,
    name: [u8; 255],
}

impl MovedFrom {
    fn new(event: &WatchEvent<'_>) -> MovedFrom {
        let from = event.name().unwrap_or_default();
        let mut name = [0; 255];
        // A name longer than the kernel's longest comes from no kernel, and is cut.
        let length = name.iter_mut().zip(from).map(|(to, from)| *to = *from).count();
        MovedFrom { wd: event.wd(), cookie: event.cookie(), is_dir: event.is_dir(), length: length as u8, name }
    }

    /// The watch of the directory that it was in.
    pub fn wd(&self) -> Wd {
        self.wd
    }

    /// The name that it had there.
    pub fn name(&self) -> &[u8] {
        self.name.get(..self.length.into()).unwrap_or_default()
    }

    /// What both halves of the rename have in common.
    pub fn cookie(&self) -> u32 {
        self.cookie
    }

    /// Whether it is a directory.
    pub fn is_dir(&self) -> bool {
        self.is_dir
    }
}

impl fmt::Debug for MovedFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut moved = f.debug_struct("MovedFrom");
        moved.field("wd", &self.wd).field("cookie", &self.cookie).field("is_dir", &self.is_dir);
        moved.field("name", &format_args!("\"{}\"", self.name().escape_ascii())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inotify::{Mask, parse};
    use std::vec::Vec;
    use std::{format, string::String};

    /// Events of watch 1: what happened, the cookie, the name.
    fn steps(events: &[(Mask, u32, &str)]) -> Vec<String> {
        let (mut moves, mut told) = (Moves::new(), Vec::new());
        let bytes: Vec<u8> = events.iter().flat_map(|(mask, cookie, name)| record(*mask, *cookie, name)).collect();
        for event in parse(&bytes) {
            let (gone, step) = moves.step(event);
            told.extend(gone.map(|from| format!("gone {}", from.name().escape_ascii())));
            match step {
                Step::Kept => {}
                Step::Renamed { from, to } => told.push(format!(
                    "renamed {} {}",
                    from.name().escape_ascii(),
                    to.name().unwrap_or_default().escape_ascii()
                )),
                Step::Event(Event::Watch(event)) => {
                    told.push(format!("event {}", event.name().unwrap_or_default().escape_ascii()));
                }
                Step::Event(Event::Overflow) => told.push("overflow".into()),
            }
        }
        while let Some(from) = moves.finish() {
            told.push(format!("left {}", from.name().escape_ascii()));
        }
        told
    }

    fn record(mask: Mask, cookie: u32, name: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        for word in [1, mask.bits(), cookie, 16] {
            bytes.extend(word.to_ne_bytes());
        }
        bytes.extend(name.as_bytes());
        bytes.resize(32, 0);
        bytes
    }

    #[test]
    fn halves_find_each_other_past_other_events() {
        let events = [
            (Mask::MOVED_FROM, 1, "a"),
            (Mask::CREATE, 0, "x"),
            (Mask::MOVED_FROM, 2, "b"),
            (Mask::MOVED_TO, 1, "c"),
            (Mask::MOVED_TO, 2, "d"),
        ];
        assert_eq!(steps(&events), ["event x", "renamed a c", "renamed b d"]);
    }

    #[test]
    fn a_name_that_another_file_takes_is_gone_before_that() {
        let events = [(Mask::MOVED_FROM, 1, "a"), (Mask::CREATE, 0, "a"), (Mask::MOVED_TO, 1, "b")];
        assert_eq!(steps(&events), ["gone a", "event a", "event b"]);
        let events = [(Mask::MOVED_FROM, 1, "a"), (Mask::MOVED_FROM, 2, "x"), (Mask::MOVED_TO, 2, "a")];
        assert_eq!(steps(&events), ["gone a", "renamed x a"]);
    }

    #[test]
    fn the_oldest_makes_room() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
        let mut events: Vec<_> = (1..).zip(names).map(|(cookie, name)| (Mask::MOVED_FROM, cookie, name)).collect();
        events.push((Mask::MOVED_TO, 5, "z"));
        let left = ["gone a", "renamed e z", "left b", "left c", "left d", "left f", "left g", "left h", "left i"];
        assert_eq!(steps(&events), left);
    }

    #[test]
    fn an_overflow_drops_them() {
        let events = [(Mask::MOVED_FROM, 1, "a"), (Mask::Q_OVERFLOW, 0, ""), (Mask::MOVED_TO, 1, "b")];
        assert_eq!(steps(&events), ["overflow", "event b"]);
    }
}
