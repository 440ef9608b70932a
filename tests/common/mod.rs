//! What the tests share.

#![allow(dead_code, reason = "every test file uses a part of it")]

use butter::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use butter::process::{self, Pid};
use butter::signal::{self, ChildStatus, SigSet, Signal, sigmask};
use butter::{Errno, syscall};
use std::ops::{Deref, DerefMut};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Once, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;
use std::{env, fs, io, panic, thread};

/// Much longer than anything takes here: what waits as long has failed.
pub const LONG: Duration = Duration::from_secs(10);

pub const CAP_NET_ADMIN: u32 = 12;
pub const CAP_SYS_ADMIN: u32 = 21;
pub const CAP_SYS_TIME: u32 = 25;
pub const CAP_WAKE_ALARM: u32 = 35;

#[track_caller]
pub fn assert_errno<T>(result: butter::Result<T>, errno: Errno) {
    assert_eq!(result.err(), Some(errno));
}

/// A directory that is removed with all that is in it. If something is still mounted in it, as after a failure, it stays: what is
/// mounted there may be the whole machine.
pub struct TempDir(PathBuf);

impl TempDir {
    pub fn new() -> TempDir {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        loop {
            let name = format!("butter-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
            let path = env::temp_dir().join(name);
            match fs::create_dir(&path) {
                Ok(()) => return TempDir(path),
                // Of a process that had the same number and was killed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}

impl Deref for TempDir {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        if is_free_of_mounts(&self.0) {
            let _ = fs::remove_dir_all(&self.0);
        } else {
            println!("{} stays: something is mounted there", self.0.display());
        }
    }
}

/// Whether nothing is mounted on a directory or below it, as far as this process sees.
fn is_free_of_mounts(directory: &Path) -> bool {
    let Ok(mounts) = fs::read_to_string("/proc/self/mountinfo") else { return false };
    let points = mounts.lines().filter_map(|line| line.split(' ').nth(4));
    fs::canonicalize(directory).is_ok_and(|directory| points.map(Path::new).all(|point| !point.starts_with(&directory)))
}

/// Whether a program could be run, and said that all is well.
pub fn run(program: &str, args: &[&str]) -> bool {
    let output = spawn(Command::new(program).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()))
        .and_then(Child::wait_with_output);
    let done = output.as_ref().is_ok_and(|output| output.status.success());
    if !done {
        println!("{program}: {output:?}");
    }
    done
}

/// A file system of one's own: for [`in_own_mounts`].
pub struct Mounted {
    dir: TempDir,
    image: Option<TempDir>,
}

impl Mounted {
    /// One that needs no device.
    pub fn new(kind: &str, options: &str) -> Mounted {
        let dir = TempDir::new();
        let options = if options.is_empty() { "rw" } else { options };
        assert!(run("mount", &["-t", kind, "-o", options, "none", dir.to_str().unwrap()]));
        Mounted { dir, image: None }
    }

    /// One in a file. `None`, and it says that the test is skipped, if it cannot be made here.
    pub fn image(kind: &str) -> Option<Mounted> {
        let mounted = Mounted { dir: TempDir::new(), image: Some(TempDir::new()) };
        let image = mounted.file();
        fs::File::create(&image).unwrap().set_len(128 << 20).unwrap();
        if run(&format!("mkfs.{kind}"), &["-q", image.to_str().unwrap()]) && mounted.mount() {
            return Some(mounted);
        }
        println!("skipped: no {kind} can be made here");
        None
    }

    /// The file that it is in.
    pub fn file(&self) -> PathBuf {
        self.image.as_ref().unwrap().join("image")
    }

    pub fn mount(&self) -> bool {
        run("mount", &["-o", "loop", self.file().to_str().unwrap(), self.dir.to_str().unwrap()])
    }

    pub fn unmount(&self) {
        assert!(run("umount", &[self.dir.to_str().unwrap()]));
    }
}

impl Deref for Mounted {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.dir
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        run("umount", &["-l", self.dir.to_str().unwrap()]);
    }
}

/// A descriptor that is not open: no process may have as many.
pub fn not_open() -> BorrowedFd<'static> {
    // SAFETY: nobody can open it, so nobody else's descriptor is used.
    unsafe { BorrowedFd::borrow_raw(i32::MAX) }
}

/// The reading and the writing end.
pub fn pipe() -> (OwnedFd, OwnedFd) {
    let mut fds = [0; 2];
    // SAFETY: the kernel writes two descriptors, which are ours.
    unsafe {
        syscall!(PIPE2, fds.as_mut_ptr(), 0).unwrap();
        (OwnedFd::from_raw_fd(fds[0]), OwnedFd::from_raw_fd(fds[1]))
    }
}

pub fn is_cloexec(fd: impl AsFd) -> bool {
    const F_GETFD: i32 = 1;
    // SAFETY: the call has no pointer.
    unsafe { syscall!(FCNTL, fd.as_fd().as_raw_fd(), F_GETFD, 0) }.unwrap() & 1 == 1
}

/// Held for writing while a process is started.
static FORKS: RwLock<()> = RwLock::new(());

/// Keeps the other tests from starting a process. Between fork and exec that has a copy of every descriptor, so what is
/// closed here is not yet closed for good. Whoever holds this must not ask for another.
pub fn no_forks() -> RwLockReadGuard<'static, ()> {
    FORKS.read().unwrap()
}

/// Starts a process. When this returns, it has come to its exec.
fn spawn(command: &mut Command) -> io::Result<Child> {
    let _starting = FORKS.write().unwrap();
    command.spawn()
}

/// A child that does not outlive the test.
pub struct Running(Child);

impl Running {
    pub fn spawn(command: &mut Command) -> Running {
        Running(spawn(command).unwrap())
    }

    pub fn pid(&self) -> Pid {
        Pid::new(self.id() as i32).unwrap()
    }
}

impl Deref for Running {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Running {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// Runs `f`, and meanwhile `act` every few milliseconds in another thread.
pub fn meanwhile<T>(act: impl Fn() + Send + Sync, f: impl FnOnce() -> T) -> T {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            // It ends some day, so that a panic in `f` is not waited for for ever.
            for _ in 0..2000 {
                thread::sleep(Duration::from_millis(3));
                if done.load(Ordering::Relaxed) {
                    break;
                }
                act();
            }
        });
        let result = f();
        done.store(true, Ordering::Relaxed);
        result
    })
}

/// Real-time signals that no libc uses itself, counted from 0.
pub fn rt(n: u8) -> Signal {
    Signal::realtime(8 + n).unwrap()
}

/// Sends a signal to this thread.
pub fn raise(signal: Signal) {
    signal::tgkill(process::getpid(), process::gettid(), signal).unwrap();
}

/// std links a libc, and has no functions for this itself.
pub mod libc {
    unsafe extern "C" {
        /// Without a handler it is the default.
        pub safe fn signal(signal: i32, handler: Option<extern "C" fn(i32)>) -> usize;
        pub safe fn siginterrupt(signal: i32, interrupt: i32) -> i32;
    }
}

/// Has `handler` called for the signal, in all threads of the process, and does not have calls begun again after it.
pub fn handle(which: Signal, handler: extern "C" fn(i32)) {
    let number = which.number().into();
    libc::signal(number, Some(handler));
    libc::siginterrupt(number, 1);
}

/// Runs `f`, and meanwhile has a signal handler called in this thread again and again.
pub fn interrupted<T>(f: impl FnOnce() -> T) -> T {
    extern "C" fn nothing(_: i32) {}
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| handle(Signal::URG, nothing));
    let (pid, tid) = (process::getpid(), process::gettid());
    meanwhile(|| signal::tgkill(pid, tid, Signal::URG).unwrap(), f)
}

/// Runs `f` in this process, which must be [`alone`], and meanwhile has it stopped and continued a few times.
pub fn stopped<T>(f: impl FnOnce() -> T) -> T {
    let script = "for i in 1 2 3; do sleep 0.02; kill -STOP $PPID; sleep 0.01; kill -CONT $PPID; done";
    let mut child = Running::spawn(Command::new("sh").args(["-c", script]));
    let result = f();
    // Not to be killed with this process stopped.
    child.wait().unwrap();
    result
}

/// Runs `f` in a thread of its own: what it does to its credentials ends with it.
fn in_thread<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(f).join()).unwrap_or_else(|panic| panic::resume_unwind(panic))
}

/// Runs `f` as another user without privileges. If this is not root, it is one already.
pub fn as_nobody<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    const NOBODY: u32 = 65534;
    in_thread(|| {
        // SAFETY: the calls have no pointer; unlike a libc's they are for this thread alone.
        let _ = unsafe { syscall!(SETRESUID, NOBODY, NOBODY, NOBODY) };
        f()
    })
}

/// Runs `f` without this capability.
pub fn without_capability<T: Send>(number: u32, f: impl FnOnce() -> T + Send) -> T {
    in_thread(|| {
        let (mut header, mut sets) = capabilities();
        sets[number as usize / 32][0] &= !(1 << (number % 32));
        // SAFETY: the kernel reads the header and the sets. They are this thread's alone.
        unsafe { syscall!(CAPSET, header.as_mut_ptr(), sets.as_ptr()) }.unwrap();
        f()
    })
}

/// Whether the thread has this capability. If not, it says that the test is skipped.
pub fn has_capability(number: u32, name: &str) -> bool {
    let has = capabilities().1[number as usize / 32][0] & (1 << (number % 32)) != 0;
    if !has {
        println!("skipped: it needs {name}");
    }
    has
}

/// The header of the call, and the effective, permitted and inheritable sets in two halves.
fn capabilities() -> ([u32; 2], [[u32; 3]; 2]) {
    const VERSION_3: u32 = 0x2008_0522;
    let (mut header, mut sets) = ([VERSION_3, 0], [[0; 3]; 2]);
    // SAFETY: the kernel writes both halves of the sets.
    unsafe { syscall!(CAPGET, header.as_mut_ptr(), sets.as_mut_ptr()) }.unwrap();
    (header, sets)
}

pub const RLIMIT_NOFILE: u32 = 7;
pub const RLIMIT_SIGPENDING: u32 = 11;

/// Runs `f` while the process, which should be [`alone`], has another limit.
pub fn with_limit<T>(resource: u32, limit: u64, f: impl FnOnce() -> T) -> T {
    let (mut old, none) = ([0u64; 2], std::ptr::null_mut::<u64>());
    // SAFETY: the kernel writes the soft and the hard limit, and reads both.
    unsafe {
        syscall!(PRLIMIT64, 0, resource, none, old.as_mut_ptr()).unwrap();
        syscall!(PRLIMIT64, 0, resource, [limit, old[1]].as_ptr(), none).unwrap();
        let result = f();
        syscall!(PRLIMIT64, 0, resource, old.as_ptr(), none).unwrap();
        result
    }
}

/// Runs `body` in a process of its own, for what belongs to a whole process: the calling test, and no other, is run
/// again there. All threads of the process block these signals.
pub fn alone(blocked: impl Into<SigSet>, body: impl FnOnce()) {
    let blocked = blocked.into();
    again(move || Ok(sigmask::block(blocked).map(drop)?), body).unwrap();
}

/// [`alone`] and as root of a user and a mount namespace of its own.
pub fn in_own_namespaces(body: impl FnOnce()) {
    const CLONE_NEWNS: u32 = 0x0002_0000;
    const CLONE_NEWUSER: u32 = 0x1000_0000;
    // SAFETY: the calls have no pointer.
    let (uid, gid) = unsafe { (syscall!(GETUID).unwrap(), syscall!(GETGID).unwrap()) };
    let (uid_map, gid_map) = (format!("0 {uid} 1"), format!("0 {gid} 1"));
    let setup = move || {
        // SAFETY: the call has no pointer.
        unsafe { syscall!(UNSHARE, CLONE_NEWUSER | CLONE_NEWNS) }?;
        fs::write("/proc/self/setgroups", "deny")?;
        fs::write("/proc/self/uid_map", &uid_map)?;
        fs::write("/proc/self/gid_map", &gid_map)
    };
    if let Err(error) = again(setup, body) {
        println!("skipped: it needs a user namespace: {error}");
    }
}

/// [`alone`] and as process 1 of a pid namespace of its own.
pub fn as_init(body: impl FnOnce() + Send) {
    const CLONE_NEWPID: u32 = 0x2000_0000;
    let test = test_name();
    in_thread(|| {
        if is_again() {
            return body();
        }
        if has_capability(CAP_SYS_ADMIN, "CAP_SYS_ADMIN") {
            // SAFETY: the call has no pointer. It is about the children of this thread.
            unsafe { syscall!(UNSHARE, CLONE_NEWPID) }.unwrap();
            run_again(&test, || Ok(())).unwrap();
        }
    });
}

const AGAIN: &str = "BUTTER_TEST_AGAIN";

fn is_again() -> bool {
    env::var_os(AGAIN).is_some()
}

/// The name that the test harness has given to the thread.
fn test_name() -> String {
    thread::current().name().unwrap().to_owned()
}

fn again(setup: impl FnMut() -> io::Result<()> + Send + Sync + 'static, body: impl FnOnce()) -> io::Result<()> {
    if is_again() {
        body();
        return Ok(());
    }
    run_again(&test_name(), setup)
}

fn run_again(test: &str, setup: impl FnMut() -> io::Result<()> + Send + Sync + 'static) -> io::Result<()> {
    let mut command = Command::new(env::current_exe()?);
    command.args(["--exact", test, "--nocapture"]).env(AGAIN, "");
    // SAFETY: between fork and exec it makes system calls only, and allocates nothing.
    unsafe { command.pre_exec(setup) };
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = spawn(&mut command)?.wait_with_output()?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.contains("1 passed"), "{}\n{said}", output.status);
    said.lines().filter(|line| line.starts_with("skipped: ")).for_each(|line| println!("{line}"));
    Ok(())
}

/// For who forks without exec: held until the child has closed what is not its own. See [`no_forks`].
pub fn forking() -> RwLockWriteGuard<'static, ()> {
    FORKS.write().unwrap()
}

/// [`alone`] and with a mount namespace of its own, in which every mount is private.
pub fn in_own_mounts(body: impl FnOnce()) {
    const CLONE_NEWNS: u32 = 0x0002_0000;
    const MS_REC_PRIVATE: u32 = 0x4000 | 0x0004_0000;
    if !has_capability(CAP_SYS_ADMIN, "CAP_SYS_ADMIN") {
        return;
    }
    let setup = || {
        let none = std::ptr::null::<u8>();
        // SAFETY: the kernel reads the path up to its NUL.
        unsafe {
            syscall!(UNSHARE, CLONE_NEWNS)?;
            syscall!(MOUNT, none, c"/".as_ptr(), none, MS_REC_PRIVATE, none)?;
        }
        Ok(())
    };
    again(setup, body).unwrap();
}

/// Runs `f`, which makes system calls only, in a child, which has one thread, and gives its error.
pub fn in_child(f: impl FnOnce() -> butter::Result<()>) -> butter::Result<()> {
    // SAFETY: the child makes system calls only.
    match unsafe { process::fork() }.unwrap() {
        None => process::exit(f().map_or_else(|errno| errno.number().into(), |()| 0)),
        Some(child) => match process::wait(child).unwrap() {
            ChildStatus::Exited(0) => Ok(()),
            ChildStatus::Exited(number) => Err(Errno::new(number as u16).unwrap()),
            status => panic!("{status:?}"),
        },
    }
}

/// A claim in a child, which cannot panic.
pub fn ensure(holds: bool) -> butter::Result<()> {
    if holds { Ok(()) } else { Err(Errno::EPROTO) }
}

/// Whether the kernel is at least this one. If not, it says that the test, or the rest of it, is skipped.
pub fn linux(major: u32, minor: u32) -> bool {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut numbers =
        release.split(|character: char| !character.is_ascii_digit()).map(|number| number.parse().unwrap_or(0));
    let there = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (major, minor);
    if !there {
        println!("skipped: it needs Linux {major}.{minor}");
    }
    there
}

/// Has a program take by their default the signals that a terminal sends: a shell makes what is in its background ignore some,
/// and this process may be there.
pub fn minding_the_terminal(command: &mut Command) -> &mut Command {
    let set = || {
        for which in [Signal::HUP, Signal::INT, Signal::QUIT] {
            libc::signal(which.number().into(), None);
        }
        Ok(())
    };
    // SAFETY: between fork and exec it makes system calls only, and allocates nothing.
    unsafe { command.pre_exec(set) }
}
