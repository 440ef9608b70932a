//! Static PIEs, which relocate themselves before anything else. Tables of functions and of strings are what would be wrong in
//! one that is not relocated; this program prints with the help of both.

use crate::build::{STATIC_PIE, build};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// It is a PIE, and works: it prints its environment and the auxiliary vector. Gives its length.
fn check(program: PathBuf) -> usize {
    const ET_DYN: u8 = 3;
    let bytes = fs::read(&program).unwrap();
    assert_eq!(bytes[16], ET_DYN, "{program:?}");
    let output = Command::new(&program).env_clear().env("ONE", "1").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{program:?}: {}", output.status);
    assert!(text.contains("\nvariable  ONE=1\n") && text.contains("\nAT_PAGESZ  "), "{text}");
    bytes.len()
}

fn environment(folder: &str, flags: &str, arguments: &[&str]) -> PathBuf {
    build(folder, "examples/static", Some(flags), &[arguments, &["--bin", "environment"]].concat()).join("environment")
}

#[test]
fn optimised() {
    let plain = check(environment("pie", STATIC_PIE, &["--release"]));
    // The same relocations in less room.
    let packed = check(environment("pie", &format!("{STATIC_PIE} -Clink-arg=-zpack-relative-relocs"), &["--release"]));
    assert!(packed < plain, "{packed} bytes, {plain} with no table packed");
}

/// Not optimised, calls go by addresses that are to be relocated.
#[test]
fn not_optimised() {
    check(environment("pie", STATIC_PIE, &[]));
}

/// It makes no `PT_PHDR`.
#[test]
fn by_the_linker_of_gnu() {
    if !Path::new("/usr/bin/ld.bfd").exists() {
        println!("skipped: it needs /usr/bin/ld.bfd");
        return;
    }
    let flags = STATIC_PIE.replace("-Clinker=rust-lld", "-Clink-arg=-fuse-ld=bfd -Clink-arg=-nostartfiles");
    check(environment("pie-gnu", &flags, &["--release"]));
}
