//! The example `tee`, run as a user runs it, and the `tee` of the GNU coreutils beside it: bytes, messages and exit status.

mod common;

use butter::fd::OwnedFd;
use butter::pipe::{Pipe, PipeFlags};
use butter::process::Pid;
use butter::signal::{self, Signal};
use common::{LONG, TempDir};
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, iter};

/// Beside the folder of this test. `cargo test` builds it, but not `cargo test --test tee` alone.
fn program() -> PathBuf {
    let program = env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("examples/tee");
    assert!(program.exists(), "first: cargo build --example tee");
    program
}

fn command(program: impl AsRef<OsStr>, directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory).args(arguments).env("LC_ALL", "C");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What it does with this input. The pipes are emptied while they are filled.
fn run(mut command: Command, input: &[u8]) -> Output {
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take();
    thread::scope(|scope| {
        scope.spawn(|| {
            if let Some(mut stdin) = stdin.take() {
                // It may have ended.
                let _ = stdin.write_all(input);
            }
        });
        child.wait_with_output().unwrap()
    })
}

/// What ours does with this input.
fn ours(directory: &Path, arguments: &[&str], input: &[u8]) -> Output {
    run(command(program(), directory, arguments), input)
}

/// Bytes that tell where they are from.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 + at / 251 + at / 65537) as u8).collect()
}

/// In parts, as bytes in a message would be too many.
#[track_caller]
fn assert_same(one: &[u8], other: &[u8]) {
    assert_eq!(one.len(), other.len());
    assert!(one == other, "they differ from byte {:?} on", iter::zip(one, other).position(|(one, other)| one != other));
}

#[track_caller]
fn assert_well(output: &Output) {
    assert!(output.status.success(), "{}", output.status);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

const SIZES: [usize; 8] = [0, 1, 4095, 4096, 65_536, 65_537, 1_048_577, 5_000_011];

#[test]
fn everything_comes_to_the_standard_output_and_to_each_file() {
    for size in SIZES {
        for names in [&[][..], &["a"], &["a", "b", "c"]] {
            let (directory, bytes) = (TempDir::new(), pattern(size));
            let output = ours(&directory, names, &bytes);
            assert_well(&output);
            assert_same(&output.stdout, &bytes);
            for name in names {
                assert_same(&fs::read(directory.join(name)).unwrap(), &bytes);
            }
        }
    }
}

#[test]
fn files_are_overwritten_or_appended_to() {
    for (option, expected) in [(None, "new"), (Some("-a"), "oldnew"), (Some("--append"), "oldnew")] {
        let directory = TempDir::new();
        for name in ["a", "b"] {
            fs::write(directory.join(name), "old").unwrap();
        }
        let arguments: Vec<&str> = option.into_iter().chain(["a", "b", "c"]).collect();
        assert_well(&ours(&directory, &arguments, b"new"));
        for name in ["a", "b"] {
            assert_eq!(fs::read_to_string(directory.join(name)).unwrap(), expected);
        }
        assert_eq!(fs::read_to_string(directory.join("c")).unwrap(), "new");
    }
}

#[test]
fn a_huge_input_comes_through_whole() {
    const LENGTH: u64 = 300 << 20;
    let directory = TempDir::new();
    let mut command = command(program(), &directory, &["/dev/null"]);
    let mut child = command.spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let block = pattern(1 << 20);
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..LENGTH >> 20 {
                stdin.write_all(&number.to_ne_bytes()).unwrap();
                stdin.write_all(&block[8..]).unwrap();
            }
            drop(stdin);
        });
        let mut read = vec![0; 1 << 20];
        for number in 0..LENGTH >> 20 {
            stdout.read_exact(&mut read).unwrap();
            assert_eq!(read[..8], number.to_ne_bytes());
            assert_same(&read[8..], &block[8..]);
        }
        assert_eq!(stdout.read(&mut read).unwrap(), 0);
    });
    assert!(child.wait().unwrap().success());
}

/// Runs ours with this for its input and with this for its output.
fn between(directory: &Path, arguments: &[&str], input: impl Into<Stdio>, output: impl Into<Stdio>) -> Output {
    let mut command = command(program(), directory, arguments);
    command.stdin(input).stdout(output);
    // What it holds would keep the ends open.
    let child = command.spawn().unwrap();
    drop(command);
    child.wait_with_output().unwrap()
}

#[test]
fn the_input_may_be_a_file_and_begins_where_it_stands() {
    let (directory, bytes) = (TempDir::new(), pattern(3_000_017));
    fs::write(directory.join("in"), &bytes).unwrap();
    let mut input = File::open(directory.join("in")).unwrap();
    input.seek(SeekFrom::Start(17)).unwrap();
    let output = between(&directory, &["a", "b"], input.try_clone().unwrap(), Stdio::piped());
    assert_well(&output);
    for written in [output.stdout, fs::read(directory.join("a")).unwrap(), fs::read(directory.join("b")).unwrap()] {
        assert_same(&written, &bytes[17..]);
    }
    assert_eq!(input.stream_position().unwrap(), 3_000_017);
}

#[test]
fn the_input_may_be_a_file_that_does_not_tell_its_size() {
    let directory = TempDir::new();
    let output = between(&directory, &["a"], File::open("/proc/version").unwrap(), Stdio::piped());
    assert_well(&output);
    assert_eq!(output.stdout, fs::read("/proc/version").unwrap());
    assert_eq!(fs::read(directory.join("a")).unwrap(), output.stdout);
}

#[test]
fn the_input_and_the_output_may_be_sockets() {
    for nonblocking in [false, true] {
        let (directory, bytes) = (TempDir::new(), pattern(2_000_003));
        let ((input, mut sender), (output, mut receiver)) = (UnixStream::pair().unwrap(), UnixStream::pair().unwrap());
        input.set_nonblocking(nonblocking).unwrap();
        output.set_nonblocking(nonblocking).unwrap();
        thread::scope(|scope| {
            let received = scope.spawn(move || {
                let mut received = Vec::new();
                receiver.read_to_end(&mut received).map(|_| received).unwrap()
            });
            scope.spawn(|| {
                sender.write_all(&bytes).unwrap();
                drop(sender);
            });
            assert_well(&between(&directory, &["a"], OwnedFd::from(input), OwnedFd::from(output)));
            assert_same(&received.join().unwrap(), &bytes);
        });
        assert_same(&fs::read(directory.join("a")).unwrap(), &bytes);
    }
}

#[test]
fn pipes_that_do_not_wait_are_waited_for() {
    let (directory, bytes) = (TempDir::new(), pattern(2_000_003));
    let (input, output) =
        (Pipe::with_flags(PipeFlags::NONBLOCK).unwrap(), Pipe::with_flags(PipeFlags::NONBLOCK).unwrap());
    let (mut sender, mut receiver) =
        (File::from(OwnedFd::from(input.writer)), File::from(OwnedFd::from(output.reader)));
    butter::fd::set_nonblocking(&sender, false).unwrap();
    butter::fd::set_nonblocking(&receiver, false).unwrap();
    thread::scope(|scope| {
        let received = scope.spawn(move || {
            let mut received = Vec::new();
            receiver.read_to_end(&mut received).map(|_| received).unwrap()
        });
        scope.spawn(|| {
            sender.write_all(&bytes).unwrap();
            drop(sender);
        });
        let output = between(&directory, &["a"], OwnedFd::from(input.reader), OwnedFd::from(output.writer));
        assert_well(&output);
        assert_same(&received.join().unwrap(), &bytes);
    });
    assert_same(&fs::read(directory.join("a")).unwrap(), &bytes);
}

#[test]
fn an_output_that_is_appended_to_by_the_shell_is() {
    let (directory, bytes) = (TempDir::new(), pattern(1_000_003));
    fs::write(directory.join("in"), &bytes).unwrap();
    fs::write(directory.join("out"), "before").unwrap();
    let out = OpenOptions::new().append(true).open(directory.join("out")).unwrap();
    let output = between(&directory, &["a"], File::open(directory.join("in")).unwrap(), out);
    assert_well(&output);
    assert_same(&fs::read(directory.join("out")).unwrap(), &[b"before", &bytes[..]].concat());
    assert_same(&fs::read(directory.join("a")).unwrap(), &bytes);
}

#[test]
fn what_comes_is_passed_on_at_once() {
    let directory = TempDir::new();
    let mut child = command(program(), &directory, &["a"]).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    for line in [&b"one\n"[..], b"two\n", b"three\n"] {
        stdin.write_all(line).unwrap();
        let mut read = [0; 100];
        let length = stdout.read(&mut read).unwrap();
        assert_eq!(&read[..length], line);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
    assert_eq!(fs::read(directory.join("a")).unwrap(), b"one\ntwo\nthree\n");
}

#[test]
fn a_slow_reader_gets_everything() {
    let (directory, bytes) = (TempDir::new(), pattern(700_001));
    let mut child = command(program(), &directory, &["a"]).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    thread::scope(|scope| {
        scope.spawn(|| {
            stdin.write_all(&bytes).unwrap();
            drop(stdin);
        });
        let (mut received, mut part) = (Vec::new(), [0; 3001]);
        while let length @ 1.. = stdout.read(&mut part).unwrap() {
            received.extend(&part[..length]);
            thread::sleep(Duration::from_micros(300));
        }
        assert_same(&received, &bytes);
    });
    assert!(child.wait().unwrap().success());
    assert_same(&fs::read(directory.join("a")).unwrap(), &bytes);
}

/// A reader that closes its end after the first bytes, and how the program ended.
fn closed_reader(program: impl AsRef<OsStr>, arguments: &[&str]) -> (ExitStatus, String, Vec<u8>) {
    let (directory, bytes) = (TempDir::new(), pattern(1_000_003));
    let mut child = command(program, &directory, arguments).spawn().unwrap();
    let (mut stdin, mut stdout, mut said) =
        (child.stdin.take().unwrap(), child.stdout.take().unwrap(), child.stderr.take().unwrap());
    thread::scope(|scope| {
        scope.spawn(|| {
            let _ = stdin.write_all(&bytes);
            drop(stdin);
        });
        stdout.read_exact(&mut [0; 100]).unwrap();
        drop(stdout);
        let mut message = String::new();
        said.read_to_string(&mut message).unwrap();
        let written = fs::read(directory.join("a")).unwrap();
        assert_same(&written, &bytes[..written.len()]);
        (child.wait().unwrap(), message, written)
    })
}

#[test]
fn a_closed_reader_is_the_end_unless_asked_otherwise() {
    let (status, said, _) = closed_reader(program(), &["a"]);
    assert_eq!((status.signal(), said.as_str()), (Some(13), ""));
    for (option, said, code, whole) in [
        ("-p", "", 0, true),
        ("--output-error", "", 0, true),
        ("--output-error=warn-nopipe", "", 0, true),
        ("--output-error=exit-nopipe", "", 0, true),
        ("--output-error=warn", "tee: 'standard output': Broken pipe\n", 1, true),
        ("--output-error=exit", "tee: 'standard output': Broken pipe\n", 1, false),
    ] {
        let (status, message, written) = closed_reader(program(), &[option, "a"]);
        assert_eq!((status.code(), message.as_str()), (Some(code), said), "{option}");
        assert_eq!(written.len() == 1_000_003, whole, "{option}");
    }
}

#[test]
fn an_interrupt_ends_it_unless_it_is_ignored() {
    for (arguments, ends) in [(&[][..], true), (&["-i"], false), (&["--ignore-interrupts"], false)] {
        let directory = TempDir::new();
        let mut child = common::minding_the_terminal(&mut command(program(), &directory, arguments)).spawn().unwrap();
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        // It has set itself up when something comes through.
        stdin.write_all(b"x").unwrap();
        stdout.read_exact(&mut [0]).unwrap();
        signal::kill(Pid::new(child.id() as i32).unwrap(), Signal::INT).unwrap();
        if ends {
            assert_eq!(child.wait().unwrap().signal(), Some(2));
        } else {
            stdin.write_all(b"y").unwrap();
            stdout.read_exact(&mut [0]).unwrap();
            drop(stdin);
            assert!(child.wait().unwrap().success());
        }
    }
}

#[test]
fn it_goes_on_after_it_was_stopped() {
    let directory = TempDir::new();
    let mut child = command(program(), &directory, &["a"]).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let pid = Pid::new(child.id() as i32).unwrap();
    stdin.write_all(b"x").unwrap();
    stdout.read_exact(&mut [0]).unwrap();
    for _ in 0..3 {
        signal::kill(pid, Signal::STOP).unwrap();
        is_stopped(&child);
        signal::kill(pid, Signal::CONT).unwrap();
        stdin.write_all(b"y").unwrap();
        stdout.read_exact(&mut [0]).unwrap();
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
    assert_eq!(fs::read(directory.join("a")).unwrap(), b"xyyy");
}

fn is_stopped(child: &Child) {
    let (stat, start) = (format!("/proc/{}/stat", child.id()), Instant::now());
    while !fs::read_to_string(&stat).unwrap().contains(") T ") {
        assert!(start.elapsed() < LONG, "it does not stop");
        thread::sleep(Duration::from_millis(1));
    }
}

/// What a program did: its output, its messages, its exit status, and the files.
fn outcome(program: impl AsRef<OsStr>, arguments: &[&str], input: &[u8]) -> (Output, Vec<(String, Vec<u8>)>) {
    let directory = TempDir::new();
    fs::write(directory.join("old"), "old").unwrap();
    fs::create_dir(directory.join("dir")).unwrap();
    let output = run(command(program, &directory, arguments), input);
    let mut files: Vec<_> = fs::read_dir(&*directory)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    (output, files)
}

/// Whether the machine's `tee` is that of the coreutils.
fn has_coreutils() -> bool {
    let version = Command::new("tee").arg("--version").output();
    let has = version.is_ok_and(|output| output.stdout.starts_with(b"tee (GNU coreutils)"));
    if !has {
        println!("skipped: the tee of this machine is not that of the GNU coreutils");
    }
    has
}

#[test]
fn it_does_what_the_coreutils_do() {
    if !has_coreutils() {
        return;
    }
    let input = pattern(200_003);
    for arguments in [
        &[][..],
        &["a"],
        &["a", "b", "old"],
        &["-a", "a", "old"],
        &["-ai", "a", "old"],
        &["-p", "-a", "a", "old"],
        &["a", "-a", "old"],
        &["--app", "old"],
        &["--output", "a"],
        &["--output-error=warn-n", "a"],
        &["--", "-a", "old"],
        &["-"],
        &["dir", "a"],
        &["no/such", "a"],
        &["", "a"],
        &["a name", "it's", "no such/a b", "no such/it's"],
        &["/dev/full", "a"],
        &["/dev/full", "/dev/full", "no/such", "a"],
        &["a", "a"],
        &["-p", "/dev/full", "a"],
        &["--output-error=warn", "/dev/full", "a"],
        &["--output-error=exit", "/dev/full"],
        &["--output-error=exit-nopipe", "/dev/full"],
        &["--output-error=exit", "no/such", "a"],
        &["--output-error=exit-nopipe", "dir", "a"],
        &["-x"],
        &["-ax"],
        &["--foo"],
        &["--foo=bar"],
        &["--append=no"],
        &["--output-error=foo"],
        &["--output-error=ex"],
        &["--output-error=exi", "a"],
    ] {
        let ((theirs, their_files), (ours, our_files)) =
            (outcome("tee", arguments, &input), outcome(program(), arguments, &input));
        assert_eq!(theirs.status, ours.status, "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&theirs.stderr), String::from_utf8_lossy(&ours.stderr), "{arguments:?}");
        // What ends at an error has come as far as its parts are long.
        if arguments.contains(&"/dev/full") && arguments[0].contains("=exit") {
            assert_same(&ours.stdout, &input[..ours.stdout.len()]);
        } else {
            assert_same(&theirs.stdout, &ours.stdout);
        }
        let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&their_files), names(&our_files), "{arguments:?}");
        for ((_, theirs), (name, ours)) in iter::zip(&their_files, &our_files) {
            // Two descriptors of one file write over each other, in parts that are each program's own.
            if arguments != ["a", "a"] || name != "a" {
                assert_same(theirs, ours);
            }
        }
    }
}

#[test]
fn its_ends_are_those_of_the_coreutils() {
    if !has_coreutils() {
        return;
    }
    for option in ["-a", "-p", "--output-error=warn", "--output-error=exit", "--output-error=exit-nopipe"] {
        let (theirs, ours) = (closed_reader("tee", &[option, "a"]), closed_reader(program(), &[option, "a"]));
        assert_eq!((theirs.0, theirs.1), (ours.0, ours.1), "{option}");
    }
    // A directory cannot be read, and nothing can be written to a full disk.
    for program in [OsStr::new("tee"), program().as_os_str()] {
        let directory = TempDir::new();
        let mut command = command(program, &directory, &["a"]);
        command.stdin(File::open(&*directory).unwrap());
        let output = command.output().unwrap();
        assert_eq!((output.status.code(), &output.stderr[..]), (Some(1), &b"tee: read error: Is a directory\n"[..]));
        let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
        for (arguments, whole) in [(&["a"][..], true), (&["--output-error=exit", "a"], false)] {
            let mut command = self::command(program, &directory, arguments);
            command.stdout(full());
            let output = run(command, &pattern(100_000));
            let said = &b"tee: 'standard output': No space left on device\n"[..];
            assert_eq!((output.status.code(), &output.stderr[..]), (Some(1), said));
            assert_eq!(fs::read(directory.join("a")).unwrap().len() == 100_000, whole);
        }
    }
}

#[test]
fn help_is_shown() {
    let output = ours(&TempDir::new(), &["--help"], b"");
    assert_well(&output);
    assert!(output.stdout.starts_with(b"Usage: tee [OPTION]... [FILE]...\n"));
    let mut command = command(program(), Path::new("/"), &["--help"]);
    command.stdout(OpenOptions::new().write(true).open("/dev/full").unwrap());
    assert_eq!(run(command, b"").status.code(), Some(1));
}

#[test]
fn names_are_any_bytes() {
    let directory = TempDir::new();
    let mut command = command(program(), &directory, &[]);
    command.arg(OsStr::from_bytes(b"\xff\xfe"));
    assert_well(&run(command, b"text"));
    assert_eq!(fs::read(directory.join(OsStr::from_bytes(b"\xff\xfe"))).unwrap(), b"text");
}
