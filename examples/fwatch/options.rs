//! The command line.

use butter::fanotify::Mask;
use butter::process::Pid;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

pub const USAGE: &str = "\
usage: fwatch [-c] [-f KINDS] [-p PID]… [-s SECONDS] [PATH]
  -c          only what goes through the mount that PATH is on, not its whole file system
  -f KINDS    show only these: letters, or names separated by commas
              R access, W modify, C close, O open, + create, D delete, < or > rename;
              close_write, close_nowrite, open_exec, attrib, fs_error have no letter
  -p PID      leave out what this process does
  -s SECONDS  end after this time, such as 0.5
Without a path it is the working directory.";

/// The kinds by their names, in the order in which a line shows them.
pub const KINDS: [(&str, Mask); 11] = [
    ("ACCESS", Mask::ACCESS),
    ("MODIFY", Mask::MODIFY),
    ("ATTRIB", Mask::ATTRIB),
    ("CLOSE_WRITE", Mask::CLOSE_WRITE),
    ("CLOSE_NOWRITE", Mask::CLOSE_NOWRITE),
    ("OPEN", Mask::OPEN),
    ("OPEN_EXEC", Mask::OPEN_EXEC),
    ("CREATE", Mask::CREATE),
    ("DELETE", Mask::DELETE),
    ("RENAME", Mask::RENAME),
    ("FS_ERROR", Mask::FS_ERROR),
];

/// The letters of fatrace.
const LETTERS: [(char, Mask); 8] = [
    ('R', Mask::ACCESS),
    ('W', Mask::MODIFY),
    ('C', Mask::CLOSE),
    ('O', Mask::OPEN),
    ('+', Mask::CREATE),
    ('D', Mask::DELETE),
    ('<', Mask::RENAME),
    ('>', Mask::RENAME),
];

pub struct Options {
    /// Only the mount.
    pub mount: bool,
    /// The kinds to show.
    pub kinds: Mask,
    /// The processes that are left out.
    pub ignored: Vec<Pid>,
    pub time: Option<Duration>,
    pub path: PathBuf,
}

impl Options {
    pub fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Options, String> {
        let mut options =
            Options { mount: false, kinds: Mask::empty(), ignored: Vec::new(), time: None, path: PathBuf::new() };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{} needs a value", argument.to_string_lossy()));
            match argument.as_encoded_bytes() {
                b"-c" => options.mount = true,
                b"-f" => options.kinds |= kinds(&value()?)?,
                b"-p" => options.ignored.push(pid(&value()?)?),
                b"-s" => options.time = Some(seconds(&value()?)?),
                [b'-', _, ..] => return Err(format!("no option {}", argument.to_string_lossy())),
                _ if options.path.as_os_str().is_empty() => options.path = argument.into(),
                _ => return Err("one path only".to_owned()),
            }
        }
        if options.kinds.is_empty() {
            options.kinds = KINDS.iter().fold(Mask::empty(), |all, (_, kind)| all | *kind);
        }
        if options.path.as_os_str().is_empty() {
            options.path = ".".into();
        }
        Ok(options)
    }
}

fn kinds(list: &OsStr) -> Result<Mask, String> {
    let letter = |char| LETTERS.iter().find(|(letter, _)| *letter == char).map(|(_, kind)| *kind);
    let mut kinds = Mask::empty();
    for word in list.to_string_lossy().split(',') {
        let known = KINDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, kind)| *kind);
        let both = word.eq_ignore_ascii_case("close").then_some(Mask::CLOSE);
        let letters = || word.chars().try_fold(Mask::empty(), |kinds, char| Some(kinds | letter(char)?));
        kinds |= known.or(both).or_else(letters).ok_or_else(|| format!("no kind {word}"))?;
    }
    Ok(kinds)
}

fn pid(number: &OsStr) -> Result<Pid, String> {
    let number = number.to_str().and_then(|number| number.parse().ok());
    number.and_then(Pid::new).ok_or_else(|| "-p needs the number of a process".to_owned())
}

fn seconds(time: &OsStr) -> Result<Duration, String> {
    let seconds = time.to_str().and_then(|time| time.parse().ok());
    let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.ok_or_else(|| "-s needs a number of seconds".to_owned())
}
