//! A limit of memory: a cgroup of its own.
//!
//! Both versions of cgroups will do, where the one at hand has the memory controller and may be written to.

use crate::failure::{Failure, OrFail, say};
use butter::mount::mountinfo;
use butter::process::Pid;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::{fs, process};

/// It is removed when this is dropped: by then nobody may be in it.
pub struct Limit {
    cgroup: PathBuf,
}

impl Limit {
    pub fn new(bytes: u64) -> Result<Limit, Failure> {
        let Some((parent, is_v2)) = parent()? else {
            return Err(Failure::new("--memory: no cgroup with the memory controller is mounted"));
        };
        let cgroup = parent.join(format!("contain-{}", process::id()));
        let step = |step: &str, path: &Path| format!("--memory: {step} {}", path.display());
        fs::create_dir(&cgroup).or_fail(step("making", &cgroup))?;
        let limit = Limit { cgroup };
        let file = limit.cgroup.join(if is_v2 { "memory.max" } else { "memory.limit_in_bytes" });
        fs::write(&file, bytes.to_string()).or_fail(step("writing", &file))?;
        // What is swapped out counts as well, if there is swap, or the kernel counts it.
        let (swap, value) = if is_v2 { ("memory.swap.max", 0) } else { ("memory.memsw.limit_in_bytes", bytes) };
        let _ = fs::write(limit.cgroup.join(swap), value.to_string());
        Ok(limit)
    }

    pub fn add(&self, process: Pid) -> Result<(), Failure> {
        let file = self.cgroup.join("cgroup.procs");
        fs::write(&file, process.to_string()).or_fail(format_args!("--memory: writing {}", file.display()))
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir(&self.cgroup) {
            say(format_args!("removing {}: {error}", self.cgroup.display()));
        }
    }
}

/// The directory of this process's cgroup, if memory can be limited below it, and whether it is of version 2.
fn parent() -> Result<Option<(PathBuf, bool)>, Failure> {
    let cgroups = fs::read("/proc/self/cgroup").or_fail("/proc/self/cgroup")?;
    let mounts = fs::read("/proc/self/mountinfo").or_fail("/proc/self/mountinfo")?;
    for line in cgroups.split(|byte| *byte == b'\n') {
        let mut fields = line.splitn(3, |byte| *byte == b':').skip(1);
        let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else { continue };
        let is_v2 = controllers.is_empty();
        if !is_v2 && !has_word(controllers, b',') {
            continue;
        }
        let Some(directory) = directory(&mounts, is_v2, path) else { continue };
        if !is_v2 {
            return Ok(Some((directory, false)));
        }
        // The controller has to be handed on to those below.
        let _ = fs::write(directory.join("cgroup.subtree_control"), "+memory");
        if fs::read(directory.join("cgroup.subtree_control")).is_ok_and(|words| has_word(&words, b' ')) {
            return Ok(Some((directory, true)));
        }
    }
    Ok(None)
}

fn has_word(words: &[u8], separator: u8) -> bool {
    words.trim_ascii_end().split(|byte| *byte == separator).any(|word| word == b"memory")
}

/// Where a cgroup is in the tree of files.
fn directory(mounts: &[u8], is_v2: bool, path: &[u8]) -> Option<PathBuf> {
    let mut buffer = [0; 4096];
    for mount in mountinfo::parse(mounts) {
        let Some(kind) = mount.fs_type() else { continue };
        let options = mount.fs_options().map_or(&[][..], |options| options.as_bytes());
        let fits =
            if is_v2 { kind.as_bytes() == b"cgroup2" } else { kind.as_bytes() == b"cgroup" && has_word(options, b',') };
        if !fits {
            continue;
        }
        // The mount may show a part of the hierarchy only.
        let root = mount.root()?.as_bytes();
        let below = path.strip_prefix(root.strip_suffix(b"/").unwrap_or(root))?;
        let point = mount.mount_point()?.unescape(&mut buffer)?;
        return Some(Path::new(OsStr::from_bytes(&[point, below].concat())).to_owned());
    }
    None
}
