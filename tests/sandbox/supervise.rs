//! Processes, threads and signals: nothing is left, and nothing hangs.

use crate::common::LONG;
use crate::{Policy, command, found};
use butter::nr;
use butter::process::Pid;
use butter::signal::{self, Signal};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A sandbox whose program has told its number, and reads its standard input.
struct Running {
    sandbox: Child,
    lines: BufReader<ChildStdout>,
    program: Pid,
}

impl Running {
    fn start(command: &mut Command) -> Running {
        let mut sandbox = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(sandbox.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let program = Pid::new(line.trim().parse().expect("its number")).unwrap();
        Running { sandbox, lines, program }
    }

    fn supervisor(&self) -> Pid {
        Pid::new(self.sandbox.id() as i32).unwrap()
    }

    /// Lets the program go on, if it has not ended.
    fn line(&mut self) {
        let _ = self.sandbox.stdin.as_mut().unwrap().write_all(b"\n");
    }

    fn status(&mut self) -> Option<i32> {
        until("it ends", || self.sandbox.try_wait().unwrap().map(|status| status.code()))
    }

    fn errors(&mut self) -> String {
        let mut errors = String::new();
        self.sandbox.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        errors
    }
}

/// So that no test that fails leaves it behind.
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.sandbox.kill();
        let _ = self.sandbox.wait();
    }
}

#[track_caller]
fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < LONG, "{what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// The state of a process; `None` if it is gone.
fn state(pid: Pid) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.number())).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

#[track_caller]
fn stop(pid: Pid) {
    signal::kill(pid, Signal::STOP).unwrap();
    until("it stops", || (state(pid) == Some('T')).then_some(()));
}

/// Waits until the thread is in this call, or waits for an answer about it.
#[track_caller]
fn until_in(pid: Pid, call: usize) {
    let path = format!("/proc/{}/syscall", pid.number());
    let in_call = || fs::read_to_string(&path).is_ok_and(|text| text.starts_with(&format!("{call} ")));
    until("it makes the call", || in_call().then_some(()));
}

#[test]
fn each_thread_is_answered() {
    let Some(python) = found("python3") else { return };
    let policy = Policy::new("default allow\nerrno EROFS mkdir\nnotify sched_yield");
    let script = "\
import os, threading
refused = []
barrier = threading.Barrier(4)
def work():
    barrier.wait()
    for _ in range(50):
        try: os.mkdir('d')
        except OSError as error: refused.append(error.errno)
        os.sched_yield()
threads = [threading.Thread(target=work) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(refused), set(refused))
";
    let ended = policy.run(&["--log", python.to_str().unwrap(), "-c", script]);
    ended.assert(0, "200 {30}\n");
    let lines = |end: &str| {
        let lines: Vec<_> = ended.errors.lines().filter(|line| line.ends_with(end)).collect();
        let threads: BTreeSet<_> = lines.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
        (lines.len(), threads.len())
    };
    assert_eq!(lines(r#"mkdir("d", 0x1ff) is refused: EROFS"#), (200, 4), "{}", ended.errors);
    assert_eq!(lines("sched_yield() is made"), (200, 4));
}

#[test]
fn each_process_is_answered() {
    let policy = Policy::new("default allow\nerrno EROFS mkdir");
    let ended = policy.logged("for i in 1 2 3 4 5; do (mkdir d$i; mkdir e$i) 2>/dev/null & done; wait; ls");
    ended.assert(0, "policy\n");
    let mut told = ended.told();
    told.sort();
    let mut expected: Vec<_> =
        (1..=5).flat_map(|i| ["d", "e"].map(|name| format!("mkdir(\"{name}{i}\", 0x1ff) is refused: EROFS"))).collect();
    expected.sort();
    assert_eq!(told, expected);
}

/// The call is notified, and nobody answers; then the program is killed.
#[test]
fn killed_while_a_call_waits() {
    let policy = Policy::new("default allow\nerrno EACCES umask");
    let mut running = Running::start(&mut policy.command(&["--log", "sh", "-c", "echo $$; read x; umask"]));
    stop(running.supervisor());
    running.line();
    until_in(running.program, nr::UMASK);
    signal::kill(running.program, Signal::KILL).unwrap();
    until("it is dead", || (state(running.program) == Some('Z')).then_some(()));
    signal::kill(running.supervisor(), Signal::CONT).unwrap();
    assert_eq!(running.status(), Some(128 + 9));
    assert_eq!(running.errors(), "");
}

/// The supervisor has taken the call, and cannot go on as nobody reads what it tells; then the program is killed.
#[test]
fn killed_while_a_call_is_told() {
    let policy = Policy::new("default allow\nerrno EACCES umask");
    let script = "echo $$; read x; while :; do umask; done >/dev/null";
    let mut running = Running::start(&mut policy.command(&["--log", "sh", "-c", script]));
    running.line();
    until_in(running.supervisor(), nr::WRITE);
    signal::kill(running.program, Signal::KILL).unwrap();
    until("it is dead", || (state(running.program) == Some('Z')).then_some(()));
    assert!(running.errors().ends_with(" is refused: EACCES\n"));
    assert_eq!(running.status(), Some(128 + 9));
}

/// A handler runs meanwhile, and the call is made anew and answered.
#[test]
fn a_signal_while_a_call_waits() {
    let policy = Policy::new("default allow\nnotify umask");
    let script = "trap 'echo caught' USR1; echo $$; read x; umask; echo end";
    let mut running = Running::start(&mut policy.command(&["sh", "-c", script]));
    stop(running.supervisor());
    running.line();
    until_in(running.program, nr::UMASK);
    signal::kill(running.program, Signal::USR1).unwrap();
    signal::kill(running.supervisor(), Signal::CONT).unwrap();
    assert_eq!(running.status(), Some(0));
    let mut lines = String::new();
    running.lines.read_to_string(&mut lines).unwrap();
    assert!(lines.contains("caught\n") && lines.ends_with("end\n"), "{lines}");
}

/// It lives as long as anybody is in the sandbox, and what these do is still answered.
#[test]
fn ends_with_the_last_process() {
    let policy = Policy::new("default allow\nerrno EACCES mkdir");
    let script = "exec 3<&0; (read x; mkdir d 2>/dev/null) <&3 & echo $$; exit 7";
    let mut running = Running::start(&mut policy.command(&["--log", "sh", "-c", script]));
    // The sandbox has waited for it.
    until("it is gone", || state(running.program).is_none().then_some(()));
    assert!(running.sandbox.try_wait().unwrap().is_none(), "somebody is left");
    running.line();
    assert_eq!(running.status(), Some(7));
    assert!(running.errors().ends_with(": mkdir(\"d\", 0x1ff) is refused: EACCES\n"));
}

/// A signal ends it without the processes that were left behind.
#[test]
fn a_signal_after_the_program_has_ended() {
    let mut command = command(&["-p", "none", "sh", "-c", "exec 3<&0; (read x) <&3 & echo $$; exit 7"]);
    let mut running = Running::start(&mut command);
    until("it is gone", || state(running.program).is_none().then_some(()));
    signal::kill(running.supervisor(), Signal::TERM).unwrap();
    assert_eq!(running.status(), Some(7));
}

#[test]
fn signals_are_passed_on() {
    // A shell cannot catch what was ignored before it, as in a job that was started in the background.
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:\t")).unwrap();
    let ignored = u64::from_str_radix(ignored, 16).unwrap();
    for (which, number) in [(Signal::TERM, 15), (Signal::INT, 2), (Signal::HUP, 1), (Signal::QUIT, 3)] {
        if ignored & 1 << (number - 1) != 0 {
            println!("skipped: signal {number} is ignored here");
            continue;
        }
        let script = format!("trap 'exit {}' {number}; echo $$; while :; do read x; done", 40 + number);
        let mut running = Running::start(&mut command(&["sh", "-c", &script]));
        signal::kill(running.supervisor(), which).unwrap();
        // The shell runs its trap when a `read` has ended, and the signal may come after one.
        let status = until("it ends", || {
            running.line();
            running.sandbox.try_wait().unwrap()
        });
        assert_eq!(status.code(), Some(40 + number));
    }
}

/// Without the supervisor nobody would answer: the program does not outlive it.
#[test]
fn the_supervisor_is_killed() {
    let mut running = Running::start(&mut command(&["-p", "none", "sh", "-c", "echo $$; read x"]));
    signal::kill(running.supervisor(), Signal::KILL).unwrap();
    until("it ends", || matches!(state(running.program), None | Some('Z')).then_some(()));
    assert_eq!(running.status(), None);
}
