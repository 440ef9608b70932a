//! The end of a process, and how it is waited for.

use super::*;
use butter::process::Children;
use butter::signal::Cause;
use butter::{EventSource, Reader};
use common::{LONG, alone, interrupted};

#[test]
fn how_a_child_ended() {
    let child = ended(5);
    let pidfd = Pidfd::open(child).unwrap();
    assert_eq!(pidfd.wait(), Ok(ChildStatus::Exited(5)));
    assert_errno(pidfd.wait(), Errno::ECHILD);
    assert_errno(pidfd.try_wait(), Errno::ECHILD);
}

#[test]
fn nothing_yet() {
    let child = sleeper();
    for flags in [OpenFlags::empty(), OpenFlags::NONBLOCK] {
        let pidfd = Pidfd::with_flags(child, flags).unwrap();
        assert_eq!(pidfd.try_wait(), Ok(None));
        assert_eq!(pidfd.has_ended(NOW), Ok(false));
        assert_eq!(pidfd.has_ended(Some(Duration::from_millis(1))), Ok(false));
    }
    let pidfd = Pidfd::with_flags(child, OpenFlags::NONBLOCK).unwrap();
    assert_errno(pidfd.wait(), Errno::EAGAIN);
    assert_errno(pidfd.read_events(&mut [0; 128]), Errno::EAGAIN);
    pidfd.send_signal(Signal::KILL).unwrap();
    assert_eq!(pidfd.has_ended(None), Ok(true));
    assert_eq!(pidfd.try_wait(), Ok(Some(ChildStatus::Killed(Signal::KILL))));
}

#[test]
fn it_waits_until_the_child_has_ended() {
    let child = sleeper();
    let pidfd = Pidfd::open(child).unwrap();
    thread::scope(|scope| {
        let waiters = [
            scope.spawn(|| pidfd.has_ended(None).map(|_| ChildStatus::Killed(Signal::ALRM))),
            scope.spawn(|| pidfd.wait()),
        ];
        thread::sleep(Duration::from_millis(30));
        assert!(waiters.iter().all(|waiter| !waiter.is_finished()));
        pidfd.send_signal(Signal::ALRM).unwrap();
        for waiter in waiters {
            assert_eq!(waiter.join().unwrap(), Ok(ChildStatus::Killed(Signal::ALRM)));
        }
    });
}

#[test]
fn the_end_is_an_event() {
    let child = ended(9);
    let pidfd = Pidfd::open(child).unwrap();
    let mut buffer = [0; 300];
    let mut events = pidfd.read_events(&mut buffer).unwrap();
    let info = events.next().unwrap();
    assert!(
        matches!(info.cause(), Cause::Child { pid, status: ChildStatus::Exited(9), .. } if pid == Some(child)),
        "{info:?}"
    );
    assert_eq!(events.next(), None);
    drop(events);
    // There is no other.
    assert_errno(pidfd.read_events(&mut buffer), Errno::ECHILD);
}

#[test]
fn a_reader_waits_for_it() {
    let child = sleeper();
    let pidfd = Pidfd::open(child).unwrap();
    let mut buffer = [0; 128];
    let mut reader = Reader::new(&pidfd, &mut buffer).unwrap();
    assert_errno(reader.wait(NOW), Errno::ETIMEDOUT);
    pidfd.send_signal(Signal::KILL).unwrap();
    assert_eq!(reader.wait(Some(LONG)).unwrap().pid(), Some(child));
    assert_errno(reader.wait(Some(LONG)), Errno::ECHILD);
    assert_errno(Reader::new(&pidfd, &mut [0; 127]).map(drop), Errno::EINVAL);
}

#[test]
fn a_buffer_that_is_too_small_takes_no_child_away() {
    let child = ended(4);
    let pidfd = Pidfd::open(child).unwrap();
    assert_errno(pidfd.read_events(&mut [0; 127]), Errno::EINVAL);
    assert_eq!(pidfd.wait(), Ok(ChildStatus::Exited(4)));
}

#[test]
fn a_child_without_a_signal_of_its_end() {
    alone([], || {
        // SAFETY: the process has other threads, and the child makes one system call. The arguments are no pointers.
        let child = unsafe { butter::arch::clone(0, std::ptr::null_mut(), std::ptr::null_mut()) }.result().unwrap();
        let Some(child) = Pid::new(child as i32) else { process::exit(6) };
        let pidfd = Pidfd::open(child).unwrap();
        assert_eq!(pidfd.wait(), Ok(ChildStatus::Exited(6)));
    });
}

#[test]
fn one_that_is_no_child() {
    let parent = Pidfd::open(process::getppid().unwrap()).unwrap();
    assert_eq!(parent.has_ended(NOW), Ok(false));
    assert_errno(parent.wait(), Errno::ECHILD);
    assert_errno(parent.try_wait(), Errno::ECHILD);
    assert_errno(parent.read_events(&mut [0; 128]), Errno::ECHILD);
}

#[test]
fn the_end_of_one_that_is_gone_is_still_told() {
    let pidfd = gone();
    assert_eq!(pidfd.has_ended(NOW), Ok(true));
    assert_errno(pidfd.wait(), Errno::ECHILD);
}

#[test]
fn the_end_of_one_that_is_no_child_is_told_too() {
    // A shell's child, whose number it prints.
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "sleep 60 & echo $!; wait"]).stdout(std::process::Stdio::piped());
    let mut shell = common::Running::spawn(&mut command);
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(shell.stdout.take().unwrap()), &mut line).unwrap();
    let pidfd = Pidfd::open(Pid::new(line.trim().parse().unwrap()).unwrap()).unwrap();
    assert_eq!(pidfd.has_ended(NOW), Ok(false));
    pidfd.send_signal(Signal::KILL).unwrap();
    assert_eq!(pidfd.has_ended(None), Ok(true));
}

#[test]
fn a_signal_handler_interrupts() {
    alone([], || {
        let child = sleeper();
        let pidfd = Pidfd::open(child).unwrap();
        assert_errno(interrupted(|| pidfd.wait()), Errno::EINTR);
        assert_errno(interrupted(|| pidfd.has_ended(None)), Errno::EINTR);
        assert_errno(interrupted(|| pidfd.read_events(&mut [0; 128]).map(drop)), Errno::EINTR);
        end(child);
    });
}

#[test]
fn a_descriptor_of_another_kind() {
    let null = Pidfd::from(butter::fd::OwnedFd::from(File::open("/dev/null").unwrap()));
    assert_errno(null.wait(), Errno::EBADF);
    assert_errno(null.read_events(&mut [0; 128]).map(drop), Errno::EBADF);
    assert_errno(process::waitid(Children::Pidfd(not_open()), process::WaitOptions::EXITED), Errno::EBADF);
}
