//! Descriptors passed over sockets.

use super::kernel::uid;
use crate::{Verdict, claim};
use butter::errno::Errno;
use butter::fd::{self, AsFd, IoSlice, IoSliceMut};
use butter::pipe::Pipe;
use butter::process;
use butter::socket::{
    self, Control, Kind, Message, MessageFlags, PairFlags, RecvFlags, SendFlags, control_words, recvmsg, sendmsg,
};

pub fn descriptors() -> Verdict {
    let (here, there) = socket::socketpair(Kind::SeqPacket, PairFlags::NONBLOCK)?;
    let (one, two) = (Pipe::new()?, Pipe::new()?);
    let (mut bytes, mut memory) = ([0; 10], [0; control_words(3)]);
    let nothing = recvmsg(&there, &mut [IoSliceMut::new(&mut bytes)], &mut [], RecvFlags::empty());
    claim(nothing.err() == Some(Errno::EAGAIN))?;
    let mut control = Control::new(&mut memory);
    control.fds(&[one.writer.as_fd(), two.reader.as_fd(), one.writer.as_fd()])?;
    claim(sendmsg(&here, &[IoSlice::new(b"ab"), IoSlice::new(b"c")], Some(&control), SendFlags::empty())? == 3)?;

    let mut memory = [0; control_words(3)];
    let mut received = recvmsg(&there, &mut [IoSliceMut::new(&mut bytes)], &mut memory, RecvFlags::empty())?;
    claim(received.len == 3 && bytes[..3] == *b"abc")?;
    claim(!received.flags.contains(MessageFlags::CTRUNC))?;
    let Some(Message::Fds(mut fds)) = received.messages.next() else { return claim(false) };
    claim(fds.len() == 3 && received.messages.next().is_none())?;
    let (writer, reader) = (fds.next().ok_or(Errno::EBADF)?, fds.next().ok_or(Errno::EBADF)?);
    claim(fd::is_cloexec(&writer)? && fd::is_cloexec(&reader)?)?;
    fd::write(&writer, b"one")?;
    fd::write(&two.writer, b"two")?;
    claim(one.reader.read(&mut [0; 9])? == b"one" && fd::read(&reader, &mut [0; 9])? == b"two")?;

    // The third is closed, as nobody took it.
    drop((fds, writer, one.writer));
    claim(one.reader.read(&mut [0; 9])? == b"")
}

pub fn truncated() -> Verdict {
    let (here, there) = socket::socketpair(Kind::Stream, PairFlags::empty())?;
    let (pipe, mut bytes, mut memory) = (Pipe::new()?, [0; 10], [0; control_words(1)]);
    let mut control = Control::new(&mut memory);
    control.fds(&[pipe.writer.as_fd()])?;
    sendmsg(&here, &[IoSlice::new(b"!")], Some(&control), SendFlags::empty())?;
    drop(pipe.writer);
    let received = recvmsg(&there, &mut [IoSliceMut::new(&mut bytes)], &mut [], RecvFlags::empty())?;
    claim(received.len == 1 && received.flags.contains(MessageFlags::CTRUNC))?;
    claim(pipe.reader.read(&mut [0; 9])? == b"")
}

pub fn credentials() -> Verdict {
    let (here, there) = socket::socketpair(Kind::Stream, PairFlags::empty())?;
    socket::set_passcred(&there, true)?;
    fd::write(&here, b"!")?;
    let (mut bytes, mut memory) = ([0; 10], [0; control_words(0)]);
    let mut received = recvmsg(&there, &mut [IoSliceMut::new(&mut bytes)], &mut memory, RecvFlags::empty())?;
    let Some(Message::Credentials(credentials)) = received.messages.next() else { return claim(false) };
    claim(credentials.pid == Some(process::getpid()) && credentials.uid == uid()?)
}
