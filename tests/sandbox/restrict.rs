//! What is restricted by landlock.

use crate::common::TempDir;
use crate::{Ended, command, found};
use butter::landlock::{Abi, abi_version};
use std::net::TcpListener;
use std::path::Path;
use std::{fs, process};

/// Whether the kernel can do as much.
fn has(abi: Abi) -> bool {
    let has = abi_version().is_ok_and(|version| version >= abi);
    if !has {
        println!("skipped: landlock's ABI is not {}", abi.number());
    }
    has
}

/// What every program needs.
const SYSTEM: [&str; 10] = ["--rw", "/dev", "--ro", "/usr", "--ro", "/lib", "--ro", "/bin", "--ro", "/etc"];

fn run(directory: &Path, options: &[&str], script: &str) -> Ended {
    let mut command = command(&["-p", "none"]);
    let lib64 = Path::new("/lib64").exists().then_some(["--ro", "/lib64"]).into_iter().flatten();
    command.args(SYSTEM).args(lib64).args(options).args(["sh", "-c", script]).current_dir(directory);
    command.output().unwrap().into()
}

#[test]
fn files() {
    if !has(Abi::V3) {
        return;
    }
    let directory = TempDir::new();
    for name in ["ro", "rw", "no"] {
        fs::create_dir(directory.join(name)).unwrap();
        fs::write(directory.join(name).join("file"), name).unwrap();
    }
    let script = "\
for d in ro rw no; do
    cat $d/file || echo '' no read; echo x 2>/dev/null > $d/file || echo '' no write; rm $d/file || echo '' no rm
done 2>/dev/null";
    // A redirection that fails ends some shells.
    let script = script.replace("echo x 2>/dev/null > $d/file", "sh -c \"echo x > $d/file\"");
    let ended = run(&directory, &["--ro", "ro", "--rw", "rw"], &script);
    ended.assert(0, "ro no write\n no rm\nrw no read\n no write\n no rm\n");
    assert!(!directory.join("rw/file").exists());
    assert_eq!(fs::read_to_string(directory.join("ro/file")).unwrap(), "ro");
    // A single file.
    let ended = run(&directory, &["--ro", "no/file"], "cat no/file ro/file 2>/dev/null");
    ended.assert(1, "no");
}

#[test]
fn what_is_left_out_is_told() {
    let directory = TempDir::new();
    let told = run(&directory, &[], "exit 5");
    assert_eq!(told.status, Some(5));
    match abi_version() {
        Ok(version) if version >= Abi::V9 => assert_eq!(told.told(), [""; 0]),
        Ok(version) if version >= Abi::V5 => {
            assert_eq!(told.told(), ["this kernel cannot restrict AccessFs(RESOLVE_UNIX)"]);
        }
        _ => assert!(told.told()[0].starts_with("this kernel cannot restrict AccessFs("), "{}", told.errors),
    }
}

#[test]
fn a_path_that_is_not_there() {
    let directory = TempDir::new();
    for option in ["--ro", "--rw"] {
        let ended = run(&directory, &[option, "nothing"], "exit 0");
        ended.assert(125, "").assert_told(&["nothing: No such file or directory (os error 2)"]);
    }
}

#[test]
fn ports() {
    let Some(python) = found("python3") else { return };
    if !has(Abi::V4) {
        return;
    }
    let outside = TcpListener::bind("127.0.0.1:0").unwrap();
    let outside = outside.local_addr().unwrap().port().to_string();
    let script = "\
import socket, sys
def attempt(act):
    try: act(); return True
    except PermissionError: return False
print(attempt(lambda: socket.socket().bind(('127.0.0.1', 0))),
    attempt(lambda: socket.socket().connect(('127.0.0.1', int(sys.argv[1])))))
";
    for (options, expected) in [
        (&[][..], "True True\n"),
        (&["--no-net"], "False False\n"),
        (&["--bind", "0"], "True False\n"),
        (&["--connect", &outside], "False True\n"),
        (&["--no-net", "--bind", "0", "--connect", &outside], "True True\n"),
        (&["--connect", "1"], "False False\n"),
    ] {
        let mut command = command(&["-p", "none"]);
        let ended: Ended = command.args(options).arg(&python).args(["-c", script, &outside]).output().unwrap().into();
        ended.assert(0, expected);
    }
}

#[test]
fn signals() {
    if !has(Abi::V6) {
        return;
    }
    let script = format!(
        "sleep 60 & kill -0 $! && kill $! && echo inside; kill -0 {} 2>/dev/null || echo outside",
        process::id()
    );
    let ended: Ended = command(&["-p", "none", "--scope", "sh", "-c", &script]).output().unwrap().into();
    ended.assert(0, "inside\noutside\n").assert_told(&[]);
}
