//! Ports and scopes.

use crate::has;
use crate::seccomp::{Child, holds};
use butter::fd::{AsRawFd, FromRawFd, OwnedFd};
use butter::landlock::{Abi, AccessNet, Rights, Ruleset, Scope};
use butter::signal::ChildStatus;
use butter::{Errno, Result, process, signal, syscall};
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};

const AF_UNIX: u16 = 1;
const AF_INET: u16 = 2;
const SOCK_STREAM: i32 = 1;

fn socket(family: u16) -> Result<OwnedFd> {
    // SAFETY: the call gives a new descriptor.
    unsafe { syscall!(SOCKET, i32::from(family), SOCK_STREAM, 0).map(|fd| OwnedFd::from_raw_fd(fd as i32)) }
}

/// 127.0.0.1 and this port.
fn address(port: u16) -> [u8; 16] {
    let mut address = [0; 16];
    address[..2].copy_from_slice(&AF_INET.to_ne_bytes());
    address[2..4].copy_from_slice(&port.to_be_bytes());
    address[4..8].copy_from_slice(&[127, 0, 0, 1]);
    address
}

fn bind(port: u16) -> Result<()> {
    let (socket, address) = (socket(AF_INET)?, address(port));
    // SAFETY: the kernel reads the address.
    unsafe { syscall!(BIND, socket.as_raw_fd(), address.as_ptr(), address.len()) }.map(drop)
}

fn connect(port: u16) -> Result<()> {
    let (socket, address) = (socket(AF_INET)?, address(port));
    // SAFETY: the kernel reads the address.
    unsafe { syscall!(CONNECT, socket.as_raw_fd(), address.as_ptr(), address.len()) }.map(drop)
}

fn ruleset(net: AccessNet) -> Ruleset {
    Ruleset::strict(Rights { net, ..Rights::default() }).unwrap()
}

#[test]
fn bind_tcp() {
    if !has(Abi::V4) {
        return;
    }
    let (listener, other) = (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
    let [port, other] = [&listener, &other].map(|listener| listener.local_addr().unwrap().port());
    let denying = ruleset(AccessNet::BIND_TCP);
    holds(|| denying.restrict_self().is_ok() && bind(port) == Err(Errno::EACCES) && connect(port).is_ok());
    let allowing = ruleset(AccessNet::BIND_TCP);
    allowing.allow_port(port, AccessNet::BIND_TCP).unwrap();
    // It is taken, but not forbidden.
    holds(|| {
        let restricted = allowing.restrict_self().is_ok();
        restricted && bind(port) == Err(Errno::EADDRINUSE) && bind(other) == Err(Errno::EACCES)
    });
}

#[test]
fn connect_tcp() {
    if !has(Abi::V4) {
        return;
    }
    let (listener, other) = (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
    let [port, other] = [&listener, &other].map(|listener| listener.local_addr().unwrap().port());
    let denying = ruleset(AccessNet::CONNECT_TCP);
    holds(|| denying.restrict_self().is_ok() && connect(port) == Err(Errno::EACCES) && bind(0).is_ok());
    let allowing = ruleset(AccessNet::CONNECT_TCP);
    allowing.allow_port(port, AccessNet::CONNECT_TCP).unwrap();
    holds(|| allowing.restrict_self().is_ok() && connect(port).is_ok() && connect(other) == Err(Errno::EACCES));
}

#[test]
fn scope_signal() {
    if !has(Abi::V6) {
        return;
    }
    let scoped = Ruleset::strict(Rights { scope: Scope::SIGNAL, ..Rights::default() }).unwrap();
    holds(|| {
        let Some(parent) = process::getppid() else { return false };
        let before = signal::kill(parent, None).is_ok();
        let denied = scoped.restrict_self().is_ok() && signal::kill(parent, None) == Err(Errno::EPERM);
        // But who is restricted alike may get one.
        let own = Child::new(|| process::getppid().is_some_and(|own| signal::kill(own, None).is_ok()).into());
        before && denied && own.wait() == ChildStatus::Exited(1)
    });
}

#[test]
fn scope_abstract_unix_socket() {
    if !has(Abi::V6) {
        return;
    }
    let name = format!("butter-landlock-{}", process::getpid());
    let _listener = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
    let mut address = AF_UNIX.to_ne_bytes().to_vec();
    address.push(0);
    address.extend(name.as_bytes());
    let connect = || -> Result<()> {
        let socket = socket(AF_UNIX)?;
        // SAFETY: the kernel reads the address.
        unsafe { syscall!(CONNECT, socket.as_raw_fd(), address.as_ptr(), address.len()) }.map(drop)
    };
    let scoped = Ruleset::strict(Rights { scope: Scope::ABSTRACT_UNIX_SOCKET, ..Rights::default() }).unwrap();
    holds(|| connect().is_ok() && scoped.restrict_self().is_ok() && connect() == Err(Errno::EPERM));
}
