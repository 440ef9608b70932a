//! Who did something, and bytes as text: what both programs write in their lines.

use butter::fanotify::{Notification, Pidfd};
use butter::poll::{self, PollFd};
use butter::process::Pid;
use std::ffi::OsStr;
use std::fmt::{self, Display, Write as _};
use std::fs::File;
use std::io::{self, Read, Write as _};
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

/// The process behind an event, as `NAME(PID)`.
pub struct Who {
    pid: Option<Pid>,
    name: Name,
}

enum Name {
    /// Up to 15 bytes and a newline.
    Known([u8; 64], usize),
    Gone,
    Unknown,
}

impl Who {
    /// Asks for the name by the number, and then the pidfd whether that was the right process: as long as it has not
    /// ended, nobody else can have got its number.
    pub fn did(event: &Notification<'_>) -> Who {
        let name = match event.pid().map(name) {
            Some(Ok((name, length))) => Name::Known(name, length),
            _ => Name::Unknown,
        };
        let name = match event.pidfd() {
            Some(Pidfd::Open(pidfd)) => {
                let ended = poll::poll(&mut [PollFd::new(&pidfd, poll::Events::IN)], Some(Duration::ZERO)) != Ok(0);
                if ended { Name::Gone } else { name }
            }
            Some(Pidfd::Gone) => Name::Gone,
            // Nothing proves it.
            Some(Pidfd::Failed(_)) | None => Name::Unknown,
        };
        Who { pid: event.pid(), name }
    }
}

/// Into a fixed piece of memory, and from there.
fn name(pid: Pid) -> io::Result<([u8; 64], usize)> {
    let mut path = io::Cursor::new([0; 32]);
    write!(path, "/proc/{pid}/comm")?;
    let length = path.position() as usize;
    let mut name = [0; 64];
    let length = File::open(OsStr::from_bytes(&path.get_ref()[..length]))?.read(&mut name)?;
    Ok((name, length))
}

impl Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.pid, &self.name) {
            (Some(pid), Name::Known(name, length)) => write!(f, "{}({pid})", Text(name[..*length].trim_ascii_end())),
            (Some(pid), Name::Gone) => write!(f, "(gone)({pid})"),
            (Some(pid), Name::Unknown) => write!(f, "(unknown)({pid})"),
            // It is of another pid namespace, or this user is not told.
            (None, _) => f.write_str("(unknown)"),
        }
    }
}

/// Bytes of a name or a path. A line stays one line, whatever somebody calls a file.
pub struct Text<'a>(pub &'a [u8]);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for char in chunk.valid().chars() {
                if char.is_control() || char == '\\' {
                    write!(f, "{}", char.escape_default())?
                } else {
                    f.write_char(char)?
                }
            }
            chunk.invalid().iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))?;
        }
        Ok(())
    }
}
