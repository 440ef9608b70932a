//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

pub const USAGE: &str = "\
usage: gate [-e] [-n] [-v] PATTERN… DIR
  -e  only executing is denied, not reading
  -n  nothing is denied: it says what would be
  -v  says what is allowed below DIR, too
A PATTERN is of names (*.key), or with a slash of paths below DIR (/etc/*.conf, keys/**):
? is any character but a slash, * any number of them, ** any number of any characters.";

pub struct Options {
    /// Only executing is asked about.
    pub execute: bool,
    /// Everything is allowed.
    pub dry_run: bool,
    /// What is allowed is told, too.
    pub verbose: bool,
    pub patterns: Vec<OsString>,
    pub directory: PathBuf,
}

impl Options {
    pub fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Options, String> {
        let (mut execute, mut dry_run, mut verbose, mut patterns) = (false, false, false, Vec::new());
        while let Some(argument) = arguments.next() {
            match argument.as_encoded_bytes() {
                b"-e" => execute = true,
                b"-n" => dry_run = true,
                b"-v" => verbose = true,
                b"--" => patterns.extend(arguments.by_ref()),
                [b'-', _, ..] => return Err(format!("no option {}", argument.to_string_lossy())),
                _ => patterns.push(argument),
            }
        }
        let directory = patterns.pop().ok_or("it needs a pattern and a directory")?.into();
        if patterns.is_empty() {
            return Err("it needs a pattern and a directory".to_owned());
        }
        Ok(Options { execute, dry_run, verbose, patterns, directory })
    }
}
