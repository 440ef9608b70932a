use super::*;

#[test]
fn gives_one_event() {
    let dir = TempDir::new();
    let write = || fs::write(dir.join("a"), "x").unwrap();
    write();
    let mut buffer = [0; Inotify::MIN_BUFFER];
    let event = common::meanwhile(write, || inotify::watch(&dir.join("a"), Mask::MODIFY, &mut buffer));
    assert_eq!(event.map(words).unwrap(), "modify");
}

#[test]
fn refuses_a_buffer_that_is_too_small() {
    // It does so before it looks at the path.
    let mut buffer = [0; Inotify::MIN_BUFFER - 1];
    assert_errno(inotify::watch("", Mask::OPEN, &mut buffer), Errno::EINVAL);
}

#[test]
fn says_what_is_wrong_with_the_path() {
    let dir = TempDir::new();
    assert_errno(inotify::watch(&dir.join("a"), Mask::OPEN, &mut [0; 512]), Errno::ENOENT);
}

#[test]
fn says_eintr_when_a_handler_interrupts_it() {
    let dir = TempDir::new();
    let result = common::interrupted(|| inotify::watch(&*dir, Mask::OPEN, &mut [0; 512]).map(words));
    assert_errno(result, Errno::EINTR);
}

#[test]
fn says_emfile_when_no_descriptor_is_left() {
    alone([], || {
        let watch = || inotify::watch(c"/", Mask::OPEN, &mut [0; 512]).map(words);
        assert_errno(common::with_limit(common::RLIMIT_NOFILE, 0, watch), Errno::EMFILE);
    });
}
