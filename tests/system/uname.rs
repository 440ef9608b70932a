//! The names.

use super::*;
use system::{HOST_NAME_MAX, setdomainname, sethostname};

/// Whatever a name may be, in a uts namespace of its own.
fn in_own_uts(body: impl FnOnce()) {
    alone([], || match unshare(CLONE_NEWUSER | CLONE_NEWUTS) {
        Ok(()) => body(),
        Err(errno) => println!("skipped: it needs a user namespace: {errno}"),
    });
}

fn proc(name: &str) -> Vec<u8> {
    let mut bytes = fs::read(format!("/proc/sys/kernel/{name}")).unwrap();
    assert_eq!(bytes.pop(), Some(b'\n'));
    bytes
}

#[test]
fn every_name_is_what_proc_says() {
    let names = system::uname().unwrap();
    assert_eq!(names.sysname(), b"Linux");
    assert_eq!(names.sysname(), proc("ostype"));
    assert_eq!(names.nodename(), proc("hostname"));
    assert_eq!(names.release(), proc("osrelease"));
    assert_eq!(names.version(), proc("version"));
    assert_eq!(names.domainname(), proc("domainname"));
    let printed = format!("{names:?}");
    assert!(printed.contains(&format!("nodename: \"{}\"", names.nodename().escape_ascii())), "{printed}");
}

#[test]
fn the_machine_is_what_this_program_is_for() {
    let machine = system::uname().unwrap();
    let machine = std::str::from_utf8(machine.machine()).unwrap();
    match std::env::consts::ARCH {
        "x86" => assert!(machine == "i686" || machine == "x86_64"),
        architecture => assert_eq!(machine, architecture),
    }
}

#[test]
fn the_machine_follows_the_personality() {
    const PER_LINUX32: u32 = 8;
    alone([], || {
        // SAFETY: the call has no pointer.
        unsafe { syscall!(PERSONALITY, PER_LINUX32) }.unwrap();
        if cfg!(target_arch = "x86_64") {
            assert_eq!(system::uname().unwrap().machine(), b"i686");
        }
    });
}

#[test]
fn both_names_are_set_and_read_back() {
    in_own_uts(|| {
        sethostname("a host").unwrap();
        setdomainname(b"a domain".as_slice()).unwrap();
        let names = system::uname().unwrap();
        assert_eq!((names.nodename(), names.domainname()), (&b"a host"[..], &b"a domain"[..]));
        // A shorter one leaves nothing of the longer.
        sethostname([b'b']).unwrap();
        setdomainname("").unwrap();
        let names = system::uname().unwrap();
        assert_eq!((names.nodename(), names.domainname()), (&b"b"[..], &b""[..]));
    });
}

#[test]
fn a_name_of_64_bytes_is_whole_and_one_of_65_is_refused() {
    in_own_uts(|| {
        let longest = [b'x'; HOST_NAME_MAX];
        assert_eq!(HOST_NAME_MAX, 64);
        sethostname(longest).unwrap();
        setdomainname(longest).unwrap();
        let names = system::uname().unwrap();
        assert_eq!((names.nodename(), names.domainname()), (&longest[..], &longest[..]));
        assert_errno(sethostname([b'y'; 65]), Errno::EINVAL);
        assert_errno(setdomainname([b'y'; 65]), Errno::EINVAL);
        let names = system::uname().unwrap();
        assert_eq!((names.nodename(), names.domainname()), (&longest[..], &longest[..]));
    });
}

/// 32 characters of two bytes each fit, 33 do not.
#[test]
fn the_length_is_counted_in_bytes() {
    in_own_uts(|| {
        sethostname("ä".repeat(32)).unwrap();
        assert_eq!(system::uname().unwrap().nodename(), "ä".repeat(32).as_bytes());
        assert_errno(sethostname("ä".repeat(33)), Errno::EINVAL);
    });
}

#[test]
fn any_bytes_are_a_name() {
    in_own_uts(|| {
        sethostname(b"\xff\x01 \n").unwrap();
        assert_eq!(system::uname().unwrap().nodename(), b"\xff\x01 \n");
    });
}

#[test]
fn names_are_not_for_everybody() {
    let before = proc("hostname");
    as_nobody(|| {
        assert_errno(sethostname(""), Errno::EPERM);
        assert_errno(setdomainname(""), Errno::EPERM);
    });
    assert_eq!(proc("hostname"), before);
}
