//! Quotas: on file systems in memory, if the kernel has them there, and what says no on others.

use super::*;
use butter::Result;
use butter::fd::{AsFd, CWD, OpenFlags};
use butter::system::quota::{self, Change, Format, Info, InfoChange, InfoFlags, Kind, Quota};
use common::{CAP_SYS_ADMIN, Mounted, in_own_mounts, pipe, run};
use std::os::unix::fs::chown;

const KINDS: [Kind; 3] = [Kind::User, Kind::Group, Kind::Project];

/// A file system in memory that counts users and groups: made without help, to see that the kernel cannot.
fn counting() -> Option<Mounted> {
    let probe = TempDir::new();
    if !run("mount", &["-t", "tmpfs", "-o", "usrquota,grpquota", "none", probe.to_str().unwrap()]) {
        println!("skipped: tmpfs has no quotas in this kernel");
        return None;
    }
    run("umount", &[probe.to_str().unwrap()]);
    Some(Mounted::new("tmpfs", "usrquota,grpquota"))
}

/// Each command, as one that gives nothing.
type Command = fn(&dyn Fd, Kind) -> Result<()>;

trait Fd {
    fn get(&self) -> butter::fd::BorrowedFd<'_>;
}

impl<T: AsFd> Fd for T {
    fn get(&self) -> butter::fd::BorrowedFd<'_> {
        self.as_fd()
    }
}

/// Those that change something or may, and those that only look.
const CHANGING: [(&str, Command); 6] = [
    ("quotaon", |fd, kind| quota::quotaon(fd.get(), kind)),
    ("quotaoff", |fd, kind| quota::quotaoff(fd.get(), kind)),
    ("setquota", |fd, kind| quota::setquota(fd.get(), kind, 1, &Change::new())),
    ("setinfo", |fd, kind| quota::setinfo(fd.get(), kind, &InfoChange::new())),
    ("getquota", |fd, kind| quota::getquota(fd.get(), kind, 1).map(drop)),
    ("getnextquota", |fd, kind| quota::getnextquota(fd.get(), kind, 0).map(drop)),
];
const LOOKING: [(&str, Command); 3] = [
    ("getinfo", |fd, kind| quota::getinfo(fd.get(), kind).map(drop)),
    ("getfmt", |fd, kind| quota::getfmt(fd.get(), kind).map(drop)),
    ("sync", |fd, kind| quota::sync(fd.get(), kind)),
];

#[track_caller]
fn all_say<'a>(commands: impl IntoIterator<Item = &'a (&'a str, Command)>, fd: impl AsFd, errno: Errno) {
    for (name, command) in commands {
        for kind in KINDS {
            assert_eq!(command(&fd, kind), Err(errno), "{name} {kind:?}");
        }
    }
}

#[test]
fn a_descriptor_that_is_not_open() {
    if quota::sync(not_open(), Kind::User) == Err(Errno::ENOSYS) {
        return println!("skipped: it needs Linux 5.14 and quotas");
    }
    all_say(CHANGING.iter().chain(&LOOKING), not_open(), Errno::EBADF);
}

#[test]
fn a_file_system_that_has_no_quotas() {
    let (reader, _writer) = pipe();
    all_say(CHANGING.iter().chain(&LOOKING), &reader, Errno::ENOSYS);
    all_say(CHANGING.iter().chain(&LOOKING), File::open("/proc").unwrap(), Errno::ENOSYS);
}

/// `ext4` has them if its image was made so; this one was not.
#[test]
fn a_file_system_that_does_not_count() {
    in_own_mounts(|| {
        let Some(mounted) = Mounted::image("ext4") else { return };
        let path = butter::fs::openat(CWD, &*mounted, OpenFlags::PATH, 0).unwrap();
        if quota::getfmt(&path, Kind::User) == Err(Errno::ENOSYS) {
            return println!("skipped: ext4 has no quotas in this kernel");
        }
        for kind in KINDS {
            assert_errno(quota::getfmt(&path, kind), Errno::ESRCH);
            assert_errno(quota::getinfo(&path, kind), Errno::ESRCH);
            assert_errno(quota::setinfo(&path, kind, &InfoChange::new().bgrace(1)), Errno::ESRCH);
            assert_errno(quota::getquota(&path, kind, 0), Errno::ESRCH);
            assert_errno(quota::getnextquota(&path, kind, 0), Errno::ESRCH);
            assert_errno(quota::setquota(&path, kind, 0, &Change::new().block_limits(1, 2)), Errno::ESRCH);
            assert_errno(quota::quotaon(&path, kind), Errno::EINVAL);
            quota::quotaoff(&path, kind).unwrap();
            quota::sync(&path, kind).unwrap();
        }
        assert_errno(quota::setinfo(&path, Kind::User, &InfoChange::new().flags(InfoFlags::SYS_FILE)), Errno::EINVAL);

        let refused = |command: &(&str, Command)| {
            assert_eq!(
                without_capability(CAP_SYS_ADMIN, || command.1(&path, Kind::User)),
                Err(Errno::EPERM),
                "{}",
                command.0
            );
        };
        CHANGING.iter().for_each(refused);
        // What is one's own, and what holds for all, may be looked at.
        for kind in [Kind::User, Kind::Group] {
            let own = without_capability(CAP_SYS_ADMIN, || quota::getquota(&path, kind, 0));
            assert_errno(own, Errno::ESRCH);
        }
        assert_errno(without_capability(CAP_SYS_ADMIN, || quota::getquota(&path, Kind::Project, 0)), Errno::EPERM);
        assert_errno(without_capability(CAP_SYS_ADMIN, || quota::getfmt(&path, Kind::User)), Errno::ESRCH);
        without_capability(CAP_SYS_ADMIN, || quota::sync(&path, Kind::User)).unwrap();

        drop(path);
        assert!(run("mount", &["-o", "remount,ro", mounted.to_str().unwrap()]));
        let path = butter::fs::openat(CWD, &*mounted, OpenFlags::PATH, 0).unwrap();
        all_say(&CHANGING, &path, Errno::EROFS);
        // These need nothing to be written, nor a privilege.
        all_say(&LOOKING[..2], &path, Errno::ESRCH);
        without_capability(CAP_SYS_ADMIN, || all_say(&LOOKING[..2], &path, Errno::ESRCH));
    });
}

/// One on a disk that counts, if the kernel can.
fn counting_image() -> Option<Mounted> {
    let mounted = Mounted::image("ext4")?;
    mounted.unmount();
    assert!(run("tune2fs", &["-O", "quota", mounted.file().to_str().unwrap()]));
    if mounted.mount() {
        return Some(mounted);
    }
    println!("skipped: ext4 has no quotas in this kernel");
    None
}

#[test]
fn users_and_groups_are_counted_and_limited() {
    in_own_mounts(|| {
        counts_and_limits(counting(), Format::Shmem);
        counts_and_limits(counting_image(), Format::VfsV1);
    });
}

fn counts_and_limits(mounted: Option<Mounted>, format: Format) {
    if let Some(mounted) = mounted {
        let root = File::open(&*mounted).unwrap();
        for kind in [Kind::User, Kind::Group] {
            let _ = quota::quotaon(&root, kind);
            assert_errno(quota::quotaon(&root, kind), Errno::EEXIST);
            quota::quotaoff(&root, kind).unwrap();
            assert_errno(quota::quotaoff(&root, kind), Errno::EEXIST);
            quota::quotaon(&root, kind).unwrap();
            assert_eq!(quota::getfmt(&root, kind), Ok(format));
            quota::setinfo(&root, kind, &InfoChange::new().bgrace(1000).igrace(2000)).unwrap();
            let info: Info = quota::getinfo(&root, kind).unwrap();
            assert_eq!((info.bgrace(), info.igrace()), (1000, 2000));
            quota::setquota(&root, kind, 1000, &Change::new().block_limits(8, 16)).unwrap();
            quota::setquota(&root, kind, 1000, &Change::new().inode_limits(2, 4)).unwrap();
        }
        let file = mounted.join("file");
        fs::write(&file, [1; 4096]).unwrap();
        chown(&file, Some(1000), Some(1000)).unwrap();
        for kind in [Kind::User, Kind::Group] {
            let told: Quota = quota::getquota(&root, kind, 1000).unwrap();
            assert_eq!((told.id(), told.bsoftlimit(), told.bhardlimit()), (1000, 8, 16));
            assert_eq!((told.isoftlimit(), told.ihardlimit()), (2, 4));
            assert_eq!((told.curspace(), told.curinodes(), told.btime(), told.itime()), (4096, 1, 0, 0));
            assert_eq!(quota::getnextquota(&root, kind, 1).map(|next| next.id()), Ok(1000));
            assert_errno(quota::getnextquota(&root, kind, 1001), Errno::ENOENT);
        }
    }
}
