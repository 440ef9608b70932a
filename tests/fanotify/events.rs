use super::*;

#[test]
fn names_that_come_and_go() {
    let marked = Marked::names(Mask::CREATE | Mask::DELETE | Mask::MOVE | Mask::ONDIR);
    type Step<'a> = (&'a dyn Fn() -> io::Result<()>, &'a [&'a str]);
    let steps: [Step<'_>; 5] = [
        (&|| File::create(marked.path("a")).map(drop), &["create a"]),
        (&|| fs::create_dir(marked.path("b")), &["create dir b"]),
        (&|| fs::rename(marked.path("a"), marked.path("c")), &["moved_from a", "moved_to c"]),
        (&|| fs::remove_file(marked.path("c")), &["delete c"]),
        (&|| fs::remove_dir(marked.path("b")), &["delete dir b"]),
    ];
    for (step, expected) in steps {
        step().unwrap();
        assert_eq!(marked.told(), expected);
    }
}

#[test]
fn what_is_done_with_a_file() {
    let marked = Marked::names(
        Mask::OPEN
            | Mask::ACCESS
            | Mask::MODIFY
            | Mask::ATTRIB
            | Mask::CLOSE
            | Mask::EVENT_ON_CHILD
            | Mask::DELETE_SELF,
    );
    let mut one_at_a_time = Vec::new();
    let mut step = |f: &mut dyn FnMut()| {
        f();
        one_at_a_time.extend(marked.told());
    };
    let path = marked.path("file");
    step(&mut || fs::write(&path, "content").unwrap());
    step(&mut || drop(fs::read(&path).unwrap()));
    step(&mut || fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap());
    let told = one_at_a_time.join(", ");
    assert_eq!(told, "modify close write open file, access close nowrite open file, attrib file",);
}

#[test]
fn a_rename_tells_both_names() {
    let marked = Marked::names(Mask::RENAME);
    touch(marked.path("old"));
    fs::create_dir(marked.path("inner")).unwrap();
    fs::rename(marked.path("old"), marked.path("new")).unwrap();
    fs::rename(marked.path("new"), marked.path("inner/out of sight")).unwrap();
    let dir = Fid::of_path(CWD, &*marked.dir).unwrap();
    let names = |event: Event<'_>| {
        let event = notification(event);
        assert!(event.is_rename() && event.name().is_none());
        [event.renamed_from(), event.renamed_to()].map(|info| {
            info.map(|info| {
                assert_eq!(info.fid(), dir);
                info.file_name().unwrap().to_owned().into_string().unwrap()
            })
        })
    };
    let (some, none) = (|name: &str| Some(name.to_owned()), None);
    assert_eq!(drain(&marked.group, names), [[some("old"), some("new")], [some("new"), none]]);
}

#[test]
fn the_target_of_a_name_is_told_on_request() {
    let marked = Marked::new(Fanotify::builder().report_target_fid(), Mask::CREATE | Mask::RENAME);
    touch(marked.path("a"));
    fs::rename(marked.path("a"), marked.path("b")).unwrap();
    let file = Fid::of_path(CWD, &marked.path("b")).unwrap();
    let told = drain(&marked.group, |event| {
        let event = notification(event);
        (event.mask(), event.fid().map(|info| info.fid()), event.infos().count())
    });
    assert_eq!(told, [(Mask::CREATE, Some(file), 2), (Mask::RENAME, Some(file), 3)]);
}

#[test]
fn each_kind_of_handle_is_its_own_record() {
    let records = |builder: Builder| {
        let marked = Marked::new(builder, Mask::OPEN | Mask::EVENT_ON_CHILD);
        touch(marked.path("a"));
        let told = drain(&marked.group, |event| {
            let event = notification(event);
            let kinds = event.infos().map(|info| match info {
                Info::Fid(info) if info.fid() == Fid::of_path(CWD, &*marked.dir).unwrap() => "fid of the directory",
                Info::Fid(_) => "fid",
                Info::Dfid(_) => "dfid",
                Info::DfidName(_) => "dfid_name",
                _ => "?",
            });
            assert!(matches!(event.file(), EventFile::None));
            kinds.collect::<Vec<_>>().join(" ")
        });
        told.join(", ")
    };
    assert_eq!(records(Fanotify::builder().report_fid()), "fid");
    assert_eq!(records(Fanotify::builder().report_dir_fid()), "fid of the directory");
    assert_eq!(records(Fanotify::builder().report_name()), "dfid_name");
    assert_eq!(records(Fanotify::builder().report_dir_fid().report_fid()), "dfid fid");
    assert_eq!(records(Fanotify::builder().report_name().report_fid()), "dfid_name fid");
}

#[test]
fn a_handle_of_an_event_opens_its_file() {
    let marked = Marked::names(Mask::CREATE);
    touch(marked.path("a"));
    fs::rename(marked.path("a"), marked.path("b")).unwrap();
    let mount = File::open(&*marked.dir).unwrap();
    let opened = drain(&marked.group, |event| {
        open_by_handle_at(&mount, notification(event).dfid().unwrap().handle(), OpenFlags::DIRECTORY)
    });
    let [opened] = opened.try_into().unwrap();
    match opened {
        Err(Errno::EPERM) => println!("skipped: it needs CAP_DAC_READ_SEARCH"),
        opened => assert_eq!(Fid::of(opened.unwrap()), Fid::of_path(CWD, &*marked.dir)),
    }
}

#[test]
fn a_file_is_open_in_its_event() {
    if !privileged() {
        return;
    }
    let marked = Marked::new(Fanotify::builder(), Mask::CLOSE_WRITE | Mask::EVENT_ON_CHILD);
    fs::write(marked.path("a"), "content").unwrap();
    let told = drain(&marked.group, |event| {
        let mut event = notification(event);
        assert_eq!(event.pid(), Some(process::getpid()));
        assert_eq!(event.path(&mut [0; 4096]).unwrap().path(), marked.path("a"));
        assert!(event.file().fd().is_some_and(common::is_cloexec));
        let file = event.take_file().fd().unwrap();
        assert!(matches!(event.file(), EventFile::None));
        assert_errno(event.path(&mut [0; 4096]), Errno::EBADF);
        io::read_to_string(File::from(file)).unwrap()
    });
    assert_eq!(told, ["content"]);
}

#[test]
fn a_file_that_is_gone_keeps_its_path() {
    if !privileged() {
        return;
    }
    let marked = Marked::new(Fanotify::builder(), Mask::CLOSE_WRITE | Mask::EVENT_ON_CHILD);
    for name in ["a", "b (deleted)", "c (deleted)"] {
        touch(marked.path(name));
    }
    fs::remove_file(marked.path("a")).unwrap();
    fs::remove_file(marked.path("c (deleted)")).unwrap();
    let mut paths = drain(&marked.group, |event| {
        let mut buffer = [0; 4096];
        let path = notification(event).path(&mut buffer).unwrap();
        (path.path().file_name().unwrap().to_owned().into_string().unwrap(), path.is_deleted())
    });
    paths.sort();
    let path = |name: &str, deleted| (name.to_owned(), deleted);
    assert_eq!(paths, [path("a", true), path("b (deleted)", false), path("c (deleted)", true)]);
}

#[test]
fn a_file_that_cannot_be_opened_is_an_error_on_request() {
    if !privileged() {
        return;
    }
    // A program that runs cannot be opened for writing.
    let builder = Fanotify::builder().event_flags(OpenFlags::WRONLY);
    let marked = Marked::new(builder.report_fd_error(), Mask::OPEN_EXEC | Mask::EVENT_ON_CHILD);
    fs::copy("/bin/sleep", marked.path("sleep")).unwrap();
    let Marked { group, dir, _no_forks } = marked;
    drop(_no_forks);
    let _running = common::Running::spawn(std::process::Command::new(dir.join("sleep")).arg("100"));
    assert_eq!(drain(&group, |event| notification(event).take_file().fd().is_some()), [false]);
    let _running = common::Running::spawn(std::process::Command::new(dir.join("sleep")).arg("100"));
    assert_eq!(drain(&group, |event| notification(event).raw_file()), [EventFile::Failed(Errno::ETXTBSY)]);
}

#[test]
fn a_process_is_open_in_its_event() {
    if !privileged() {
        return;
    }
    let builder = Fanotify::builder().report_fid().report_pidfd();
    let marked = Marked::new(builder, Mask::CREATE);
    touch(marked.path("a"));
    let told = drain(&marked.group, |event| {
        let mut event = notification(event);
        assert!(matches!(event.pidfd(), Some(Pidfd::Open(_))));
        let Some(Pidfd::Open(pidfd)) = event.take_pidfd() else { panic!("{event:?}") };
        assert!(event.pidfd().is_none() && event.take_pidfd().is_none());
        fs::read_to_string(format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd())).unwrap()
    });
    assert_eq!(told.len(), 1);
    assert!(told[0].contains(&format!("Pid:\t{}", std::process::id())), "{told:?}");
}

#[test]
fn a_process_that_is_gone_has_no_pidfd() {
    if !privileged() {
        return;
    }
    for builder in [Fanotify::builder(), Fanotify::builder().report_fd_error()] {
        let Marked { group, dir, _no_forks } = Marked::new(builder.report_fid().report_pidfd(), Mask::CREATE);
        drop(_no_forks);
        let mut child = common::Running::spawn(std::process::Command::new("touch").arg(dir.join("a")));
        child.wait().unwrap();
        let told = drain(&group, |event| {
            let event = notification(event);
            (matches!(event.pidfd(), Some(Pidfd::Gone)), event.pid())
        });
        assert_eq!(told, [(true, Some(child.pid()))]);
    }
}

#[test]
fn a_thread_is_told_on_request() {
    if !privileged() {
        return;
    }
    let marked = Marked::new(Fanotify::builder().report_fid().report_tid(), Mask::CREATE);
    let tid = thread::scope(|scope| {
        let made = scope.spawn(|| {
            touch(marked.path("a"));
            process::gettid()
        });
        made.join().unwrap()
    });
    assert_eq!(drain(&marked.group, |event| notification(event).pid()), [Some(tid)]);
}

#[test]
fn an_unprivileged_group_is_not_told_who_it_was() {
    common::as_nobody(|| {
        let Marked { group, dir, _no_forks } = Marked::new(Fanotify::builder().report_fid(), Mask::CREATE);
        drop(_no_forks);
        touch(dir.join("a"));
        // Another process, with the same user and a directory that it may write to.
        common::Running::spawn(std::process::Command::new("touch").arg(dir.join("b"))).wait().unwrap();
        let who = drain(&group, |event| notification(event).pid());
        assert_eq!(who, [Some(process::getpid()), None]);
    });
}

#[test]
fn an_overflow_is_a_case_of_its_own() {
    common::in_own_namespaces(|| {
        let limit = fs::read_to_string("/proc/sys/fs/fanotify/max_queued_events").unwrap();
        let limit: usize = limit.trim().parse().unwrap();
        let marked = Marked::names(Mask::CREATE);
        for number in 0..limit + 10 {
            fs::hard_link("/proc/self/exe", marked.path("x")).unwrap_err();
            std::os::unix::fs::symlink("x", marked.path(&number.to_string())).unwrap();
        }
        assert_eq!(marked.group.queued(), Ok(limit as u32 + 1));
        let told = drain(&marked.group, |event| matches!(event, Event::Overflow));
        assert_eq!((told.len(), told.iter().filter(|overflow| **overflow).count()), (limit + 1, 1));
        assert_eq!(told.last(), Some(&true));
    });
}
