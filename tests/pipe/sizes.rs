use super::*;
use common::{as_nobody, with_limit};

#[test]
fn both_ends_are_closed_over_exec_and_wait_unless_asked_otherwise() {
    let Pipe { reader, writer } = Pipe::new().unwrap();
    assert!(common::is_cloexec(&reader) && common::is_cloexec(&writer));
    assert!(!fd::is_nonblocking(&reader).unwrap() && !fd::is_nonblocking(&writer).unwrap());
}

#[test]
fn flags_are_for_both_ends() {
    let (reader, writer) = pipe::pipe2(PipeFlags::NO_CLOEXEC | PipeFlags::NONBLOCK).unwrap();
    assert!(!common::is_cloexec(&reader) && !common::is_cloexec(&writer));
    assert!(fd::is_nonblocking(&reader).unwrap() && fd::is_nonblocking(&writer).unwrap());
}

#[test]
fn a_pipe_of_packets_gives_what_was_written_at_once() {
    let pipe = Pipe::with_flags(PipeFlags::DIRECT).unwrap();
    pipe.writer.write(b"one").unwrap();
    pipe.writer.write(b"two").unwrap();
    assert_eq!(pipe.reader.read(&mut [0; 100]).unwrap(), b"one");
    assert_eq!(pipe.reader.read(&mut [0; 100]).unwrap(), b"two");
}

#[test]
fn a_pipe_for_notifications_is_made_or_refused_by_name() {
    match Pipe::with_flags(PipeFlags::NOTIFICATION) {
        Ok(pipe) => assert_errno(pipe.writer.write(b"x"), Errno::EXDEV),
        Err(errno) => assert_eq!(errno, Errno::ENOPKG),
    }
}

#[test]
fn a_flag_that_the_kernel_does_not_know_is_einval() {
    assert_errno(Pipe::with_flags(PipeFlags::from_bits(1)), Errno::EINVAL);
}

#[test]
fn a_process_with_all_descriptors_that_it_may_have_says_emfile() {
    alone([], || {
        with_limit(common::RLIMIT_NOFILE, 50, || {
            let mut all: Vec<File> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
            assert_errno(Pipe::new(), Errno::EMFILE);
            // One end alone does not do.
            all.pop();
            assert_errno(Pipe::new(), Errno::EMFILE);
            all.pop();
            Pipe::new().unwrap();
        });
    });
}

#[test]
fn the_size_is_a_power_of_two_in_pages_and_as_much_goes_in() {
    let pipe = nonblocking();
    assert_eq!(pipe.set_size(100_000), Ok(131_072));
    assert_eq!((pipe.size(), pipe::size(&pipe.reader)), (Ok(131_072), Ok(131_072)));
    assert_eq!(pipe.writer.write(&vec![0; 200_000]), Ok(131_072));
    assert_errno(pipe.writer.write(b"x"), Errno::EAGAIN);
    assert_eq!(pipe.reader.buffered(), Ok(131_072));
}

#[test]
fn a_size_that_what_is_in_it_does_not_fit_into_is_ebusy() {
    let pipe = holding(&[0; 20_000]);
    assert_errno(pipe.set_size(4096), Errno::EBUSY);
    assert_eq!(pipe.size(), Ok(65_536));
}

#[test]
fn too_large_a_size_is_einval_also_beyond_32_bits() {
    let pipe = Pipe::new().unwrap();
    assert_errno(pipe.set_size(0x8000_0001), Errno::EINVAL);
    #[cfg(target_pointer_width = "64")]
    assert_errno(pipe.set_size(0x1_0000_1000), Errno::EINVAL);
    assert_eq!(pipe.size(), Ok(65_536));
}

#[test]
fn more_than_the_system_allows_is_eperm() {
    let pipe = Pipe::new().unwrap();
    let most: usize = fs::read_to_string("/proc/sys/fs/pipe-max-size").unwrap().trim().parse().unwrap();
    assert_errno(as_nobody(|| pipe.set_size(2 * most)), Errno::EPERM);
}

#[test]
fn the_size_of_what_is_no_pipe_is_ebadf() {
    let file = File::open("/dev/null").unwrap();
    assert_errno(pipe::size(&file), Errno::EBADF);
    assert_errno(pipe::set_size(&file, 4096), Errno::EBADF);
    assert_errno(pipe::size(not_open()), Errno::EBADF);
    assert_errno(pipe::set_size(not_open(), 4096), Errno::EBADF);
}

#[test]
fn an_end_is_made_of_a_descriptor_of_its_direction_only() {
    let Pipe { reader, writer } = Pipe::new().unwrap();
    let (reader, writer) = (fd::OwnedFd::from(reader), fd::OwnedFd::from(writer));
    assert_errno(PipeReader::try_from(writer.try_clone().unwrap()), Errno::EINVAL);
    assert_errno(PipeWriter::try_from(reader.try_clone().unwrap()), Errno::EINVAL);
    let (reader, writer) = (PipeReader::try_from(reader).unwrap(), PipeWriter::try_from(writer).unwrap());
    writer.write(b"x").unwrap();
    assert_eq!(reader.read(&mut [0; 9]).unwrap(), b"x");
    // What is for both is not only read.
    let both = fd::OwnedFd::from(File::options().read(true).write(true).open("/dev/null").unwrap());
    assert_errno(PipeReader::try_from(both.try_clone().unwrap()), Errno::EINVAL);
    assert_errno(PipeWriter::try_from(both).unwrap().vmsplice_static(b"x", NONE), Errno::EBADF);
}

#[test]
fn ends_print_as_what_they_are() {
    use butter::fd::AsRawFd;
    let Pipe { reader, writer } = Pipe::new().unwrap();
    assert_eq!(format!("{reader:?}"), format!("PipeReader(fd {})", reader.as_raw_fd()));
    assert_eq!(format!("{writer:?}"), format!("PipeWriter(fd {})", writer.as_raw_fd()));
    assert_eq!(format!("{:?}", SpliceFlags::MOVE | SpliceFlags::MORE), "SpliceFlags(MOVE | MORE)");
}
