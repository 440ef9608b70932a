use super::*;

#[test]
fn of_1_to_255_bytes_come_as_they_are() {
    let watched = Watched::new(Mask::CREATE);
    for length in 1..=255 {
        touch(watched.path(&"x".repeat(length)));
    }
    let lengths = drain(&watched.inotify, |event| match event {
        Event::Watch(event) => {
            let (name, padded) = (event.name().unwrap(), event.padded_name());
            assert!(name.iter().all(|byte| *byte == b'x'));
            assert!(padded.starts_with(name) && padded[name.len()..].iter().all(|byte| *byte == 0));
            assert!(padded.len() % 16 == 0 && (1..=16).contains(&(padded.len() - name.len())));
            name.len()
        }
        Event::Overflow => panic!("overflow"),
    });
    assert!(lengths.into_iter().eq(1..=255));
}

#[test]
fn of_any_bytes_come_as_they_are() {
    let watched = Watched::new(Mask::CREATE);
    let name: Vec<u8> = (1..=255).filter(|byte| *byte != b'/').collect();
    let name = OsStr::from_bytes(&name);
    touch(watched.dir.join(name));
    let mut buffer = [0; Inotify::MIN_BUFFER];
    let mut events = watched.inotify.read_events(&mut buffer).unwrap();
    let Some(Event::Watch(event)) = events.next() else { panic!() };
    assert_eq!(event.name(), Some(name.as_bytes()));
    assert_eq!(event.file_name(), Some(name));
    assert!(events.next().is_none() && events.remainder().is_empty());
}

#[test]
fn the_smallest_buffer_has_room_for_the_longest() {
    let watched = Watched::new(Mask::CREATE);
    touch(watched.path(&"x".repeat(255)));
    let mut too_small = [0; Inotify::MIN_BUFFER - 1];
    assert_errno(watched.inotify.read_events(&mut too_small), Errno::EINVAL);
    let mut buffer = [0; Inotify::MIN_BUFFER];
    assert_eq!(watched.inotify.read_events(&mut buffer).unwrap().count(), 1);
}
