use super::*;

#[test]
fn gives_what_is_queued_up_to_the_end_of_the_watch() {
    let (watched, other) = (Watched::new(Mask::CREATE), TempDir::new());
    watched.inotify.add_watch(&*other, Mask::CREATE).unwrap();
    let mut buffer = [0; 4096];
    let mut reader = Reader::new(&watched.inotify, &mut buffer).unwrap();
    touch(watched.path("read"));
    touch(watched.path("cached"));
    assert_eq!(reader.read_event().map(words).unwrap(), "create read");
    touch(watched.path("queued"));
    touch(other.join("other"));

    let mut told = Vec::new();
    inotify::remove(&mut reader, watched.wd, |event| told.push(words(event))).unwrap();
    assert_eq!(told, ["create cached", "create queued", "create other", "ignored"]);
    assert_errno(reader.wait(Some(Duration::ZERO)), Errno::ETIMEDOUT);

    touch(other.join("later"));
    assert_eq!(reader.wait(Some(LONG)).map(words).unwrap(), "create later");
}

#[test]
fn stops_at_the_end_of_its_own_watch() {
    let (watched, other) = (Watched::new(Mask::CREATE), TempDir::new());
    let ended = watched.inotify.add_watch(&*other, Mask::CREATE).unwrap();
    watched.inotify.rm_watch(ended).unwrap();
    let (mut buffer, mut told) = ([0; 4096], 0);
    let mut reader = Reader::new(&watched.inotify, &mut buffer).unwrap();
    inotify::remove(&mut reader, watched.wd, |_| told += 1).unwrap();
    assert_eq!(told, 2);
}

#[test]
fn of_no_watch_is_einval_and_takes_no_event() {
    let watched = Watched::new(Mask::CREATE);
    touch(watched.path("a"));
    let mut buffer = [0; 4096];
    let mut reader = Reader::new(&watched.inotify, &mut buffer).unwrap();
    assert_errno(inotify::remove(&mut reader, Wd::new(7), |_| panic!()), Errno::EINVAL);
    assert_eq!(reader.read_event().map(words).unwrap(), "create a");
}

#[test]
fn works_on_a_blocking_descriptor() {
    let (inotify, dir) = (Inotify::new().unwrap(), TempDir::new());
    let wd = inotify.add_watch(&*dir, Mask::CREATE).unwrap();
    let (mut buffer, mut told) = ([0; 4096], Vec::new());
    let mut reader = Reader::new(&inotify, &mut buffer).unwrap();
    inotify::remove(&mut reader, wd, |event| told.push(words(event))).unwrap();
    assert_eq!(told, ["ignored"]);
}
