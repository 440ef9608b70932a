//! Runs a program that may make some system calls only.
//!
//! ```text
//! cargo run --release --example sandbox -- [-p POLICY] [--log] [--learn FILE] [OPTION…] [--] PROGRAM [ARGUMENT…]
//! ```
//!
//! The policy is a file, whose language `policy.rs` tells, or one of those that are built in: `strict`, `docker` and `none`. With
//! `--log` each call that is refused is reported, such as
//!
//! ```text
//! sandbox: 4711: mount("none", "/mnt", "tmpfs", 0x0, 0x0) is refused: EPERM
//! ```
//!
//! That costs what it costs to wake another process, and a process that is to be killed for a call is killed by `SIGKILL`.
//! Without it the kernel refuses, and nobody is told. `--learn` allows everything and writes the policy that the program and
//! its children need; the rest of the options restricts files, ports and signals by landlock, as far as the kernel can.
//!
//! The program can gain no privileges (`no_new_privs`). Its exit status is passed on; if a signal kills it, it is 128 and the
//! signal's number, and `SIGSYS` is told in words. 2 is a wrong command line or policy, 125 another failure of the sandbox, 126
//! and 127 a program that cannot be executed or is not there. The sandbox ends when the last process that the program has left
//! behind does; if it is killed, so is the program. A sandbox in a sandbox is refused: the kernel has calls notified once.
//!
//! - `options.rs` reads the command line, `policy.rs` a policy file, `strict.rs` and `docker.rs` are built-in policies.
//! - `filter.rs` is the filter that is loaded, `restrict.rs` what landlock is told.
//! - `start.rs` starts the program under them, `supervise.rs` answers the calls that the filter does not decide.
//! - `report.rs` is what is told of a call, `learn.rs` the policy that comes of all of them.

mod docker;
mod filter;
mod learn;
mod options;
mod policy;
mod report;
mod restrict;
mod start;
mod strict;
mod supervise;

use butter::signal::{ChildStatus, SigSet, Signal, sigmask};
use butter::{Errno, Signalfd};
use learn::Learned;
use options::Options;
use report::say;
use std::process::ExitCode;
use std::{fs, io};
use supervise::{Duty, supervise};

/// Exit status: it is not used right.
const USAGE: u8 = 2;
/// The sandbox itself failed.
const FAILED: u8 = 125;
/// The program is there, and cannot be executed.
const NOT_EXECUTED: u8 = 126;
/// The program is not there.
const NOT_FOUND: u8 = 127;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args_os().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            say(format_args!("{message}\n{}", options::USAGE));
            return ExitCode::from(USAGE);
        }
    };
    let status = policy(&options).and_then(|policy| sandbox(&options, &policy).map_err(failed));
    ExitCode::from(status.unwrap_or_else(|status| status))
}

fn failed(error: io::Error) -> u8 {
    say(error);
    FAILED
}

/// The program of the policy.
fn policy(options: &Options) -> Result<Vec<butter::seccomp::Instruction>, u8> {
    if options.learn.is_some() {
        return Ok(filter::all().to_vec());
    }
    let name = options.policy.as_deref().unwrap_or("docker".as_ref());
    if let Some(program) = name.to_str().and_then(filter::built_in) {
        return Ok(program.to_vec());
    }
    let bytes = fs::read(name).map_err(|error| {
        say(format_args!("{}: {error}", name.to_string_lossy()));
        FAILED
    })?;
    policy::File::parse(&bytes).and_then(|file| file.compile(&[filter::START_RULE])).map_err(|wrong| {
        say(format_args!("{}:{}: {}", name.to_string_lossy(), wrong.line, wrong.reason));
        USAGE
    })
}

/// Runs the program, and gives its exit status.
fn sandbox(options: &Options, policy: &[butter::seccomp::Instruction]) -> io::Result<u8> {
    let ruleset = restrict::ruleset(options)?;
    let loaded = if options.log { filter::reporting(policy) } else { policy.to_vec() };
    // Blocked, signals wait until they are read.
    let awaited = SigSet::from([Signal::CHLD, Signal::HUP, Signal::INT, Signal::QUIT, Signal::TERM]);
    let mask = sigmask::block(awaited)?;
    let signals = Signalfd::new(awaited)?;

    let started = start::start(&options.command, &loaded, ruleset.as_ref(), mask)?;
    let mut learned = Learned::default();
    let duty = if options.learn.is_some() { Duty::Learn(&mut learned) } else { Duty::Policy(policy) };
    let (status, executed) = supervise(&started, &signals, duty)?;

    let program = options.command[0].to_string_lossy();
    if !executed {
        let errno = start::reason(status);
        say(format_args!("{program}: {errno}"));
        return Ok(if errno == Errno::ENOENT { NOT_FOUND } else { NOT_EXECUTED });
    }
    if let Some(file) = &options.learn {
        if learned.strange() > 0 {
            say(format_args!("{} calls of an unknown architecture are left out", learned.strange()));
        }
        let written = fs::write(file, learned.policy(&options.command));
        written.map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
    }
    Ok(match status {
        ChildStatus::Exited(status) => status as u8,
        ChildStatus::Killed(signal) | ChildStatus::Dumped(signal) => {
            if signal == Signal::SYS {
                say(format_args!("{program} was killed by SIGSYS: it made a call that the policy kills for"));
            }
            128 + signal.number()
        }
        _ => FAILED,
    })
}
