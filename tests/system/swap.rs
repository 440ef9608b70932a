//! Swap areas. One is made in a file of the test's own, is the only one that is ever switched off, and has the lowest priority.

use super::*;
use butter::system::{SwapFlags, swapoff, swapon};
use common::{CAP_SYS_ADMIN, run};
use std::path::{Path, PathBuf};

/// A file that is prepared for it, and switched off again whatever happens.
struct Area {
    file: PathBuf,
    _directory: TempDir,
}

impl Area {
    /// `None`, and it says that the test is skipped, if there can be none.
    fn new() -> Option<Area> {
        let directory = TempDir::new();
        let file = directory.join("area");
        fs::write(&file, vec![0; 1 << 20]).unwrap();
        if !has_capability(CAP_SYS_ADMIN, "CAP_SYS_ADMIN") || !run("mkswap", &["-q", file.to_str().unwrap()]) {
            println!("skipped: no swap area can be prepared here");
            return None;
        }
        Some(Area { file, _directory: directory })
    }

    /// Whether it could be switched on: not on every file system.
    fn on(&self, flags: SwapFlags) -> bool {
        match swapon(&self.file, flags) {
            Ok(()) => true,
            Err(Errno::EINVAL | Errno::ENOSYS) => {
                println!("skipped: no swap area in {}", self.file.display());
                false
            }
            Err(errno) => panic!("{errno}"),
        }
    }

    /// The line of `/proc/swaps` about it, from its kind on.
    fn line(&self) -> Option<Vec<String>> {
        let areas = fs::read_to_string("/proc/swaps").unwrap();
        let mine = areas.lines().find(|line| line.split_whitespace().next().map(Path::new) == Some(&self.file));
        mine.map(|line| line.split_whitespace().skip(1).map(str::to_owned).collect())
    }
}

impl Drop for Area {
    fn drop(&mut self) {
        let _ = swapoff(&self.file);
    }
}

#[test]
fn an_area_is_switched_on_and_off() {
    let Some(area) = Area::new() else { return };
    if !area.on(SwapFlags::empty()) {
        return;
    }
    let line = area.line().unwrap();
    assert_eq!(line[0], "file");
    assert!(line[3].parse::<i32>().unwrap() < 0, "a priority of its own: {line:?}");
    assert_errno(swapon(&area.file, SwapFlags::empty()), Errno::EBUSY);
    swapoff(&area.file).unwrap();
    assert_eq!(area.line(), None);
    assert_errno(swapoff(&area.file), Errno::EINVAL);
}

#[test]
fn an_area_has_the_priority_that_it_is_given() {
    let Some(area) = Area::new() else { return };
    for (flags, priority) in [
        (SwapFlags::empty().priority(0), "0"),
        (SwapFlags::DISCARD.priority(3), "3"),
        ((SwapFlags::DISCARD | SwapFlags::DISCARD_ONCE).priority(1), "1"),
        ((SwapFlags::DISCARD | SwapFlags::DISCARD_PAGES).priority(2), "2"),
    ] {
        if !area.on(flags) {
            return;
        }
        assert_eq!(area.line().unwrap()[3], priority);
        swapoff(&area.file).unwrap();
    }
}

#[test]
fn what_can_be_no_area() {
    if !has_capability(CAP_SYS_ADMIN, "CAP_SYS_ADMIN") {
        return;
    }
    let directory = TempDir::new();
    let file = directory.join("file");
    fs::write(&file, vec![0; 1 << 16]).unwrap();
    assert_errno(swapon(&file, SwapFlags::empty()), Errno::EINVAL);
    assert_errno(swapon(c"/dev/null", SwapFlags::empty()), Errno::EINVAL);
    assert_errno(swapon(&file, SwapFlags::from_bits(0x8_0000)), Errno::EINVAL);
    assert_errno(swapon(&*directory, SwapFlags::empty()), Errno::EISDIR);
    assert_errno(swapon(&directory.join("none"), SwapFlags::empty()), Errno::ENOENT);
    assert_errno(swapon(&file.join("below"), SwapFlags::empty()), Errno::ENOTDIR);
    assert_errno(swapon("a\0b", SwapFlags::empty()), Errno::EINVAL);
    assert_errno(swapon([b'x'; 5000].as_slice(), SwapFlags::empty()), Errno::ENAMETOOLONG);
    assert_errno(swapoff(&file), Errno::EINVAL);
    assert_errno(swapoff(&directory.join("none")), Errno::ENOENT);
}

#[test]
fn a_file_with_holes_can_be_no_area() {
    let Some(area) = Area::new() else { return };
    if !area.on(SwapFlags::empty()) {
        return;
    }
    swapoff(&area.file).unwrap();
    // Its end is in no block.
    let file = File::options().write(true).open(&area.file).unwrap();
    file.set_len(1 << 12).unwrap();
    file.set_len(1 << 20).unwrap();
    file.sync_all().unwrap();
    assert_errno(swapon(&area.file, SwapFlags::empty()), Errno::EINVAL);
}

#[test]
fn areas_are_not_for_everybody() {
    for without in [|| swapon(c"/none", SwapFlags::empty()), || swapoff(c"/none")] {
        assert_errno(without_capability(CAP_SYS_ADMIN, without), Errno::EPERM);
        assert_errno(as_nobody(without), Errno::EPERM);
    }
}
