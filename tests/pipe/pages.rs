//! vmsplice, both ways.

use super::*;
use butter::fd::IoSlice;
use butter::pipe::{Pages, vmsplice};

static TEXT: [u8; 10_000] = [b't'; 10_000];

#[test]
fn static_bytes_are_in_the_pipe() {
    let pipe = Pipe::new().unwrap();
    assert_eq!(pipe.writer.vmsplice_static(&TEXT, NONE), Ok(10_000));
    assert_eq!(pipe.writer.vmsplice_static(b"and more", NONE), Ok(8));
    assert_eq!(content(&pipe), [&TEXT[..], b"and more"].concat());
}

#[test]
fn static_bytes_are_not_given_away() {
    let pipe = Pipe::new().unwrap();
    assert_errno(pipe.writer.vmsplice_static(&TEXT, SpliceFlags::GIFT), Errno::EINVAL);
    assert_eq!(pipe.reader.buffered(), Ok(0));
}

#[test]
fn several_pieces_go_in_one_call_and_are_not_copied() {
    let pipe = Pipe::new().unwrap();
    let mut memory = vec![b'a'; 8];
    // SAFETY: it is the writing end, and the bytes are taken out before the memory is freed.
    let moved = unsafe { vmsplice(&pipe.writer, &[IoSlice::new(&memory), IoSlice::new(b"bc")], NONE) };
    assert_eq!(moved, Ok(10));
    // What makes it unsafe.
    memory[0] = b'!';
    std::hint::black_box(&memory);
    assert_eq!(content(&pipe), b"!aaaaaaabc");
}

#[test]
fn pages_are_given_away_and_what_is_left_of_them_is_what_was_not() {
    let pipe = nonblocking();
    pipe.set_size(4096).unwrap();
    let mut pages = Pages::new(10_000).unwrap();
    assert_eq!((pages.len(), pages.as_ptr().addr() % 4096), (10_000, 0));
    assert!(pages.iter().all(|byte| *byte == 0));
    pages.copy_from_slice(&pattern(10_000));
    let mut given = Vec::new();
    for part in [4096, 4096, 1808] {
        assert_eq!(pipe.writer.give(&mut pages, SpliceFlags::NONBLOCK), Ok(part));
        // The rest is ours, and may change.
        if let Some(last) = pages.last_mut() {
            *last = pattern(10_000)[9999];
            assert_errno(pipe.writer.give(&mut pages, SpliceFlags::NONBLOCK), Errno::EAGAIN);
        }
        given.extend(content(&pipe));
    }
    assert!(pages.is_empty() && given == pattern(10_000));
    assert_eq!(pipe.writer.give(&mut pages, NONE), Ok(0));
}

#[test]
fn what_was_given_away_stays_in_the_pipe_when_the_rest_is_dropped() {
    let pipe = Pipe::new().unwrap();
    let mut pages = Pages::new(4096).unwrap();
    pages.fill(b'p');
    pipe.writer.give(&mut pages, NONE).unwrap();
    drop(pages);
    // It would come to lie where they were.
    let other = Pages::new(4096).unwrap();
    assert_eq!(content(&pipe), [b'p'; 4096]);
    drop(other);
}

#[test]
fn pages_that_were_given_away_become_a_part_of_a_file() {
    let directory = TempDir::new();
    let (pipe, file) = (Pipe::new().unwrap(), file(&directory, "a", b""));
    let mut pages = Pages::new(8192).unwrap();
    pages.copy_from_slice(&pattern(8192));
    assert_eq!(pipe.writer.give(&mut pages, NONE), Ok(8192));
    let mut moved = 0;
    while moved < 8192 {
        moved += pipe::splice(&pipe.reader, None, &file, None, 8192, SpliceFlags::MOVE).unwrap();
    }
    drop(pages);
    assert_eq!(fs::read(directory.join("a")).unwrap(), pattern(8192));
}

#[test]
fn pages_without_a_byte_are_einval_and_too_many_enomem() {
    assert_errno(Pages::new(0), Errno::EINVAL);
    assert_errno(Pages::new(isize::MAX as usize), Errno::ENOMEM);
}

#[test]
fn pages_are_told_by_their_number_of_bytes() {
    assert_eq!(format!("{:?}", Pages::new(5).unwrap()), "Pages { len: 5, .. }");
}

#[test]
fn the_reading_side_copies_into_the_buffer() {
    let pipe = holding(b"one, two");
    assert_eq!(pipe.reader.vmsplice(&mut [0; 5], NONE).unwrap(), b"one, ");
    let mut memory = [std::mem::MaybeUninit::<u8>::uninit(); 100];
    assert_eq!(pipe.reader.vmsplice(&mut memory, NONE).unwrap(), b"two");
    drop(pipe.writer);
    assert_eq!(pipe.reader.vmsplice(&mut [0; 5], NONE).unwrap(), b"");
}

#[test]
fn whether_it_waits_is_said_by_the_call_alone() {
    let (empty, full) = (Pipe::new().unwrap(), full());
    assert_errno(empty.reader.vmsplice(&mut [0; 5], SpliceFlags::NONBLOCK), Errno::EAGAIN);
    assert_errno(full.writer.vmsplice_static(&TEXT, SpliceFlags::NONBLOCK), Errno::EAGAIN);
    // Both ends are non-blocking, and yet it waits.
    let waits = nonblocking();
    assert_errno(interrupted(|| waits.reader.vmsplice(&mut [0; 5], NONE).map(drop)), Errno::EINTR);
    assert_errno(interrupted(|| full.writer.vmsplice_static(&TEXT, NONE)), Errno::EINTR);
}

#[test]
fn what_is_no_pipe_is_ebadf() {
    let null = || fd::OwnedFd::from(File::open("/dev/null").unwrap());
    let reader = PipeReader::try_from(null()).unwrap();
    assert_errno(reader.vmsplice(&mut [0; 5], NONE), Errno::EBADF);
    // SAFETY: no memory is given.
    assert_errno(unsafe { vmsplice(not_open(), &[], NONE) }, Errno::EBADF);
}

#[test]
fn too_many_pieces_and_an_unknown_flag_are_einval() {
    let pipe = Pipe::new().unwrap();
    // SAFETY: the bytes are static.
    unsafe {
        assert_errno(vmsplice(&pipe.writer, &[IoSlice::new(b""); 1025], NONE), Errno::EINVAL);
        assert_eq!(vmsplice(&pipe.writer, &[IoSlice::new(b""); 1024], NONE), Ok(0));
        assert_eq!(vmsplice(&pipe.writer, &[], NONE), Ok(0));
    }
    assert_errno(pipe.writer.vmsplice_static(b"x", SpliceFlags::from_bits(0x100)), Errno::EINVAL);
    assert_errno(pipe.reader.vmsplice(&mut [0], SpliceFlags::from_bits(0x100)), Errno::EINVAL);
}

#[test]
fn a_pipe_without_a_reader_is_epipe() {
    let _no_forks = no_forks();
    let Pipe { reader, writer } = Pipe::new().unwrap();
    drop(reader);
    assert_errno(writer.vmsplice_static(b"x", NONE), Errno::EPIPE);
    let mut pages = Pages::new(10).unwrap();
    assert_errno(writer.give(&mut pages, NONE), Errno::EPIPE);
    assert_eq!(pages.len(), 10);
}
