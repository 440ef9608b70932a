use super::*;

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
            let opener = scope.spawn(|| File::open(self.dir.join("file")).map(drop));
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
        let reader = scope.spawn(|| fs::read(gate.dir.join("file")));
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
fn crowd(gate: &Gate, number: usize, mut answer: impl FnMut(butter::Events<'_, Fanotify>)) -> usize {
    let path = gate.dir.join("file");
    thread::scope(|scope| {
        let openers: Vec<_> = (0..number).map(|_| scope.spawn(|| File::open(&path).is_ok())).collect();
        let mut buffer = vec![0; 65536];
        while openers.iter().any(|opener| !opener.is_finished()) {
            let mut fds = [butter::poll::PollFd::new(&gate.group, butter::poll::Events::IN)];
            let wait = Some(std::time::Duration::from_millis(5));
            if butter::poll::poll(&mut fds, wait) == Ok(0) {
                continue;
            }
            answer(gate.group.read_events(buffer.as_mut_slice()).unwrap());
        }
        openers.into_iter().map(|opener| usize::from(opener.join().unwrap())).sum()
    })
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
