//! The process inside: the first of its pid namespace, and so the one that reaps what the others leave behind.

use crate::command::Command;
use crate::failure::{Failure, NOT_EXECUTED, NOT_FOUND, OrFail};
use crate::options::Options;
use crate::outside::{SOCKET, passed, status, was_sent};
use crate::{network, privileges, root};
use butter::fd::{FromRawFd, IoSliceMut, OwnedFd};
use butter::mount::Mount;
use butter::namespace::{self, Kinds};
use butter::pipe::{self, PipeFlags};
use butter::process::{self, Builder, Children, Pid, WaitOptions};
use butter::seccomp::{self, Instruction};
use butter::signal::{self, Cause, SigSet, Signal, sigmask};
use butter::socket::{self, Message, RecvFlags};
use butter::{Errno, Signalfd, fd, prctl, system};

pub fn run(options: &Options) -> Result<u8, Failure> {
    // Everything here ends with the process outside, whatever ends that.
    prctl::set_pdeathsig(Some(Signal::KILL)).or_fail("setting the signal for the end of the parent")?;
    let mounts = receive()?;

    let awaited = passed() | SigSet::from(Signal::CHLD);
    sigmask::block(awaited).or_fail("blocking signals")?;
    let signals = Signalfd::new(awaited).or_fail("a signalfd")?;

    // Not before: it shows the cgroup that the process is in by now as the root.
    namespace::unshare(Kinds::CGROUP).or_fail("a cgroup namespace")?;
    system::sethostname(options.hostname.as_encoded_bytes()).or_fail("--hostname")?;
    if !options.net {
        network::loopback().or_fail("the loopback device")?;
    }
    // Its file is outside.
    let filter = privileges::filter(options.seccomp.as_deref())?;
    root::enter(options, mounts)?;
    let directory = options.directory.as_deref().unwrap_or("/".as_ref());
    process::chdir(directory).or_fail(format_args!("--dir {}", directory.display()))?;

    let command = Command::new(options)?;
    privileges::drop()?;
    let child = start(options, &command, filter.as_deref())?;
    look_after(child, &signals)
}

/// What the process outside has to give. This waits until it has done its part.
fn receive() -> Result<Vec<Mount>, Failure> {
    // SAFETY: the process outside has put it there, for this process alone.
    let socket = unsafe { OwnedFd::from_raw_fd(SOCKET) };
    let (mut byte, mut memory) = ([0], [0; socket::control_words(253)]);
    let received = socket::recvmsg(&socket, &mut [IoSliceMut::new(&mut byte)], &mut memory, RecvFlags::empty())
        .or_fail("receiving mounts")?;
    if received.len == 0 {
        // It has failed, and said why.
        process::exit(crate::failure::FAILED.into());
    }
    let fds = received.messages.filter_map(|message| match message {
        Message::Fds(fds) => Some(fds),
        _ => None,
    });
    Ok(fds.flatten().map(Mount::from).collect())
}

fn start(options: &Options, command: &Command, filter: Option<&[Instruction]>) -> Result<Pid, Failure> {
    let (reading, writing) = pipe::pipe2(PipeFlags::NONBLOCK).or_fail("a pipe")?;
    let builder = Builder::new().sigdefault(Signal::PIPE.into());
    // SAFETY: the child makes system calls only. What the filter does with the command's calls its user has asked for.
    let child = unsafe {
        builder.spawn_with(|| {
            if let Some(filter) = filter {
                // A filter that is not there lets this through.
                seccomp::install(filter).inspect_err(|_| {
                    let _ = fd::write(&writing, b"!");
                })?;
            }
            command.execute()
        })
    };
    let error = match child {
        Ok(child) => return Ok(child.pid),
        Err(error) => error,
    };
    if fd::read(&reading, &mut [0]).is_ok() {
        return Err(Failure::new(format_args!("loading the filter of --seccomp: {}", error.errno())));
    }
    let status = match error.errno() {
        Errno::ENOENT => NOT_FOUND,
        _ => NOT_EXECUTED,
    };
    Err(Failure { status, message: format!("{}: {}", options.command[0].to_string_lossy(), error.errno()) })
}

/// Passes signals on to the command, and reaps whoever ends; gives the status of the command when it has ended. What is left then
/// ends with this process.
fn look_after(command: Pid, signals: &Signalfd) -> Result<u8, Failure> {
    loop {
        let info = match signals.read() {
            Err(Errno::EINTR) => continue,
            info => info.or_fail("reading signals")?,
        };
        match info.signal() {
            Some(Signal::CHLD) => {}
            Some(signal) if was_sent(info.cause()) => {
                // It may have ended.
                let _ = signal::kill(command, signal);
                continue;
            }
            _ => continue,
        }
        // One signal may stand for several.
        while let Ok(Some(ended)) = process::waitid(Children::All, WaitOptions::EXITED | WaitOptions::NOHANG) {
            match ended.cause() {
                Cause::Child { pid, status: ended, .. } if pid == Some(command) => return Ok(status(ended)),
                _ => {}
            }
        }
    }
}
