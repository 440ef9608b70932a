//! The command line.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

pub const HELP: &str = "\
Usage: tee [OPTION]... [FILE]...
Copies the standard input to each FILE, and to the standard output.

  -a, --append              append to the files instead of overwriting them
  -i, --ignore-interrupts   do not end at an interrupt
  -p                        the same as --output-error
      --output-error[=MODE] what to do if an output fails; without MODE it is warn-nopipe
      --help                show this and exit

Without --output-error a pipe that nobody reads ends the program by SIGPIPE, and what else
fails is told and left out. A MODE is

  warn           tell of any output that fails, and go on with the others
  warn-nopipe    the same, but say nothing of a pipe that nobody reads
  exit           end if any output fails
  exit-nopipe    the same, but not for a pipe that nobody reads
";

/// What is done if an output fails.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The default: a pipe that nobody reads is the end.
    Signal,
    Warn,
    WarnNoPipe,
    Exit,
    ExitNoPipe,
}

const MODES: [(&str, Mode); 4] =
    [("warn", Mode::Warn), ("warn-nopipe", Mode::WarnNoPipe), ("exit", Mode::Exit), ("exit-nopipe", Mode::ExitNoPipe)];

impl Mode {
    pub fn exits(self) -> bool {
        matches!(self, Mode::Exit | Mode::ExitNoPipe)
    }

    /// Whether a pipe that nobody reads is told of.
    pub fn minds_pipes(self) -> bool {
        matches!(self, Mode::Warn | Mode::Exit)
    }

    fn parse(value: &str) -> Result<Mode, String> {
        let valid = "Valid arguments are:\n  - 'warn'\n  - 'warn-nopipe'\n  - 'exit'\n  - 'exit-nopipe'";
        let mut found = MODES.iter().filter(|(name, _)| name.starts_with(value));
        match (MODES.iter().find(|(name, _)| *name == value), found.next(), found.next()) {
            (Some((_, mode)), ..) | (None, Some((_, mode)), None) => Ok(*mode),
            (None, None, _) => Err(format!("invalid argument '{value}' for '--output-error'\n{valid}")),
            _ => Err(format!("ambiguous argument '{value}' for '--output-error'\n{valid}")),
        }
    }
}

pub struct Options {
    pub append: bool,
    pub ignore_interrupts: bool,
    pub mode: Mode,
    pub files: Vec<OsString>,
}

const LONG: [&str; 4] = ["append", "ignore-interrupts", "output-error", "help"];

impl Options {
    /// `None` if help is asked for.
    pub fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Option<Options>, String> {
        let mut options = Options { append: false, ignore_interrupts: false, mode: Mode::Signal, files: Vec::new() };
        while let Some(argument) = arguments.next() {
            match argument.as_bytes() {
                b"--" => options.files.extend(arguments.by_ref()),
                [b'-', b'-', long @ ..] => {
                    if options.long(&String::from_utf8_lossy(long))? {
                        return Ok(None);
                    }
                }
                [b'-', short @ .., last] if !short.is_empty() || *last != b'-' => {
                    short.iter().chain([last]).try_for_each(|letter| options.short(*letter))?;
                }
                _ => options.files.push(argument),
            }
        }
        Ok(Some(options))
    }

    fn short(&mut self, letter: u8) -> Result<(), String> {
        match letter {
            b'a' => self.append = true,
            b'i' => self.ignore_interrupts = true,
            b'p' => self.mode = Mode::WarnNoPipe,
            letter => return Err(format!("invalid option -- '{}'", char::from(letter))),
        }
        Ok(())
    }

    /// A long option, or the beginning of one; whether it is that for help.
    fn long(&mut self, option: &str) -> Result<bool, String> {
        let (name, value) = option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
        let Some(name) = LONG.iter().find(|long| !name.is_empty() && long.starts_with(name)) else {
            return Err(format!("unrecognized option '--{option}'"));
        };
        match (*name, value) {
            ("output-error", None) => self.mode = Mode::WarnNoPipe,
            ("output-error", Some(value)) => self.mode = Mode::parse(value)?,
            (name, Some(_)) => return Err(format!("option '--{name}' doesn't allow an argument")),
            ("append", None) => self.append = true,
            ("ignore-interrupts", None) => self.ignore_interrupts = true,
            _ => return Ok(true),
        }
        Ok(false)
    }
}
