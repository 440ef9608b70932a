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
                match round % 4 {
                    // Dropped unread, half way, taken out, and through a reader.
                    0 => drop(events),
                    1 => {
                        drop(events.nth(50));
                        drop(events);
                    }
                    2 => events.for_each(|event| {
                        let mut event = notification(event);
                        drop((event.take_file(), event.take_pidfd(), event.take_file(), event.take_pidfd()));
                    }),
                    _ => {
                        drop(events);
                        touch(dir.join("another"));
                        let mut reader = Reader::new(&group, buffer.as_mut_slice()).unwrap();
                        drop(reader.read_event().unwrap());
                    }
                }
                drain(&group, |event| drop(event));
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
