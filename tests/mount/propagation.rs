use super::*;
use std::sync::mpsc;
use std::thread;

/// Runs `there` in a thread whose mount namespace is a copy of this one, then `here` in this one, then `then` there again.
fn elsewhere<T: Send, U>(
    there: impl FnOnce() + Send,
    here: impl FnOnce() -> U,
    then: impl FnOnce() -> T + Send,
) -> (U, T) {
    const CLONE_FS_NEWNS: u32 = 0x200 | 0x0002_0000;
    let ((ready, is_ready), (go, may_go)) = (mpsc::channel(), mpsc::channel());
    thread::scope(|scope| {
        let thread = scope.spawn(move || {
            // SAFETY: the call has no pointer. It is about this thread.
            unsafe { butter::syscall!(UNSHARE, CLONE_FS_NEWNS) }.unwrap();
            there();
            ready.send(()).unwrap();
            may_go.recv().unwrap();
            then()
        });
        is_ready.recv().unwrap();
        let here = here();
        go.send(()).unwrap();
        (here, thread.join().unwrap())
    })
}

/// The optional fields of a mount, without the numbers of the groups.
fn kind(path: &Path) -> String {
    let fields = shown(path).unwrap().optional;
    fields.split(' ').map(|field| field.split(':').next().unwrap()).collect::<Vec<_>>().join(" ")
}

fn mount_in(dir: &Path, name: &str) {
    mount_tmpfs(&dir.join(name), MountFlags::empty());
}

fn with_two_directories(stage: &Stage) -> PathBuf {
    let dir = stage.tmpfs("a", MountFlags::empty());
    fs::create_dir(dir.join("here")).unwrap();
    fs::create_dir(dir.join("there")).unwrap();
    dir
}

/// In which of the two namespaces a mount is seen that was made in the other: made here, made there.
fn seen(dir: &Path, prepare_there: impl FnOnce() + Send) -> (bool, bool) {
    let is_there = |name: &str| {
        let text = fs::read_to_string("/proc/thread-self/mountinfo").unwrap();
        let path = dir.join(name);
        text.lines().any(|line| line.split(' ').nth(4) == path.to_str())
    };
    let (there, here) = elsewhere(
        || {
            prepare_there();
            mount_in(dir, "there");
        },
        || {
            mount_in(dir, "here");
            is_there("there")
        },
        || is_there("here"),
    );
    (here, there)
}

#[test]
fn a_private_mount_keeps_what_is_mounted_on_it_to_itself() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = with_two_directories(&stage);
        assert_eq!(kind(&dir), "");
        assert_eq!(seen(&dir, || {}), (false, false));
    });
}

#[test]
fn a_shared_mount_gives_and_takes() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = with_two_directories(&stage);
        mount::make_shared(&dir, Reach::Mount).unwrap();
        assert_eq!(kind(&dir), "shared");
        assert_eq!(seen(&dir, || {}), (true, true));
    });
}

#[test]
fn a_slave_only_takes() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = with_two_directories(&stage);
        mount::make_shared(&dir, Reach::Mount).unwrap();
        // Here what was made here, there what was made there: the slave sees what its master has.
        assert_eq!(seen(&dir, || mount::make_slave(&dir, Reach::Mount).unwrap()), (true, false));
    });
}

#[test]
fn a_mount_becomes_private_and_shared_and_a_slave_again() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, copy) = (stage.tmpfs("a", MountFlags::empty()), stage.dir("b"));
        mount::make_slave(&dir, Reach::Mount).unwrap();
        assert_eq!(kind(&dir), "", "without a master");
        mount::make_shared(&dir, Reach::Mount).unwrap();
        mount::bind(&dir, &copy, Reach::Mount).unwrap();
        assert_eq!(kind(&copy), "shared");
        mount::make_slave(&copy, Reach::Mount).unwrap();
        assert_eq!(kind(&copy), "master");
        mount::make_shared(&copy, Reach::Mount).unwrap();
        assert_eq!(kind(&copy), "shared master");
        mount::make_private(&copy, Reach::Mount).unwrap();
        assert_eq!(kind(&copy), "");
    });
}

#[test]
fn an_unbindable_mount_is_not_bound_and_left_out_of_a_tree() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (outer, copy) = (stage.tmpfs("a", MountFlags::empty()), stage.dir("b"));
        let inner = outer.join("inner");
        fs::create_dir(&inner).unwrap();
        mount_in(&outer, "inner");
        mount::make_unbindable(&inner, Reach::Mount).unwrap();
        assert_eq!(kind(&inner), "unbindable");
        assert_errno(mount::bind(&inner, &copy, Reach::Mount), Errno::EINVAL);
        mount::bind(&outer, &copy, Reach::Tree).unwrap();
        assert!(is_mount(&copy) && !is_mount(&copy.join("inner")));
    });
}

#[test]
fn a_propagation_reaches_the_mount_or_the_tree() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let outer = stage.tmpfs("a", MountFlags::empty());
        let inner = outer.join("inner");
        fs::create_dir(&inner).unwrap();
        mount_in(&outer, "inner");
        type Make = fn(&Path, Reach) -> butter::Result<()>;
        let kinds: [(Make, &str); 3] = [
            (|path, reach| mount::make_shared(path, reach), "shared"),
            (|path, reach| mount::make_private(path, reach), ""),
            (|path, reach| mount::make_unbindable(path, reach), "unbindable"),
        ];
        let mut before = "";
        for (make, after) in kinds {
            make(&outer, Reach::Mount).unwrap();
            assert_eq!((&*kind(&outer), &*kind(&inner)), (after, before));
            make(&outer, Reach::Tree).unwrap();
            assert_eq!((&*kind(&outer), &*kind(&inner)), (after, after));
            before = after;
        }

        // Slaves of the other's mounts, which are shared.
        let copy = stage.dir("b");
        mount::make_shared(&outer, Reach::Tree).unwrap();
        mount::bind(&outer, &copy, Reach::Tree).unwrap();
        mount::make_slave(&copy, Reach::Mount).unwrap();
        assert_eq!((&*kind(&copy), &*kind(&copy.join("inner"))), ("master", "shared"));
        mount::make_slave(&copy, Reach::Tree).unwrap();
        assert_eq!((&*kind(&copy), &*kind(&copy.join("inner"))), ("master", "master"));
    });
}
