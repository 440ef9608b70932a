use super::*;

#[test]
fn it_is_closed_over_exec_and_waits_unless_asked_otherwise() {
    let inotify = Inotify::new().unwrap();
    assert!(common::is_cloexec(&inotify));
    assert!(!fd::is_nonblocking(&inotify).unwrap());
}

#[test]
fn no_cloexec_keeps_it_open_over_exec() {
    let inotify = Inotify::with_flags(InitFlags::NO_CLOEXEC).unwrap();
    assert!(!common::is_cloexec(&inotify));
    assert!(!fd::is_nonblocking(&inotify).unwrap());
}

#[test]
fn nonblock_says_eagain_when_nothing_is_queued() {
    let inotify = nonblocking();
    assert!(common::is_cloexec(&inotify));
    assert_errno(inotify.read_events(&mut [0; 512]), Errno::EAGAIN);
}

#[test]
fn a_flag_that_the_kernel_does_not_know_is_einval() {
    assert_errno(inotify::init1(InitFlags::from_bits(1)), Errno::EINVAL);
}

#[test]
fn a_process_without_descriptors_left_says_emfile() {
    alone([], || {
        let made = common::with_limit(common::RLIMIT_NOFILE, 0, || inotify::init1(InitFlags::empty()));
        assert_errno(made, Errno::EMFILE);
    });
}

#[test]
fn a_user_with_all_objects_that_he_may_have_says_emfile() {
    common::in_own_namespaces(|| {
        fs::write("/proc/sys/user/max_inotify_instances", "1").unwrap();
        let one = Inotify::new().unwrap();
        assert_errno(Inotify::new(), Errno::EMFILE);
        drop(one);
        Inotify::new().unwrap();
    });
}

#[test]
fn a_blocking_read_waits() {
    let (inotify, dir) = (Inotify::new().unwrap(), TempDir::new());
    inotify.add_watch(&*dir, Mask::CREATE | Mask::DELETE).unwrap();
    let file = dir.join("a");
    let toggle = || {
        if fs::remove_file(&file).is_err() {
            touch(&file)
        }
    };
    let mut buffer = [0; 512];
    let mut events = common::meanwhile(toggle, || inotify.read_events(&mut buffer).unwrap());
    assert_eq!(events.next().map(words).unwrap(), "create a");
}

#[test]
fn a_blocking_read_that_a_handler_interrupts_says_eintr() {
    let inotify = Inotify::new().unwrap();
    assert_errno(common::interrupted(|| inotify.read_events(&mut [0; 512]).map(drop)), Errno::EINTR);
}
