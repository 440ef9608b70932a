//! How fast bytes get from one descriptor to another, and to several: butter's loops against those of others.

use butter::memfd::Memfd;
use butter::pipe::{Pipe, Relay};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

const LENGTH: usize = 128 << 20;
const BLOCK: usize = 128 << 10;
const RUNS: usize = 21;

/// The operations whose name has `filter` in it.
pub fn table(filter: &str) -> ExitCode {
    println!("| bytes go | implementation | GB/s | butter against it | at best |");
    println!("|---|---|--:|--:|--:|");
    let result = in_process(filter).and_then(|()| programs(filter));
    if let Err(error) = &result {
        eprintln!("throughput: {error}");
    }
    println!(
        "\nEach is the median of {RUNS} runs, in which the implementations take turns; the last compares the quickest of each."
    );
    if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is measured: an implementation, and what it does.
type Case<'a> = (&'static str, &'a dyn Fn() -> io::Result<Duration>);

/// The rows of one operation; the first case is butter's.
fn rows(operation: &str, cases: &[Case<'_>]) -> io::Result<()> {
    let mut times = vec![Vec::new(); cases.len()];
    for run in 0..RUNS {
        // Each comes first as often, and after each other one: threads are still warm from what was before.
        for place in 0..cases.len() {
            let index = (run + if run % 2 == 0 { place } else { cases.len() - place }) % cases.len();
            times[index].push((cases[index].1)()?);
        }
    }
    times.iter_mut().for_each(|times| times.sort());
    let of = |place: usize| -> Vec<f64> { times.iter().map(|times| times[place].as_secs_f64()).collect() };
    let (median, best) = (of(RUNS / 2), of(0));
    for (index, (name, _)) in cases.iter().enumerate() {
        let speed = LENGTH as f64 / 1e9 / median[index];
        let (against, at_best) = (median[index] / median[0], best[index] / best[0]);
        println!("| {operation} | {name} | {speed:.2} | {against:.2} | {at_best:.2} |");
    }
    Ok(())
}

/// What an end of the way is.
#[derive(Clone, Copy)]
enum End {
    File,
    Pipe,
    Socket,
}

fn in_process(filter: &str) -> io::Result<()> {
    let content = &Memfd::sealed("input", &vec![b'x'; LENGTH])?;
    for (operation, from, to) in [
        ("from file to file", End::File, End::File),
        ("from file to pipe", End::File, End::Pipe),
        ("from file to socket", End::File, End::Socket),
        ("from pipe to file", End::Pipe, End::File),
        ("from pipe to pipe", End::Pipe, End::Pipe),
        ("from pipe to socket", End::Pipe, End::Socket),
        ("from socket to file", End::Socket, End::File),
        ("from socket to pipe", End::Socket, End::Pipe),
        ("from socket to socket", End::Socket, End::Socket),
    ] {
        if !operation.contains(filter) {
            continue;
        }
        let run = |copy: fn(&File, &File) -> io::Result<u64>| move || between(content, from, to, copy);
        let (butter, std, by_hand) = (run(butter), run(std), run(by_hand));
        rows(
            operation,
            &[("butter Relay::splice_all", &butter), ("std io::copy", &std), ("read and write of 128 KiB", &by_hand)],
        )?;
    }
    Ok(())
}

fn butter(from: &File, to: &File) -> io::Result<u64> {
    let mut buffer = vec![0; BLOCK];
    Ok(Relay::new(&mut buffer[..])?.splice_all(from, to, None)?)
}

fn std(mut from: &File, mut to: &File) -> io::Result<u64> {
    io::copy(&mut from, &mut to)
}

fn by_hand(mut from: &File, mut to: &File) -> io::Result<u64> {
    let (mut buffer, mut total) = (vec![0; BLOCK], 0);
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(total),
            length => to.write_all(&buffer[..length])?,
        }
        total += BLOCK as u64;
    }
}

/// How long it takes until all has arrived.
fn between(content: &Memfd, from: End, to: End, copy: fn(&File, &File) -> io::Result<u64>) -> io::Result<Duration> {
    thread::scope(|scope| {
        let (from, to) = (input(scope, content.as_fd(), from)?, output(scope, to)?);
        let start = Instant::now();
        copy(&from, &to.0)?;
        drop(to.0);
        let arrived = to.1.map_or(Ok(LENGTH), |reader| reader.join().expect("it does not panic"))?;
        assert_eq!(arrived, LENGTH);
        Ok(start.elapsed())
    })
}

fn input<'s>(scope: &'s Scope<'s, '_>, content: BorrowedFd<'_>, kind: End) -> io::Result<File> {
    let (input, to) = match kind {
        End::File => {
            butter::fd::lseek(content, 0, butter::fd::Whence::Start)?;
            return Ok(File::from(content.try_clone_to_owned()?));
        }
        End::Pipe => {
            let Pipe { reader, writer } = Pipe::new()?;
            (OwnedFd::from(reader), OwnedFd::from(writer))
        }
        End::Socket => {
            let (reader, writer) = UnixStream::pair()?;
            (reader.into(), writer.into())
        }
    };
    scope.spawn(move || {
        let (mut to, block) = (File::from(to), vec![b'x'; BLOCK]);
        for _ in 0..LENGTH / BLOCK {
            to.write_all(&block).expect("somebody reads");
        }
    });
    Ok(input.into())
}

type Reader<'s> = ScopedJoinHandle<'s, io::Result<usize>>;

fn output<'s>(scope: &'s Scope<'s, '_>, kind: End) -> io::Result<(File, Option<Reader<'s>>)> {
    let (output, from) = match kind {
        End::File => return Ok((OwnedFd::from(Memfd::new("output")?).into(), None)),
        End::Pipe => {
            let Pipe { reader, writer } = Pipe::new()?;
            (OwnedFd::from(writer), OwnedFd::from(reader))
        }
        End::Socket => {
            let (reader, writer) = UnixStream::pair()?;
            (writer.into(), reader.into())
        }
    };
    Ok((output.into(), Some(scope.spawn(move || drain(File::from(from))))))
}

fn drain(mut from: File) -> io::Result<usize> {
    let (mut block, mut total) = (vec![0; BLOCK], 0);
    loop {
        match from.read(&mut block)? {
            0 => return Ok(total),
            length => total += length,
        }
    }
}

/// The example `tee` against that of the coreutils.
fn programs(filter: &str) -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it is a folder of the crate");
    let mut build = Command::new("cargo");
    build.args(["build", "--release", "--quiet", "--example", "tee"]).current_dir(root);
    if !build.status()?.success() {
        return Err(io::Error::other("the example does not build"));
    }
    let ours = root.join("target/release/examples/tee");
    let memory = Path::new("/dev/shm");
    let directory = tempfile::tempdir_in(if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() })?;
    let content = Memfd::sealed("input", &vec![b'x'; LENGTH])?;
    for (operation, from, to, files) in [
        ("tee: from pipe to pipe", End::Pipe, End::Pipe, 0),
        ("tee: from pipe to pipe and a file", End::Pipe, End::Pipe, 1),
        ("tee: from pipe to pipe and 3 files", End::Pipe, End::Pipe, 3),
        ("tee: from pipe to a file and a file", End::Pipe, End::File, 1),
        ("tee: from file to pipe and a file", End::File, End::Pipe, 1),
        ("tee: from file to a file and 3 files", End::File, End::File, 3),
    ] {
        if !operation.contains(filter) {
            continue;
        }
        let run = |program: &Path| tee(program, directory.path(), &content, from, to, files);
        let (butter, coreutils) = (|| run(&ours), || run(Path::new("tee")));
        rows(operation, &[("butter examples/tee", &butter), ("coreutils tee", &coreutils)])?;
    }
    Ok(())
}

fn tee(program: &Path, directory: &Path, content: &Memfd, from: End, to: End, files: usize) -> io::Result<Duration> {
    let names: Vec<String> = (0..files).map(|number| number.to_string()).collect();
    let time = thread::scope(|scope| {
        let (from, to) = (input(scope, content.as_fd(), from)?, output(scope, to)?);
        let start = Instant::now();
        // The command goes at the end of the statement, and with it our copies of the ends.
        let status = Command::new(program)
            .args(&names)
            .current_dir(directory)
            .stdin(Stdio::from(from))
            .stdout(Stdio::from(to.0))
            .status()?;
        if !status.success() {
            return Err(io::Error::other("a tee failed"));
        }
        let arrived = to.1.map_or(Ok(LENGTH), |reader| reader.join().expect("it does not panic"))?;
        assert_eq!(arrived, LENGTH);
        Ok(start.elapsed())
    })?;
    for name in names {
        let file = directory.join(name);
        assert_eq!(file.metadata()?.len(), LENGTH as u64);
        std::fs::remove_file(file)?;
    }
    Ok(time)
}
