//! The example `async_watch`, run as a user runs it. Its lines and options are those of `watch`, and tested there.

mod common;
#[path = "common/example.rs"]
mod example;

use butter::signal::Signal;
use common::TempDir;
use example::{Example, run};
use std::fs;
use std::str::from_utf8;

fn start(directory: &TempDir, arguments: &[&str]) -> Example {
    Example::start("async_watch", directory, arguments)
}

/// It sleeps while all of it happens, so that it is one.
#[test]
fn a_burst_is_told_once() {
    let directory = TempDir::new();
    let mut watch = start(&directory, &["-r", "-e", "create", "."]);
    assert_eq!(watch.ready, "async_watch: ready, watches: 1\n");
    for burst in 0..2 {
        watch.asleep(|| {
            (0..40).for_each(|number| fs::write(directory.join(format!("{burst}-{number}")), "").unwrap());
        });
        assert_eq!(watch.says(), "async_watch: quiet after 40 events\n");
        watch.shows(&format!("./ CREATE {burst}-39"));
    }
    let ended = watch.end();
    assert_eq!(ended.text().lines().count(), 80);
    assert_eq!(ended.errors, "async_watch: 80 events until SIGTERM\n");
}

/// A directory that is made is watched, with what was in it before.
#[test]
fn a_tree_is_followed() {
    let directory = TempDir::new();
    let watch = start(&directory, &["-r", "-e", "create", "."]);
    watch.asleep(|| {
        fs::create_dir_all(directory.join("a/b")).unwrap();
        fs::write(directory.join("a/b/c"), "").unwrap();
    });
    watch.shows("./a/b/ CREATE c");
    fs::write(directory.join("a/d"), "").unwrap();
    watch.shows("./a/ CREATE d");
    watch.end().assert_lines(&["./ CREATE,ISDIR a", "./a/ CREATE,ISDIR b", "./a/b/ CREATE c", "./a/ CREATE d"]);
}

/// What happened before it ends is shown, quiet or not.
#[test]
fn ended_by_a_signal() {
    for (which, name) in [(Signal::INT, "SIGINT"), (Signal::TERM, "SIGTERM")] {
        let directory = TempDir::new();
        let watch = start(&directory, &["-e", "create"]);
        // Stopping and going on interrupts its wait, and does not end it.
        watch.asleep(|| {});
        watch.stop();
        fs::write(directory.join("1"), "").unwrap();
        watch.kill(which);
        let ended = watch.end_with(Signal::CONT);
        ended.assert_lines(&["./ CREATE 1"]);
        assert!(ended.errors.ends_with(&format!("async_watch: 1 events until {name}\n")), "{}", ended.errors);
    }
}

#[test]
fn ended_by_time() {
    let directory = TempDir::new();
    let output = run("async_watch", &directory, &["-t", "0.2", "."]);
    assert_eq!((output.status.code(), output.stdout), (Some(0), vec![]));
    assert!(output.stderr.ends_with(b"async_watch: 0 events until the time was over\n"));
}

#[test]
fn what_is_wrong_is_said() {
    let directory = TempDir::new();
    let output = run("async_watch", &directory, &["no such path"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(from_utf8(&output.stderr), Ok("async_watch: no such path: no such file or directory\n"));
    let output = run("async_watch", &directory, &["-x"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stderr.starts_with(b"async_watch: no option -x\nusage: async_watch [-r] "));
}
