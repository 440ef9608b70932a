//! The command line.

use butter::inotify::Mask;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

pub const OPTIONS: &str = "\
  -r          follow directories with all that is below them
  -e EVENTS   show only these, separated by commas: access, modify, attrib, close_write,
              close_nowrite, close, open, moved_from, moved_to, move, move_self, create,
              delete, delete_self, unmount (without -e: all that are not just reading)
  -t SECONDS  end after this time, such as 0.5";

/// The events by their names, in the order in which a line shows them.
pub const EVENTS: [(&str, Mask); 14] = [
    ("ACCESS", Mask::ACCESS),
    ("MODIFY", Mask::MODIFY),
    ("ATTRIB", Mask::ATTRIB),
    ("CLOSE_WRITE", Mask::CLOSE_WRITE),
    ("CLOSE_NOWRITE", Mask::CLOSE_NOWRITE),
    ("CLOSE", Mask::CLOSE),
    ("OPEN", Mask::OPEN),
    ("MOVED_FROM", Mask::MOVED_FROM),
    ("MOVED_TO", Mask::MOVED_TO),
    ("MOVE_SELF", Mask::MOVE_SELF),
    ("CREATE", Mask::CREATE),
    ("DELETE", Mask::DELETE),
    ("DELETE_SELF", Mask::DELETE_SELF),
    ("UNMOUNT", Mask::UNMOUNT),
];

/// Events that change nothing. Who scans directories makes them as well, and tells of himself if he watches for them.
pub const READING: Mask = Mask::ACCESS.union(Mask::OPEN).union(Mask::CLOSE_NOWRITE);

pub struct Options {
    pub recursive: bool,
    /// The events to show.
    pub events: Mask,
    pub time: Option<Duration>,
    pub paths: Vec<PathBuf>,
}

impl Options {
    pub fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Options, String> {
        let mut options = Options { recursive: false, events: Mask::empty(), time: None, paths: Vec::new() };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{} needs a value", argument.to_string_lossy()));
            match argument.as_encoded_bytes() {
                b"-r" => options.recursive = true,
                b"-e" => options.events |= events(&value()?)?,
                b"-t" => options.time = Some(seconds(&value()?)?),
                b"--" => options.paths.extend(arguments.by_ref().map(PathBuf::from)),
                [b'-', _, ..] => return Err(format!("no option {}", argument.to_string_lossy())),
                _ => options.paths.push(argument.into()),
            }
        }
        if options.events.is_empty() {
            options.events = (Mask::ALL_EVENTS | Mask::UNMOUNT) - READING;
        }
        Ok(options)
    }
}

fn events(list: &OsStr) -> Result<Mask, String> {
    let mut events = Mask::empty();
    for name in list.to_string_lossy().split(',') {
        let known = EVENTS.iter().find(|(event, _)| event.eq_ignore_ascii_case(name)).map(|(_, mask)| *mask);
        let both = name.eq_ignore_ascii_case("move").then_some(Mask::MOVE);
        events |= known.or(both).ok_or_else(|| format!("no event {name}"))?;
    }
    Ok(events)
}

fn seconds(time: &OsStr) -> Result<Duration, String> {
    let seconds = time.to_str().and_then(|time| time.parse().ok());
    let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.ok_or_else(|| "-t needs a number of seconds".to_owned())
}
