use super::*;

#[test]
fn no_descriptor_is_left() {
    alone([], || {
        if !privileged() {
            return;
        }
        let builders = [Fanotify::builder(), Fanotify::builder().report_fid(), Fanotify::builder()];
        for builder in [builders[0], builders[1].report_pidfd(), builders[2].report_pidfd()] {
            let group = builder.nonblocking().build().unwrap();
            let dir = TempDir::new();
            group.add(MarkFlags::empty(), Mask::CLOSE_WRITE | Mask::EVENT_ON_CHILD, &*dir).unwrap();
            let before = descriptors();
            for round in 0..100 {
                (0..100).for_each(|number| touch(dir.join(number.to_string())));
                let mut buffer = vec![0; 65536];
                let mut events = group.read_events(buffer.as_mut_slice()).unwrap();
                match round % 5 {
                    // Dropped unread, half way, with what was taken out, and with what a reader still has.
                    0 => drop(events),
                    1 => {
                        drop(events.nth(50));
                        drop(events);
                    }
                    2 => events.for_each(|event| {
                        let mut event = notification(event);
                        drop((event.take_file(), event.take_pidfd(), event.take_file(), event.take_pidfd()));
                    }),
                    3 => {
                        let kept: Vec<_> =
                            events.by_ref().take(50).map(|event| notification(event).take_file()).collect();
                        drop((events, kept));
                    }
                    _ => {
                        drop(events);
                        (0..10).for_each(|number| touch(dir.join(number.to_string())));
                        let mut reader = Reader::new(&group, buffer.as_mut_slice()).unwrap();
                        drop(reader.read_event().unwrap());
                        notification(reader.read_event().unwrap()).take_pidfd();
                    }
                }
                drain(&group, |event| drop(event));
                assert_eq!(descriptors(), before);
            }
        }
    });
}

#[test]
fn no_descriptor_is_left_by_a_question() {
    alone([], || {
        if !privileged() {
            return;
        }
        for builder in [Fanotify::builder().content(), Fanotify::builder().pre_content().report_pidfd()] {
            let (group, dir) = (builder.unanswered(Response::DENY).build().unwrap(), TempDir::new());
            let path = dir.join("file");
            touch(&path);
            group.add(MarkFlags::empty(), Mask::OPEN_PERM, &path).unwrap();
            let before = descriptors();
            for round in 0..100 {
                let open = || File::open(&path).is_ok();
                thread::scope(|scope| {
                    let openers: Vec<_> = (0..20).map(|_| scope.spawn(open)).collect();
                    let _let_go = LetGo(&group);
                    permission::asking(&group, 20);
                    let mut buffer = [0; 8192];
                    if round % 4 == 3 {
                        let mut reader = Reader::new(&group, &mut buffer).unwrap();
                        drop(reader.read_event().unwrap());
                    } else {
                        let mut events = group.read_events(&mut buffer).unwrap();
                        let (mut answers, mut taken) = (Answers::<8>::new(), Vec::new());
                        for event in events.by_ref().take(if round % 4 == 0 { 20 } else { 10 }) {
                            let mut event = permission(event);
                            match round % 4 {
                                0 => answers.push(event, Response::ALLOW).unwrap(),
                                1 => event.allow().unwrap(),
                                _ => taken.extend(event.take_pidfd()),
                            }
                        }
                    }
                    openers.into_iter().for_each(|opener| assert!(opener.join().is_ok()));
                });
                assert_eq!(descriptors(), before);
            }
        }
    });
}

#[test]
fn events_and_answers_may_go_to_another_thread() {
    fn send<T: Send + Sync>() {}
    send::<Event<'_>>();
    send::<Permission<'_>>();
    send::<Answers<'_, 4>>();
    send::<Fanotify>();
}
