//! Who is who.

use super::common::{alone, as_init};
use butter::arch;
use butter::process::{self, Pid};
use butter::signal::{ChildStatus, Signal};
use std::fs;
use std::os::unix::process::parent_id;
use std::thread;

#[test]
fn getpid_is_what_std_and_proc_say() {
    assert_eq!(process::getpid().number() as u32, std::process::id());
    let link = fs::read_link("/proc/self").unwrap();
    assert_eq!(link.to_str(), Some(process::getpid().to_string().as_str()));
}

#[test]
fn getppid_is_what_std_says() {
    assert_eq!(process::getppid().unwrap().number() as u32, parent_id());
}

#[test]
fn gettid_is_what_proc_says() {
    let link = fs::read_link("/proc/thread-self").unwrap();
    let (pid, tid) = (process::getpid(), process::gettid());
    assert_eq!(link.to_str(), Some(format!("{pid}/task/{tid}").as_str()));
}

#[test]
fn every_thread_has_its_own_tid_and_the_same_pid() {
    let other = thread::spawn(|| (process::getpid(), process::gettid())).join().unwrap();
    assert_eq!(other.0, process::getpid());
    assert_ne!(other.1, process::gettid());
}

#[test]
fn a_child_has_its_own_pid() {
    let parent = process::getpid().number();
    alone([], || {
        assert_ne!(process::getpid().number(), parent_id() as i32);
        assert_eq!(process::getppid().map(Pid::number), Some(parent_id() as i32));
    });
    assert_eq!(process::getpid().number(), parent);
}

#[test]
fn the_answer_is_right_after_a_clone_that_the_libc_does_not_know_of() {
    let parent = process::getpid();
    // SAFETY: the child makes system calls only, and ends.
    let Some(child) = (unsafe { process::fork() }).unwrap() else {
        let right =
            process::getpid() != parent && process::getppid() == Some(parent) && process::gettid() == process::getpid();
        process::exit(i32::from(!right))
    };
    assert_eq!(process::wait(child), Ok(ChildStatus::Exited(0)));
}

#[test]
fn clone_writes_the_number_where_each_flag_says() {
    const CLONE_PARENT_SETTID: usize = 0x0010_0000;
    const CLONE_CHILD_SETTID: usize = 0x0100_0000;
    let (mut in_parent, mut in_child) = (0, 0);
    let flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | usize::from(Signal::CHLD.number());
    // SAFETY: both are there to be written, and the child makes system calls only, and ends.
    let child = unsafe { arch::clone(flags, &raw mut in_parent, &raw mut in_child) }.result().unwrap() as i32;
    if child == 0 {
        // SAFETY: it is this process's own variable.
        let number = unsafe { (&raw const in_child).read_volatile() };
        process::exit(i32::from(number != process::getpid().number()))
    }
    assert_eq!((in_parent, in_child), (child, 0));
    assert_eq!(process::wait(Pid::new(child).unwrap()), Ok(ChildStatus::Exited(0)));
}

#[test]
fn process_1_of_a_namespace_has_a_parent_that_it_cannot_see() {
    as_init(|| {
        assert_eq!(process::getpid(), Pid::INIT);
        assert_eq!(process::getppid(), None);
    });
}

#[test]
fn a_pid_is_1_or_more() {
    assert_eq!(Pid::new(1), Some(Pid::INIT));
    assert_eq!(Pid::new(i32::MAX).map(Pid::number), Some(i32::MAX));
    for number in [0, -1, i32::MIN] {
        assert_eq!(Pid::new(number), None);
    }
    assert!(Pid::INIT < Pid::new(2).unwrap());
}

#[test]
fn a_pid_prints_as_its_number() {
    let pid = Pid::new(42).unwrap();
    assert_eq!((format!("{pid}"), format!("{pid:?}")), ("42".to_owned(), "Pid(42)".to_owned()));
}
