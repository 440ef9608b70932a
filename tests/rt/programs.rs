//! How programs without a libc end. Each datagram on their standard error is a `write` of its own.

use crate::build::{STATIC, build};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| build("programs", "tests/rt/programs", Some(STATIC), &[]))
}

/// What the program says, write by write, and its status.
fn run(program: &str, what: &str) -> (Vec<String>, Option<i32>) {
    let (receiver, sender) = UnixDatagram::pair().unwrap();
    let status = Command::new(built().join(program)).arg(what).stderr(OwnedFd::from(sender)).status().unwrap();
    receiver.set_nonblocking(true).unwrap();
    let mut buffer = [0; 4096];
    let said = std::iter::from_fn(|| receiver.recv(&mut buffer).ok().map(|length| buffer[..length].to_vec()));
    (said.map(|bytes| String::from_utf8(bytes).unwrap()).collect(), status.code())
}

/// The place of the panic in what was said, which must begin and end so.
fn between<'s>(said: &'s [String], start: &str, end: &str) -> &'s str {
    let [text] = said else { panic!("{said:?}") };
    text.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).unwrap_or_else(|| panic!("{text:?}"))
}

fn is_number(text: &str) -> bool {
    text.parse::<u32>().is_ok_and(|number| number > 0)
}

#[test]
fn by_a_status() {
    assert_eq!(run("brief", "nothing"), (vec![], Some(0)));
    assert_eq!(run("brief", "status"), (vec![], Some(200)));
}

#[test]
fn by_an_error() {
    assert_eq!(run("brief", "error"), (vec!["Error: ENOENT\n".to_owned()], Some(1)));
    assert_eq!(run("brief", "an error without a name"), (vec!["Error: 4000\n".to_owned()], Some(1)));
}

#[test]
fn by_a_panic() {
    let (said, status) = run("brief", "constant");
    assert!(is_number(between(&said, "panicked at src/what.rs:", ": a constant\n")));
    assert_eq!(status, Some(134));

    let (said, status) = run("brief", "formatted");
    assert!(is_number(between(&said, "panicked at src/what.rs:", "\n")));
    assert_eq!(status, Some(134));
}

#[test]
fn by_a_panic_in_full() {
    for (what, message) in [("constant", "a constant"), ("formatted", "2 arguments")] {
        let (said, status) = run("full", what);
        let place = between(&said, "panicked at src/what.rs:", &format!(":\n{message}\n"));
        assert!(place.split(':').all(is_number), "{place}");
        assert_eq!(status, Some(134));
    }
}

#[test]
fn by_a_panic_that_says_too_much() {
    let (said, status) = run("full", "long");
    assert!(between(&said, "panicked at src/what.rs:", " \n").contains("text "));
    assert_eq!((said[0].len(), status), (512, Some(134)));
}

#[test]
fn by_a_panic_in_a_panic() {
    let (said, status) = run("full", "nested");
    assert!(is_number(between(&said, "panicked at src/what.rs:", ": inside\n")));
    assert_eq!(status, Some(134));
}
