//! Pipes, and what moves bytes through them, against the running kernel.
//!
//! Errors that cannot be provoked here: `ENFILE` (the limits are the whole system's), `ENOMEM` (the kernel would have to
//! be short of its own), `EIO` (a disk would have to break), `ETXTBSY` (swap would have to be set up), `EBUSY` of a pipe for
//! notifications (few kernels have it), `EINTR` of `copy_file_range` (a test cannot make a file slow), and `EOPNOTSUPP` of
//! `copy_file_range` (the kernel tries another way first).

#[path = "../common/mod.rs"]
mod common;

mod copy;
mod pages;
mod relay;
mod sizes;
mod splice;
mod tee;

use butter::pipe::{self, Pipe, PipeFlags, PipeReader, PipeWriter, SpliceFlags};
use butter::{Errno, fd};
use common::{TempDir, alone, assert_errno, interrupted, no_forks, not_open};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

const NONE: SpliceFlags = SpliceFlags::empty();

fn nonblocking() -> Pipe {
    Pipe::with_flags(PipeFlags::NONBLOCK).unwrap()
}

fn holding(bytes: &[u8]) -> Pipe {
    let pipe = Pipe::new().unwrap();
    assert_eq!(pipe.writer.write(bytes), Ok(bytes.len()));
    pipe
}

/// One that has no room for a byte.
fn full() -> Pipe {
    let pipe = nonblocking();
    while pipe.writer.write(&[b'x'; 4096]).is_ok() {}
    pipe
}

/// All that it holds now.
fn content(pipe: &Pipe) -> Vec<u8> {
    let mut bytes = vec![0; pipe.reader.buffered().unwrap() as usize];
    if !bytes.is_empty() {
        let length = pipe.reader.read(&mut bytes[..]).unwrap().len();
        assert_eq!(length, bytes.len());
    }
    bytes
}

/// A file with this content, to be read and written from its start.
fn file(directory: &Path, name: &str, content: &[u8]) -> File {
    let path = directory.join(name);
    fs::write(&path, content).unwrap();
    OpenOptions::new().read(true).write(true).open(path).unwrap()
}

/// Bytes that tell where they are from.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|at| (at * 31 + at / 251 + at / 65537) as u8).collect()
}
