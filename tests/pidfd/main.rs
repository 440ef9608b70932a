//! pidfd against the running kernel.
//!
//! Errors that cannot be provoked here: of `open` `ENFILE`, `ENODEV` and `ENOMEM`; of `getfd` and `namespace` `ENFILE`;
//! `EOPNOTSUPP` of `namespace`, which needs another kernel.

#[path = "../common/mod.rs"]
mod common;
mod getfd;
mod info;
mod open;
mod signal;
mod wait;

use butter::fd::AsFd;
use butter::pidfd::{self, OpenFlags, Pidfd};
use butter::process::{self, Pid};
use butter::signal::{ChildStatus, Signal, kill};
use butter::{Errno, Result};
use common::{assert_errno, not_open};
use std::sync::mpsc;
use std::time::Duration;
use std::{fs::File, thread};

const NOW: Option<Duration> = Some(Duration::ZERO);

fn sleeper() -> Pid {
    process::spawn(c"/bin/sleep", [c"sleep", c"60"], []).unwrap()
}

/// Ends a child and waits for it.
fn end(child: Pid) {
    kill(child, Signal::KILL).unwrap();
    assert_eq!(process::wait(child), Ok(ChildStatus::Killed(Signal::KILL)));
}

/// A child that has ended with this status, and was not waited for.
fn ended(status: i32) -> Pid {
    let script = std::ffi::CString::new(format!("exit {status}")).unwrap();
    let child = process::spawn(c"/bin/sh", [c"sh", c"-c", &script], []).unwrap();
    assert!(Pidfd::open(child).unwrap().has_ended(None).unwrap());
    child
}

/// A pidfd whose process is gone.
fn gone() -> Pidfd {
    let child = sleeper();
    let pidfd = Pidfd::open(child).unwrap();
    end(child);
    pidfd
}

/// Runs `f` with the number of another thread, which does nothing.
fn with_thread<T>(f: impl FnOnce(Pid) -> T) -> T {
    thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = mpsc::channel::<()>();
        scope.spawn(move || {
            tell.send(process::gettid()).unwrap();
            let _ = stopped.recv();
        });
        let result = f(told.recv().unwrap());
        drop(stop);
        result
    })
}
