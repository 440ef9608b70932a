use super::*;
use butter::pipe::tee;

#[test]
fn the_bytes_are_in_both_pipes_and_it_begins_with_the_first_each_time() {
    let (from, to) = (holding(b"one, two"), Pipe::new().unwrap());
    assert_eq!(tee(&from.reader, &to.writer, 3, NONE), Ok(3));
    assert_eq!(tee(&from.reader, &to.writer, 100, NONE), Ok(8));
    assert_eq!((content(&from), content(&to)), (b"one, two".to_vec(), b"oneone, two".to_vec()));
}

#[test]
fn the_end_and_no_length_are_0() {
    let (from, to) = (Pipe::new().unwrap(), Pipe::new().unwrap());
    assert_eq!(tee(&from.reader, &to.writer, 0, NONE), Ok(0));
    drop(from.writer);
    assert_eq!(tee(&from.reader, &to.writer, 100, NONE), Ok(0));
}

#[test]
fn an_empty_or_a_full_pipe_is_eagain_if_it_or_the_call_does_not_wait() {
    let (empty, waits, there) = (nonblocking(), Pipe::new().unwrap(), Pipe::new().unwrap());
    assert_errno(tee(&empty.reader, &there.writer, 1, NONE), Errno::EAGAIN);
    assert_errno(tee(&waits.reader, &there.writer, 1, SpliceFlags::NONBLOCK), Errno::EAGAIN);
    let (full, some) = (full(), holding(b"x"));
    assert_errno(tee(&some.reader, &full.writer, 1, NONE), Errno::EAGAIN);
}

#[test]
fn descriptors_that_are_not_open_or_of_the_wrong_direction_are_ebadf() {
    let (one, two) = (holding(b"x"), Pipe::new().unwrap());
    assert_errno(tee(not_open(), &two.writer, 1, NONE), Errno::EBADF);
    assert_errno(tee(&one.reader, not_open(), 1, NONE), Errno::EBADF);
    assert_errno(tee(&one.writer, &two.writer, 1, NONE), Errno::EBADF);
    assert_errno(tee(&one.reader, &two.reader, 1, NONE), Errno::EBADF);
}

#[test]
fn a_signal_handler_is_eintr() {
    let (one, two) = (Pipe::new().unwrap(), Pipe::new().unwrap());
    assert_errno(interrupted(|| tee(&one.reader, &two.writer, 1, NONE)), Errno::EINTR);
}

#[test]
fn what_is_no_pipe_a_pipe_into_itself_and_an_unknown_flag_are_einval() {
    let (one, two) = (holding(b"x"), Pipe::new().unwrap());
    let null = File::options().read(true).write(true).open("/dev/null").unwrap();
    assert_errno(tee(&null, &two.writer, 1, NONE), Errno::EINVAL);
    assert_errno(tee(&one.reader, &null, 1, NONE), Errno::EINVAL);
    assert_errno(tee(&one.reader, &one.writer, 1, NONE), Errno::EINVAL);
    assert_errno(tee(&one.reader, &two.writer, 1, SpliceFlags::from_bits(0x100)), Errno::EINVAL);
}

#[test]
fn a_pipe_without_a_reader_is_epipe() {
    let _no_forks = no_forks();
    let (one, two) = (holding(b"x"), Pipe::new().unwrap());
    drop(two.reader);
    assert_errno(tee(&one.reader, &two.writer, 1, NONE), Errno::EPIPE);
}
