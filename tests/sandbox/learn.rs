//! The policy that a program needs is learned, and then is enough for it.

use crate::common::TempDir;
use crate::{Ended, command, found, sandbox};
use std::ffi::OsStr;
use std::fs;

/// Learns, and runs the same again under what was learned. Gives that.
#[track_caller]
fn learn(arguments: &[impl AsRef<OsStr>]) -> String {
    let directory = TempDir::new();
    let file = directory.join("policy");
    let learned: Ended = command(&["--learn".as_ref(), file.as_os_str()]).args(arguments).output().unwrap().into();
    assert_eq!(learned.told(), [""; 0]);
    let policy = fs::read_to_string(&file).unwrap();
    for options in [&[][..], &["--log"]] {
        let mut again = command(&["-p".as_ref(), file.as_os_str()]);
        let again: Ended = again.args(options).args(arguments).output().unwrap().into();
        assert_eq!(again.told(), [""; 0], "{policy}");
        assert_eq!((again.status, again.lines), (learned.status, learned.lines.clone()), "{policy}");
    }
    policy
}

fn calls(policy: &str) -> Vec<&str> {
    let lines = policy.lines().filter_map(|line| line.strip_prefix("allow "));
    lines.flat_map(|line| line.split(' ')).collect()
}

#[test]
fn a_pipeline() {
    let policy = learn(&["sh", "-c", "echo one two | tr ' ' '\\n' | sort -r | head -1; exit 3"]);
    assert_eq!(
        policy.lines().next().unwrap(),
        r"# What this has needed: sh -c echo one two | tr \' \' \'\\n\' | sort -r | head -1; exit 3"
    );
    let calls = calls(&policy);
    // Its own, those of its children, and what a kernel makes by itself.
    for call in ["wait4", "pipe2", "execve", "exit_group", "restart_syscall", "rt_sigreturn"] {
        assert!(calls.contains(&call), "{call} in {policy}");
    }
    assert!(!calls.contains(&"socket") && calls.is_sorted());
}

#[test]
fn two_programs_in_one_file() {
    let programs =
        [["cat", "/proc/sys/kernel/ostype"], ["mkdir", "-p"]].map(|[program, argument]| [program, argument, "/"]);
    let both = crate::Policy::new(programs.map(|program| learn(&program)).concat());
    for program in programs {
        assert_eq!(both.run(&[&["--log"][..], &program].concat()).told(), [""; 0]);
    }
}

/// The sandbox's own `execve` is not the program's.
#[test]
fn a_program_that_executes_no_other() {
    let policy = learn(&["cat", "/proc/sys/kernel/ostype"]);
    assert!(!calls(&policy).contains(&"execve"), "{policy}");
}

#[test]
fn threads_and_processes() {
    let Some(python) = found("python3") else { return };
    let script = "\
import os, subprocess, threading
def work(number):
    os.umask(number)
    subprocess.check_call(['mkdir', '-p', '/'])
threads = [threading.Thread(target=work, args=(0,)) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
if os.fork() == 0:
    os.sched_yield()
    os._exit(0)
os.wait()
";
    let policy = learn(&[python.as_os_str(), "-c".as_ref(), script.as_ref()]);
    let calls = calls(&policy);
    for call in ["umask", "sched_yield", "clone3"] {
        assert!(calls.contains(&call), "{call} in {policy}");
    }
}

#[test]
fn a_web_server_and_its_client() {
    let Some(python) = found("python3") else { return };
    let script = "\
import http.server, threading, urllib.request
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever).start()
print(urllib.request.urlopen(f'http://127.0.0.1:{server.server_port}/').status)
server.shutdown()
";
    let policy = learn(&[python.as_os_str(), "-c".as_ref(), script.as_ref()]);
    assert!(calls(&policy).contains(&"listen"), "{policy}");
}

/// A process of 64 bits that makes calls of 32 as well. Few compilers make such programs, so it writes the instructions itself.
#[cfg(target_arch = "x86_64")]
#[test]
fn two_architectures() {
    const SCRIPT: &str = "\
import ctypes, mmap
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(bytes.fromhex('b814000000cd80c3')) # getpid by int 0x80
call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
print(call() > 0)
";
    let Some(python) = found("python3") else { return };
    let arguments = [python.as_os_str(), "-c".as_ref(), SCRIPT.as_ref()];
    if std::process::Command::new(arguments[0]).args(&arguments[1..]).output().unwrap().stdout != b"True\n" {
        println!("skipped: this kernel does not run the calls of x86");
        return;
    }
    let policy = learn(&arguments);
    let lines: Vec<_> = policy.lines().filter(|line| line.starts_with("arch") || line.ends_with(" on x86")).collect();
    assert_eq!(lines, ["arch x86_64 x86", "allow getpid on x86"], "{policy}");

    // Docker's profile is for both; a policy is for one unless it says so.
    let python = [python.to_str().unwrap(), "-c", SCRIPT];
    sandbox(&python).assert(0, "True\n");
    sandbox(&[&["-p", "none"][..], &python].concat()).assert(0, "True\n");
    let foreign = crate::Policy::new("default allow\nforeign errno EPERM");
    foreign.run(&python).assert(0, "False\n").assert_told(&[]);
    let ended = foreign.run(&[&["--log"][..], &python].concat());
    ended.assert(0, "False\n");
    assert!(ended.told()[0].starts_with("x86 getpid() is refused: EPERM"), "{}", ended.errors);
    let kills = crate::Policy::new("default allow");
    kills.run(&python).assert(128 + 31, "");
    kills.run(&[&["--log"][..], &python].concat()).assert(128 + 9, "");
}

/// What has no name is allowed by its number, so that it gives the same error.
#[test]
fn numbers_that_are_no_call() {
    let Some(python) = found("python3") else { return };
    let script = "\
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for number in (4000, -1):
    libc.syscall(ctypes.c_long(number))
    print(ctypes.get_errno())
";
    let policy = learn(&[python.as_os_str(), "-c".as_ref(), script.as_ref()]);
    assert!(calls(&policy).contains(&"4000"), "{policy}");
}

#[test]
fn a_file_that_cannot_be_written() {
    let ended = sandbox(&["--learn", "/no/such/directory/policy", "true"]);
    ended.assert(125, "").assert_told(&["/no/such/directory/policy: No such file or directory (os error 2)"]);
}

#[test]
fn a_program_that_is_not_there_teaches_nothing() {
    let directory = TempDir::new();
    let file = directory.join("policy");
    let ended: Ended = command(&["--learn".as_ref(), file.as_os_str()]).arg("no-such-program").output().unwrap().into();
    ended.assert(127, "").assert_told(&["no-such-program: no such file or directory"]);
    assert!(!file.exists());
}
