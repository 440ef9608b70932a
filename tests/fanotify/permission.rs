use super::*;
use std::os::unix::process::CommandExt;

/// A file whose openers ask, and a group that answers.
struct Gate {
    group: Fanotify,
    dir: TempDir,
}

impl Gate {
    fn new(builder: Builder, mask: Mask) -> Gate {
        let (group, dir) = (builder.build().unwrap(), TempDir::new());
        touch(dir.join("file"));
        group.add(MarkFlags::empty(), mask, &dir.join("file")).unwrap();
        Gate { group, dir }
    }

    /// Opens the file in a thread, gives the events of one read to `answer`, and says how the opener fared.
    fn open(&self, answer: impl FnOnce(Event<'_>)) -> Result<(), Option<Errno>> {
        thread::scope(|scope| {
            let (_let_go, opener) = (LetGo(&self.group), scope.spawn(|| File::open(self.dir.join("file")).map(drop)));
            let mut buffer = [0; 8192];
            answer(self.group.read_events(&mut buffer).unwrap().next().unwrap());
            opener.join().unwrap().map_err(|error| Errno::from_io_error(&error))
        })
    }
}

fn asked(answer: impl FnOnce(Permission<'_>) -> butter::Result<()>) -> Result<(), Option<Errno>> {
    let gate = Gate::new(Fanotify::builder().content(), Mask::OPEN_PERM);
    gate.open(|event| answer(permission(event)).unwrap())
}

#[test]
fn it_is_allowed_or_denied() {
    if !privileged() {
        return;
    }
    assert_eq!(asked(|event| event.allow()), Ok(()));
    assert_eq!(asked(|event| event.deny()), Err(Some(Errno::EPERM)));
    let gate = Gate::new(Fanotify::builder().content(), Mask::OPEN_PERM);
    let opened = gate.open(|event| {
        let event = permission(event);
        assert!(event.is_open_perm() && event.is_permission());
        assert_eq!(event.pid(), Some(process::getpid()));
        assert_eq!(event.path(&mut [0; 4096]).unwrap().path(), gate.dir.join("file"));
        event.allow().unwrap();
    });
    assert_eq!(opened, Ok(()));
}

#[test]
fn what_is_dropped_is_answered_as_the_group_was_made_to() {
    if !privileged() {
        return;
    }
    for (unanswered, expected) in [
        (None, Ok(())),
        (Some(Response::ALLOW), Ok(())),
        (Some(Response::DENY), Err(Some(Errno::EPERM))),
        // What such a group does not take becomes plain.
        (Some(Response::deny_with(Errno::EIO)), Err(Some(Errno::EPERM))),
    ] {
        let builder = unanswered.map_or(Fanotify::builder(), |answer| Fanotify::builder().unanswered(answer));
        let gate = Gate::new(builder.content(), Mask::OPEN_PERM);
        assert_eq!(gate.open(|event| drop(event)), expected);
    }
}

#[test]
fn a_denial_that_is_refused_denies() {
    if !privileged() {
        return;
    }
    let refused = |answer: Response| {
        asked(move |event| {
            assert_errno(event.answer(answer), Errno::EINVAL);
            Ok(())
        })
    };
    // Neither errors nor audits in this group.
    assert_eq!(refused(Response::deny_with(Errno::EIO)), Err(Some(Errno::EPERM)));
    assert_eq!(refused(Response::DENY.audit()), Err(Some(Errno::EPERM)));
    assert_eq!(refused(Response::ALLOW.audit()), Ok(()));
}

#[test]
fn a_denial_may_have_an_errno() {
    if !privileged() {
        return;
    }
    let gate = Gate::new(Fanotify::builder().pre_content(), Mask::OPEN_PERM);
    let taken = [Errno::EPERM, Errno::EIO, Errno::EBUSY, Errno::ETXTBSY, Errno::EAGAIN, Errno::ENOSPC, Errno::EDQUOT];
    for errno in taken {
        assert_eq!(gate.open(|event| permission(event).deny_with(errno).unwrap()), Err(Some(errno)));
    }
    for errno in [Errno::ENOENT, Errno::EACCES, Errno::EXFULL] {
        let denied = gate.open(|event| assert_errno(permission(event).deny_with(errno), Errno::EINVAL));
        assert_eq!(denied, Err(Some(Errno::EPERM)));
    }
}

#[test]
fn an_answer_may_be_audited() {
    if !privileged() || !has_capability(CAP_AUDIT_WRITE, "CAP_AUDIT_WRITE") {
        return;
    }
    let gate = Gate::new(Fanotify::builder().content().audit(), Mask::OPEN_PERM);
    assert_eq!(gate.open(|event| permission(event).answer(Response::ALLOW.audit()).unwrap()), Ok(()));
    let rule = AuditRule { number: 7, subject: Trust::Yes, object: Trust::Unknown };
    let denied = gate.open(|event| permission(event).answer_by_rule(Response::DENY.audit(), rule).unwrap());
    assert_eq!(denied, Err(Some(Errno::EPERM)));
}

#[test]
fn it_is_answered_once() {
    if !privileged() {
        return;
    }
    let gate = Gate::new(Fanotify::builder().content(), Mask::OPEN_PERM);
    let opened = gate.open(|event| {
        let event = permission(event);
        let file = event.file().fd().unwrap();
        fanotify::respond(&gate.group, file, Response::DENY, None).unwrap();
        assert_errno(fanotify::respond(&gate.group, file, Response::DENY, None), Errno::ENOENT);
        assert_errno(event.allow(), Errno::ENOENT);
    });
    assert_eq!(opened, Err(Some(Errno::EPERM)));
    let (pipe, _writer) = common::pipe();
    assert_errno(fanotify::respond(not_open(), &pipe, Response::DENY, None), Errno::EBADF);
}

#[test]
fn reading_and_executing_ask_too() {
    if !privileged() {
        return;
    }
    let gate = Gate::new(Fanotify::builder().content(), Mask::ACCESS_PERM);
    thread::scope(|scope| {
        let (_let_go, reader) = (LetGo(&gate.group), scope.spawn(|| fs::read(gate.dir.join("file"))));
        let mut buffer = [0; 8192];
        let event = permission(gate.group.read_events(&mut buffer).unwrap().next().unwrap());
        assert!(event.is_access_perm());
        event.deny().unwrap();
        assert_eq!(Errno::from_io_error(&reader.join().unwrap().unwrap_err()), Some(Errno::EPERM));
    });
}

#[test]
fn another_thread_may_answer() {
    if !privileged() {
        return;
    }
    let opened = asked(|event| thread::scope(|scope| scope.spawn(move || event.deny()).join().unwrap()));
    assert_eq!(opened, Err(Some(Errno::EPERM)));
}

/// Opens the file in that many threads, and answers until all are through. Gives how many were let through.
fn crowd(gate: &Gate, number: usize, answer: impl FnMut(butter::Events<'_, Fanotify>)) -> usize {
    let path = gate.dir.join("file");
    let open = || usize::from(File::open(&path).is_ok());
    let all = || {
        thread::scope(|scope| {
            let openers: Vec<_> = (0..number).map(|_| scope.spawn(open)).collect();
            openers.into_iter().map(|opener| opener.join().unwrap()).sum()
        })
    };
    answering(&gate.group, all, answer)
}

#[test]
fn a_thousand_are_answered_and_none_hangs() {
    alone([], || {
        if !privileged() {
            return;
        }
        for (unanswered, allowed) in [(Response::ALLOW, 500), (Response::DENY, 250)] {
            let gate = Gate::new(Fanotify::builder().content().unanswered(unanswered), Mask::OPEN_PERM);
            let mut seen = 0;
            let (number, passed) = (
                1000,
                crowd(&gate, 1000, |events| {
                    for event in events {
                        seen += 1;
                        match seen % 4 {
                            0 => permission(event).allow().unwrap(),
                            1 => permission(event).deny().unwrap(),
                            2 => drop(event),
                            // Half of these, too, go with the iterator.
                            _ => permission(event).answer(Response::DENY).unwrap(),
                        }
                    }
                }),
            );
            assert_eq!((seen, passed), (number, allowed));
        }
    });
}

/// Waits until that many ask.
pub fn asking(group: &Fanotify, number: u32) {
    while group.queued().unwrap() < number {
        thread::yield_now();
    }
}

/// How many calls that write this thread has made. `None` if the kernel does not count them.
fn writes() -> Option<u64> {
    let counts = fs::read_to_string("/proc/thread-self/io").ok()?;
    counts.lines().find_map(|line| line.strip_prefix("syscw: "))?.parse().ok()
}

#[test]
fn all_that_one_read_gives_are_answered_with_one_call() {
    if !privileged() {
        return;
    }
    let gate = Gate::new(Fanotify::builder().content(), Mask::OPEN_PERM);
    let path = gate.dir.join("file");
    // What the kernel refuses stands first, in the middle, twice, and last.
    for refused in [&[][..], &[0], &[5], &[5, 6], &[11], &[0, 11]] {
        let denied = |number| number % 3 == 0;
        let passed: usize = thread::scope(|scope| {
            let openers: Vec<_> = (0..12).map(|_| scope.spawn(|| usize::from(File::open(&path).is_ok()))).collect();
            let _let_go = LetGo(&gate.group);
            asking(&gate.group, 12);
            let (mut buffer, mut answers) = ([0; 8192], Answers::<12>::new());
            for (number, event) in gate.group.read_events(&mut buffer).unwrap().enumerate() {
                let answer = match denied(number) {
                    true => Response::DENY,
                    false => Response::ALLOW,
                };
                // Nobody has asked for audits here.
                let answer = if refused.contains(&number) { answer.audit() } else { answer };
                answers.push(permission(event), answer).unwrap();
            }
            assert_eq!((answers.len(), gate.group.queued()), (12, Ok(0)));
            let before = writes();
            let given = answers.give();
            if refused.is_empty() {
                assert_eq!(writes().zip(before).map(|(after, before)| after - before).unwrap_or(1), 1);
            }
            assert_eq!(given.err(), (!refused.is_empty()).then_some(Errno::EINVAL), "{refused:?}");
            openers.into_iter().map(|opener| opener.join().unwrap()).sum()
        });
        assert_eq!(passed, 8, "{refused:?}");
    }
}

#[test]
fn answers_are_for_the_group_that_asks() {
    if !privileged() {
        return;
    }
    let gates = [(), ()].map(|()| Gate::new(Fanotify::builder().content(), Mask::OPEN_PERM));
    let passed = thread::scope(|scope| {
        let openers = gates.each_ref().map(|gate| scope.spawn(|| File::open(gate.dir.join("file")).is_ok()));
        let _let_go = gates.each_ref().map(|gate| LetGo(&gate.group));
        gates.iter().for_each(|gate| asking(&gate.group, 1));
        let (mut buffers, mut answers) = ([[0; 8192]; 2], Answers::<4>::new());
        for ((gate, buffer), answer) in gates.iter().zip(&mut buffers).zip([Response::ALLOW, Response::DENY]) {
            let event = gate.group.read_events(buffer).unwrap().next().unwrap();
            answers.push(permission(event), answer).unwrap();
        }
        assert_eq!(answers.len(), 1);
        drop(answers);
        openers.map(|opener| opener.join().unwrap())
    });
    assert_eq!(passed, [true, false]);
}

#[test]
fn nobody_hangs_when_a_reader_is_dropped_half_way() {
    if !privileged() {
        return;
    }
    for (unanswered, expected) in [(Response::ALLOW, 5), (Response::DENY, 1)] {
        let gate = Gate::new(Fanotify::builder().content().unanswered(unanswered), Mask::OPEN_PERM);
        let path = gate.dir.join("file");
        let passed: usize = thread::scope(|scope| {
            let openers: Vec<_> = (0..5).map(|_| scope.spawn(|| usize::from(File::open(&path).is_ok()))).collect();
            let _let_go = LetGo(&gate.group);
            asking(&gate.group, 5);
            let mut buffer = [0; 8192];
            let mut reader = Reader::new(&gate.group, &mut buffer).unwrap();
            permission(reader.read_event().unwrap()).allow().unwrap();
            drop(reader);
            assert_eq!(gate.group.queued(), Ok(0));
            openers.into_iter().map(|opener| opener.join().unwrap()).sum()
        });
        assert_eq!(passed, expected);
    }
}

#[test]
fn nobody_hangs_when_the_group_is_closed() {
    if !privileged() {
        return;
    }
    let gate = Gate::new(Fanotify::builder().content().unanswered(Response::DENY), Mask::OPEN_PERM);
    let Gate { group, dir } = gate;
    let opened = thread::scope(|scope| {
        let openers = [(), ()].map(|()| scope.spawn(|| File::open(dir.join("file")).is_ok()));
        asking(&group, 2);
        let mut buffer = [0; Fanotify::MIN_BUFFER];
        // One is read, and its answer never comes.
        std::mem::forget(group.read_events(&mut buffer[..]).unwrap().next());
        drop(group);
        openers.map(|opener| opener.join().unwrap())
    });
    // The other one went with the iterator.
    assert_eq!(opened.iter().filter(|opened| **opened).count(), 1);
}

#[test]
fn who_asks_is_told_with_a_pidfd() {
    if !privileged() {
        return;
    }
    let gate = Gate::new(Fanotify::builder().content().report_pidfd(), Mask::OPEN_PERM);
    let opened = gate.open(|event| {
        let mut event = permission(event);
        let Some(Pidfd::Open(pidfd)) = event.take_pidfd() else { panic!("{event:?}") };
        assert!(event.pidfd().is_none() && event.take_pidfd().is_none());
        let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd())).unwrap();
        assert!(info.contains(&format!("Pid:\t{}", std::process::id())), "{info}");
        event.deny().unwrap();
    });
    assert_eq!(opened, Err(Some(Errno::EPERM)));
}

#[test]
fn a_program_is_executed_by_leave() {
    if !privileged() {
        return;
    }
    let (group, dir) = (Fanotify::builder().content().build().unwrap(), TempDir::new());
    let program = dir.join("program");
    {
        // Another process that has it open for writing would keep it from being executed.
        let _no_forks = common::no_forks();
        fs::copy("/bin/true", &program).unwrap();
    }
    group.add(MarkFlags::empty(), Mask::OPEN_EXEC_PERM, &program).unwrap();
    // To open it is not to execute it.
    assert!(File::open(&program).is_ok());
    for answer in [Response::ALLOW, Response::DENY] {
        let mut seen = Vec::new();
        let execute = || {
            let (_forking, number) = (common::forking(), group.as_raw_fd());
            let mut command = std::process::Command::new(&program);
            // SAFETY: it is the child's copy, which would keep the group open when a test fails: see `LetGo`.
            unsafe { command.pre_exec(move || Ok(butter::syscall!(CLOSE, number).map(drop)?)) };
            command.status()
        };
        let ran = answering(&group, execute, |events| {
            for event in events {
                let event = permission(event);
                assert!(event.is_open_exec_perm() && !event.is_open_perm());
                assert_eq!(event.path(&mut [0; 4096]).unwrap().path(), program);
                seen.push(event.pid().unwrap());
                event.answer(answer).unwrap();
            }
        });
        assert_eq!((seen.len(), seen.contains(&process::getpid())), (1, false));
        match answer.is_allow() {
            true => assert!(ran.unwrap().success()),
            false => assert_eq!(Errno::from_io_error(&ran.unwrap_err()), Some(Errno::EPERM)),
        }
    }
}

#[test]
fn what_finds_no_descriptor_is_denied() {
    alone([], || {
        if !privileged() {
            return;
        }
        for reports in [false, true] {
            let builder = Fanotify::builder().content();
            let builder = if reports { builder.report_fd_error() } else { builder };
            let gate = Gate::new(builder, Mask::OPEN_PERM);
            let opened = thread::scope(|scope| {
                let opener = scope.spawn(|| File::open(gate.dir.join("file")).map(drop));
                let _let_go = LetGo(&gate.group);
                asking(&gate.group, 1);
                let mut buffer = [0; 8192];
                common::with_limit(common::RLIMIT_NOFILE, 0, || {
                    let events = gate.group.read_events(&mut buffer);
                    match reports {
                        false => assert_errno(events, Errno::EMFILE),
                        true => {
                            let event = notification(events.unwrap().next().unwrap());
                            assert!(event.is_open_perm() && event.is_permission());
                            assert_eq!(event.raw_file(), EventFile::Failed(Errno::EMFILE));
                        }
                    }
                });
                opener.join().unwrap().map_err(|error| Errno::from_io_error(&error))
            });
            assert_eq!(opened, Err(Some(Errno::EPERM)));
        }
    });
}

#[test]
fn several_are_answered_with_one_call() {
    if !privileged() {
        return;
    }
    let gate = Gate::new(Fanotify::builder().content(), Mask::OPEN_PERM);
    let mut seen = 0;
    let allowed = crowd(&gate, 40, |events| {
        let (mut answers, mut refused, mut errors) = (Answers::<16>::new(), false, false);
        for event in events {
            seen += 1;
            // The kernel refuses some, and the others are answered all the same.
            let response = match seen % 20 {
                0 => Response::deny_with(Errno::EIO),
                number if number % 2 == 1 => Response::DENY,
                _ => Response::ALLOW,
            };
            refused |= seen % 20 == 0;
            errors |= answers.push(permission(event), response).is_err();
        }
        errors |= answers.give().is_err();
        assert_eq!(errors, refused);
        assert!(answers.is_empty());
    });
    assert_eq!((seen, allowed), (40, 18));
}

#[test]
fn answers_are_given_when_they_are_dropped() {
    if !privileged() {
        return;
    }
    let opened = asked(|event| {
        let mut answers = Answers::<4>::new();
        answers.push(event, Response::DENY)?;
        assert_eq!(answers.len(), 1);
        Ok(())
    });
    assert_eq!(opened, Err(Some(Errno::EPERM)));
}

#[test]
fn nobody_hangs_when_an_iterator_is_dropped_half_way() {
    if !privileged() {
        return;
    }
    let gate = Gate::new(Fanotify::builder().content().unanswered(Response::DENY), Mask::OPEN_PERM);
    assert_eq!(crowd(&gate, 100, |mut events| drop(events.next())), 0);
}
