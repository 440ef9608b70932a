//! Real programs under the policies that are built in.

use crate::common::{LONG, TempDir};
use crate::{Ended, command, found, sandbox};
use butter::process::Pid;
use butter::signal::{self, Signal};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

#[test]
fn pipelines() {
    for options in [&[][..], &["-p", "docker"], &["-p", "none"], &["-p", "docker", "--log"]] {
        let mut arguments = options.to_vec();
        arguments.extend(["sh", "-c", "printf 'b\\na\\nb\\n' | sort | uniq -c | while read n x; do echo $x$n; done"]);
        sandbox(&arguments).assert(0, "a1\nb2\n").assert_told(&[]);
    }
}

#[test]
fn tar() {
    let directory = TempDir::new();
    fs::create_dir_all(directory.join("from/a/b")).unwrap();
    fs::create_dir(directory.join("to")).unwrap();
    fs::write(directory.join("from/a/b/file"), "content").unwrap();
    std::os::unix::fs::symlink("file", directory.join("from/a/b/link")).unwrap();
    let script = "tar -C from -cf - . | gzip | gunzip | tar -C to -xf - && cat to/a/b/link";
    let ended: Ended = command(&["--log", "sh", "-c", script]).current_dir(&*directory).output().unwrap().into();
    ended.assert(0, "content").assert_told(&[]);
}

#[test]
fn python_with_threads_and_processes() {
    let Some(python) = found("python3") else { return };
    let script = "\
import subprocess, threading
results = []
work = lambda number: results.append(int(subprocess.check_output(['echo', str(number)])))
threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(sorted(results))
";
    sandbox(&[python.to_str().unwrap(), "-c", script]).assert(0, "[0, 1, 2, 3, 4, 5, 6, 7]\n").assert_told(&[]);
}

#[test]
fn a_web_server() {
    let Some(python) = found("python3") else { return };
    let directory = TempDir::new();
    fs::write(directory.join("page"), "hello from the sandbox\n").unwrap();
    let mut server = command(&["-p", "docker"]);
    server.arg(python).args(["-u", "-m", "http.server", "--bind", "127.0.0.1", "0"]).current_dir(&*directory);
    let mut server = server.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let port = line.split(' ').skip_while(|word| *word != "port").nth(1).unwrap().parse::<u16>().unwrap();

    let mut connection = TcpStream::connect(("127.0.0.1", port)).unwrap();
    connection.set_read_timeout(Some(LONG)).unwrap();
    connection.write_all(b"GET /page HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.0 200 OK\r\n") && answer.ends_with("\r\n\r\nhello from the sandbox\n"),
        "{answer}"
    );

    // The signal is passed on, and the server's end is that of the sandbox.
    signal::kill(Pid::new(server.id() as i32).unwrap(), Signal::TERM).unwrap();
    assert_eq!(server.wait().unwrap().code(), Some(128 + 15));
}

#[test]
fn docker_refuses_what_it_is_known_for() {
    let script = "mount -t tmpfs none /mnt; unshare -U true; chroot /";
    let ended = sandbox(&["--log", "sh", "-c", script]);
    let told = ended.told();
    assert_eq!(told[0], r#"mount("none", "/mnt", "tmpfs", 0x0, 0x0) is refused: EPERM"#, "{}", ended.errors);
    for call in ["unshare(0x10000000) is refused: EPERM", r#"chroot("/") is refused: EPERM"#] {
        assert!(told.iter().any(|line| line == call), "{call} in {}", ended.errors);
    }
    let Some(python) = found("python3") else { return };
    // A family of sockets by its number, a personality that turns something off, and one that is allowed.
    let script = "\
import ctypes, os, socket
for family in (40, 2):
    try: socket.socket(family, socket.SOCK_STREAM).close(); print('made')
    except OSError as error: print(error.errno)
libc = ctypes.CDLL(None)
print(libc.personality(0x0040000), libc.personality(ctypes.c_ulong(0xffffffff)) >= 0)
";
    let ended = sandbox(&["--log", python.to_str().unwrap(), "-c", script]);
    ended
        .assert(0, "1\nmade\n-1 True\n")
        .assert_told(&["socket(0x28, 0x80001, 0x0) is refused: EPERM", "personality(0x40000) is refused: EPERM"]);
}

#[test]
fn strict_lets_programs_compute() {
    sandbox(&["-p", "strict", "--log", "cat", "/proc/sys/kernel/ostype"]).assert(0, "Linux\n").assert_told(&[]);
    sandbox(&["-p", "strict", "--log", "sh", "-c", "i=0; while [ $i -lt 9 ]; do i=$((i+1)); done; echo $i"])
        .assert(0, "9\n")
        .assert_told(&[]);
    sandbox(&["-p", "strict", "--log", "ls", "/proc/self/task"]).assert_told(&[]);
    let Some(python) = found("python3") else { return };
    let python = python.to_str().unwrap();
    sandbox(&["-p", "strict", python, "-c", "import json, time; print(json.dumps(sum(range(10))))"]).assert(0, "45\n");
}

#[test]
fn strict_refuses_the_rest() {
    let directory = TempDir::new();
    fs::write(directory.join("old"), "old").unwrap();
    let run = |script: &str| -> Ended {
        command(&["-p", "strict", "--log", "sh", "-c", script]).current_dir(&*directory).output().unwrap().into()
    };
    for (script, call) in [
        ("echo > new", r#"openat(0xffffff9c, "new", 0x241, 0x1b6)"#),
        ("echo >> old", r#"openat(0xffffff9c, "old", 0x441, 0x1b6)"#),
        ("exec true", r#"execve("/usr/bin/true""#),
        ("true | true", "clone("),
        ("kill -9 $$", "kill(0x"),
    ] {
        let ended = run(script);
        assert!(ended.told().iter().any(|line| line.starts_with(call)), "{script}: {}", ended.errors);
        assert!(ended.told().iter().all(|line| line.ends_with(" is refused: EPERM")), "{script}: {}", ended.errors);
        assert_ne!(ended.status, Some(0), "{script}");
    }
    assert_eq!(fs::read_to_string(directory.join("old")).unwrap(), "old");
    assert!(!directory.join("new").exists());

    let Some(python) = found("python3") else { return };
    let script = "\
import os, socket, threading
def refused(act):
    try: act(); return False
    except (OSError, RuntimeError): return True
print(refused(socket.socket), refused(threading.Thread(target=print).start), refused(os.fork),
    refused(lambda: os.rename('old', 'new')),
    refused(lambda: os.open('old', os.O_RDONLY | os.O_TRUNC)), refused(lambda: os.open('new', os.O_RDONLY | os.O_CREAT)),
    refused(lambda: os.open('old', os.O_RDWR)),
    refused(lambda: os.open('old', os.O_RDONLY)), refused(lambda: os.execv('/bin/true', ['true'])))
";
    let ended: Ended =
        command(&["-p", "strict"]).arg(python).args(["-c", script]).current_dir(&*directory).output().unwrap().into();
    ended.assert(0, "True True True True True True True False True\n");
}
