use super::*;
use butter::pipe::splice;

#[test]
fn from_a_file_into_a_pipe_it_begins_where_the_file_stands_and_moves_it() {
    let directory = TempDir::new();
    let (mut file, pipe) = (file(&directory, "a", b"one, two"), Pipe::new().unwrap());
    file.seek(SeekFrom::Start(5)).unwrap();
    assert_eq!(splice(&file, None, &pipe.writer, None, 2, NONE), Ok(2));
    assert_eq!(splice(&file, None, &pipe.writer, None, 100, NONE), Ok(1));
    assert_eq!(splice(&file, None, &pipe.writer, None, 100, NONE), Ok(0));
    assert_eq!((content(&pipe), file.stream_position().unwrap()), (b"two".to_vec(), 8));
}

#[test]
fn an_offset_is_moved_and_the_file_is_not() {
    let directory = TempDir::new();
    let (mut from, mut to) = (file(&directory, "a", b"one, two"), file(&directory, "b", b"........"));
    let pipe = Pipe::new().unwrap();
    let (mut from_offset, mut to_offset) = (5, 2);
    assert_eq!(splice(&from, Some(&mut from_offset), &pipe.writer, None, 100, NONE), Ok(3));
    assert_eq!(splice(&pipe.reader, None, &to, Some(&mut to_offset), 100, NONE), Ok(3));
    assert_eq!((from_offset, to_offset), (8, 5));
    assert_eq!((from.stream_position().unwrap(), to.stream_position().unwrap()), (0, 0));
    assert_eq!(fs::read(directory.join("b")).unwrap(), b"..two...");
}

#[test]
fn an_offset_of_0_is_an_offset() {
    let directory = TempDir::new();
    let (mut file, pipe) = (file(&directory, "a", b"one, two"), Pipe::new().unwrap());
    file.seek(SeekFrom::Start(5)).unwrap();
    let mut offset = 0;
    assert_eq!(splice(&file, Some(&mut offset), &pipe.writer, None, 3, NONE), Ok(3));
    assert_eq!((content(&pipe), offset, file.stream_position().unwrap()), (b"one".to_vec(), 3, 5));
}

#[test]
fn an_offset_may_be_beyond_32_bits() {
    const FAR: u64 = 0x1_2345_6000;
    let directory = TempDir::new();
    let (file, pipe) = (file(&directory, "a", b""), holding(b"far away"));
    let mut offset = FAR;
    assert_eq!(splice(&pipe.reader, None, &file, Some(&mut offset), 100, NONE), Ok(8));
    assert_eq!((offset, file.metadata().unwrap().len()), (FAR + 8, FAR + 8));
    let mut offset = FAR + 4;
    assert_eq!(splice(&file, Some(&mut offset), &pipe.writer, None, 100, NONE), Ok(4));
    assert_eq!(content(&pipe), b"away");
}

#[test]
fn from_pipe_to_pipe_as_much_as_asked_for() {
    let (from, to) = (holding(b"one, two"), Pipe::new().unwrap());
    assert_eq!(splice(&from.reader, None, &to.writer, None, 3, NONE), Ok(3));
    assert_eq!((content(&to), content(&from)), (b"one".to_vec(), b", two".to_vec()));
    assert_eq!(splice(&from.reader, None, &to.writer, None, 0, NONE), Ok(0));
}

#[test]
fn from_a_socket_through_a_pipe_to_a_socket() {
    let ((mut a, b), (c, mut d)) = (UnixStream::pair().unwrap(), UnixStream::pair().unwrap());
    let pipe = Pipe::new().unwrap();
    a.write_all(b"through").unwrap();
    assert_eq!(splice(&b, None, &pipe.writer, None, 100, SpliceFlags::MOVE), Ok(7));
    assert_eq!(splice(&pipe.reader, None, &c, None, 100, SpliceFlags::MORE), Ok(7));
    let mut bytes = [0; 7];
    d.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"through");
}

#[test]
fn the_end_is_0() {
    let (from, to) = (holding(b"x"), Pipe::new().unwrap());
    drop(from.writer);
    assert_eq!(splice(&from.reader, None, &to.writer, None, 100, NONE), Ok(1));
    assert_eq!(splice(&from.reader, None, &to.writer, None, 100, NONE), Ok(0));
}

#[test]
fn an_empty_or_a_full_pipe_is_eagain_if_it_or_the_call_does_not_wait() {
    let (empty, waits, there) = (nonblocking(), Pipe::new().unwrap(), Pipe::new().unwrap());
    assert_errno(splice(&empty.reader, None, &there.writer, None, 1, NONE), Errno::EAGAIN);
    assert_errno(splice(&waits.reader, None, &there.writer, None, 1, SpliceFlags::NONBLOCK), Errno::EAGAIN);
    let (full, some) = (full(), holding(b"x"));
    assert_errno(splice(&some.reader, None, &full.writer, None, 1, NONE), Errno::EAGAIN);
    fd::set_nonblocking(&full.writer, false).unwrap();
    assert_errno(splice(&some.reader, None, &full.writer, None, 1, SpliceFlags::NONBLOCK), Errno::EAGAIN);
    assert_eq!(content(&some), b"x");
}

#[test]
fn a_socket_that_does_not_wait_is_eagain_even_if_the_call_may() {
    let (socket, _other) = UnixStream::pair().unwrap();
    socket.set_nonblocking(true).unwrap();
    let pipe = Pipe::new().unwrap();
    assert_errno(splice(&socket, None, &pipe.writer, None, 1, NONE), Errno::EAGAIN);
}

#[test]
fn descriptors_that_are_not_open_or_of_the_wrong_direction_are_ebadf() {
    let (one, two) = (holding(b"x"), Pipe::new().unwrap());
    assert_errno(splice(not_open(), None, &two.writer, None, 1, NONE), Errno::EBADF);
    assert_errno(splice(&one.reader, None, not_open(), None, 1, NONE), Errno::EBADF);
    assert_errno(splice(&one.writer, None, &two.writer, None, 1, NONE), Errno::EBADF);
    assert_errno(splice(&one.reader, None, &two.reader, None, 1, NONE), Errno::EBADF);
}

#[test]
fn a_signal_handler_is_eintr() {
    let (one, two) = (Pipe::new().unwrap(), Pipe::new().unwrap());
    assert_errno(interrupted(|| splice(&one.reader, None, &two.writer, None, 1, NONE)), Errno::EINTR);
}

#[test]
fn two_files_are_einval_and_so_is_a_pipe_into_itself() {
    let directory = TempDir::new();
    let (a, b) = (file(&directory, "a", b"a"), file(&directory, "b", b""));
    assert_errno(splice(&a, None, &b, None, 1, NONE), Errno::EINVAL);
    let pipe = holding(b"x");
    assert_errno(splice(&pipe.reader, None, &pipe.writer, None, 1, NONE), Errno::EINVAL);
}

#[test]
fn a_file_that_is_appended_to_and_what_cannot_splice_are_einval() {
    let directory = TempDir::new();
    let pipe = holding(b"x");
    let appended = OpenOptions::new().append(true).create(true).open(directory.join("a")).unwrap();
    assert_errno(splice(&pipe.reader, None, &appended, None, 1, NONE), Errno::EINVAL);
    let other = butter::Epoll::new().unwrap();
    assert_errno(splice(&other, None, &pipe.writer, None, 1, NONE), Errno::EINVAL);
    assert_eq!(content(&pipe), b"x");
}

#[test]
fn offsets_beyond_63_bits_and_for_what_cannot_seek_are_einval() {
    let directory = TempDir::new();
    let (file, pipe) = (file(&directory, "a", b"a"), holding(b"x"));
    for mut offset in [1 << 63, u64::MAX] {
        assert_errno(splice(&file, Some(&mut offset), &pipe.writer, None, 1, NONE), Errno::EINVAL);
        assert_errno(splice(&pipe.reader, None, &file, Some(&mut offset), 1, NONE), Errno::EINVAL);
    }
    let (socket, _other) = UnixStream::pair().unwrap();
    assert_errno(splice(&pipe.reader, None, &socket, Some(&mut 0), 1, NONE), Errno::EINVAL);
}

#[test]
fn a_flag_that_the_kernel_does_not_know_is_einval() {
    let (one, two) = (holding(b"x"), Pipe::new().unwrap());
    assert_errno(splice(&one.reader, None, &two.writer, None, 1, SpliceFlags::from_bits(0x100)), Errno::EINVAL);
}

#[test]
fn an_offset_for_a_pipe_is_espipe_whichever_pipe_it_is_for() {
    let (one, two) = (holding(b"x"), Pipe::new().unwrap());
    assert_errno(splice(&one.reader, Some(&mut 0), &two.writer, None, 1, NONE), Errno::ESPIPE);
    assert_errno(splice(&one.reader, None, &two.writer, Some(&mut 0), 1, NONE), Errno::ESPIPE);
    let null = File::options().read(true).write(true).open("/dev/null").unwrap();
    assert_errno(splice(&one.reader, Some(&mut 7), &null, None, 1, NONE), Errno::ESPIPE);
    assert_errno(splice(&null, None, &one.writer, Some(&mut 7), 1, NONE), Errno::ESPIPE);
}

#[test]
fn a_pipe_without_a_reader_is_epipe() {
    let _no_forks = no_forks();
    let (one, two) = (holding(b"x"), Pipe::new().unwrap());
    drop(two.reader);
    assert_errno(splice(&one.reader, None, &two.writer, None, 1, NONE), Errno::EPIPE);
}

#[test]
fn a_pipe_without_a_reader_is_a_signal_too() {
    use butter::signal::{self, SigSet, Signal};
    alone(Signal::PIPE, || {
        let (directory, one, two) = (TempDir::new(), holding(b"x"), Pipe::new().unwrap());
        let file = file(&directory, "a", b"text");
        drop(two.reader);
        let calls: [&dyn Fn() -> butter::Result<usize>; 4] = [
            &|| splice(&one.reader, None, &two.writer, None, 1, NONE),
            &|| pipe::tee(&one.reader, &two.writer, 1, NONE),
            &|| two.writer.vmsplice_static(b"x", NONE),
            &|| pipe::sendfile(&two.writer, &file, None, 1),
        ];
        for call in calls {
            assert_eq!(signal::sigpending(), Ok(SigSet::empty()));
            assert_errno(call(), Errno::EPIPE);
            signal::sigtimedwait(&Signal::PIPE.into(), Some(std::time::Duration::ZERO)).unwrap();
        }
    });
}

#[test]
fn what_a_write_would_say_is_said() {
    let pipe = holding(b"x");
    let directory = TempDir::new();
    let file = file(&directory, "a", b"");
    let mut end = i64::MAX as u64 - 1;
    assert_errno(splice(&pipe.reader, None, &file, Some(&mut end), 1, NONE), Errno::EFBIG);
    assert_eq!(end, i64::MAX as u64 - 1);
}
