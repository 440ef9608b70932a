use super::*;
use butter::seccomp::{self, Action, Instruction, Policy, Rule};

fn build(flags: InitFlags) -> butter::Result<OwnedFd> {
    fanotify::init(flags, OpenFlags::RDONLY)
}

#[test]
fn it_is_closed_over_exec_and_waits_unless_asked_otherwise() {
    let group = Fanotify::builder().report_fid().build().unwrap();
    assert!(common::is_cloexec(&group) && !fd::is_nonblocking(&group).unwrap());
    let group = Fanotify::builder().report_fid().nonblocking().flags(InitFlags::NO_CLOEXEC).build().unwrap();
    assert!(!common::is_cloexec(&group) && fd::is_nonblocking(&group).unwrap());
    assert_errno(group.read_events(&mut [0; 4096]), Errno::EAGAIN);
}

/// Every pair of flags: what the documentation says of it is what the kernel says.
#[test]
fn flags_go_together_as_documented() {
    if !privileged() || !has_capability(CAP_AUDIT_WRITE, "CAP_AUDIT_WRITE") {
        return;
    }
    type Flags = InitFlags;
    let all = [
        Flags::CLASS_CONTENT,
        Flags::CLASS_PRE_CONTENT,
        Flags::NONBLOCK,
        Flags::UNLIMITED_QUEUE,
        Flags::UNLIMITED_MARKS,
        Flags::ENABLE_AUDIT,
        Flags::REPORT_PIDFD,
        Flags::REPORT_TID,
        Flags::REPORT_FID,
        Flags::REPORT_DIR_FID,
        Flags::REPORT_DFID_NAME,
        Flags::REPORT_DFID_NAME_TARGET,
        Flags::REPORT_FD_ERROR,
        Flags::REPORT_MNT,
    ];
    let refused = |flags: Flags| {
        let classes = Flags::CLASS_CONTENT | Flags::CLASS_PRE_CONTENT;
        let handles = Flags::REPORT_FID | Flags::REPORT_DIR_FID;
        flags.contains(classes)
            || flags.intersects(classes) && flags.intersects(handles | Flags::REPORT_MNT)
            || flags.contains(Flags::REPORT_PIDFD | Flags::REPORT_TID)
            || flags.contains(Flags::REPORT_MNT) && flags.intersects(handles | Flags::REPORT_FD_ERROR)
    };
    for one in all {
        for other in all {
            let (flags, made) = (one | other, build(one | other));
            assert_eq!(made.err(), refused(flags).then_some(Errno::EINVAL), "{flags:?}");
        }
    }
    for flags in [
        Flags::REPORT_NAME,
        Flags::REPORT_NAME | Flags::REPORT_FID,
        Flags::REPORT_TARGET_FID | Flags::REPORT_FID | Flags::REPORT_DIR_FID,
        Flags::REPORT_TARGET_FID | Flags::REPORT_DFID_NAME,
        Flags::from_bits(0x8000_0000),
    ] {
        assert_errno(build(flags), Errno::EINVAL);
    }
}

#[test]
fn the_builder_says_what_it_is_called() {
    let flags = |builder: Builder| format!("{builder:?}");
    let all = Fanotify::builder().content().pre_content().nonblocking().unlimited_queue().unlimited_marks().audit();
    let all = all.report_pidfd().report_tid().report_target_fid().report_fd_error().report_mnt();
    for name in [
        "CLASS_CONTENT | CLASS_PRE_CONTENT | NONBLOCK | UNLIMITED_QUEUE | UNLIMITED_MARKS | ENABLE_AUDIT",
        "REPORT_PIDFD | REPORT_TID | REPORT_FID | REPORT_DIR_FID | REPORT_NAME | REPORT_TARGET_FID | REPORT_FD_ERROR",
        "REPORT_MNT",
    ] {
        assert!(flags(all).contains(name), "{all:?}");
    }
    assert!(flags(Fanotify::builder().report_name()).contains("(REPORT_DIR_FID | REPORT_NAME)"));
    assert!(flags(Fanotify::builder().report_dir_fid()).contains("(REPORT_DIR_FID)"));
}

#[test]
fn files_of_events_are_opened_with_what_the_kernel_takes() {
    if !privileged() {
        return;
    }
    let init = |flags| fanotify::init(InitFlags::empty(), flags).map(drop);
    type Flags = OpenFlags;
    let taken = [Flags::APPEND, Flags::DSYNC, Flags::LARGEFILE, Flags::NOATIME, Flags::NONBLOCK, Flags::SYNC];
    for flags in taken.into_iter().chain([Flags::RDONLY, Flags::WRONLY, Flags::RDWR, Flags::NO_CLOEXEC]) {
        assert_eq!(init(flags), Ok(()), "{flags:?}");
    }
    for flags in [Flags::WRONLY | Flags::RDWR, Flags::DIRECT, Flags::DIRECTORY, Flags::PATH, Flags::TRUNC] {
        assert_errno(init(flags), Errno::EINVAL);
    }
}

#[test]
fn without_the_capability_it_reports_handles_or_nothing() {
    common::without_capability(CAP_SYS_ADMIN, || {
        for flags in [
            InitFlags::CLASS_NOTIF,
            InitFlags::CLASS_CONTENT,
            InitFlags::CLASS_PRE_CONTENT,
            InitFlags::REPORT_FID | InitFlags::UNLIMITED_QUEUE,
            InitFlags::REPORT_FID | InitFlags::UNLIMITED_MARKS,
            InitFlags::REPORT_FID | InitFlags::REPORT_TID,
            InitFlags::REPORT_FID | InitFlags::REPORT_PIDFD,
            InitFlags::REPORT_FID | InitFlags::REPORT_FD_ERROR,
        ] {
            assert_errno(build(flags), Errno::EPERM);
        }
        for flags in [InitFlags::REPORT_FID, InitFlags::REPORT_DFID_NAME_TARGET, InitFlags::REPORT_MNT] {
            assert!(build(flags).is_ok(), "{flags:?}");
        }
    });
    common::without_capability(CAP_AUDIT_WRITE, || {
        assert_errno(build(InitFlags::REPORT_FID | InitFlags::ENABLE_AUDIT), Errno::EPERM);
    });
}

#[test]
fn a_process_without_descriptors_left_says_emfile() {
    alone([], || {
        let made = common::with_limit(common::RLIMIT_NOFILE, 0, || build(InitFlags::REPORT_FID));
        assert_errno(made, Errno::EMFILE);
    });
}

#[test]
fn a_user_with_all_groups_that_he_may_have_says_emfile() {
    common::in_own_namespaces(|| {
        fs::write("/proc/sys/user/max_fanotify_groups", "1").unwrap();
        let _first = build(InitFlags::REPORT_FID).unwrap();
        assert_errno(build(InitFlags::REPORT_FID), Errno::EMFILE);
    });
}

#[test]
fn only_a_descriptor_of_a_group_becomes_one() {
    let from_fd = |fd| Fanotify::from_fd(fd, Response::ALLOW);
    let mut groups = vec![InitFlags::REPORT_FID, InitFlags::REPORT_DFID_NAME_TARGET];
    if privileged() {
        groups.extend([
            InitFlags::CLASS_NOTIF,
            InitFlags::CLASS_CONTENT,
            InitFlags::REPORT_MNT,
            InitFlags::CLASS_PRE_CONTENT | InitFlags::REPORT_PIDFD,
        ]);
    }
    for flags in groups {
        assert!(from_fd(build(flags).unwrap()).is_ok(), "{flags:?}");
    }
    assert_errno(from_fd(common::pipe().0), Errno::EINVAL);
    assert_errno(from_fd(File::open("/").unwrap().into()), Errno::EINVAL);
    assert_errno(from_fd(butter::Inotify::new().unwrap().into()), Errno::EINVAL);
    // Also without the capability that it was made with.
    let descriptors = [build(InitFlags::REPORT_FID).unwrap()];
    common::as_nobody(|| descriptors.map(|fd| assert!(from_fd(fd).is_ok())));
    if privileged() {
        let descriptors = [build(InitFlags::REPORT_MNT).unwrap()];
        common::as_nobody(|| descriptors.map(|fd| assert!(from_fd(fd).is_ok())));
    }
    // What nobody can read from is none, whatever it is of.
    let path = butter::fs::openat(butter::fd::CWD, "/", OpenFlags::PATH, 0).unwrap();
    assert_errno(from_fd(path), Errno::EBADF);
}

#[test]
fn a_filter_that_forbids_the_question_makes_no_group_of_a_pipe() {
    for errno in [Errno::EPERM, Errno::ENOSYS, Errno::EACCES] {
        let asked = thread::spawn(move || {
            let rules = [Rule::new(Action::Errno(errno), &["fanotify_mark"])];
            let mut buffer = [Instruction::default(); 64];
            let filter = Policy::new(Action::Allow, &rules).compile_into(&mut buffer).unwrap();
            // SAFETY: it allows or gives an error.
            unsafe { seccomp::install(filter) }.unwrap();
            assert_errno(Fanotify::from_fd(common::pipe().0, Response::ALLOW), errno);
        });
        asked.join().unwrap();
    }
}
