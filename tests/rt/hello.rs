//! The programs of examples/static, built as the README says.

use crate::build::{STATIC, build};
use crate::common::TempDir;
use butter::{nr, syscall};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{fs, io};

/// Where the programs are.
pub fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| build("static", "examples/static", None, &["--release"]))
}

/// Kills the process at any call but these.
fn allow_only(calls: &[usize]) -> io::Result<()> {
    #[repr(C)]
    struct Filter(u16, u8, u8, u32);
    #[repr(C)]
    struct Program(u16, *const Filter);
    const LOAD_WORD: u16 = 0x20;
    const JUMP_IF_EQUAL: u16 = 0x15;
    const RETURN: u16 = 0x06;
    const ALLOW: u32 = 0x7fff_0000;
    const KILL_PROCESS: u32 = 0x8000_0000;
    const PR_SET_NO_NEW_PRIVS: i32 = 38;
    const SECCOMP_SET_MODE_FILTER: u32 = 1;

    let mut filters = vec![Filter(LOAD_WORD, 0, 0, 0)];
    for call in calls {
        filters.push(Filter(JUMP_IF_EQUAL, 0, 1, *call as u32));
        filters.push(Filter(RETURN, 0, 0, ALLOW));
    }
    filters.push(Filter(RETURN, 0, 0, KILL_PROCESS));
    let program = Program(filters.len() as u16, filters.as_ptr());
    // SAFETY: the kernel reads the program.
    unsafe {
        syscall!(PRCTL, PR_SET_NO_NEW_PRIVS, 1_usize, 0_usize, 0_usize, 0_usize)?;
        syscall!(SECCOMP, SECCOMP_SET_MODE_FILTER, 0, &raw const program)?;
    }
    Ok(())
}

#[test]
#[cfg(target_arch = "x86_64")]
fn hello_is_small_and_asks_for_nothing() {
    let path = built().join("hello");
    let bytes = fs::read(&path).unwrap();
    println!("hello: {} bytes", bytes.len());
    assert!(bytes.len() <= 400, "{} bytes", bytes.len());
    assert!(!bytes.windows(5).any(|text| text == b"panic"));

    // The program headers: 56 bytes each, as many as the ELF header says, from byte 64 on.
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let count = usize::from(u16::from_le_bytes(bytes[56..58].try_into().unwrap()));
    let headers: Vec<_> = (0..count).map(|index| (word(64 + index * 56), word(68 + index * 56))).collect();
    const LOAD: u32 = 1;
    const GNU_STACK: u32 = 0x6474_e551;
    const EXECUTABLE: u32 = 1;
    const WRITABLE: u32 = 2;
    for (kind, flags) in &headers {
        match *kind {
            // Nothing but itself: no dynamic section, so no relocation either.
            LOAD => assert_ne!(flags & (EXECUTABLE | WRITABLE), EXECUTABLE | WRITABLE),
            GNU_STACK => assert_eq!(flags & EXECUTABLE, 0),
            _ => panic!("a program header of type {kind:#x}"),
        }
    }
    assert!(headers.iter().any(|header| header.0 == GNU_STACK));

    let mut hello = Command::new(path);
    // SAFETY: the child makes calls, and allocates in a process that has one thread.
    unsafe { hello.pre_exec(|| allow_only(&[nr::EXECVE, nr::WRITE, nr::EXIT_GROUP])) };
    let output = hello.output().unwrap();
    assert_eq!(output.stdout, b"Hello, world!\n");
    assert!(output.status.success(), "{:?}", output.status);
}

/// With all of its symbols, and linked as the docs of `rt` say.
#[test]
fn hello_has_nothing_that_panics() {
    let strip = ["--release", "--config", "profile.release.strip=false"];
    let bytes = fs::read(build("symbols", "examples/static", Some(STATIC), &strip).join("hello")).unwrap();
    let has = |name: &[u8]| bytes.windows(name.len()).any(|text| text == name);
    assert!(has(b"_start") && !has(b"panic") && !has(b"memcpy"));
}

#[test]
fn hello_tells_that_nobody_listens() {
    let mut hello = Command::new(built().join("hello"));
    hello.stdout(fs::File::open("/dev/null").unwrap());
    assert_eq!(hello.status().unwrap().code(), Some(1));
}

#[test]
fn environment_prints_what_it_was_given() {
    let directory = TempDir::new();
    let mut environment = Command::new(built().join("environment"));
    environment.current_dir(&*directory).env_clear().env("ONE", "1").env("TWO", "two words");
    let output = environment.args(["ONE", "MISSING", "TWO"]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "1\ntwo words\n");
    assert_eq!(output.status.code(), Some(1));

    let mut environment = Command::new(built().join("environment"));
    let output = environment.env_clear().env("ONE", "1").arg0("a name").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[..2], ["argument  a name", "variable  ONE=1"]);
    assert!(lines.contains(&"AT_SECURE  0") && lines.iter().any(|line| line.starts_with("AT_PAGESZ  ")), "{text}");
    assert!(output.status.success());
}

#[test]
fn environment_says_why_it_cannot_print() {
    for argument in [None, Some("ONE")] {
        let mut environment = Command::new(built().join("environment"));
        environment.env_clear().env("ONE", "1").args(argument);
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = environment.stdout(full).output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "Error: ENOSPC\n");
        assert_eq!(output.status.code(), Some(1));
    }
}
