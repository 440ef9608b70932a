//! The example `gate`, run as a user runs it, on file systems of its own: nobody else is asked.

mod common;
#[path = "common/example.rs"]
mod example;
#[path = "../examples/gate/glob.rs"]
mod glob;
#[path = "common/mounted.rs"]
mod mounted;

use butter::Errno;
use butter::signal::Signal;
use common::{CAP_SYS_ADMIN, LONG, Running, TempDir, as_nobody, in_own_mounts};
use example::{Ended, Example, run};
use mounted::Mounted;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::from_utf8;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{process, thread};

/// Opens it, in a thread: who is never answered fails the test, and is let go when the gate is killed.
#[track_caller]
fn open(path: impl Into<PathBuf>) -> std::io::Result<File> {
    let (path, (sender, receiver)) = (path.into(), mpsc::channel());
    thread::spawn(move || sender.send(File::open(path)));
    receiver.recv_timeout(LONG).expect("it is answered")
}

#[track_caller]
fn assert_denied<T>(result: std::io::Result<T>) {
    let errno = result.err().and_then(|error| Errno::from_io_error(&error));
    assert_eq!(errno, Some(Errno::EPERM));
}

/// Two files that are denied, `secret` and `sub/secret`, and some that are not, in `DIR`.
fn prepare(dir: &Path) {
    fs::create_dir_all(dir.join("sub")).unwrap();
    for name in ["secret", "open", "sub/secret", "sub/open", "../outside", "../secret"] {
        fs::write(dir.join(name), name).unwrap();
    }
}

/// `gate` on a directory of a file system of its own.
struct Gated {
    // Dropped first: then nobody waits.
    gate: Example,
    root: Mounted,
}

impl Gated {
    fn new(options: &[&str]) -> Gated {
        Gated::on(Mounted::tmpfs(), options)
    }

    fn on(root: Mounted, options: &[&str]) -> Gated {
        prepare(&root.join("dir"));
        let gate = Example::start("gate", &root, &[options, &["dir"]].concat());
        assert_eq!(gate.ready, "gate: ready: dir\n");
        Gated { gate, root }
    }

    fn open(&self, name: &str) -> std::io::Result<File> {
        open(self.root.join(name))
    }

    /// What it says of this process's wish.
    fn line(&self, kind: &str, name: &str, verdict: &str) -> String {
        let comm = fs::read_to_string("/proc/self/comm").unwrap();
        format!("{}({}): {kind} {}: {verdict}", comm.trim_end(), process::id(), self.root.join(name).display())
    }

    fn end(self) -> (Ended, Mounted) {
        (self.gate.end(), self.root)
    }
}

#[test]
fn what_matches_is_denied_and_told() {
    in_own_mounts(|| {
        let gated = Gated::new(&["secret", "sub/o*"]);
        for denied in ["dir/secret", "dir/sub/secret", "dir/sub/open"] {
            assert_denied(gated.open(denied));
        }
        for allowed in ["dir/open", "outside", "secret", "dir/sub", "dir"] {
            gated.open(allowed).unwrap();
        }
        let expected = ["dir/secret", "dir/sub/secret", "dir/sub/open"].map(|name| gated.line("open", name, "denied"));
        let (ended, root) = gated.end();
        assert_eq!(ended.text().lines().collect::<Vec<_>>(), expected);
        assert_eq!(ended.errors, "gate: 3 denied until SIGTERM\n");
        open(root.join("dir/secret")).unwrap();
    });
}

#[test]
fn a_dry_run_denies_nothing_and_a_verbose_one_tells_all() {
    in_own_mounts(|| {
        let gated = Gated::new(&["-n", "-v", "secret"]);
        for allowed in ["dir/secret", "dir/open", "outside"] {
            gated.open(allowed).unwrap();
        }
        let expected = [gated.line("open", "dir/secret", "would be denied"), gated.line("open", "dir/open", "allowed")];
        let (ended, _root) = gated.end();
        assert_eq!(ended.text().lines().collect::<Vec<_>>(), expected);
        assert_eq!(ended.errors, "gate: 0 denied until SIGTERM\n");
    });
}

#[test]
fn only_executing_is_denied() {
    in_own_mounts(|| {
        let root = Mounted::tmpfs();
        fs::create_dir(root.join("dir")).unwrap();
        for name in ["dir/tool", "dir/other"] {
            fs::copy("/bin/true", root.join(name)).unwrap();
        }
        let gated = Gated::on(root, &["-e", "tool"]);
        gated.open("dir/tool").unwrap();
        assert!(Command::new(gated.root.join("dir/other")).status().unwrap().success());
        assert_denied(Command::new(gated.root.join("dir/tool")).status());
        let (ended, root) = gated.end();
        // Who asks is the child that is to become it.
        assert_eq!(ended.text().lines().count(), 1);
        assert!(ended.text().ends_with(&format!("): execute {}: denied\n", root.join("dir/tool").display())));
        assert!(!ended.text().starts_with("(gone)"), "{}", ended.text());
    });
}

/// The mark is that of the file system, and the path that through the mount of the directory.
#[test]
fn who_comes_through_another_mount() {
    in_own_mounts(|| {
        for root in [Some(Mounted::tmpfs()), Mounted::ext4()].into_iter().flatten() {
            let gated = Gated::on(root, &["secret"]);
            let sub = Mounted::bind(&gated.root.join("dir/sub"));
            assert_denied(open(sub.join("secret")));
            open(sub.join("open")).unwrap();
            let all = Mounted::bind(&gated.root);
            assert_denied(open(all.join("dir/secret")));
            open(all.join("secret")).unwrap();
            // In a mount namespace of one's own.
            let script = r#"mount --move "$0" /mnt && ! cat /mnt/dir/secret && cat /mnt/secret"#;
            let output = Command::new("unshare").args(["-m", "sh", "-c", script]).arg(&*all).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            let secret = gated.line("open", "dir/secret", "denied");
            let expected = [gated.line("open", "dir/sub/secret", "denied"), secret.clone()];
            let (ended, root) = gated.end();
            let lines = ended.text().lines().collect::<Vec<_>>();
            assert_eq!(lines[..2], expected);
            assert!(lines[2].starts_with("cat("), "{}", lines[2]);
            assert!(
                lines[2].ends_with(&format!("): open {}: denied", root.join("dir/secret").display())),
                "{}",
                lines[2]
            );
            assert_eq!(lines.len(), 3);
        }
    });
}

#[test]
fn without_handles_it_says_that_another_mount_is_a_way_around() {
    in_own_mounts(|| {
        let root = Mounted::ramfs();
        prepare(&root.join("dir"));
        let gate = Example::start("gate", &root, &["secret", "dir"]);
        assert_eq!(gate.ready, "gate: ready: dir, which has no handles: another mount is a way around\n");
        assert_denied(open(root.join("dir/secret")));
        open(Mounted::bind(&root.join("dir")).join("secret")).unwrap();
        gate.end();
    });
}

#[test]
fn links_lead_to_where_they_lead() {
    in_own_mounts(|| {
        let gated = Gated::new(&["secret"]);
        symlink("dir/secret", gated.root.join("link")).unwrap();
        assert_denied(gated.open("link"));
        symlink("../outside", gated.root.join("dir/link")).unwrap();
        gated.open("dir/link").unwrap();
        // Another name for the same file is another name.
        fs::hard_link(gated.root.join("dir/secret"), gated.root.join("hard")).unwrap();
        gated.open("hard").unwrap();
    });
}

#[test]
fn the_directory_is_renamed_replaced_and_deleted() {
    in_own_mounts(|| {
        let gated = Gated::new(&["secret"]);
        let root = &gated.root;
        fs::rename(root.join("dir"), root.join("moved")).unwrap();
        prepare(&root.join("dir"));
        assert_denied(gated.open("moved/secret"));
        gated.open("dir/secret").unwrap();
        fs::create_dir(root.join("deep")).unwrap();
        fs::rename(root.join("moved"), root.join("deep/dir")).unwrap();
        assert_denied(gated.open("deep/dir/sub/secret"));
        fs::remove_dir_all(root.join("deep/dir")).unwrap();
        prepare(&root.join("deep/dir"));
        gated.open("deep/dir/secret").unwrap();
        let renamed = |to: &str| format!("the directory was renamed to {}", root.join(to).display());
        let expected = [
            renamed("moved"),
            gated.line("open", "moved/secret", "denied"),
            renamed("deep/dir"),
            gated.line("open", "deep/dir/sub/secret", "denied"),
            "the directory was deleted, and nothing is denied".to_owned(),
        ];
        let (ended, _root) = gated.end();
        assert_eq!(ended.text().lines().collect::<Vec<_>>(), expected);
    });
}

/// Openers wait at the very moment when it is killed. All of them get what they asked for.
#[test]
fn killed_it_leaves_nothing_hanging() {
    in_own_mounts(|| {
        const OPENERS: usize = 20;
        let mut gated = Gated::new(&["secret"]);
        gated.gate.stop();
        let secret = gated.root.join("dir/secret");
        let cat = || Running::spawn(Command::new("cat").arg(&secret).stdout(Stdio::piped()).stderr(Stdio::piped()));
        let mut openers = (0..OPENERS).map(|_| cat()).collect::<Vec<_>>();
        let start = Instant::now();
        // In the kernel, in a wait that only an answer or a SIGKILL ends.
        let waits = |opener: &Running| {
            let stat = fs::read_to_string(format!("/proc/{}/stat", opener.id())).unwrap();
            stat.contains("(cat) D ")
        };
        while !openers.iter().all(waits) {
            assert!(start.elapsed() < LONG, "they do not wait");
            thread::sleep(Duration::from_millis(1));
        }
        assert!(openers.iter_mut().all(|opener| opener.try_wait().unwrap().is_none()));

        gated.gate.kill(Signal::KILL);
        let start = Instant::now();
        for opener in &mut openers {
            while opener.try_wait().unwrap().is_none() {
                assert!(start.elapsed() < LONG, "an opener hangs");
                thread::sleep(Duration::from_millis(1));
            }
            let mut said = String::new();
            opener.stdout.take().unwrap().read_to_string(&mut said).unwrap();
            assert_eq!(said, "secret");
        }
        gated.gate.child.wait().unwrap();
        gated.open("dir/secret").unwrap();
    });
}

/// Its log is below the directory, and even matches.
#[test]
fn it_does_not_wait_for_its_own_log() {
    in_own_mounts(|| {
        let root = Mounted::tmpfs();
        prepare(&root.join("dir"));
        let log = File::create(root.join("dir/log")).unwrap();
        let mut reader = File::open(root.join("dir/log")).unwrap();
        let gate = Example::spawn("gate", &root, &["*", "dir"], log.into());
        for _ in 0..100 {
            assert_denied(open(root.join("dir/open")));
        }
        gate.end();
        let mut lines = String::new();
        reader.read_to_string(&mut lines).unwrap();
        assert_eq!(lines.lines().filter(|line| line.ends_with("/dir/open: denied")).count(), 100);
        assert_eq!(lines.lines().count(), 100);
    });
}

/// A gate whose log nobody reads, until it has answered as many that no pipe takes their lines.
struct Unread {
    gate: Example,
    root: Mounted,
    asked: usize,
}

impl Unread {
    fn new() -> Unread {
        let root = Mounted::tmpfs();
        fs::create_dir(root.join("dir")).unwrap();
        let gate = Example::spawn("gate", &root, &["é*", "dir"], Stdio::piped());
        let mut unread = Unread { gate, root, asked: 0 };
        (0..6000).for_each(|_| unread.ask());
        unread
    }

    /// Asks for a new file, of a name that says which one it is.
    fn ask(&mut self) {
        // Of two bytes each, which a write may part; and not all lines of the same length.
        let name = format!("dir/{}.{}", "é".repeat(1 + self.asked % 40), self.asked);
        let path = self.root.join(name);
        fs::write(self.root.join("new"), "").unwrap();
        fs::rename(self.root.join("new"), &path).unwrap();
        assert_denied(open(path));
        self.asked += 1;
    }

    /// Each is either there, or one of those that are missing in that place.
    fn assert_told(&self, lines: &[String]) {
        let mut next = 0;
        for line in lines {
            match line.strip_suffix(" lines are missing here") {
                Some(count) => next += count.parse::<usize>().unwrap(),
                None => {
                    assert!(line.ends_with(&format!("é.{next}: denied")), "{next}: {line}");
                    next += 1;
                }
            }
        }
        assert_eq!(next, self.asked);
        assert!(lines.len() < self.asked);
    }
}

/// Nobody reads its log: who would is perhaps just waiting for it.
#[test]
fn it_does_not_wait_for_who_reads_its_log() {
    in_own_mounts(|| {
        let mut unread = Unread::new();
        // Now somebody reads it, and when there is room for a line again it tells what was left out.
        let stdout = BufReader::new(unread.gate.child.stdout.take().unwrap());
        let (told, seen) = mpsc::channel();
        let reader = thread::spawn(move || {
            let tell = |line: &String| {
                if line.ends_with("missing here") {
                    let _ = told.send(());
                }
            };
            stdout.lines().map(Result::unwrap).inspect(tell).collect::<Vec<_>>()
        });
        let start = Instant::now();
        while seen.try_recv().is_err() {
            assert!(start.elapsed() < LONG, "it does not tell");
            unread.ask();
        }
        unread.gate.sleeps();
        unread.gate.kill(Signal::TERM);
        unread.assert_told(&reader.join().unwrap());
    });
}

/// But when it ends and nobody waits for it any more, it does.
#[test]
fn its_log_is_whole() {
    in_own_mounts(|| {
        let mut unread = Unread::new();
        unread.gate.kill(Signal::TERM);
        let stdout = BufReader::new(unread.gate.child.stdout.take().unwrap());
        let lines = stdout.lines().map(Result::unwrap).collect::<Vec<_>>();
        unread.assert_told(&lines);
        assert!(unread.gate.child.wait().unwrap().success());
    });
}

#[test]
fn without_a_reader_it_goes_on_to_deny() {
    in_own_mounts(|| {
        let root = Mounted::tmpfs();
        prepare(&root.join("dir"));
        let mut gate = Example::spawn("gate", &root, &["secret", "dir"], Stdio::piped());
        drop(gate.child.stdout.take());
        gate.sleeps();
        for _ in 0..3 {
            assert_denied(open(root.join("dir/secret")));
        }
        gate.sleeps();
        assert_eq!(gate.end().errors, "gate: 3 denied until SIGTERM\n");
    });
}

/// Whom it cannot ask about is denied by the kernel, and that is told.
#[test]
fn without_descriptors() {
    in_own_mounts(|| {
        const OPENERS: usize = 20;
        let gated = Gated::new(&["secret"]);
        gated.gate.limit(common::RLIMIT_NOFILE, 16);
        let (sender, receiver) = mpsc::channel();
        gated.gate.stop();
        for _ in 0..OPENERS {
            let (sender, path) = (sender.clone(), gated.root.join("dir/open"));
            thread::spawn(move || sender.send(File::open(path).is_ok()));
        }
        let threads = || fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path().join("stat"));
        let start = Instant::now();
        while threads().filter(|stat| fs::read_to_string(stat).is_ok_and(|stat| stat.contains(") D "))).count()
            < OPENERS
        {
            assert!(start.elapsed() < LONG, "they do not wait");
        }
        gated.gate.kill(Signal::CONT);
        let denied = (0..OPENERS).filter(|_| !receiver.recv_timeout(LONG).expect("it is answered")).count();
        let (ended, _root) = gated.end();
        let told = ended.text().lines().filter(|line| line.ends_with(": open: denied by the kernel: Failed(EMFILE)"));
        assert_eq!(told.count(), denied);
        assert!(denied > 0);
    });
}

#[test]
fn many_ask_at_once() {
    in_own_mounts(|| {
        const THREADS: usize = 200;
        let gated = Gated::new(&["secret"]);
        let (sender, receiver) = mpsc::channel();
        for number in 0..THREADS {
            let (sender, path) = (sender.clone(), gated.root.join(["dir/secret", "dir/open"][number % 2]));
            thread::spawn(move || sender.send(File::open(path).is_ok()));
        }
        let allowed = (0..THREADS).filter(|_| receiver.recv_timeout(LONG).expect("it is answered")).count();
        assert_eq!(allowed, THREADS / 2);
        let (ended, _root) = gated.end();
        assert_eq!(ended.text().lines().count(), THREADS / 2);
    });
}

/// A line stays a line.
#[test]
fn names_of_any_bytes() {
    in_own_mounts(|| {
        let gated = Gated::new(&["*é*"]);
        let name = OsStr::from_bytes(b"1\n(gone)(1): open \xc3\xa9\\ \x1b\xff");
        fs::rename(gated.root.join("dir/open"), gated.root.join("dir").join(name)).unwrap();
        assert_denied(open(gated.root.join("dir").join(name)));
        let shown = gated.line("open", r"dir/1\n(gone)(1): open é\\ \u{1b}\xff", "denied");
        let (ended, _root) = gated.end();
        ended.assert_lines(&[&shown]);
    });
}

#[test]
fn what_cannot_be_guarded() {
    let directory = TempDir::new();
    fs::write(directory.join("file"), "").unwrap();
    let fails = |place: &str, message: &str| {
        let output = run("gate", &directory, &["x", place]);
        assert_eq!((output.status.code(), from_utf8(&output.stderr)), (Some(1), Ok(message)));
    };
    fails("no such", "gate: no such: no such file or directory\n");
    fails("file", "gate: file: not a directory\n");
    if common::has_capability(CAP_SYS_ADMIN, "CAP_SYS_ADMIN") {
        // Of which it asks itself.
        fails("/proc", "gate: /proc: it needs Linux 5.15, and no file system of the kernel's own\n");
    }
}

#[test]
fn without_a_privilege() {
    as_nobody(|| {
        let output = Command::new(example::program("gate")).args(["x", "/"]).output();
        match output {
            Ok(output) => {
                assert_eq!(output.status.code(), Some(1));
                assert_eq!(from_utf8(&output.stderr), Ok("gate: it needs CAP_SYS_ADMIN\n"));
            }
            Err(error) => println!("skipped: nobody may not run the program: {error}"),
        }
    });
}

#[test]
fn options_that_are_wrong() {
    let directory = TempDir::new();
    for (arguments, message) in [
        (&["-x", "a", "b"][..], "no option -x"),
        (&[], "it needs a pattern and a directory"),
        (&["one"], "it needs a pattern and a directory"),
    ] {
        let output = run("gate", &directory, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.starts_with(&format!("gate: {message}\nusage: gate ")), "{errors}");
    }
}

#[test]
fn patterns() {
    let fits = |pattern: &str, path: &str| glob::matches(pattern.as_bytes(), path.as_bytes());
    for (pattern, path) in [
        ("a", "a"),
        ("a", "x/y/a"),
        ("*.key", "x/.key"),
        ("*.key", "x/my.key.key"),
        ("?", "é"),
        ("a?c", "a💧c"),
        ("x/*", "x/y"),
        ("/a", "a"),
        ("x/**", "x/y/z"),
        ("**/z", "x/y/z"),
        ("**/y/*", "x/y/z"),
        ("**b*/c", "a/b/b1/c"),
        ("**b*c", "ab/bc"),
        ("*", "x"),
        ("**", "x/y"),
        ("*a*b*", "x/aab"),
        ("a*", "a*"),
        ("a?", "a?"),
        ("/**a/*b", "x/a/b/a/cb"),
    ] {
        assert!(fits(pattern, path), "{pattern} {path}");
    }
    for (pattern, path) in [
        ("a", "ab"),
        ("a", "a/b"),
        ("a", ""),
        ("*.key", "key"),
        ("?", ""),
        ("?", "ab"),
        ("x/*", "x/y/z"),
        ("x/?", "x/"),
        ("x?y/", "x/y"),
        ("/a", "x/a"),
        ("x/**", "x"),
        ("*a*b", "x/ba"),
        ("**b*/c", "a/b/b1/d"),
        ("/**a/*b", "x/a/c/b"),
    ] {
        assert!(!fits(pattern, path), "{pattern} {path}");
    }
    // Not slow, whatever the name is.
    let (pattern, name) = ("*a".repeat(40) + "b", "a".repeat(255));
    assert!(!fits(&pattern, &name));
    assert!(!fits(&(pattern + "/**a*a**a"), &name.repeat(16)));
}
