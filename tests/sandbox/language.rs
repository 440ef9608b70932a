//! The language of policy files: every form of a line, and what is wrong with others.

use crate::policy::File;
use butter::Errno;
use butter::seccomp::{Action, Arch, Data, check, run};

/// What becomes of a call under a policy.
#[track_caller]
fn answer(text: &str, data: &Data) -> Action {
    let program = File::parse(text.as_bytes()).unwrap().compile(&[]).unwrap();
    check(&program).unwrap();
    run(&program, data).unwrap().action()
}

fn call(name: &str, arguments: [u64; 6]) -> Data {
    Data::named(Arch::NATIVE, name).unwrap().with_args(arguments)
}

const NONE: [u64; 6] = [0; 6];

#[test]
fn every_action() {
    for (action, expected) in [
        ("allow", Action::Allow),
        ("log", Action::Log),
        ("notify", Action::Notify),
        ("nothing", Action::Nothing),
        ("kill", Action::KillProcess),
        ("kill-thread", Action::KillThread),
        ("errno EACCES", Action::Errno(Errno::EACCES)),
        ("errno 133", Action::Errno(Errno::new(133).unwrap())),
        ("errno 4095", Action::Errno(Errno::new(4095).unwrap())),
        ("trap 0", Action::Trap(0)),
        ("trap 65535", Action::Trap(65535)),
        ("trace 0x12", Action::Trace(18)),
    ] {
        // Of a rule, by default, and of another architecture.
        let rule = format!("default errno EXDEV\n{action} umask getpid");
        assert_eq!(answer(&rule, &call("umask", NONE)), expected, "{action}");
        assert_eq!(answer(&rule, &call("getpid", NONE)), expected);
        assert_eq!(answer(&rule, &call("getppid", NONE)), Action::Errno(Errno::EXDEV));
        let default = format!("default {action}");
        assert_eq!(answer(&default, &call("getppid", NONE)), expected);
        let foreign = format!("foreign {action}");
        assert_eq!(answer(&foreign, &call("getppid", NONE).with_audit_arch(7)), expected);
    }
}

#[test]
fn every_comparison() {
    const MINUS: u64 = -100_i64 as u64;
    for (condition, holds, fails) in [
        ("arg0 == 5", &[5][..], &[4, 6, 1 << 32 | 5][..]),
        ("arg0 == 0x1_0000_0005", &[], &[]),
        ("arg0 == 0x100000005", &[1 << 32 | 5], &[5]),
        ("arg0 == 0o17", &[15], &[17]),
        ("arg0 == 0b101", &[5], &[101]),
        ("arg0 == -100", &[MINUS], &[100, MINUS & 0xffff_ffff]),
        ("arg0 == 18446744073709551615", &[u64::MAX], &[0]),
        ("arg0 == -9223372036854775807", &[1 << 63 | 1], &[0]),
        ("arg0 != 5", &[4, 6, 1 << 32 | 5], &[5]),
        ("arg0 < 5", &[0, 4], &[5, u64::MAX]),
        ("arg0 <= 5", &[0, 5], &[6]),
        ("arg0 > 5", &[6, 1 << 40], &[5]),
        ("arg0 >= 5", &[5, 1 << 40], &[4]),
        ("arg0 & 0x7 == 0x4", &[4, 12, 1 << 60 | 4], &[5, 0]),
        ("arg0 in 3..=9", &[3, 9], &[2, 10, 1 << 32 | 3]),
        ("arg0:32 == 5", &[5, 7 << 32 | 5], &[6]),
        ("arg0:32 == -100", &[MINUS, MINUS & 0xffff_ffff], &[100]),
        ("arg0:32 == -2147483648", &[1 << 31], &[0]),
        ("arg0:32 == 4294967295", &[u64::MAX, 0xffff_ffff], &[0]),
        ("arg0:32 != 5", &[6], &[5, 7 << 32 | 5]),
        ("arg0:32 < 5", &[4, 7 << 32 | 4], &[5]),
        ("arg0:32 <= 5", &[5], &[6]),
        ("arg0:32 > 5", &[6], &[5, 7 << 32]),
        ("arg0:32 >= 5", &[5], &[4, 7 << 32]),
        ("arg0:32 & 0x7 == 0x4", &[12, 1 << 60 | 4], &[5]),
        ("arg0:32 in 3..=9", &[3, 9, 7 << 32 | 4], &[2, 10]),
    ] {
        let text = format!("allow umask {condition}");
        if holds.is_empty() {
            assert!(File::parse(text.as_bytes()).is_err(), "{condition}");
        }
        for (values, expected) in [(holds, Action::Allow), (fails, Action::Errno(Errno::EPERM))] {
            for value in values {
                assert_eq!(answer(&text, &call("umask", [*value, 0, 0, 0, 0, 0])), expected, "{condition} {value:#x}");
            }
        }
    }
}

#[test]
fn each_argument_and_all_conditions_of_a_rule() {
    for index in 0..6 {
        let text = format!("allow umask arg{index} == 7");
        let mut arguments = NONE;
        assert_ne!(answer(&text, &call("umask", arguments)), Action::Allow);
        arguments[index] = 7;
        assert_eq!(answer(&text, &call("umask", arguments)), Action::Allow, "{index}");
    }
    let text = "allow umask arg0 == 1 and arg1:32 != 2 and arg5 in 3..=4";
    assert_eq!(answer(text, &call("umask", [1, 0, 0, 0, 0, 3])), Action::Allow);
    for arguments in [[0, 0, 0, 0, 0, 3], [1, 2, 0, 0, 0, 3], [1, 0, 0, 0, 0, 5]] {
        assert_ne!(answer(text, &call("umask", arguments)), Action::Allow, "{arguments:?}");
    }
}

#[test]
fn rules_are_asked_in_their_order() {
    let text = "errno EACCES umask arg0 == 1\nkill umask arg0 < 3\nallow umask\n";
    assert_eq!(answer(text, &call("umask", [1, 0, 0, 0, 0, 0])), Action::Errno(Errno::EACCES));
    assert_eq!(answer(text, &call("umask", [2, 0, 0, 0, 0, 0])), Action::KillProcess);
    assert_eq!(answer(text, &call("umask", [3, 0, 0, 0, 0, 0])), Action::Allow);
}

#[test]
fn calls_are_names_and_numbers_and_may_be_missing() {
    let number = Arch::NATIVE.number("umask").unwrap();
    for text in
        [format!("allow {number}"), format!("allow {number:#x}"), format!("allow nosuch? getpid {number} umount2?")]
    {
        assert_eq!(answer(&text, &call("umask", NONE)), Action::Allow, "{text}");
    }
    assert_eq!(answer("allow nosuch? umount2?", &call("umount2", NONE)), Action::Allow);
}

#[test]
fn settings() {
    assert_eq!(answer("", &call("umask", NONE)), Action::Errno(Errno::EPERM));
    assert_eq!(answer("", &call("umask", NONE).with_audit_arch(7)), Action::KillProcess);
    assert_eq!(answer("hot read write nosuch\nallow umask", &call("umask", NONE)), Action::Allow);
    // What Linux 5.1 does not have.
    let text = "newer-than 5.1";
    assert_eq!(answer(text, &call("openat2", NONE)), Action::Errno(Errno::ENOSYS));
    assert_eq!(answer(text, &call("umask", NONE)), Action::Errno(Errno::EPERM));
    assert_eq!(answer("newer-than 5.6", &call("openat2", NONE)), Action::Errno(Errno::EPERM));
}

#[cfg(target_arch = "x86_64")]
#[test]
fn several_architectures() {
    let text = "arch x86_64 x86 x32\nallow read\nerrno EACCES write on x86 x32\nkill write on x86_64 arg0 == 1\n";
    let on = |arch, name, argument| answer(text, &Data::named(arch, name).unwrap().with_args([argument; 6]));
    for arch in [Arch::X86_64, Arch::X86, Arch::X32] {
        assert_eq!(on(arch, "read", 0), Action::Allow);
    }
    assert_eq!(on(Arch::X86, "write", 1), Action::Errno(Errno::EACCES));
    assert_eq!(on(Arch::X32, "write", 1), Action::Errno(Errno::EACCES));
    assert_eq!(on(Arch::X86_64, "write", 1), Action::KillProcess);
    assert_eq!(on(Arch::X86_64, "write", 2), Action::Errno(Errno::EPERM));
    assert_eq!(on(Arch::AARCH64, "read", 0), Action::KillProcess);
}

#[test]
fn comments_and_blanks() {
    let text = "# a comment\n\n  \t allow\tumask#so\r\n#allow getpid\n allow getppid # and so on";
    assert_eq!(answer(text, &call("umask", NONE)), Action::Allow);
    assert_eq!(answer(text, &call("getppid", NONE)), Action::Allow);
    assert_ne!(answer(text, &call("getpid", NONE)), Action::Allow);
}

/// The line, and why.
#[track_caller]
fn wrong(text: &str) -> (usize, String) {
    let wrong = File::parse(text.as_bytes()).and_then(|file| file.compile(&[])).expect_err(text);
    (wrong.line, wrong.reason)
}

#[test]
fn lines_that_are_wrong() {
    for (line, reason) in [
        ("permit read", "no action or setting is called permit"),
        ("allow", "allow needs a call"),
        ("errno", "errno needs the name of an error, or a number from 1 to 4095"),
        ("errno EFOO read", "no error is called EFOO"),
        ("errno 0 read", "no error is called 0"),
        ("errno 4096 read", "no error is called 4096"),
        ("errno EPERM", "errno needs a call"),
        ("trap read", "trap needs a number from 0 to 65535"),
        ("trap 65536 read", "trap needs a number from 0 to 65535"),
        ("trace", "trace needs a number from 0 to 65535"),
        ("default", "default needs an action"),
        ("default deny", "no action is called deny"),
        ("default allow read", "nothing is to follow here: read"),
        ("foreign", "foreign needs an action"),
        ("arch", "arch needs the name of an architecture"),
        ("arch vax", "no architecture is called vax"),
        ("arch m68k csky m68k", "m68k is named twice"),
        ("arch m68k csky", &format!("this machine's architecture is missing: {}", Arch::NATIVE)),
        (&format!("arch {} arg0", Arch::NATIVE), "nothing is to follow here: arg0"),
        ("newer-than", "newer-than needs a version such as 6.1"),
        ("newer-than 6", "newer-than needs a version such as 6.1"),
        ("newer-than 6.x", "newer-than needs a version such as 6.1"),
        ("newer-than +6.1", "newer-than needs a version such as 6.1"),
        ("newer-than 6.1 6.2", "nothing is to follow here: 6.2"),
        ("hot", "hot needs the name of a call"),
        ("allow 0xg", "0xg is not the number of a call"),
        ("allow 4294967296", "4294967296 is not the number of a call"),
        ("allow read on", "on needs the name of an architecture"),
        ("allow read on vax", "no architecture is called vax"),
        ("allow read arg6 == 1", "arg6 is not an argument: arg0 to arg5, and arg0:32 its lower half"),
        ("allow read arg0:16 == 1", "arg0:16 is not an argument: arg0 to arg5, and arg0:32 its lower half"),
        ("allow read arg0", "arg0 needs a comparison"),
        ("allow read arg0 ==", "== needs a number"),
        ("allow read arg0 = 1", "= is not a comparison"),
        ("allow read arg0 == x", "x is not a number"),
        ("allow read arg0 == +1", "+1 is not a number"),
        ("allow read arg0 == 18446744073709551616", "18446744073709551616 is not a number"),
        ("allow read arg0 == -9223372036854775809", "-9223372036854775809 does not fit 64 bits"),
        ("allow read arg0:32 == 4294967296", "4294967296 does not fit 32 bits"),
        ("allow read arg0:32 == -2147483649", "-2147483649 does not fit 32 bits"),
        ("allow read arg0 & 1", "the bits are to be compared: & NUMBER == NUMBER"),
        ("allow read arg0 & 1 != 1", "the bits are to be compared: & NUMBER == NUMBER"),
        ("allow read arg0 & 1 ==", "== needs a number"),
        ("allow read arg0 in 3", "in needs a range such as 3..=9"),
        ("allow read arg0 in 3..=x", "x is not a number"),
        ("allow read arg0 == 1 arg1 == 1", "a condition is followed by and, not by arg1"),
        ("allow read arg0 == 1 and", "and needs a condition"),
        ("allow read arg0 == 1 and read == 1", "read is not an argument: arg0 to arg5, and arg0:32 its lower half"),
    ] {
        let text = format!("# a comment\nallow getpid\n\n{line}\nallow umask");
        assert_eq!(wrong(&text), (4, reason.to_owned()), "{line}");
    }
}

#[test]
fn a_setting_is_said_once() {
    for (setting, again) in [
        ("default allow", "default kill"),
        ("foreign allow", "foreign kill"),
        (&format!("arch {}", Arch::NATIVE), "arch m68k"),
        ("newer-than 5.1", "newer-than 5.2"),
        ("hot read", "hot write"),
    ] {
        let name = setting.split(' ').next().unwrap();
        let text = format!("{setting}\nallow read\n{again}");
        assert_eq!(wrong(&text), (3, format!("{name} is said already, in line 1")));
    }
}

/// What the compiler of policies finds out has the line that it is in as well.
#[test]
fn rules_that_are_wrong() {
    for (line, reason) in [
        ("allow raed", "no architecture of the policy has the call `raed`".to_owned()),
        ("allow epoll_wait? raed write", "no architecture of the policy has the call `raed`".to_owned()),
        ("kill getpid", format!("two rules ask for the same and decide differently: `getpid` on {}", Arch::NATIVE)),
        (
            "allow getpid arg0 == 1",
            format!("a rule is never asked, as one before it decides: `getpid` on {}", Arch::NATIVE),
        ),
        ("allow read arg0 < 0", format!("a condition is one that nothing satisfies: `read` on {}", Arch::NATIVE)),
        ("allow read arg0 in 2..=1", format!("a condition is one that nothing satisfies: `read` on {}", Arch::NATIVE)),
        ("allow read arg0 & 1 == 2", format!("a condition is one that nothing satisfies: `read` on {}", Arch::NATIVE)),
        ("newer-than 99.0", "it is not known which calls this version has: Linux 99.0".to_owned()),
    ] {
        let text = format!("# a comment\nallow getpid\n\n{line}\nallow umask\nallow umount2");
        assert_eq!(wrong(&text), (4, reason), "{line}");
    }
    // Wherever it is.
    for line in 1..=9 {
        let text: String = (1..=9).map(|each| if each == line { "allow raed\n" } else { "allow read\n" }).collect();
        assert_eq!(wrong(&text).0, line);
    }
    // The first of several.
    let text = "allow read\nallow raed\nallow wirte\nallow read";
    assert_eq!(wrong(text), (2, "no architecture of the policy has the call `raed`".to_owned()));
}

#[test]
fn not_utf8() {
    let wrong = File::parse(b"allow read\nallow \xff\n").unwrap_err();
    assert_eq!((wrong.line, &*wrong.reason), (2, "it is not UTF-8"));
}
