//! An example, run as a user runs it.

#![allow(dead_code, reason = "every test file uses a part of it")]

use crate::common::LONG;
use butter::process::Pid;
use butter::signal::{self, Signal};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use std::str::from_utf8;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{env, fs};

/// Beside the folder of this test. `cargo test` builds it, but not `cargo test --test NAME` alone.
pub fn program(name: &str) -> PathBuf {
    let program = env::current_exe().unwrap().parent().unwrap().parent().unwrap().join("examples").join(name);
    assert!(program.exists(), "first: cargo build --example {name}");
    program
}

/// What it does with these arguments if it ends by itself.
pub fn run(name: &str, directory: &Path, arguments: &[&str]) -> Output {
    Command::new(program(name)).current_dir(directory).args(arguments).output().unwrap()
}

/// A running example.
pub struct Example {
    /// Dropped first: then it is not killed any more.
    _alive: Sender<()>,
    pub child: Child,
    pub errors: BufReader<ChildStderr>,
    /// What it has said to be ready.
    pub ready: String,
    lines: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Example {
    /// Starts it, and waits until it says that it is ready. It lives for a minute at most, so that a test may do without
    /// a limit of its own where it waits for what the program may keep from happening.
    pub fn spawn(name: &str, directory: &Path, arguments: &[&str], stdout: Stdio) -> Example {
        let mut command = Command::new(program(name));
        let mut child =
            command.current_dir(directory).args(arguments).stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
        let (pid, (_alive, ended)) = (Pid::new(child.id() as i32).unwrap(), mpsc::channel());
        // Whatever the test waits for then, it does not have it in its hands.
        thread::spawn(move || match ended.recv_timeout(6 * LONG) {
            Err(RecvTimeoutError::Timeout) => signal::kill(pid, Signal::KILL),
            _ => Ok(()),
        });
        let errors = BufReader::new(child.stderr.take().unwrap());
        let mut example = Example { _alive, child, errors, ready: String::new(), lines: Arc::default(), reader: None };
        example.errors.read_line(&mut example.ready).unwrap();
        let ready = &example.ready;
        assert!(ready.starts_with(&format!("{name}: ready")), "{ready}");
        example
    }

    /// [`spawn`](Self::spawn), and its lines are read.
    pub fn start(name: &str, directory: &Path, arguments: &[&str]) -> Example {
        let mut example = Example::spawn(name, directory, arguments, Stdio::piped());
        let (mut output, to) = (example.child.stdout.take().unwrap(), example.lines.clone());
        example.reader = Some(thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                match output.read(&mut buffer).unwrap() {
                    0 => break,
                    length => to.lock().unwrap().extend(&buffer[..length]),
                }
            }
        }));
        example
    }

    /// Waits until it has shown this line.
    #[track_caller]
    pub fn shows(&self, line: &str) {
        let start = Instant::now();
        while !self.lines.lock().unwrap().split(|byte| *byte == b'\n').any(|shown| shown == line.as_bytes()) {
            assert!(start.elapsed() < LONG, "{line} in {}", self.lines.lock().unwrap().escape_ascii());
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// The next line that it says.
    pub fn says(&mut self) -> String {
        let mut line = String::new();
        self.errors.read_line(&mut line).unwrap();
        line
    }

    pub fn kill(&self, which: Signal) {
        signal::kill(Pid::new(self.child.id() as i32).unwrap(), which).unwrap();
    }

    /// Gives it another limit.
    pub fn limit(&self, resource: u32, limit: u64) {
        let (limits, old) = ([limit; 2], std::ptr::null::<u64>());
        // SAFETY: the kernel reads the soft and the hard limit.
        unsafe { butter::syscall!(PRLIMIT64, self.child.id(), resource, limits.as_ptr(), old) }.unwrap();
    }

    /// Stops it, and waits until it has.
    pub fn stop(&self) {
        self.kill(Signal::STOP);
        self.is_in_state("T");
    }

    /// Does something while the program is stopped, so that it learns of everything at once and afterwards.
    pub fn asleep(&self, act: impl FnOnce()) {
        self.stop();
        act();
        self.kill(Signal::CONT);
    }

    /// Ends it with a signal. What has happened until then is shown.
    pub fn end_with(mut self, which: Signal) -> Ended {
        self.kill(which);
        let mut errors = String::new();
        self.errors.read_to_string(&mut errors).unwrap();
        assert!(self.child.wait().unwrap().success(), "{errors}");
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        Ended { lines: std::mem::take(&mut self.lines.lock().unwrap()), errors }
    }

    /// Waits until it waits.
    #[track_caller]
    pub fn sleeps(&self) {
        self.is_in_state("S");
    }

    #[track_caller]
    fn is_in_state(&self, state: &str) {
        let (stat, start) = (format!("/proc/{}/stat", self.child.id()), Instant::now());
        while !fs::read_to_string(&stat).unwrap().contains(&format!(") {state} ")) {
            assert!(start.elapsed() < LONG, "it does not come to state {state}");
            thread::sleep(Duration::from_millis(1));
        }
    }

    pub fn end(self) -> Ended {
        self.end_with(Signal::TERM)
    }
}

/// So that no test that fails leaves it behind.
impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What an example has written until it ended.
pub struct Ended {
    pub lines: Vec<u8>,
    pub errors: String,
}

impl Ended {
    pub fn text(&self) -> &str {
        from_utf8(&self.lines).unwrap()
    }

    #[track_caller]
    pub fn assert_lines(&self, expected: &[&str]) {
        assert_eq!(self.text().lines().collect::<Vec<_>>(), expected, "{}", self.errors);
    }

    /// Where the order is not that of this test.
    #[track_caller]
    pub fn assert_sorted(&self, expected: &[&str]) {
        let (mut lines, mut expected) = (self.text().lines().collect::<Vec<_>>(), expected.to_vec());
        lines.sort_unstable();
        expected.sort_unstable();
        assert_eq!(lines, expected, "{}", self.errors);
    }

    /// How often there is each line.
    pub fn counted(&self) -> HashMap<&str, usize> {
        let mut count = HashMap::new();
        self.text().lines().for_each(|line| *count.entry(line).or_default() += 1);
        count
    }
}
