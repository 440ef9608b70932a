//! The log record by record.

use super::*;
use butter::fd::AsFd;
use butter::{EventSource, Reader};
use common::is_cloexec;
use std::os::fd::OwnedFd;
use std::time::Duration;
use system::kmsg::{Event, Kmsg, OpenFlags, Start};

fn nonblocking() -> Option<Kmsg> {
    match Kmsg::open(OpenFlags::NONBLOCK) {
        Ok(kmsg) => Some(kmsg),
        Err(errno @ (Errno::ENOENT | Errno::EPERM | Errno::EACCES)) => {
            println!("skipped: no log can be opened: {errno}");
            None
        }
        Err(errno) => panic!("{errno}"),
    }
}

#[test]
fn records_come_in_their_order() {
    let Some(kmsg) = nonblocking() else { return };
    let mut buffer = [0; 8192];
    let mut reader = Reader::new(&kmsg, &mut buffer).unwrap();
    let (mut count, mut last) = (0, None);
    loop {
        match reader.read_event() {
            Ok(Event::Record(record)) => {
                assert!(last.is_none_or(|last| record.sequence() == last + 1), "{record:?} after {last:?}");
                assert!(record.level() < 8 && record.time() < Duration::from_secs(1 << 40));
                assert!(!record.text().contains(&b'\n'));
                (count, last) = (count + 1, Some(record.sequence()));
            }
            Ok(Event::Lost) => last = None,
            Err(Errno::EAGAIN) => break,
            Err(errno) => panic!("{errno}"),
        }
    }
    assert!(count > 0);
}

/// The one line that these tests add to the log of the machine.
#[test]
fn what_a_program_writes_is_a_record() {
    let Some(kmsg) = nonblocking() else { return };
    let mut buffer = [0; 8192];
    kmsg.seek(Start::End).unwrap();
    let line = format!("butter: a test \\ \u{e4}\x01 of process {}", std::process::id());
    if let Err(error) = fs::write("/dev/kmsg", format!("<15>{line}\n")) {
        return println!("skipped: the log is not to be written: {error}");
    }
    let mut reader = Reader::new(&kmsg, &mut buffer).unwrap();
    loop {
        // Others may write, too.
        let Event::Record(record) = reader.wait(Some(common::LONG)).unwrap() else { continue };
        if system::kmsg::unescape(record.text()).eq(line.bytes()) {
            assert_eq!((record.level(), record.facility()), (7, 1));
            assert!(
                record.text().ends_with(format!(r"\x5c \xc3\xa4\x01 of process {}", std::process::id()).as_bytes())
            );
            break;
        }
    }
}

#[test]
fn a_reader_chooses_where_to_begin() {
    let Some(kmsg) = nonblocking() else { return };
    let mut buffer = [0; 8192];
    let mut first = |start| {
        kmsg.seek(start).unwrap();
        loop {
            let mut events = match kmsg.read_events(&mut buffer) {
                Err(Errno::EAGAIN) => return None,
                events => events.unwrap(),
            };
            match events.next() {
                Some(Event::Record(record)) => {
                    assert_eq!(events.remainder(), []);
                    return Some(record.sequence());
                }
                // The kernel has just written over it.
                Some(Event::Lost) => {}
                None => panic!("{events:?}"),
            }
        }
    };
    let (oldest, end) = (first(Start::First).unwrap(), first(Start::End));
    assert!(first(Start::Cleared).is_none_or(|cleared| cleared >= oldest));
    assert!(end.is_none_or(|end| end > oldest));
    // Not where the last reader has stopped, which was the end; but what was the oldest may be gone meanwhile.
    let again = first(Start::First).unwrap();
    assert!(again >= oldest && end.is_none_or(|end| again < end));
}

#[test]
fn a_buffer_that_is_too_small_is_refused() {
    let Some(kmsg) = nonblocking() else { return };
    assert_errno(kmsg.read_events(&mut [0; 4]).map(drop), Errno::EINVAL);
    assert_errno(Reader::new(&kmsg, &mut [0; 8191]).map(drop), Errno::EINVAL);
    assert!(Reader::new(&kmsg, &mut [0; 8192]).is_ok());
}

#[test]
fn flags_have_their_effects() {
    let Some(kmsg) = nonblocking() else { return };
    assert!(is_cloexec(&kmsg) && butter::fd::is_nonblocking(&kmsg).unwrap());
    let open = Kmsg::open(OpenFlags::NO_CLOEXEC).unwrap();
    assert!(!is_cloexec(&open) && !butter::fd::is_nonblocking(&open).unwrap());
}

/// A pipe whose reading end stands for the log.
#[test]
fn a_descriptor_of_another_kind_does_no_harm() {
    let (reading, writing) = common::pipe();
    let kmsg = Kmsg::from(reading);
    assert_errno(kmsg.seek(Start::First), Errno::ESPIPE);
    butter::fd::write(&writing, b"6,1,2,-;text\nno record").unwrap();
    let mut buffer = [0; 8192];
    let mut reader = Reader::new(&kmsg, &mut buffer).unwrap();
    assert!(matches!(reader.read_event(), Ok(Event::Record(record)) if record.text() == b"text"));
    assert_errno(reader.read_event().map(drop), Errno::EBADMSG);
    drop(writing);
    assert_errno(reader.read_event().map(drop), Errno::ENODATA);
    drop(reader);
    let fd: OwnedFd = kmsg.into();
    assert!(format!("{:?}", Kmsg::from(fd.as_fd().try_clone_to_owned().unwrap())).starts_with("Kmsg(fd "));
}

/// To see it in earnest the log would have to be overrun, so a filter says what the kernel would.
#[test]
fn what_is_lost_is_an_event() {
    alone([], || {
        let Some(kmsg) = nonblocking() else { return };
        let mut buffer = [0; 8192];
        let mut reader = Reader::new(&kmsg, &mut buffer).unwrap();
        assert!(matches!(reader.read_event(), Ok(Event::Record(_))));
        have_reads_fail(Errno::EPIPE);
        assert_eq!(reader.read_event(), Ok(Event::Lost));
        assert_eq!(reader.wait(Some(common::LONG)), Ok(Event::Lost));
        let mut buffer = [0; 8192];
        let events: Vec<_> = kmsg.read_events(&mut buffer).unwrap().collect();
        assert_eq!(events, [Event::Lost]);
    });
}

/// From now on, for this thread.
fn have_reads_fail(errno: Errno) {
    const PR_SET_NO_NEW_PRIVS: u32 = 38;
    const SECCOMP_SET_MODE_FILTER: u32 = 1;
    let instruction = |code: u16, jump: [u8; 2], k: u32| {
        u64::from_ne_bytes([&code.to_ne_bytes()[..], &jump, &k.to_ne_bytes()].concat().try_into().unwrap())
    };
    let program = [
        instruction(0x20, [0, 0], 0),
        instruction(0x15, [0, 1], butter::nr::READ as u32),
        instruction(0x06, [0, 0], 0x5_0000 | u32::from(errno.number())),
        instruction(0x06, [0, 0], 0x7fff_0000),
    ];
    // The number of instructions, as a `u16` at the front of the first word.
    let mut length = [0; size_of::<usize>()];
    length[..2].copy_from_slice(&(program.len() as u16).to_ne_bytes());
    let filter = [usize::from_ne_bytes(length), program.as_ptr().expose_provenance()];
    // SAFETY: the kernel reads the filter and its program.
    unsafe {
        syscall!(PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0).unwrap();
        syscall!(SECCOMP, SECCOMP_SET_MODE_FILTER, 0, filter.as_ptr()).unwrap();
    }
}

#[test]
fn the_log_is_not_for_everybody() {
    if fs::read_to_string("/proc/sys/kernel/dmesg_restrict").unwrap().trim() != "0" {
        without_capability(CAP_SYSLOG, || assert_errno(Kmsg::open(OpenFlags::NONBLOCK).map(drop), Errno::EPERM));
    }
}
