//! The loops.

use super::*;
use butter::Memfd;
use butter::fd::OwnedFd;
use butter::pipe::{Output, Relay};
use std::sync::atomic::{AtomicBool, Ordering};
use std::{iter, thread};

const LARGE: usize = 3_000_017;

/// All that comes from the other end, read by a thread.
fn collect(mut from: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// The bytes come through the other end, written by a thread.
fn send(mut to: impl Write + Send + 'static, bytes: Vec<u8>) {
    thread::spawn(move || to.write_all(&bytes).unwrap());
}

fn reading(pipe: Pipe) -> (File, PipeWriter) {
    (File::from(OwnedFd::from(pipe.reader)), pipe.writer)
}

fn writing(pipe: Pipe) -> (PipeReader, File) {
    (pipe.reader, File::from(OwnedFd::from(pipe.writer)))
}

/// Every kind of input with these bytes.
fn inputs(directory: &Path, bytes: &[u8]) -> Vec<(&'static str, OwnedFd)> {
    let (reader, writer) = writing(Pipe::new().unwrap());
    send(writer, bytes.to_vec());
    let (slow, writer) = writing(nonblocking());
    fd::set_nonblocking(&writer, false).unwrap();
    send(writer, bytes.to_vec());
    let (socket, other) = UnixStream::pair().unwrap();
    send(other, bytes.to_vec());
    let (waits, other) = UnixStream::pair().unwrap();
    waits.set_nonblocking(true).unwrap();
    send(other, bytes.to_vec());
    vec![
        ("file", file(directory, "in", bytes).into()),
        ("pipe", reader.into()),
        ("non-blocking pipe", slow.into()),
        ("socket", socket.into()),
        ("non-blocking socket", waits.into()),
    ]
}

/// What an output is, and what gives the bytes that came to it once it is dropped.
type Receiver = (&'static str, OwnedFd, Box<dyn FnOnce() -> Vec<u8>>);

/// Every kind of output.
fn outputs(directory: &Path) -> Vec<Receiver> {
    let mut all: Vec<Receiver> = Vec::new();
    let path = |name: &str| directory.join(name);
    let new = file(directory, "out", b"");
    let out = path("out");
    all.push(("file", new.into(), Box::new(move || fs::read(out).unwrap())));
    let appended = OpenOptions::new().append(true).create_new(true).open(path("appended")).unwrap();
    let out = path("appended");
    all.push(("appended file", appended.into(), Box::new(move || fs::read(out).unwrap())));
    for (name, pipe) in [("pipe", Pipe::new().unwrap()), ("non-blocking pipe", nonblocking())] {
        let (reader, writer) = reading(pipe);
        fd::set_nonblocking(&reader, false).unwrap();
        let bytes = collect(reader);
        all.push((name, writer.into(), Box::new(move || bytes.join().unwrap())));
    }
    for (name, waits) in [("socket", false), ("non-blocking socket", true)] {
        let (socket, other) = UnixStream::pair().unwrap();
        socket.set_nonblocking(waits).unwrap();
        let bytes = collect(other);
        all.push((name, socket.into(), Box::new(move || bytes.join().unwrap())));
    }
    all
}

#[test]
fn everything_comes_from_every_kind_of_descriptor_to_every_kind() {
    let bytes = pattern(LARGE);
    for input in 0..inputs(&TempDir::new(), b"").len() {
        for output in 0..outputs(&TempDir::new()).len() {
            let directory = TempDir::new();
            let (from, input) = inputs(&directory, &bytes).swap_remove(input);
            let (to, output, received) = outputs(&directory).swap_remove(output);
            let mut buffer = [0; 5000];
            let mut relay = Relay::new(&mut buffer).unwrap();
            let moved = relay.splice_all(&input, &output, None);
            assert_eq!((moved, relay.moved(), relay.held()), (Ok(LARGE as u64), LARGE as u64, 0), "{from} to {to}");
            drop(output);
            assert!(received() == bytes, "{from} to {to}");
        }
    }
}

#[test]
fn no_more_is_taken_than_the_limit() {
    let bytes = pattern(200_000);
    for limit in [0, 1, 70_000, 200_000, 300_000] {
        for input in 0..inputs(&TempDir::new(), b"").len() {
            let directory = TempDir::new();
            let (name, input) = inputs(&directory, &bytes).swap_remove(input);
            let (first, rest) = (file(&directory, "first", b""), file(&directory, "rest", b""));
            let mut buffer = [0; 4096];
            let mut relay = Relay::new(&mut buffer).unwrap();
            let most = limit.min(200_000);
            assert_eq!(relay.splice_all(&input, &first, Some(limit)), Ok(most), "{name}");
            assert_eq!(relay.splice_all(&input, &rest, None), Ok(200_000 - most), "{name}");
            let (first, rest) = (fs::read(directory.join("first")).unwrap(), fs::read(directory.join("rest")).unwrap());
            assert!(first == bytes[..most as usize] && rest == bytes[most as usize..], "{name} {limit}");
        }
    }
}

#[test]
fn it_begins_where_the_files_stand() {
    let directory = TempDir::new();
    let (mut from, mut to) = (file(&directory, "a", b"one, two"), file(&directory, "b", b"........"));
    from.seek(SeekFrom::Start(5)).unwrap();
    to.seek(SeekFrom::Start(2)).unwrap();
    let mut buffer = [0; 10];
    assert_eq!(Relay::new(&mut buffer).unwrap().splice_all(&from, &to, None), Ok(3));
    assert_eq!(fs::read(directory.join("b")).unwrap(), b"..two...");
    assert_eq!((from.stream_position().unwrap(), to.stream_position().unwrap()), (8, 5));
}

#[test]
fn a_file_that_does_not_tell_its_size_is_read_all_the_same() {
    let directory = TempDir::new();
    let (from, to) = (File::open("/proc/version").unwrap(), file(&directory, "a", b""));
    let mut buffer = [0; 10];
    Relay::new(&mut buffer).unwrap().splice_all(&from, &to, None).unwrap();
    assert_eq!(fs::read(directory.join("a")).unwrap(), fs::read("/proc/version").unwrap());
}

#[test]
fn what_can_only_be_read_and_written_is() {
    let (input, output) = (butter::Eventfd::with_flags(7, butter::eventfd::Flags::NONBLOCK).unwrap(), nonblocking());
    let mut buffer = [0; 10];
    let mut relay = Relay::new(&mut buffer).unwrap();
    assert_eq!(relay.splice_all(&input, &output.writer, Some(8)), Ok(8));
    assert_eq!(content(&output), 7u64.to_ne_bytes());
}

#[test]
fn no_more_is_read_than_the_limit() {
    // The memory of a process can be read, but not spliced.
    static TEXT: [u8; 10_000] = [b't'; 10_000];
    let mut memory = File::open("/proc/self/mem").unwrap();
    let start = TEXT.as_ptr().addr() as u64;
    memory.seek(SeekFrom::Start(start)).unwrap();
    let (output, mut buffer) = (Pipe::new().unwrap(), [0; 700]);
    let mut relay = Relay::new(&mut buffer).unwrap();
    assert_eq!(relay.splice_all(&memory, &output.writer, Some(1000)), Ok(1000));
    assert_eq!((content(&output), memory.stream_position().unwrap()), (vec![b't'; 1000], start + 1000));
}

#[test]
fn what_cannot_be_delivered_is_held_and_goes_first_next_time() {
    let bytes = pattern(150_000);
    let (mut a, b) = UnixStream::pair().unwrap();
    a.write_all(&bytes[..100_000]).unwrap();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut buffer = [0; 1000];
    let mut relay = Relay::new(&mut buffer).unwrap();
    assert_errno(relay.splice_all(&b, &full, None), Errno::ENOSPC);
    let held = relay.held();
    assert!(held > 0 && relay.moved() == 0, "{relay:?}");
    // Taken from the socket, and nowhere else.
    a.write_all(&bytes[100_000..]).unwrap();
    drop(a);
    let directory = TempDir::new();
    let to = file(&directory, "a", b"");
    assert_eq!(relay.splice_all(&b, &to, Some(0)), Ok(held as u64));
    assert_eq!((relay.held(), relay.moved()), (0, held as u64));
    assert_eq!(relay.splice_all(&b, &to, None), Ok(150_000 - held as u64));
    assert!(fs::read(directory.join("a")).unwrap() == bytes);
}

#[test]
fn an_error_half_way_tells_how_far_it_came() {
    alone([], || {
        // SIGXFSZ would end the process.
        extern "C" fn nothing(_: i32) {}
        common::handle(butter::signal::Signal::XFSZ, nothing);
        const RLIMIT_FSIZE: u32 = 1;
        for appends in [false, true] {
            for input in 0..inputs(&TempDir::new(), b"").len() {
                let (directory, bytes) = (TempDir::new(), pattern(LARGE));
                let (name, input) = inputs(&directory, &bytes).swap_remove(input);
                let limited =
                    OpenOptions::new().create(true).append(appends).write(true).open(directory.join("a")).unwrap();
                let mut buffer = [0; 3000];
                let mut relay = Relay::new(&mut buffer).unwrap();
                let result = common::with_limit(RLIMIT_FSIZE, 100_001, || relay.splice_all(&input, &limited, None));
                assert_eq!((result, relay.moved()), (Err(Errno::EFBIG), 100_001), "{name}");
                let rest = file(&directory, "b", b"");
                assert_eq!(relay.splice_all(&input, &rest, None), Ok(LARGE as u64 - 100_001), "{name}");
                let all = [fs::read(directory.join("a")).unwrap(), fs::read(directory.join("b")).unwrap()].concat();
                assert!(all == bytes, "{name}");
            }
        }
    });
}

#[test]
fn signals_lose_nothing() {
    let bytes = pattern(LARGE);
    for input in 1..5 {
        let directory = TempDir::new();
        let (name, input) = inputs(&directory, &bytes).swap_remove(input);
        let (socket, mut other) = UnixStream::pair().unwrap();
        let slow = thread::spawn(move || {
            let (mut bytes, mut part) = (Vec::<u8>::new(), [0; 7777]);
            while let length @ 1.. = other.read(&mut part).unwrap() {
                bytes.extend(&part[..length]);
                thread::sleep(std::time::Duration::from_micros(100));
            }
            bytes
        });
        let mut buffer = [0; 3000];
        let mut relay = Relay::new(&mut buffer).unwrap();
        let mut interruptions = 0;
        interrupted(|| {
            while let Err(errno) = relay.splice_all(&input, &socket, None) {
                assert_eq!(errno, Errno::EINTR, "{name}");
                interruptions += 1;
            }
        });
        assert_eq!((relay.moved(), relay.held()), (LARGE as u64, 0), "{name} {interruptions}");
        drop(socket);
        assert!(slow.join().unwrap() == bytes, "{name}");
    }
}

#[test]
fn a_signal_while_nothing_comes_is_eintr() {
    let (input, output) = (Pipe::new().unwrap(), Pipe::new().unwrap());
    let mut buffer = [0; 10];
    let mut relay = Relay::new(&mut buffer).unwrap();
    assert_errno(interrupted(|| relay.splice_all(&input.reader, &output.writer, None)), Errno::EINTR);
    let mut outputs = [Output::new(&output.writer)];
    let result = interrupted(|| relay.tee_all(&input.reader, &mut outputs, |_, errno| Err(errno)));
    assert_errno(result, Errno::EINTR);
    assert_eq!(outputs[0].error(), None);
}

#[test]
fn a_closed_reader_is_epipe() {
    let _no_forks = no_forks();
    let (input, output) = (holding(b"x"), Pipe::new().unwrap());
    drop((input.writer, output.reader));
    let mut buffer = [0; 10];
    assert_errno(Relay::new(&mut buffer).unwrap().splice_all(&input.reader, &output.writer, None), Errno::EPIPE);
}

#[test]
fn what_is_wrong_with_a_descriptor_is_said_as_by_a_read_or_a_write() {
    let (one, two) = (holding(b"x"), Pipe::new().unwrap());
    let mut buffer = [0; 10];
    let mut relay = Relay::new(&mut buffer).unwrap();
    assert_errno(relay.splice_all(not_open(), &two.writer, None), Errno::EBADF);
    assert_errno(relay.splice_all(&one.writer, &two.writer, None), Errno::EBADF);
    assert_errno(relay.splice_all(File::open("/").unwrap(), &two.writer, None), Errno::EISDIR);
    assert_eq!(relay.held(), 0);
    assert_errno(relay.splice_all(&one.reader, &two.reader, None), Errno::EBADF);
    assert_eq!(relay.held(), 1);
    let mut outputs = [Output::new(&two.writer)];
    assert_errno(relay.tee_all(&one.reader, &mut outputs, |_, errno| Err(errno)), Errno::EINVAL);
    assert_eq!(relay.splice_all(&one.reader, &two.writer, Some(0)), Ok(1));
    assert_eq!(content(&two), b"x");
}

#[test]
fn a_relay_needs_room_for_a_byte() {
    assert_errno(Relay::new(&mut [0; 0]).map(|_| ()), Errno::EINVAL);
}

#[test]
fn everything_comes_to_every_output() {
    let bytes = pattern(LARGE);
    for input in 0..inputs(&TempDir::new(), b"").len() {
        let directory = TempDir::new();
        let (from, input) = inputs(&directory, &bytes).swap_remove(input);
        let all = outputs(&directory);
        let mut ends: Vec<Output<'_>> = all.iter().map(|(_, fd, _)| Output::new(fd)).collect();
        let mut buffer = [0; 5000];
        let mut relay = Relay::new(&mut buffer).unwrap();
        assert_eq!(relay.tee_all(&input, &mut ends, |_, errno| Err(errno)), Ok(LARGE as u64), "{from}");
        assert_eq!((relay.moved(), relay.held()), (LARGE as u64, 0));
        assert!(ends.iter().all(|end| (end.written(), end.error()) == (LARGE as u64, None)), "{from}: {ends:?}");
        drop(ends);
        for (to, output, received) in all {
            drop(output);
            assert!(received() == bytes, "{from} to {to}");
        }
    }
}

#[test]
fn an_output_that_fails_is_left_out_and_the_others_get_everything() {
    let bytes = pattern(300_000);
    // First, in the middle, last, and what is not spliced to.
    for place in 0..3 {
        for input in 0..inputs(&TempDir::new(), b"").len() {
            let directory = TempDir::new();
            let (from, input) = inputs(&directory, &bytes).swap_remove(input);
            let one: OwnedFd = file(&directory, "one", b"").into();
            let two = OpenOptions::new().append(true).create_new(true).open(directory.join("two")).unwrap().into();
            let full = OpenOptions::new().write(true).open("/dev/full").unwrap().into();
            let mut fds = vec![one, two];
            fds.insert(place, full);
            let mut outputs: Vec<Output<'_>> = fds.iter().map(Output::new).collect();
            let (mut buffer, mut failed) = ([0; 5000], Vec::new());
            let mut relay = Relay::new(&mut buffer).unwrap();
            let total = relay.tee_all(&input, &mut outputs, |output, errno| {
                failed.push((output, errno));
                Ok(())
            });
            assert_eq!((total, failed), (Ok(300_000), vec![(place, Errno::ENOSPC)]), "{from}");
            assert_eq!((outputs[place].error(), outputs[place].written()), (Some(Errno::ENOSPC), 0));
            for name in ["one", "two"] {
                assert!(fs::read(directory.join(name)).unwrap() == bytes, "{from} {place} {name}");
            }
        }
    }
}

#[test]
fn without_an_output_that_is_left_it_ends() {
    let input = holding(b"x");
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut outputs = [Output::new(&full), Output::new(&full)];
    let mut buffer = [0; 10];
    let mut relay = Relay::new(&mut buffer).unwrap();
    assert_eq!(relay.tee_all(&input.reader, &mut outputs, |_, _| Ok(())), Ok(1));
    assert!(outputs.iter().all(|output| output.error() == Some(Errno::ENOSPC)));
    input.writer.write(b"y").unwrap();
    assert_eq!(relay.tee_all(&input.reader, &mut outputs, |_, _| Ok(())), Ok(0));
    assert_eq!(content(&input), b"y");
}

#[test]
fn it_ends_with_the_error_that_is_given_back() {
    let (input, there) = (holding(b"x"), Pipe::new().unwrap());
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut outputs = [Output::new(&full), Output::new(&there.writer)];
    let mut buffer = [0; 10];
    let mut relay = Relay::new(&mut buffer).unwrap();
    let result = relay.tee_all(&input.reader, &mut outputs, |_, _| Err(Errno::ECANCELED));
    assert_eq!((result, relay.held()), (Err(Errno::ECANCELED), 0));
    assert_eq!(format!("{:?}", outputs[0]).split_once("written").unwrap().1, ": 0, error: Some(ENOSPC) }");
}

#[test]
fn a_slow_output_is_waited_for_and_signals_do_not_end_it() {
    let bytes = pattern(1_000_000);
    let (input, writer) = writing(Pipe::new().unwrap());
    send(writer, bytes.clone());
    let (slow_reader, slow) = reading(Pipe::new().unwrap());
    let (fast_reader, fast) = reading(Pipe::new().unwrap());
    let (fast_bytes, done) = (collect(fast_reader), AtomicBool::new(false));
    let slow_bytes = thread::spawn(move || {
        let (mut reader, mut bytes, mut part) = (slow_reader, Vec::<u8>::new(), [0; 4000]);
        while let length @ 1.. = reader.read(&mut part).unwrap() {
            bytes.extend(&part[..length]);
            thread::sleep(std::time::Duration::from_micros(200));
        }
        bytes
    });
    let mut buffer = [0; 5000];
    let mut relay = Relay::new(&mut buffer).unwrap();
    let mut outputs = [Output::new(&slow), Output::new(&fast)];
    interrupted(|| {
        while let Err(errno) = relay.tee_all(&input, &mut outputs, |_, errno| Err(errno)) {
            assert_eq!(errno, Errno::EINTR);
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(outputs.iter().all(|output| output.written() == 1_000_000));
    drop((slow, fast));
    assert!(slow_bytes.join().unwrap() == bytes && fast_bytes.join().unwrap() == bytes);
}

#[test]
fn a_user_with_many_pipes_gets_small_ones_and_that_does() {
    common::as_nobody(|| {
        // As many as there may be but for one, so that of the relay's two the second is small.
        let new = || Pipe::new().ok().filter(|pipe| pipe.size() == Ok(65_536));
        let mut pipes: Vec<Pipe> = iter::from_fn(new).take_while(|pipe| pipe.set_size(1 << 20).is_ok()).collect();
        pipes.extend(iter::from_fn(new));
        pipes.pop();
        let (bytes, mut buffer) = (pattern(60_000), [0; 5000]);
        let [input, one, two] = ["in", "one", "two"].map(|name| Memfd::new(name).unwrap());
        fd::pwrite(&input, &bytes, 0).unwrap();
        let mut relay = Relay::new(&mut buffer).unwrap();
        let mut outputs = [Output::new(&one), Output::new(&two)];
        assert_eq!(relay.tee_all(&input, &mut outputs, |_, errno| Err(errno)), Ok(60_000));
        for output in [&one, &two] {
            let mut memory = vec![0; 100_000];
            assert!(fd::pread(output, &mut memory[..], 0).unwrap() == bytes);
        }
    });
}
