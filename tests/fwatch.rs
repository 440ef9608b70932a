//! The example `fwatch`, run as a user runs it, on file systems of its own: the events of others are not among its lines.

mod common;
#[path = "common/counting.rs"]
mod counting;
#[path = "common/example.rs"]
mod example;
#[path = "../examples/fwatch/group.rs"]
mod group;
#[path = "common/mounted.rs"]
mod mounted;
#[allow(dead_code, reason = "the program uses the rest")]
#[path = "../examples/fwatch/options.rs"]
mod options;
#[path = "../examples/fwatch/paths.rs"]
mod paths;
#[allow(dead_code, reason = "the program uses the rest")]
#[path = "../examples/fwatch/trace.rs"]
mod trace;
#[path = "../examples/common/who.rs"]
mod who;

use butter::signal::Signal;
use butter::{Errno, EventSource};
use common::{LONG, TempDir, as_nobody, in_own_mounts, in_own_namespaces};
use counting::allocates_nothing;
use example::{Ended, Example, run};
use mounted::Mounted;
use options::Options;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{self, Command, Stdio};
use std::str::from_utf8;
use std::time::{Duration, Instant};

fn start(directory: &Path, arguments: &[&str]) -> Example {
    Example::start("fwatch", directory, arguments)
}

/// As its lines show this process.
fn me() -> String {
    let comm = fs::read_to_string("/proc/self/comm").unwrap();
    format!("{}({})", comm.trim_end(), process::id())
}

/// What it shows of this process's doings on that file system, with the rest left out.
#[track_caller]
fn assert_mine(ended: &Ended, root: &Path, expected: &[&str]) {
    let (me, root) = (format!("{}: ", me()), format!("{}/", root.display()));
    let lines = ended.text().lines().map(|line| line.strip_prefix(&me).unwrap_or(line).replace(&root, ""));
    assert_eq!(lines.collect::<Vec<_>>(), expected, "{}", ended.errors);
}

/// All happens before it looks, so that the kernel merges what belongs together.
#[test]
fn a_line_for_each_event() {
    in_own_mounts(|| {
        for root in [Some(Mounted::tmpfs()), Mounted::ext4()].into_iter().flatten() {
            fs::create_dir(root.join("d")).unwrap();
            let fwatch = start(&root, &[]);
            assert_eq!(fwatch.ready, "fwatch: ready: the file system of .\n");
            fwatch.asleep(|| {
                fs::write(root.join("a file"), "x").unwrap();
                fs::read(root.join("a file")).unwrap();
                fs::rename(root.join("a file"), root.join("d/b")).unwrap();
                fs::set_permissions(root.join("d"), fs::Permissions::from_mode(0o700)).unwrap();
                symlink("nowhere", root.join("link")).unwrap();
                fs::remove_file(root.join("d/b")).unwrap();
            });
            assert_mine(
                &fwatch.end(),
                &root,
                &[
                    "ACCESS,MODIFY,CLOSE_WRITE,CLOSE_NOWRITE,OPEN,CREATE a file",
                    "RENAME a file -> d/b",
                    "ATTRIB,ONDIR d",
                    "CREATE link",
                    "ATTRIB (gone)",
                    "DELETE d/b",
                ],
            );
        }
    });
}

/// Where something happened was told before, and that is what a line says.
#[test]
fn directories_that_are_gone() {
    in_own_mounts(|| {
        for root in [Some(Mounted::tmpfs()), Mounted::ext4()].into_iter().flatten() {
            fs::create_dir_all(root.join("old/below")).unwrap();
            fs::create_dir(root.join("unknown")).unwrap();
            let fwatch = start(&root, &["-f", "+D"]);
            // Now it knows where this is.
            fs::write(root.join("old/below/1"), "").unwrap();
            fwatch.shows(&format!("{}: CREATE {}", me(), root.join("old/below/1").display()));
            fwatch.asleep(|| {
                fs::create_dir_all(root.join("new/below")).unwrap();
                fs::write(root.join("new/below/2"), "").unwrap();
                fs::write(root.join("unknown/3"), "").unwrap();
                for (name, directory) in [("1", "old/below"), ("2", "new/below"), ("3", "unknown")] {
                    fs::remove_file(root.join(directory).join(name)).unwrap();
                    fs::remove_dir(root.join(directory)).unwrap();
                }
            });
            let expected = [
                "CREATE old/below/1",
                "CREATE,ONDIR new",
                // That one is gone was merged with that it came.
                "CREATE,DELETE,ONDIR new/below",
                "CREATE,DELETE new/below/2 (deleted)",
                "CREATE,DELETE (gone)/3",
                "DELETE old/below/1",
                "DELETE,ONDIR old/below",
                "DELETE,ONDIR unknown",
            ];
            assert_mine(&fwatch.end(), &root, &expected);
        }
    });
}

/// What was known under the old path is asked for anew, also when the rename itself is not shown.
#[test]
fn directories_that_are_renamed() {
    in_own_mounts(|| {
        for root in [Some(Mounted::tmpfs()), Mounted::ext4()].into_iter().flatten() {
            fs::create_dir_all(root.join("a/below")).unwrap();
            for (kinds, renames) in [("+<", true), ("+", false)] {
                let fwatch = start(&root, &["-f", kinds]);
                fs::write(root.join("a/below/1"), "").unwrap();
                fwatch.shows(&format!("{}: CREATE {}", me(), root.join("a/below/1").display()));
                fwatch.asleep(|| {
                    fs::write(root.join("a/below/2"), "").unwrap();
                    fs::rename(root.join("a"), root.join("b")).unwrap();
                    fs::write(root.join("b/below/3"), "").unwrap();
                    // Another in its place.
                    fs::create_dir_all(root.join("a/below")).unwrap();
                    fs::write(root.join("a/below/4"), "").unwrap();
                });
                let expected = [
                    "CREATE a/below/1",
                    "CREATE a/below/2",
                    "RENAME,ONDIR a -> b",
                    "CREATE b/below/3",
                    "CREATE,ONDIR a",
                    "CREATE,ONDIR a/below",
                    "CREATE a/below/4",
                ];
                let expected = expected.into_iter().filter(|line| renames || !line.starts_with("RENAME"));
                assert_mine(&fwatch.end(), &root, &expected.collect::<Vec<_>>());
                fs::remove_dir_all(root.join("b")).unwrap();
                fs::remove_dir_all(root.join("a/below")).unwrap();
                fs::create_dir(root.join("a/below")).unwrap();
            }
        }
    });
}

/// Its number may be another's meanwhile, so no name is told.
#[test]
fn a_process_that_is_gone() {
    in_own_mounts(|| {
        let root = Mounted::tmpfs();
        let fwatch = start(&root, &["-f", "create"]);
        let mut pids = Vec::new();
        fwatch.asleep(|| {
            for name in ["1", "2"] {
                let mut touch = Command::new("touch").arg(root.join(name)).spawn().unwrap();
                assert!(touch.wait().unwrap().success());
                pids.push(touch.id());
            }
            fs::write(root.join("3"), "").unwrap();
        });
        let ended = fwatch.end();
        let line = |who: &str, name: &str| format!("{who}: CREATE {}", root.join(name).display());
        let gone = |number: usize| format!("(gone)({})", pids[number]);
        ended.assert_lines(&[&line(&gone(0), "1"), &line(&gone(1), "2"), &line(&me(), "3")]);
        assert_eq!(ended.errors, "fwatch: 3 events until SIGTERM\n");
    });
}

/// The kernel tells no name of a file that gets another one, so that the line has any of those that it has by then.
#[test]
fn files_by_themselves_that_are_renamed() {
    in_own_mounts(|| {
        let root = Mounted::tmpfs();
        let at = |name: &str| root.join(name);
        fs::write(at("a"), "").unwrap();
        let fwatch = start(&root, &["-f", "attrib,create"]);
        for [from, to] in [["a", "b"], ["c", "d"]] {
            fs::hard_link(at(from), at(to)).unwrap();
            fwatch.shows(&format!("{}: CREATE {}", me(), at(to).display()));
            fs::rename(at("a"), at("c")).unwrap_or_default();
            fs::rename(at("b"), at("e")).unwrap_or_default();
        }
        let ended = fwatch.end();
        let text = ended.text().replace(&format!("{}: ", me()), "").replace(&format!("{}/", root.display()), "");
        let [attrib, create, attrib_again, create_again] = text.lines().collect::<Vec<_>>()[..] else {
            panic!("{text}")
        };
        assert_eq!((create, create_again), ("CREATE b", "CREATE d"));
        assert!(["ATTRIB a", "ATTRIB b", "ATTRIB c", "ATTRIB e"].contains(&attrib), "{text}");
        assert!(["ATTRIB c", "ATTRIB d", "ATTRIB e"].contains(&attrib_again), "{text}");
    });
}

/// The name of who has the number now is not told.
#[test]
fn a_number_that_is_anothers_meanwhile() {
    // In a pid namespace, where it is known who gets the next number.
    const SCRIPT: &str = r#"
        "$0" -f + "$1" >"$2/lines" 2>"$2/errors" & fwatch=$!
        for i in $(seq 1000); do grep -q ready "$2/errors" && break; sleep 0.01; done
        kill -STOP $fwatch
        touch "$1/file" & gone=$!
        wait $gone
        echo $((gone - 1)) >/proc/sys/kernel/ns_last_pid
        sleep 100 & other=$!
        kill -CONT $fwatch
        kill $fwatch
        wait $fwatch
        kill $other
        echo $gone $other
    "#;
    in_own_mounts(|| {
        let (root, place) = (Mounted::tmpfs(), TempDir::new());
        let mut command = Command::new("unshare");
        command.args(["--pid", "--fork", "--kill-child", "--mount-proc", "timeout", "60", "sh", "-c", SCRIPT]);
        let output = command.arg(example::program("fwatch")).args([&*root, &*place]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let pids = from_utf8(&output.stdout).unwrap().split_whitespace().collect::<Vec<_>>();
        assert_eq!(pids[0], pids[1], "{output:?}");
        let lines = fs::read_to_string(place.join("lines")).unwrap();
        assert_eq!(lines, format!("(gone)({}): CREATE {}\n", pids[0], root.join("file").display()));
    });
}

/// The lines go to a file that is watched. Writing them makes no lines.
#[test]
fn its_own_doings_are_not_told() {
    in_own_mounts(|| {
        for options in [&[][..], &["-c"]] {
            let root = Mounted::tmpfs();
            let output = root.join("output");
            let mut fwatch = Example::spawn("fwatch", &root, options, File::create(&output).unwrap().into());
            let start = Instant::now();
            for number in 0..20 {
                let path = root.join(number.to_string());
                fs::write(&path, "").unwrap();
                // Another's look at the file is told.
                while !fs::read_to_string(&output).unwrap().contains(&format!("{}\n", path.display())) {
                    assert!(start.elapsed() < LONG, "it does not tell");
                }
            }
            fwatch.kill(Signal::TERM);
            let mut said = String::new();
            fwatch.errors.read_to_string(&mut said).unwrap();
            let lines = fs::read_to_string(&output).unwrap();
            assert_eq!(said, format!("fwatch: {} events until SIGTERM\n", lines.lines().count()));
            assert!(lines.lines().all(|line| line.starts_with(&me())), "{lines}");
        }
    });
}

/// More happens than the kernel keeps: that is said in its place, and it goes on.
#[test]
fn an_overflow() {
    in_own_mounts(|| {
        let limit = fs::read_to_string("/proc/sys/fs/fanotify/max_queued_events").unwrap();
        let limit = limit.trim().parse::<usize>().unwrap();
        let root = Mounted::tmpfs();
        fs::create_dir(root.join("d")).unwrap();
        let fwatch = start(&root, &["-f", "+"]);
        fs::write(root.join("d/first"), "").unwrap();
        let line = |name: &str| format!("{}: CREATE {}", me(), root.join(name).display());
        fwatch.shows(&line("d/first"));
        fwatch.asleep(|| {
            for number in 0..limit + 100 {
                fs::write(root.join(format!("d/{number}")), "").unwrap();
            }
            fs::rename(root.join("d"), root.join("e")).unwrap();
        });
        fwatch.shows("OVERFLOW: events are missing here");
        // The rename was lost, and what was known of paths is not relied upon.
        fs::write(root.join("e/last"), "").unwrap();
        let ended = fwatch.end();
        let lines = ended.text().lines().collect::<Vec<_>>();
        let [first, .., overflow, last] = &lines[..] else { panic!() };
        assert_eq!((*first, *last), (&*line("d/first"), &*line("e/last")));
        assert_eq!(*overflow, "OVERFLOW: events are missing here");
        assert_eq!(lines.len(), limit + 3);
        assert!((0..limit).all(|number| lines[1 + number] == line(&format!("d/{number}"))));
    });
}

/// What comes through another mount is another's, and what was deleted is told so. The kernel tells no names.
#[test]
fn only_the_mount() {
    in_own_mounts(|| {
        let root = Mounted::tmpfs();
        let other = Mounted::bind(&root);
        let fwatch = start(&root, &["-c"]);
        assert_eq!(fwatch.ready, "fwatch: ready: the mount of .\n");
        fwatch.asleep(|| {
            fs::write(root.join("a"), "x").unwrap();
            fs::read(other.join("a")).unwrap();
            fs::rename(root.join("a"), root.join("b")).unwrap();
            fs::write(root.join("gone"), "x").unwrap();
            fs::remove_file(root.join("gone")).unwrap();
        });
        let expected = ["MODIFY,CLOSE_WRITE,OPEN b", "MODIFY,CLOSE_WRITE,OPEN gone (deleted)"];
        assert_mine(&fwatch.end(), &root, &expected);

        let output = run("fwatch", &root, &["-c", "-f", "create"]);
        assert_eq!(output.status.code(), Some(1));
        let message = "fwatch: .: these kinds are told of a whole file system with handles only\n";
        assert_eq!(from_utf8(&output.stderr), Ok(message));
    });
}

/// What cannot be opened is told all the same.
#[test]
fn without_descriptors() {
    in_own_mounts(|| {
        const FILES: usize = 20;
        let root = Mounted::tmpfs();
        let fwatch = start(&root, &["-c", "-f", "open"]);
        fwatch.limit(common::RLIMIT_NOFILE, 16);
        fwatch.asleep(|| (0..FILES).for_each(|number| drop(File::create(root.join(number.to_string())).unwrap())));
        let ended = fwatch.end();
        let count = |end: &str| ended.text().lines().filter(|line| line.ends_with(end)).count();
        assert!(count(": OPEN (EMFILE)") > 0);
        assert_eq!(ended.text().lines().count(), FILES);
    });
}

#[test]
fn a_file_system_without_handles() {
    in_own_mounts(|| {
        let root = Mounted::ramfs();
        let fwatch = start(&root, &[]);
        let what = "the file system, which has no handles: names that come and go are not told,";
        assert_eq!(fwatch.ready, format!("fwatch: ready: {what} of .\n"));
        fwatch.asleep(|| {
            fs::write(root.join("a"), "x").unwrap();
            fs::rename(root.join("a"), root.join("b")).unwrap();
        });
        assert_mine(&fwatch.end(), &root, &["MODIFY,CLOSE_WRITE,OPEN b"]);
    });
}

/// The kernel says so itself if it is asked to.
#[test]
fn a_damaged_file_system() {
    in_own_mounts(|| {
        let Some(root) = Mounted::ext4() else { return };
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap();
        let mut mount = mounts.lines().filter(|line| line.contains(root.to_str().unwrap()));
        let device = mount.next().unwrap().split(' ').next().unwrap().strip_prefix("/dev/").unwrap();
        let fwatch = start(&root, &["-f", "fs_error"]);
        if let Err(error) = fs::write(format!("/sys/fs/ext4/{device}/trigger_fs_error"), "out of order") {
            return println!("skipped: no error can be made: {error}");
        }
        fwatch.end().assert_lines(&[&format!("{}: FS_ERROR EUCLEAN (1) (no file)", me())]);
    });
}

#[test]
fn only_the_kinds_and_processes_that_were_chosen() {
    in_own_mounts(|| {
        let root = Mounted::tmpfs();
        for (kinds, expected) in [
            (&["-f", "+"][..], &["CREATE a"][..]),
            (&["-f", "OW"], &["MODIFY,OPEN a"]),
            (&["-f", "C"], &["CLOSE_WRITE,CLOSE_NOWRITE a"]),
            (&["-f", "create,close_nowrite"], &["CLOSE_NOWRITE,CREATE a"]),
            (&["-f", "D", "-f", "close_write"], &["CLOSE_WRITE a", "DELETE b"]),
            (&["-f", ">"], &["RENAME a -> b"]),
            (&["-f", "RENAME,ATTRIB"], &["RENAME a -> b", "ATTRIB (gone)"]),
        ] {
            let fwatch = start(&root, kinds);
            fwatch.asleep(|| {
                fs::write(root.join("a"), "x").unwrap();
                fs::read(root.join("a")).unwrap();
                fs::rename(root.join("a"), root.join("b")).unwrap();
                fs::remove_file(root.join("b")).unwrap();
            });
            assert_mine(&fwatch.end(), &root, expected);
        }
        let fwatch = start(&root, &["-p", "1", "-p", &process::id().to_string(), "-f", "create"]);
        fs::write(root.join("mine"), "").unwrap();
        assert!(Command::new("touch").arg(root.join("another's")).status().unwrap().success());
        let ended = fwatch.end();
        assert!(ended.text().ends_with(&format!(": CREATE {}\n", root.join("another's").display())));
        assert_eq!(ended.text().lines().count(), 1);
    });
}

/// What it may is little, and it says so.
#[test]
fn without_a_privilege() {
    in_own_mounts(|| {
        let root = Mounted::tmpfs();
        fs::write(root.join("file"), "").unwrap();
        fs::create_dir(root.join("sub")).unwrap();
        fs::set_permissions(&*root, fs::Permissions::from_mode(0o777)).unwrap();
        as_nobody(|| {
            let fwatch = start(&root, &["-f", "+OD<"]);
            let what = "without CAP_SYS_ADMIN only this directory, and not by whom,";
            assert_eq!(fwatch.ready, format!("fwatch: ready: {what} of .\n"));
            fwatch.asleep(|| {
                fs::write(root.join("a"), "x").unwrap();
                fs::rename(root.join("a"), root.join("sub/b")).unwrap_err();
                fs::rename(root.join("a"), root.join("b")).unwrap();
                fs::create_dir(root.join("d")).unwrap();
                fs::write(root.join("d/unseen"), "x").unwrap();
                fs::remove_file(root.join("b")).unwrap();
            });
            let ended = fwatch.end();
            let lines = ended.text().replace(&format!("{}/", root.display()), "");
            let lines = lines.lines().collect::<Vec<_>>();
            let expected = ["OPEN,CREATE a", "RENAME a -> b", "CREATE,ONDIR d", "DELETE b"];
            assert_eq!(lines, expected.map(|line| format!("(unknown): {line}")));

            for (arguments, message) in [
                (&["-c"][..], ".: to watch a whole mount it needs CAP_SYS_ADMIN"),
                (&["file"], "file: without CAP_SYS_ADMIN it needs a directory"),
            ] {
                let output = run("fwatch", &root, arguments);
                assert_eq!(output.status.code(), Some(1));
                assert_eq!(from_utf8(&output.stderr).unwrap(), format!("fwatch: {message}\n"));
            }
        });
    });
}

/// Whose own file system it is.
#[test]
fn as_root_of_a_user_namespace() {
    in_own_namespaces(|| {
        let root = Mounted::tmpfs();
        fs::create_dir(root.join("old")).unwrap();
        let fwatch = start(&root, &["-f", "+"]);
        if fwatch.ready.contains("only this directory") {
            return println!("skipped: it needs Linux 6.16");
        }
        fs::write(root.join("old/a"), "").unwrap();
        fs::create_dir(root.join("new")).unwrap();
        fs::write(root.join("new/a"), "").unwrap();
        let lines = ["CREATE old/a", "CREATE,ONDIR new", "CREATE new/a"];
        let ended = fwatch.end();
        assert_eq!(
            ended.text().replace(&format!("{}/", root.display()), "").lines().collect::<Vec<_>>(),
            lines.map(|line| format!("(unknown): {line}"))
        );
    });
}

#[test]
fn names_of_any_bytes() {
    in_own_mounts(|| {
        let root = Mounted::tmpfs();
        let fwatch = start(&root, &["-f", "+"]);
        fs::create_dir(root.join("d\n")).unwrap();
        fs::write(root.join("d\n").join(OsStr::from_bytes(b"\xff caf\xc3\xa9 \x1b \\")), "").unwrap();
        let expected = [r"CREATE,ONDIR d\n", r"CREATE d\n/\xff café \u{1b} \\"];
        assert_mine(&fwatch.end(), &root, &expected);
    });
}

/// Neither the lines nor the paths, nor the names of processes, take memory once it runs.
#[test]
fn nothing_is_allocated() {
    in_own_mounts(|| {
        for arguments in [&[][..], &["-c"]] {
            let root = Mounted::tmpfs();
            let path = |name: &str| root.join(name);
            let [a, b, d, e, in_d, in_e] = ["a", "b", "d", "e", "d/f", "e/f"].map(path);
            let arguments = arguments.iter().map(OsString::from);
            let options = Options::parse(arguments.chain([root.as_os_str().to_owned()])).unwrap();
            let file = File::open(&options.path).unwrap();
            let (group, _) = group::watch(&options, &file).unwrap();
            let mut trace = trace::Trace::new(paths::Paths::new(file), io::sink(), options.kinds, Vec::new());
            let mut buffer = [0; 8192];
            allocates_nothing(|| {
                File::create(&a).unwrap();
                fs::rename(&a, &b).unwrap();
                fs::create_dir(&d).unwrap();
                File::create(&in_d).unwrap();
                fs::rename(&d, &e).unwrap();
                fs::remove_file(&in_e).unwrap();
                fs::remove_dir(&e).unwrap();
                fs::remove_file(&b).unwrap();
                loop {
                    match group.read_events(&mut buffer) {
                        Ok(events) => events.for_each(|event| trace.take(event).unwrap()),
                        Err(Errno::EAGAIN) => break,
                        Err(errno) => panic!("{errno}"),
                    }
                }
                trace.lost("as if").unwrap();
            });
            assert!(trace.count >= 200, "{}", trace.count);
        }
    });
}

#[test]
fn ended_by_a_signal_or_by_time() {
    in_own_mounts(|| {
        let root = Mounted::tmpfs();
        for (which, name) in [(Signal::TERM, "SIGTERM"), (Signal::INT, "SIGINT")] {
            let fwatch = start(&root, &["-f", "D"]);
            fs::write(root.join("1"), "").unwrap();
            fs::remove_file(root.join("1")).unwrap();
            let ended = fwatch.end_with(which);
            assert_mine(&ended, &root, &["DELETE 1"]);
            assert_eq!(ended.errors, format!("fwatch: 1 events until {name}\n"));
        }
        let start = Instant::now();
        let output = run("fwatch", &root, &["-s", "0.2", "."]);
        assert!((Duration::from_millis(200)..LONG).contains(&start.elapsed()));
        assert_eq!((output.status.code(), output.stdout), (Some(0), vec![]));
        assert!(output.stderr.ends_with(b"fwatch: 0 events until the time was over\n"));
    });
}

#[test]
fn nobody_reads_on() {
    in_own_mounts(|| {
        let root = Mounted::tmpfs();
        // The time is for the case that it does not notice.
        let mut fwatch = Example::spawn("fwatch", &root, &["-s", "10", "-f", "+"], Stdio::piped());
        fs::write(root.join("1"), "").unwrap();
        let mut line = String::new();
        BufReader::new(fwatch.child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, format!("{}: CREATE {}\n", me(), root.join("1").display()));
        // The pipe is closed now. It ends at once: nothing more has to happen.
        let mut errors = String::new();
        fwatch.errors.read_to_string(&mut errors).unwrap();
        assert_eq!((fwatch.child.wait().unwrap().code(), &*errors), (Some(0), ""));
    });
}

#[test]
fn paths_that_cannot_be_watched() {
    let directory = TempDir::new();
    let fails = |arguments: &[&str], message: &str| {
        let output = run("fwatch", &directory, arguments);
        assert_eq!((output.status.code(), from_utf8(&output.stderr)), (Some(1), Ok(message)));
    };
    fails(&["no such path"], "fwatch: no such path: no such file or directory\n");
}

#[test]
fn options_that_are_wrong() {
    let directory = TempDir::new();
    for (arguments, message) in [
        (&["-x"][..], "no option -x"),
        (&["-f"], "-f needs a value"),
        (&["-f", "create,nonsense", "."], "no kind nonsense"),
        (&["-f", "OX", "."], "no kind OX"),
        (&["-p", "0"], "-p needs the number of a process"),
        (&["-s", "soon", "."], "-s needs a number of seconds"),
        (&["a", "b"], "one path only"),
    ] {
        let output = run("fwatch", &directory, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.starts_with(&format!("fwatch: {message}\nusage: fwatch ")), "{errors}");
    }
}
