//! The program `async_static` of examples/static, as somebody uses it.

use crate::common::{LONG, TempDir};
use crate::hello::built;
use butter::poll::{Events, PollFd, poll};
use butter::process::Pid;
use butter::signal::{self, Signal};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use std::{fs, thread, time::Duration};

/// How many it serves at once.
const PLACES: usize = 4;

/// A running service.
struct Service {
    directory: TempDir,
    child: Child,
    errors: BufReader<ChildStderr>,
}

impl Service {
    fn start() -> Service {
        let directory = TempDir::new();
        let mut command = Command::new(built().join("async_static"));
        command.current_dir(&*directory).arg("socket").stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        assert_eq!(line(&mut errors), "async_static: ready");
        Service { directory, child, errors }
    }

    fn connect(&self) -> Client {
        let stream = UnixStream::connect(self.directory.join("socket")).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        Client { stream: BufReader::new(stream) }
    }

    fn pid(&self) -> Pid {
        Pid::new(self.child.id() as i32).unwrap()
    }

    /// What it says of its state: connections, children.
    fn state(&mut self) -> (usize, usize) {
        signal::kill(self.pid(), Signal::HUP).unwrap();
        let said = line(&mut self.errors);
        let words: Vec<_> = said.split([' ', ',']).collect();
        let ["async_static:", "connections", connections, "", "children", children, "", "ticks", ticks] = words[..]
        else {
            panic!("{said}");
        };
        ticks.parse::<u64>().unwrap();
        (connections.parse().unwrap(), children.parse().unwrap())
    }

    /// Waits until it is in this state.
    #[track_caller]
    fn comes_to(&mut self, state: (usize, usize)) {
        let start = Instant::now();
        loop {
            let now = self.state();
            if now == state {
                return;
            }
            assert!(start.elapsed() < LONG, "{now:?}, not {state:?}");
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn children(&self) -> String {
        fs::read_to_string(format!("/proc/{0}/task/{0}/children", self.pid())).unwrap()
    }

    fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.pid())).unwrap().count()
    }

    #[track_caller]
    fn end(mut self, which: Signal) {
        signal::kill(self.pid(), which).unwrap();
        let status = self.child.wait().unwrap();
        // It has left nobody behind that has its output.
        assert_eq!(poll(&mut [PollFd::new(self.errors.get_ref(), Events::HUP)], Some(LONG)), Ok(1));
        let mut said = String::new();
        self.errors.read_to_string(&mut said).unwrap();
        assert!(status.success() && said.is_empty(), "{status:?} {said}");
        assert!(!self.directory.join("socket").exists());
    }
}

/// So that no test that fails leaves it behind.
impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Client {
    stream: BufReader<UnixStream>,
}

impl Client {
    fn send(&mut self, bytes: &str) {
        self.stream.get_mut().write_all(bytes.as_bytes()).unwrap();
    }

    #[track_caller]
    fn hears(&mut self) -> String {
        line(&mut self.stream)
    }

    #[track_caller]
    fn asks(&mut self, command: &str) -> String {
        self.send(&format!("{command}\n"));
        self.hears()
    }

    /// Whether the connection was closed; an error says so too, if there was something that the service did not read.
    #[track_caller]
    fn is_closed(&mut self) {
        match self.stream.read(&mut [0; 10]) {
            Ok(0) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            other => panic!("{other:?}"),
        }
    }
}

#[track_caller]
fn line(from: &mut impl BufRead) -> String {
    let mut line = String::new();
    from.read_line(&mut line).unwrap();
    assert!(line.ends_with('\n'), "{line:?}");
    line.pop();
    line
}

#[test]
#[cfg(target_arch = "x86_64")]
fn it_is_small() {
    let length = fs::metadata(built().join("async_static")).unwrap().len();
    println!("async_static: {length} bytes");
    assert!(length <= 24 * 1024, "{length} bytes");
}

#[test]
fn each_command_is_answered() {
    let service = Service::start();
    let mut client = service.connect();
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let before = now();
    let time = client.asks("time").parse::<u64>().unwrap();
    // Its clock is the coarser one of the two by a tick at most.
    assert!((before.saturating_sub(1)..=now()).contains(&time), "{time}");
    assert_eq!(client.asks("tick"), "tick");
    assert_eq!(client.asks("run true"), "exited 0");
    assert_eq!(client.asks("run exit 255"), "exited 255");
    assert_eq!(client.asks("run kill -TERM $$"), "killed 15");
    assert_eq!(client.asks("run echo \"$0\" >written"), "exited 0");
    assert_eq!(fs::read_to_string(service.directory.join("written")).unwrap(), "sh\n");
    for unknown in ["", "run", "times", "tick ", "quit\0"] {
        assert_eq!(client.asks(unknown).starts_with("what there is: "), unknown != "quit\0", "{unknown:?}");
    }
    client.is_closed();
    let mut client = service.connect();
    assert_eq!(client.asks("quit"), "bye");
    client.is_closed();
    service.end(Signal::TERM);
}

/// The end of one line and the beginning of the next may come at once, and a line in many pieces.
#[test]
fn lines_come_in_any_pieces() {
    let service = Service::start();
    let mut client = service.connect();
    client.send("run exit 1\nrun exit 2\nrun ex");
    assert_eq!((client.hears(), client.hears()), ("exited 1".into(), "exited 2".into()));
    for piece in ["it", " ", "3\n"] {
        client.send(piece);
    }
    assert_eq!(client.hears(), "exited 3");
    // The longest, and many of them, so that they are never in one read.
    let longest = format!("run exit 4{}\n", " ".repeat(255 - 10));
    client.send(&longest.repeat(5));
    (0..5).for_each(|_| assert_eq!(client.hears(), "exited 4"));
    client.send(&"x".repeat(256));
    client.is_closed();
    service.end(Signal::TERM);
}

#[test]
fn all_who_wait_see_the_same_tick() {
    let service = Service::start();
    let mut clients: Vec<_> = (0..PLACES).map(|_| service.connect()).collect();
    clients.iter_mut().for_each(|client| client.send("tick\n"));
    clients.iter_mut().for_each(|client| assert_eq!(client.hears(), "tick"));
    service.end(Signal::INT);
}

#[test]
fn one_more_than_there_are_places_waits() {
    let mut service = Service::start();
    let mut clients: Vec<_> = (0..PLACES).map(|_| service.connect()).collect();
    clients.iter_mut().for_each(|client| assert_eq!(client.asks("run :"), "exited 0"));
    let (mut more, mut last) = (service.connect(), service.connect());
    more.send("run exit 5\n");
    last.send("run exit 6\n");
    service.comes_to((PLACES, 0));
    more.stream.get_ref().set_nonblocking(true).unwrap();
    assert_eq!(more.stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    more.stream.get_ref().set_nonblocking(false).unwrap();
    // The others are served meanwhile.
    assert_eq!(clients[1].asks("run exit 7"), "exited 7");
    assert_eq!(clients[2].asks("quit"), "bye");
    assert_eq!(more.hears(), "exited 5");
    drop(clients.pop());
    assert_eq!(last.hears(), "exited 6");
    service.end(Signal::TERM);
}

#[test]
fn a_command_that_takes_long_keeps_nobody_waiting() {
    let mut service = Service::start();
    let (mut one, mut other) = (service.connect(), service.connect());
    assert_eq!(other.asks("run mkfifo fifo"), "exited 0");
    one.send("run read line <fifo; exit $line\n");
    service.comes_to((2, 1));
    (0..10).for_each(|status| assert_eq!(other.asks(&format!("run exit {status}")), format!("exited {status}")));
    // The command has no part in the connections.
    assert_eq!(other.asks("quit"), "bye");
    other.is_closed();
    assert_eq!(service.connect().asks("run echo 11 >fifo"), "exited 0");
    assert_eq!(one.hears(), "exited 11");
    service.comes_to((1, 0));
    service.end(Signal::TERM);
}

#[test]
fn a_client_may_go_away_at_any_time() {
    let mut service = Service::start();
    let mut client = service.connect();
    assert_eq!(client.asks("run mkfifo fifo"), "exited 0");
    drop(client);
    service.comes_to((0, 0));
    let descriptors = service.descriptors();

    // More often than there are places, in the middle of a line, while it waits for the tick, and when more was asked than
    // it reads.
    for bytes in ["", "run exi", "tick\n", "tick\ntime\n", "time\ntime\ntime\n"] {
        for _ in 0..PLACES {
            service.connect().send(bytes);
        }
    }
    service.comes_to((0, 0));

    // Its command goes on, and ends as any does.
    let mut client = service.connect();
    client.send("run read line <fifo; echo $line >written\n");
    service.comes_to((1, 1));
    drop(client);
    let mut other = service.connect();
    assert_eq!(other.asks("run echo 12 >fifo"), "exited 0");
    service.comes_to((1, 0));
    assert_eq!(fs::read_to_string(service.directory.join("written")).unwrap(), "12\n");

    // Who has nothing more to say may say so, and hears what there is.
    other.send("run exit 13\n");
    other.stream.get_ref().shutdown(Shutdown::Write).unwrap();
    assert_eq!(other.hears(), "exited 13");
    other.is_closed();
    service.comes_to((0, 0));
    assert_eq!((service.descriptors(), service.children()), (descriptors, String::new()));
    service.end(Signal::TERM);
}

/// One that sends and never reads is served as far as the socket takes it, and keeps nobody from being served.
#[test]
fn a_client_may_never_read() {
    let mut service = Service::start();
    let (mut deaf, mut other) = (service.connect(), service.connect());
    deaf.stream.get_ref().set_nonblocking(true).unwrap();
    let start = Instant::now();
    let mut refused = 0;
    // Until both ways are full.
    while refused < 100 {
        assert!(start.elapsed() < LONG);
        match deaf.stream.get_mut().write(&b"\n".repeat(4096)) {
            Ok(written) => refused = if written > 0 { 0 } else { refused + 1 },
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock);
                refused += 1;
                thread::sleep(Duration::from_millis(1));
            }
        }
    }
    assert_eq!(other.asks("run :"), "exited 0");
    service.comes_to((2, 0));
    // It reads after all.
    deaf.stream.get_ref().set_nonblocking(false).unwrap();
    assert!(deaf.hears().starts_with("what there is: "));
    drop(deaf);
    service.comes_to((1, 0));
    service.end(Signal::TERM);
}

#[test]
fn the_end_closes_connections_and_kills_commands() {
    for which in [Signal::TERM, Signal::INT] {
        let mut service = Service::start();
        let mut clients: Vec<_> = (0..PLACES).map(|_| service.connect()).collect();
        clients[0].send("run trap '' TERM; sleep 60; sleep 60\n");
        clients[1].send("run sleep 60 & wait\n");
        clients[2].send("tick\ntime\nru");
        service.comes_to((PLACES, 2));
        let mut waits = service.connect();
        service.end(which);
        assert!(clients[0].stream.read(&mut [0; 10]).is_ok_and(|count| count == 0));
        clients[3].is_closed();
        waits.is_closed();
    }
}

#[test]
fn it_says_why_it_cannot_start() {
    let (directory, program) = (TempDir::new(), built().join("async_static"));
    let long = "x".repeat(108);
    for (arguments, status, said) in [
        (&[][..], 2, "usage: async_static SOCKET\n"),
        (&["one", "two"], 2, "usage: async_static SOCKET\n"),
        (&["missing/socket"], 1, "Error: ENOENT\n"),
        (&["."], 1, "Error: EADDRINUSE\n"),
        (&[&long], 1, "Error: ENAMETOOLONG\n"),
    ] {
        let output = Command::new(&program).current_dir(&*directory).args(arguments).output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), said, "{arguments:?}");
        assert_eq!(output.status.code(), Some(status));
    }
    // One that another has is left to that.
    let service = Service::start();
    let output = Command::new(&program).current_dir(&*service.directory).arg("socket").output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "Error: EADDRINUSE\n");
    assert_eq!(service.connect().asks("run :"), "exited 0");
    service.end(Signal::TERM);
}
