//! Copies the standard input to the standard output and to files, as `tee` of the GNU coreutils does, with its options,
//! messages and exit status; but the bytes do not come into the process where the kernel can help it.
//!
//! ```text
//! cargo run --release --example tee -- [-a] [-i] [-p] [--output-error[=MODE]] [FILE…]
//! ```
//!
//! All of the work is `Relay::tee_all`: the input is spliced into a pipe, which is duplicated by tee for each output but
//! the last and spliced on. What cannot be spliced, as a file that is appended to, is read and written.
//!
//! - `options.rs` reads the command line.

mod options;

use butter::fd::{self, OwnedFd};
use butter::pipe::{Output, Relay};
use butter::signal::{SigSet, Signal, sigmask};
use butter::{Errno, syscall};
use options::{Mode, Options};
use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::ExitCode;

/// Where nothing can be spliced.
const BUFFER: usize = 128 * 1024;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args_os().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => return print(options::HELP),
        Err(message) => {
            say(format_args!("{message}\nTry 'tee --help' for more information."));
            return ExitCode::FAILURE;
        }
    };
    match copy(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(errno) => {
            say(words(errno));
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing went wrong. What did has been said.
fn copy(options: &Options) -> butter::Result<bool> {
    if options.ignore_interrupts {
        // Blocked, it does as little as ignored.
        sigmask::block(SigSet::from(Signal::INT))?;
    }
    if options.mode == Mode::Signal {
        die_of_sigpipe()?;
    }

    let (mut names, mut files, mut well) = (vec![OsStr::new("standard output")], Vec::<OwnedFd>::new(), true);
    for name in &options.files {
        let mut how = OpenOptions::new();
        match how.create(true).append(options.append).write(true).truncate(!options.append).open(name) {
            Ok(file) => {
                names.push(name);
                files.push(file.into());
            }
            Err(error) => {
                complain(name, Errno::from_io_error(&error).unwrap_or(Errno::EINVAL));
                if options.mode.exits() {
                    return Ok(false);
                }
                well = false;
            }
        }
    }

    let stdout = io::stdout();
    let mut outputs = vec![Output::new(&stdout)];
    outputs.extend(files.iter().map(Output::new));
    let mut buffer = vec![0; BUFFER];
    let mut relay = Relay::new(&mut buffer[..])?;
    let mut exits = false;
    let result = loop {
        let result = relay.tee_all(io::stdin(), &mut outputs, |output, errno| {
            if errno == Errno::EPIPE && !options.mode.minds_pipes() {
                return Ok(());
            }
            complain(names[output], errno);
            (well, exits) = (false, options.mode.exits());
            if exits { Err(errno) } else { Ok(()) }
        });
        if result != Err(Errno::EINTR) {
            break result;
        }
    };
    match result {
        Err(errno) if !exits => {
            say(format_args!("read error: {}", words(errno)));
            well = false;
        }
        _ => {}
    }

    // Some file systems tell only now that there is no room.
    let failed: Vec<bool> = outputs.iter().skip(1).map(|output| output.error().is_some()).collect();
    for ((file, name), failed) in files.into_iter().zip(&names[1..]).zip(failed) {
        match fd::close(file) {
            Err(errno) if !failed => {
                complain(name, errno);
                well = false;
            }
            _ => {}
        }
    }
    Ok(well)
}

/// Has SIGPIPE end the program, as it does by default. The standard library has it ignored.
fn die_of_sigpipe() -> butter::Result<()> {
    // All zero is the default on every architecture; none has a longer one.
    let (default, old) = ([0usize; 8], std::ptr::null_mut::<usize>());
    // SAFETY: the kernel reads one `sigaction`, which has no handler.
    unsafe { syscall!(RT_SIGACTION, u32::from(Signal::PIPE.number()), default.as_ptr(), old, size_of::<SigSet>()) }?;
    Ok(())
}

fn print(text: &str) -> ExitCode {
    if io::stdout().write_all(text.as_bytes()).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A word to the user. If nobody listens there is nobody to tell.
fn say(message: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "tee: {message}");
}

fn complain(name: &OsStr, errno: Errno) {
    let mut line = b"tee: ".to_vec();
    line.extend(quoted(name.as_bytes()));
    line.extend(format!(": {}\n", words(errno)).bytes());
    let _ = io::stderr().write_all(&line);
}

/// A name as a shell takes it: in quotation marks only if it needs them.
fn quoted(name: &[u8]) -> Vec<u8> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte >= 0x80 || b"%+,-./:@_]{}".contains(byte);
    if !name.is_empty() && name.iter().all(plain) {
        return name.to_vec();
    }
    if name.contains(&b'\'') && !name.iter().any(|byte| b"\"$`\\!".contains(byte)) {
        return [b"\"", name, b"\""].concat();
    }
    let mut quoted = b"'".to_vec();
    for byte in name {
        match byte {
            b'\'' => quoted.extend(b"'\\''"),
            byte => quoted.push(*byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

/// The words of libc for an error, with which the standard library begins.
fn words(errno: Errno) -> String {
    let words = io::Error::from(errno).to_string();
    words.split(" (os error").next().unwrap_or_default().to_owned()
}
