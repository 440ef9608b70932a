//! A filter for all threads of a process.

use crate::help::*;
use butter::process::{self, Pid};
use butter::seccomp::{self, Action, FilterFlags, FilterOutcome, InstallError, Instruction, Listener};
use butter::{Errno, Reader, Result, nr, syscall};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

const EPERM: Action = Action::Errno(Errno::EPERM);

/// A thread that does what it is told.
struct Other {
    pid: Pid,
    jobs: Option<Sender<Box<dyn FnOnce() + Send>>>,
    thread: Option<JoinHandle<()>>,
}

impl Other {
    fn new() -> Other {
        let (jobs, todo): (_, Receiver<Box<dyn FnOnce() + Send>>) = channel();
        let (sender, pid) = channel();
        let thread = thread::spawn(move || {
            sender.send(process::gettid()).unwrap();
            todo.iter().for_each(|job| job());
        });
        Other { pid: pid.recv().unwrap(), jobs: Some(jobs), thread: Some(thread) }
    }

    fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> T {
        let (sender, result) = channel();
        let job = move || drop(sender.send(job()));
        self.jobs.as_ref().unwrap().send(Box::new(job)).unwrap();
        result.recv().unwrap()
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        drop(self.jobs.take());
        self.thread.take().unwrap().join().unwrap();
    }
}

fn umask() -> Result<usize> {
    // SAFETY: the call has no pointer.
    unsafe { syscall!(UMASK, 0o123) }
}

fn refusing() -> [Instruction; 4] {
    filter(nr::UMASK, EPERM)
}

#[test]
fn install_is_for_the_calling_thread() {
    in_a_process(|| {
        let other = Other::new();
        // SAFETY: an error is all that it gives.
        unsafe { seccomp::install(&refusing()) }.unwrap();
        assert_eq!(umask(), Err(Errno::EPERM));
        assert!(other.run(umask).is_ok());
        assert_eq!(Other::new().run(umask), Err(Errno::EPERM));
    });
}

#[test]
fn all_threads_are_filtered_if_so_asked() {
    in_a_process(|| {
        let other = Other::new();
        // SAFETY: an error is all that it gives.
        unsafe { seccomp::install_in_all_threads(&refusing()) }.unwrap();
        assert_eq!(umask(), Err(Errno::EPERM));
        assert_eq!(other.run(umask), Err(Errno::EPERM));
        assert_eq!(other.run(seccomp::get_no_new_privs), Ok(true));
    });
}

#[test]
fn a_thread_that_cannot_follow_is_told() {
    in_a_process(|| {
        let (other, _third) = (Other::new(), Other::new());
        // SAFETY: an error is all that it gives.
        other.run(|| unsafe { seccomp::install(&filter(nr::UMASK, Action::Errno(Errno::EACCES))) }).unwrap();
        let program = refusing();
        seccomp::set_no_new_privs().unwrap();
        // SAFETY: as above.
        let set = |flags| unsafe { seccomp::set_mode_filter(flags, &program) };
        let Ok(FilterOutcome::Unsynced(thread)) = set(FilterFlags::TSYNC) else { panic!("it is synchronised") };
        assert_eq!(thread, other.pid);
        assert_eq!(set(FilterFlags::TSYNC | FilterFlags::TSYNC_ESRCH).err(), Some(Errno::ESRCH));
        // SAFETY: as above.
        unsafe {
            let error = seccomp::install_in_all_threads(&program).unwrap_err();
            assert_eq!(error, InstallError::Unsynced(other.pid));
            assert_eq!(error.to_string(), format!("thread {} has filters of its own", other.pid));
            assert_eq!(std::io::Error::from(error).raw_os_error(), Some(Errno::ESRCH.number().into()));
            assert_eq!(Listener::install_with(&program, FilterFlags::TSYNC).err(), Some(Errno::ESRCH));
            assert_eq!(seccomp::install_in_all_threads(&[]), Err(InstallError::Errno(Errno::EINVAL)));
            assert_eq!(InstallError::Errno(Errno::EINVAL).to_string(), Errno::EINVAL.to_string());
        }
        // Nothing has been installed.
        assert!(umask().is_ok());
        assert_eq!(other.run(umask), Err(Errno::EACCES));
    });
}

#[test]
fn a_listener_hears_all_threads() {
    in_a_process(|| {
        let (supervisor, target) = (Other::new(), Other::new());
        // SAFETY: nothing relies on what `umask` gives.
        let listener =
            unsafe { Listener::install_with(&filter(nr::UMASK, Action::Notify), FilterFlags::TSYNC).unwrap() };
        let answered = thread::spawn(move || {
            let mut buffer = [0; 256];
            let mut reader = Reader::new(&listener, &mut buffer).unwrap();
            [(); 2].map(|()| {
                let notification = reader.wait(None).unwrap();
                let pid = notification.pid().unwrap();
                notification.respond(77).unwrap();
                pid
            })
        });
        assert_eq!((target.run(umask), umask()), (Ok(77), Ok(77)));
        assert_eq!(answered.join().unwrap(), [target.pid, process::gettid()]);
        drop(supervisor);
    });
}
