//! A child that goes on with the program, and the end of a process.

use super::*;
use butter::fd;
use butter::signal::{self, SigSet, Signal};
use common::{LONG, alone};
use std::thread;

#[test]
fn a_child_has_a_copy_of_the_memory_and_of_the_descriptors() {
    let (reader, writer) = pipe();
    let mut number = 1;
    // SAFETY: the child makes system calls only, and ends.
    let child = unsafe { process::fork() }.unwrap();
    number += 1;
    let Some(child) = child else {
        number += 1;
        let written = fd::write(&writer, &[number]);
        process::exit(i32::from(written != Ok(1)))
    };
    drop(writer);
    assert_eq!(read_all(reader), [3]);
    assert_eq!(number, 2);
    assert_eq!(process::wait(child), Ok(ChildStatus::Exited(0)));
}

#[test]
fn the_end_of_a_child_is_told_by_sigchld() {
    alone(Signal::CHLD, || {
        // SAFETY: the child ends.
        let Some(child) = (unsafe { process::fork() }).unwrap() else { process::exit(0) };
        let info = signal::sigtimedwait(&SigSet::from(Signal::CHLD), Some(LONG)).unwrap();
        assert_eq!(info.pid(), Some(child));
        assert_eq!(process::wait(child), Ok(ChildStatus::Exited(0)));
    });
}

#[test]
fn a_status_is_the_lowest_8_bits() {
    for (status, told) in [(0, 0), (1, 1), (255, 255), (256, 0), (0x1203, 3), (-1, 255)] {
        // SAFETY: the child ends.
        let Some(child) = (unsafe { process::fork() }).unwrap() else { process::exit(status) };
        assert_eq!(process::wait(child), Ok(ChildStatus::Exited(told)));
    }
}

#[test]
fn exit_ends_all_threads_and_writes_nothing_out() {
    const EXITING: &CStr = c"BUTTER_TEST_EXITING=";
    if environment().iter().any(|variable| variable == EXITING) {
        print!("held back");
        thread::spawn(|| process::exit(3));
        thread::sleep(LONG);
    }
    let program = c_string(&std::env::current_exe().unwrap());
    let test = CString::new(thread::current().name().unwrap()).unwrap();
    let mut memory = [ptr::null(); 1000];
    let envp = CStrings::collect(&mut memory, environment().iter().chain([EXITING])).unwrap();
    let (reader, writer) = pipe();
    // SAFETY: the child makes system calls only.
    let child = unsafe {
        process::spawn_with(|| {
            dup2(&writer, 1)?;
            process::execve(program.as_c_str(), [&program, c"--exact", &test, c"--nocapture"], envp)
        })
    };
    drop(writer);
    let said = String::from_utf8(read_all(reader)).unwrap();
    assert_eq!(process::wait(child.unwrap()), Ok(ChildStatus::Exited(3)));
    assert!(said.contains("running 1 test") && !said.contains("held back"), "{said}");
}
