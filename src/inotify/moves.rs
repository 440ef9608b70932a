//! The two halves of a rename brought together.

use super::{Event, WatchEvent, Wd};
use core::fmt;

/// Brings together the two halves of renames: [`MOVED_FROM`](super::Mask::MOVED_FROM) and
/// [`MOVED_TO`](super::Mask::MOVED_TO) with the same cookie.
///
/// The kernel queues one right behind the other, and the first has no second if the file went to where nobody watches.
/// This keeps the first half (its name copied, up to 255 bytes) until the next event shows which it is. When no more
/// events come for some milliseconds, [`finish`](Self::finish) says whether one is left.
///
/// Rarely the event of another process comes between the halves. Then the file is said to be gone, and its second half
/// is an event like any other, as if it had come from elsewhere: less is said, but nothing false and nothing out of
/// order.
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
    pending: Option<MovedFrom>,
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
        Moves { pending: None }
    }

    /// Takes the next event. If a first half was kept that does not belong to it, that is given first: the file went to
    /// where nobody watches.
    pub fn step<'a>(&mut self, event: Event<'a>) -> (Option<MovedFrom>, Step<'a>) {
        let kept = self.pending.take();
        match (event, kept) {
            (Event::Watch(to), Some(from)) if to.is_moved_to() && to.cookie() == from.cookie => {
                (None, Step::Renamed { from, to })
            }
            (Event::Watch(from), kept) if from.is_moved_from() => {
                self.pending = Some(MovedFrom::new(&from));
                (kept, Step::Kept)
            }
            (event, kept) => (kept, Step::Event(event)),
        }
    }

    /// The first half that is kept, if there is one: its second will not come.
    pub fn finish(&mut self) -> Option<MovedFrom> {
        self.pending.take()
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
