use super::*;

/// Makes more events than the queue takes. Gives how many it takes.
fn flood(watched: &Watched) -> usize {
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let limit: usize = limit.trim().parse().unwrap();
    // In turns, or they would be merged.
    let (a, b) = (c_str(&watched.path("a")), c_str(&watched.path("b")));
    for _ in 0..limit / 2 + 1 {
        for file in [&a, &b] {
            // SAFETY: the kernel reads the string up to its NUL.
            unsafe { syscall!(TRUNCATE, file.as_ptr(), 0) }.unwrap();
        }
    }
    limit
}

fn watched() -> Watched {
    Watched::with(Mask::MODIFY | Mask::CREATE, |dir| {
        touch(dir.join("a"));
        touch(dir.join("b"));
    })
}

#[test]
fn is_told_where_events_are_lost() {
    let watched = watched();
    let limit = flood(&watched);
    let told = watched.told();
    assert_eq!(told.len(), limit + 1);
    assert!(told[..limit].chunks(2).all(|pair| pair == ["modify a", "modify b"]));
    assert_eq!(told[limit], "overflow");
}

#[test]
fn is_over_when_the_queue_was_read() {
    let watched = watched();
    flood(&watched);
    watched.told();
    touch(watched.path("c"));
    assert_eq!(watched.told(), ["create c"]);
}

#[test]
fn may_swallow_the_end_of_a_watch_and_remove_ends_all_the_same() {
    let watched = watched();
    let limit = flood(&watched);
    let (mut buffer, mut count, mut last) = ([0; 4096], 0, String::new());
    let mut reader = Reader::new(&watched.inotify, &mut buffer).unwrap();
    let each = |event: Event<'_>| (count, last) = (count + 1, words(event));
    inotify::remove(&mut reader, watched.wd, each).unwrap();
    assert_eq!((count, last.as_str()), (limit + 1, "overflow"));
}
