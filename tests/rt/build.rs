//! Packages of programs without a libc, built for the tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// How a user links such a program, as the docs of `rt` say.
pub const STATIC: &str = "-Clinker=rust-lld -Crelocation-model=static -Ctarget-feature=+crt-static";
pub const STATIC_PIE: &str = "-Clinker=rust-lld -Crelocation-model=pie -Ctarget-feature=+crt-static";

/// A package of this repository, built into a folder of its own: with the flags that it has itself, or these.
pub fn build(folder: &str, package: &str, flags: Option<&str>, arguments: &[&str]) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.arg("build").arg("--quiet").args(arguments);
    for (name, _) in env::vars_os() {
        // What was said to the cargo that runs the tests is not for this one.
        if name.to_string_lossy().starts_with("CARGO_") && name != "CARGO_HOME" || name == "RUSTFLAGS" {
            cargo.env_remove(name);
        }
    }
    cargo.env("CARGO_TARGET_DIR", &target).envs(flags.map(|flags| ("RUSTFLAGS", flags)));
    cargo.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(package));
    assert!(cargo.status().unwrap().success());
    target.join(if arguments.contains(&"--release") { "release" } else { "debug" })
}

#[test]
fn the_docs_of_rt_say_so() {
    let docs = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rt/mod.rs")).unwrap();
    for flags in [STATIC, STATIC_PIE] {
        let listed: Vec<_> = flags.split(' ').map(|flag| format!("{flag:?}")).collect();
        assert!(docs.contains(&format!("//! rustflags = [{}]\n", listed.join(", "))), "{flags}");
    }
    // The program that they show is the template.
    let hello =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/static/src/bin/hello.rs")).unwrap();
    let shown: String = hello.lines().map(|line| format!("//! {line}").trim_end().to_owned() + "\n").collect();
    assert!(docs.contains(&shown), "{shown}");
}
