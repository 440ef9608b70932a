//! The example `watch`, run as a user runs it: its lines, its messages and its exit status.

mod common;
#[path = "common/example.rs"]
mod example;

use butter::signal::Signal;
use common::TempDir;
use example::{Example, program};
use std::ffi::{CString, OsStr, OsString};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::str::from_utf8;
use std::time::{Duration, Instant};
use std::{fs, thread};

/// What it does with these arguments if it ends by itself.
fn run(directory: &Path, arguments: &[&str]) -> Output {
    example::run("watch", directory, arguments)
}

/// Starts it, and reads its lines.
fn start(directory: &Path, arguments: &[&str]) -> Example {
    Example::start("watch", directory, arguments)
}

#[test]
fn a_line_for_each_event() {
    let directory = TempDir::new();
    fs::create_dir(directory.join("d")).unwrap();
    let watch = start(&directory, &["d"]);
    let d = directory.join("d");
    fs::write(d.join("a file"), "x").unwrap();
    fs::rename(d.join("a file"), d.join("b")).unwrap();
    fs::rename(d.join("b"), directory.join("outside")).unwrap();
    fs::create_dir(d.join("sub")).unwrap();
    fs::write(d.join("sub/unseen"), "").unwrap();
    fs::set_permissions(d.join("sub"), fs::Permissions::from_mode(0o700)).unwrap();
    fs::remove_file(d.join("sub/unseen")).unwrap();
    fs::remove_dir(d.join("sub")).unwrap();
    fs::remove_dir(d).unwrap();
    watch.end().assert_lines(&[
        "d/ CREATE a file",
        "d/ MODIFY a file",
        "d/ CLOSE_WRITE,CLOSE a file",
        "d/ MOVED_FROM a file",
        "d/ MOVED_TO b",
        "d/ MOVED_FROM b",
        "d/ CREATE,ISDIR sub",
        "d/ ATTRIB,ISDIR sub",
        "d/ DELETE,ISDIR sub",
        "d/ DELETE_SELF ",
    ]);
}

#[test]
fn a_file_and_a_link_to_a_directory() {
    let directory = TempDir::new();
    fs::write(directory.join("file"), "x").unwrap();
    fs::create_dir(directory.join("d")).unwrap();
    symlink("d", directory.join("link")).unwrap();
    let watch = start(&directory, &["-e", "open,CLOSE_NOWRITE,create", "-e", "move_self", "file", "link"]);
    fs::read(directory.join("file")).unwrap();
    fs::rename(directory.join("file"), directory.join("renamed")).unwrap();
    fs::create_dir(directory.join("d/sub")).unwrap();
    watch.end().assert_lines(&["file OPEN ", "file CLOSE_NOWRITE,CLOSE ", "file MOVE_SELF ", "link/ CREATE,ISDIR sub"]);
}

#[test]
fn only_the_events_that_were_chosen() {
    let directory = TempDir::new();
    let watch = start(&directory, &["-r", "-e", "delete,move", "--", "."]);
    fs::create_dir(directory.join("sub")).unwrap();
    fs::write(directory.join("sub/f"), "x").unwrap();
    fs::rename(directory.join("sub/f"), directory.join("g")).unwrap();
    fs::remove_file(directory.join("g")).unwrap();
    // The directory may be watched before or after the file has left it.
    let ended = watch.end();
    let lines = ended.text().lines().filter(|line| *line != "./sub/ MOVED_FROM f").collect::<Vec<_>>();
    assert_eq!(lines, ["./ MOVED_TO g", "./ DELETE g"]);
}

/// Many directories with files in them appear at once, faster than they can be watched. Each is shown, and once.
#[test]
fn a_storm_of_new_directories() {
    // No more threads, so that it keeps up well enough to come to a directory while files are made there.
    const THREADS: usize = 2;
    const DIRECTORIES: usize = 100;
    const FILES: usize = 50;
    let directory = TempDir::new();
    let watch = start(&directory, &["-r", "-e", "create", "."]);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let directory = &directory;
            scope.spawn(move || {
                for number in 0..DIRECTORIES {
                    let top = directory.join(format!("{thread}-{number}"));
                    fs::create_dir_all(top.join("a/b/c")).unwrap();
                    for file in 0..FILES {
                        let parent = ["a/b/c", "a/b", "a", ""][file % 4];
                        fs::File::create_new(top.join(parent).join(file.to_string())).unwrap();
                    }
                }
            });
        }
    });
    let ended = watch.end();
    let counted = ended.counted();
    let shown_once = |line: String| assert_eq!(counted.get(&*line), Some(&1), "{line}");
    for top in (0..THREADS).flat_map(|thread| (0..DIRECTORIES).map(move |number| format!("{thread}-{number}"))) {
        shown_once(format!("./ CREATE,ISDIR {top}"));
        shown_once(format!("./{top}/ CREATE,ISDIR a"));
        shown_once(format!("./{top}/a/ CREATE,ISDIR b"));
        shown_once(format!("./{top}/a/b/ CREATE,ISDIR c"));
        for file in 0..FILES {
            let parent = ["a/b/c/", "a/b/", "a/", ""][file % 4];
            shown_once(format!("./{top}/{parent} CREATE {file}"));
        }
    }
    assert_eq!(ended.text().lines().count(), THREADS * DIRECTORIES * (4 + FILES));
}

#[test]
fn directories_that_move() {
    let (directory, outside) = (TempDir::new(), TempDir::new());
    fs::create_dir_all(directory.join("a/deep")).unwrap();
    fs::create_dir_all(outside.join("in/deep")).unwrap();
    fs::write(outside.join("in/deep/old"), "").unwrap();
    let watch = start(&directory, &["-r", "-e", "create,delete,move", "."]);
    let create = |path: &str| drop(fs::File::create_new(directory.join(path)).unwrap());
    watch.asleep(|| {
        // Within the tree: what happens in it has the path of that moment.
        fs::rename(directory.join("a"), directory.join("b")).unwrap();
        create("b/deep/1");
        fs::rename(directory.join("b"), directory.join("c")).unwrap();
        create("c/deep/2");
        // Out of it, and what happens there is nobody's concern.
        fs::rename(directory.join("c"), outside.join("out")).unwrap();
        fs::write(outside.join("out/deep/unseen"), "").unwrap();
        // Another in its place, and one from outside.
        fs::create_dir(directory.join("c")).unwrap();
        create("c/3");
        fs::rename(outside.join("in"), directory.join("in")).unwrap();
    });
    watch.end().assert_sorted(&[
        "./ MOVED_FROM,ISDIR a",
        "./ MOVED_TO,ISDIR b",
        "./b/deep/ CREATE 1",
        "./ MOVED_FROM,ISDIR b",
        "./ MOVED_TO,ISDIR c",
        "./c/deep/ CREATE 2",
        "./ MOVED_FROM,ISDIR c",
        "./ CREATE,ISDIR c",
        "./c/ CREATE 3",
        "./ MOVED_TO,ISDIR in",
        "./in/ CREATE,ISDIR deep",
        "./in/deep/ CREATE old",
    ]);
}

/// The directory is renamed before the new one in it could be watched.
#[test]
fn a_new_directory_under_an_old_path() {
    let directory = TempDir::new();
    fs::create_dir(directory.join("a")).unwrap();
    let watch = start(&directory, &["-r", "-e", "create", "."]);
    watch.asleep(|| {
        fs::create_dir(directory.join("a/new")).unwrap();
        fs::write(directory.join("a/new/1"), "").unwrap();
        fs::rename(directory.join("a"), directory.join("b")).unwrap();
        fs::create_dir(directory.join("a")).unwrap();
        fs::write(directory.join("a/2"), "").unwrap();
    });
    watch.shows("./b/new/ CREATE 1");
    watch.shows("./a/ CREATE 2");
    fs::write(directory.join("b/new/3"), "").unwrap();
    fs::write(directory.join("a/4"), "").unwrap();
    watch.end().assert_sorted(&[
        "./a/ CREATE,ISDIR new",
        "./b/new/ CREATE 1",
        "./ CREATE,ISDIR a",
        "./a/ CREATE 2",
        "./b/new/ CREATE 3",
        "./a/ CREATE 4",
    ]);
}

#[test]
fn two_directories_that_change_places() {
    const AT_FDCWD: i32 = -100;
    const RENAME_EXCHANGE: u32 = 2;
    let directory = TempDir::new();
    fs::create_dir_all(directory.join("a/of a")).unwrap();
    fs::create_dir_all(directory.join("b/of b")).unwrap();
    let watch = start(&directory, &["-r", "-e", "create,moved_to", "."]);
    let path = |name| CString::new(directory.join(name).into_os_string().into_vec()).unwrap();
    let (a, b) = (path("a"), path("b"));
    // SAFETY: the kernel reads the two paths.
    unsafe { butter::syscall!(RENAMEAT2, AT_FDCWD, a.as_ptr(), AT_FDCWD, b.as_ptr(), RENAME_EXCHANGE) }.unwrap();
    watch.shows("./ MOVED_TO,ISDIR a");
    for file in ["a/1", "b/2", "a/of b/3", "b/of a/4"] {
        fs::write(directory.join(file), "").unwrap();
    }
    watch.end().assert_lines(&[
        "./ MOVED_TO,ISDIR b",
        "./ MOVED_TO,ISDIR a",
        "./a/ CREATE 1",
        "./b/ CREATE 2",
        "./a/of b/ CREATE 3",
        "./b/of a/ CREATE 4",
    ]);
}

#[test]
fn a_directory_that_comes_back() {
    let directory = TempDir::new();
    fs::create_dir(directory.join("d")).unwrap();
    let watch = start(&directory, &["-r", "-e", "create,delete", "."]);
    fs::remove_dir(directory.join("d")).unwrap();
    fs::create_dir(directory.join("d")).unwrap();
    fs::write(directory.join("d/f"), "").unwrap();
    watch.shows("./d/ CREATE f");
    fs::remove_dir_all(directory.join("d")).unwrap();
    fs::create_dir(directory.join("d")).unwrap();
    fs::write(directory.join("d/f"), "").unwrap();
    watch.end().assert_lines(&[
        "./ DELETE,ISDIR d",
        "./ CREATE,ISDIR d",
        "./d/ CREATE f",
        "./d/ DELETE f",
        "./ DELETE,ISDIR d",
        "./ CREATE,ISDIR d",
        "./d/ CREATE f",
    ]);
}

/// More happens than the kernel keeps: that is said, and nothing that is there or gone is missed.
#[test]
fn an_overflow() {
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let files = limit.trim().parse::<usize>().unwrap() + 4000;
    let directory = TempDir::new();
    fs::create_dir_all(directory.join("gone")).unwrap();
    fs::create_dir_all(directory.join("stays")).unwrap();
    fs::write(directory.join("stays/gone"), "").unwrap();
    fs::write(directory.join("stays/stays"), "").unwrap();
    let watch = start(&directory, &["-r", "-e", "create,delete", "."]);
    watch.asleep(|| {
        for number in 0..files {
            fs::File::create_new(directory.join(number.to_string())).unwrap();
        }
        // None of this has an event.
        fs::create_dir(directory.join("new")).unwrap();
        fs::write(directory.join("new/file"), "").unwrap();
        fs::remove_file(directory.join("stays/gone")).unwrap();
        fs::remove_dir(directory.join("gone")).unwrap();
    });
    watch.shows("./new/ CREATE file");
    fs::write(directory.join("new/later"), "").unwrap();
    let ended = watch.end();
    assert_eq!(ended.errors.matches("OVERFLOW").count(), 1, "{}", ended.errors);
    let counted = ended.counted();
    for number in 0..files {
        assert_eq!(counted.get(&*format!("./ CREATE {number}")), Some(&1), "{number}");
    }
    for line in [
        "./ CREATE,ISDIR new",
        "./new/ CREATE file",
        "./stays/ DELETE gone",
        "./ DELETE,ISDIR gone",
        "./new/ CREATE later",
    ] {
        assert_eq!(counted.get(line), Some(&1), "{line}");
    }
    assert_eq!(ended.text().lines().count(), files + 5);
}

/// Its own looking at a large tree neither fills the queue nor is shown.
#[test]
fn reading_is_watched_without_an_overflow() {
    let directory = TempDir::new();
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    for number in 0..limit.trim().parse::<usize>().unwrap() / 3 {
        fs::create_dir(directory.join(number.to_string())).unwrap();
    }
    let watch = start(&directory, &["-r", "-e", "access,open,close", "."]);
    fs::read_dir(directory.join("77")).unwrap();
    let ended = watch.end();
    assert!(!ended.errors.contains("OVERFLOW"), "{}", ended.errors);
    ended.assert_lines(&[
        "./ OPEN,ISDIR 77",
        "./77/ OPEN,ISDIR ",
        "./ CLOSE_NOWRITE,CLOSE,ISDIR 77",
        "./77/ CLOSE_NOWRITE,CLOSE,ISDIR ",
    ]);
}

#[test]
fn names_of_any_bytes() {
    let directory = TempDir::new();
    let name = OsStr::from_bytes(b"\xff\xfe caf\xe9 \x1b");
    let watch = start(&directory, &["-r", "-e", "create", "."]);
    fs::create_dir(directory.join(name)).unwrap();
    fs::write(directory.join(name).join(name), "").unwrap();
    let expected =
        [b"./ CREATE,ISDIR ", name.as_bytes(), b"\n./", name.as_bytes(), b"/ CREATE ", name.as_bytes(), b"\n"];
    assert_eq!(OsString::from_vec(watch.end().lines), OsString::from_vec(expected.concat()));
}

#[test]
fn ended_by_a_signal() {
    for (which, name) in [(Signal::TERM, "SIGTERM"), (Signal::INT, "SIGINT")] {
        let directory = TempDir::new();
        let watch = start(&directory, &["-e", "create", "."]);
        // Stopping and going on interrupts its wait, and does not end it.
        watch.asleep(|| {});
        fs::write(directory.join("1"), "").unwrap();
        fs::write(directory.join("2"), "").unwrap();
        let ended = watch.end_with(which);
        ended.assert_lines(&["./ CREATE 1", "./ CREATE 2"]);
        assert_eq!(ended.errors, format!("watch: 2 events until {name}\n"));
    }
}

#[test]
fn ended_by_time() {
    let directory = TempDir::new();
    let start = Instant::now();
    let output = run(&directory, &["-t", "0.2", "."]);
    assert!((Duration::from_millis(200)..common::LONG).contains(&start.elapsed()));
    assert_eq!((output.status.code(), output.stdout), (Some(0), vec![]));
    assert!(output.stderr.ends_with(b"watch: 0 events until the time was over\n"));
}

#[test]
fn paths_that_cannot_be_watched() {
    let directory = TempDir::new();
    let output = run(&directory, &["no such path"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(from_utf8(&output.stderr), Ok("watch: no such path: no such file or directory\n"));

    // As another user if this is root, who may everything. That user has to reach the program.
    let program = directory.join("program");
    fs::copy(example::program("watch"), &program).unwrap();
    fs::create_dir(directory.join("secret")).unwrap();
    fs::set_permissions(directory.join("secret"), fs::Permissions::from_mode(0o000)).unwrap();
    let as_another = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        if fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0) {
            command.uid(65534);
        }
        command.current_dir(&*directory).args(arguments).output().unwrap()
    };
    let output = as_another(&["secret"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(from_utf8(&output.stderr), Ok("watch: secret: permission denied\n"));

    // Within a tree it is said, and the rest is watched.
    let output = as_another(&["-r", "-t", "0", "."]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.starts_with(b"watch: ./secret: permission denied\nwatch: ready, watches: 1\n"));
}

#[test]
fn too_many_watches() {
    let directory = TempDir::new();
    fs::create_dir(directory.join("sub")).unwrap();
    // The limit of a user namespace of its own.
    let script = "echo 1 > /proc/sys/user/max_inotify_watches && exec \"$0\" -r -t 0 .";
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "sh", "-c", script]).arg(program("watch")).current_dir(&*directory);
    if !Command::new("unshare")
        .args(["--user", "--map-root-user", "true"])
        .status()
        .is_ok_and(|status| status.success())
    {
        println!("skipped: user namespaces are not allowed, or there is no unshare(1)");
        return;
    }
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors, "watch: ./sub: too many watches: the limit is /proc/sys/fs/inotify/max_user_watches\n");
}

#[test]
fn options_that_are_wrong() {
    let directory = TempDir::new();
    for (arguments, message) in [
        (&["-x"][..], "no option -x"),
        (&["-e"], "-e needs a value"),
        (&["-e", "create,nonsense", "."], "no event nonsense"),
        (&["-t", "soon", "."], "-t needs a number of seconds"),
        (&["-t", "-1", "."], "-t needs a number of seconds"),
    ] {
        let output = run(&directory, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.starts_with(&format!("watch: {message}\nusage: watch ")), "{errors}");
    }
}

#[test]
fn nobody_reads_on() {
    let directory = TempDir::new();
    // The time is for the case that it does not notice.
    let mut watch = Example::spawn("watch", &directory, &["-t", "10", "."], Stdio::piped());
    fs::write(directory.join("1"), "").unwrap();
    let mut line = String::new();
    BufReader::new(watch.child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "./ CREATE 1\n");
    // The pipe is closed now. It ends at once: nothing more has to happen.
    let mut errors = String::new();
    watch.errors.read_to_string(&mut errors).unwrap();
    assert_eq!((watch.child.wait().unwrap().code(), &*errors), (Some(0), ""));
}

/// Without a path it shows itself, and leaves nothing behind.
#[test]
fn shows_itself() {
    let directory = TempDir::new();
    let output = Command::new(program("watch")).env("TMPDIR", &*directory).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{lines}");
    for line in [" CREATE draft", " CREATE,ISDIR folder", " CREATE at once", " MOVED_TO,ISDIR archive"] {
        assert_eq!(lines.lines().filter(|shown| shown.ends_with(line)).count(), 1, "{line} in {lines}");
    }
    let end = format!("watch: {} events until the demonstration was over\n", lines.lines().count());
    assert!(from_utf8(&output.stderr).unwrap().ends_with(&end));
    assert_eq!(fs::read_dir(&*directory).unwrap().count(), 0);
}
