//! Mounts, in namespaces of a child's own, and file systems.

use super::kernel::{fork, large_file, wait};
use crate::{Failure, Verdict, claim};
use butter::errno::Errno;
use butter::fd::{AsFd, CWD};
use butter::mount::{
    self, AttrFlags, FsContext, FsType, FsmountFlags, ListmountFlags, MntIdReq, Mount, MountAttr, MountFlags, MountId,
    Mounts, OpenTreeFlags, Reach, Statfs, StatfsFlags, StatmountMask, UmountFlags, listmount, statmount,
};
use butter::namespace::{Kinds, Namespace};
use butter::rt::read_file;
use butter::signal::ChildStatus;
use butter::{process, syscall};

/// Each figure is where this architecture has it: those of these file systems are known.
pub fn statfs() -> Verdict {
    let is_plausible = |told: &Statfs, fs_type| {
        claim(told.fs_type() == fs_type && told.name_max() == 255)?;
        claim(told.block_size() == told.fragment_size() && told.block_size().is_power_of_two())?;
        claim((512..=1 << 16).contains(&told.block_size()))?;
        claim(told.flags().contains(StatfsFlags::VALID) && told.flags().bits() < 1 << 16)?;
        claim(told.blocks_available() <= told.blocks_free() && told.blocks_free() <= told.blocks())?;
        claim(told.files_free() <= told.files())
    };
    let proc = mount::statfs(c"/proc")?;
    is_plausible(&proc, FsType::PROC)?;
    claim(proc.blocks() == 0 && proc.files() == 0)?;
    is_plausible(&mount::fstatfs(large_file()?)?, FsType::TMPFS)?;
    claim(mount::statfs(c"/proc/none").err() == Some(Errno::ENOENT))
}

/// Counts of blocks and of files that tell one place from the other, also beyond 32 bits.
pub fn large_statfs() -> Verdict {
    in_namespaces(|| {
        let tmpfs = |options| {
            mount::mount(None, c"m", c"tmpfs", MountFlags::NOEXEC, options)?;
            let told = mount::statfs(c"m")?;
            let small = read_file("/proc/self/mountinfo", &mut [0; 16384])?.windows(8).any(|text| text == b"size=28k");
            mount::umount2(c"m", UmountFlags::empty())?;
            Ok::<_, Errno>((told, small))
        };
        // A kernel of 32 bits itself counts no more: it refuses that many, or says that there are 7.
        let (told, small): (Statfs, bool) = match tmpfs(c"nr_blocks=4294967303,nr_inodes=70000") {
            Err(Errno::EINVAL) => tmpfs(c"nr_blocks=7,nr_inodes=70000"),
            told => told,
        }?;
        let blocks = [told.blocks(), told.blocks_free(), told.blocks_available()];
        let large = if small { 7 } else { 4_294_967_303 };
        holds(told.fs_type() == FsType::TMPFS && blocks == [large; 3])?;
        holds(told.files() == 70_000 && told.files_free() == 69_999 && told.fsid() != [0, 0])?;
        holds(told.flags().contains(StatfsFlags::NOEXEC) && !told.flags().contains(StatfsFlags::RDONLY))
    })
}

pub fn classic() -> Verdict {
    in_namespaces(|| {
        mount::mount(c"source", c"m", c"tmpfs", MountFlags::NODEV, c"size=1m")?;
        mount::remount_bind(c"m", MountFlags::RDONLY)?;
        let flags = mount::statfs(c"m")?.flags();
        holds(flags.contains(StatfsFlags::RDONLY) && !flags.contains(StatfsFlags::NODEV))?;
        mount::make_shared(c"m", Reach::Mount)?;
        mount::make_unbindable(c"m", Reach::Tree)?;
        holds(mount::bind(c"m", c"m", Reach::Mount) == Err(Errno::EINVAL))?;
        mount::make_private(c"m", Reach::Mount)?;
        holds(mount::expire(c"m")? == mount::Expiry::Retry)?;
        holds(mount::expire(c"m")? == mount::Expiry::Unmounted)?;
        mount::bind(c"/", c"m", Reach::Tree)?;
        match mount::pivot_into(c"m") {
            // An older kernel does not put away the files that it was booted with.
            Err(Errno::EINVAL) => holds([FsType::RAMFS, FsType::TMPFS].contains(&mount::statfs(c"/")?.fs_type()))?,
            result => result?,
        }
        holds(mount::statfs(c"/proc")?.fs_type() == FsType::PROC)
    })
}

pub fn by_descriptors() -> Verdict {
    in_namespaces(|| {
        let context = FsContext::new(c"tmpfs")?;
        let mut buffer = [0; 256];
        let error = context.set_flag(c"wrong").map_err(|errno| context.explain(errno, &mut buffer));
        let Err(error) = error else { return Err(Errno::EPROTO) };
        holds(error.errno() == Errno::EINVAL)?;
        holds(error.messages().any(|message| message.text() == b"tmpfs: Unknown parameter 'wrong'"))?;
        context.set_string(c"size", c"1m")?;
        context.create()?;
        let mount = context.mount(AttrFlags::NOEXEC)?;
        mount.setattr(&MountAttr::new().set(AttrFlags::RDONLY).clear(AttrFlags::NOEXEC), Reach::Mount)?;
        mount.attach(CWD, c"m")?;
        let flags = mount::statfs(c"m")?.flags();
        holds(flags.contains(StatfsFlags::RDONLY) && !flags.contains(StatfsFlags::NOEXEC))?;
        let copy = Mount::bind(CWD, c"m", Reach::Mount)?;
        drop(mount);
        mount::umount2(c"m", UmountFlags::empty())?;
        holds(mount::fstatfs(&copy)?.fs_type() == FsType::TMPFS)
    })
}

pub fn list() -> Verdict {
    let (root, mut ids) = (MntIdReq::new(MountId::ROOT), [MountId::ROOT; 64]);
    let ids = match listmount(&root, None, ListmountFlags::empty(), &mut ids) {
        Err(Errno::ENOSYS) => return Err(Failure::Skipped("needs listmount, which came with Linux 6.8")),
        ids => ids?,
    };
    let mut small = [MountId::ROOT; 3];
    for (mount, id) in Mounts::new(root, &mut small)?.zip(ids.iter()) {
        claim(mount? == *id)?;
    }
    let (mut buffer, mut found) = ([0; 4096], false);
    for id in ids.iter() {
        let told = statmount(&MntIdReq::new(*id), StatmountMask::ALL, &mut buffer)?;
        claim(told.id() == Some(*id) && told.fs_type().is_some_and(|name| !name.is_empty()))?;
        found |= told.mount_point() == Some(b"/proc") && told.magic() == Some(FsType::PROC);
    }
    claim(found || ids.len() == 64)
}

/// A mount namespace made around a mount, since Linux 7.0 a copy and since 7.1 a new one: entered, that is the root.
pub fn namespaces() -> Verdict {
    in_namespaces(|| {
        mount::mount(None, c"m", c"tmpfs", MountFlags::NODEV, c"nr_inodes=1234")?;
        let of_copy = Namespace::from(mount::open_tree(CWD, c"m", OpenTreeFlags::NAMESPACE).map_err(older)?);
        let context = FsContext::new(c"tmpfs")?;
        context.set_string(c"nr_inodes", c"2345")?;
        context.create()?;
        let of_new =
            Namespace::from(mount::fsmount(&context, FsmountFlags::NAMESPACE, AttrFlags::RDONLY).map_err(older)?);
        let mut buffer = [0; 4096];
        for (namespace, attr, files) in [(of_copy, AttrFlags::NODEV, 1234), (of_new, AttrFlags::RDONLY, 2345)] {
            holds(namespace.kind()? == Kinds::MNT)?;
            let mut ids = [MountId::ROOT; 8];
            let root = MntIdReq::new(MountId::ROOT).in_namespace_fd(namespace.as_fd());
            let ids = listmount(&root, None, ListmountFlags::empty(), &mut ids)?;
            let top = *ids.last().ok_or(Errno::EPROTO)?;
            let request = MntIdReq::new(top).in_namespace(namespace.id()?);
            let told = statmount(&request, StatmountMask::ALL, &mut buffer)?;
            holds(told.fs_type() == Some(b"tmpfs") && told.attr().is_some_and(|told| told.contains(attr)))?;
            holds(told.namespace_id() == Some(namespace.id()?))?;
            let child = fork(|| {
                let entered = namespace.enter().is_ok() && process::getcwd(&mut [0; 8]).is_ok_and(|path| path == c"/");
                i32::from(entered && mount::statfs(c"/").is_ok_and(|told| told.files() == files))
            })?;
            holds(wait(child)? == ChildStatus::Exited(1))?;
        }
        let both = OpenTreeFlags::NAMESPACE | OpenTreeFlags::CLONE;
        holds(mount::open_tree(CWD, c"m", both).err() == Some(Errno::EINVAL))
    })
}

/// What a kernel says of a flag that it does not know.
fn older(errno: Errno) -> Errno {
    if errno == Errno::EINVAL { Errno::ENOSYS } else { errno }
}

/// What came with Linux 7.0: also of what is mounted no longer, but not of what was never.
pub fn by_descriptor() -> Verdict {
    in_namespaces(|| {
        let context = FsContext::new(c"tmpfs")?;
        context.set_string(c"source", c"by descriptor")?;
        context.create()?;
        let mount = context.mount(AttrFlags::NOEXEC)?;
        let (request, mut buffer) = (MntIdReq::by_fd(mount.as_fd()), [0; 4096]);
        match statmount(&request, StatmountMask::ALL, &mut buffer).map_err(older) {
            Err(Errno::ENOENT) => {}
            told => return told.and(Err(Errno::EPROTO)),
        }
        mount.attach(CWD, c"m")?;
        let told = statmount(&request, StatmountMask::ALL, &mut buffer)?;
        holds(
            told.source() == Some(b"by descriptor") && told.attr().is_some_and(|attr| attr.contains(AttrFlags::NOEXEC)),
        )?;
        holds(
            told.supported_mask().is_some_and(|mask| mask.contains(StatmountMask::ALL)) && told.mount_point().is_some(),
        )?;
        let by_id = MntIdReq::new(told.id().ok_or(Errno::EPROTO)?);
        let fs_type = || Ok(statmount(&by_id, StatmountMask::FS_TYPE, &mut [0; 600])?.fs_type() == Some(b"tmpfs"));
        holds(fs_type()?)?;
        mount::umount2(c"m", UmountFlags::DETACH)?;
        holds(fs_type() == Err(Errno::ENOENT))?;
        let told = statmount(&request, StatmountMask::ALL, &mut buffer)?;
        holds(told.fs_type() == Some(b"tmpfs") && told.mount_point().is_none() && told.namespace_id().is_none())?;
        let mut ids = [MountId::ROOT; 4];
        holds(listmount(&request, None, ListmountFlags::empty(), &mut ids) == Err(Errno::EINVAL))
    })
}

fn holds(claim: bool) -> Result<(), Errno> {
    if claim { Ok(()) } else { Err(Errno::EPROTO) }
}

/// Runs `f` in a child that has a mount namespace of its own, if possible with a user namespace; the directory `m` is there to
/// mount on.
fn in_namespaces(f: impl FnOnce() -> Result<(), Errno>) -> Verdict {
    const CLONE_NEWNS: u32 = 0x0002_0000;
    const CLONE_NEWUSER: u32 = 0x1000_0000;
    const AT_REMOVEDIR: i32 = 0x200;
    const NO_NAMESPACE: i32 = 254;
    // SAFETY: the kernel reads the path up to its NUL.
    unsafe { syscall!(MKDIRAT, super::kernel::AT_FDCWD, c"m".as_ptr(), 0o755) }?;
    let child = fork(|| {
        // With threads, as an emulator has them, there is no new user namespace; then root needs none.
        // SAFETY: the call has no pointer.
        let unshare = |flags: u32| unsafe { syscall!(UNSHARE, flags) };
        if unshare(CLONE_NEWUSER | CLONE_NEWNS).or_else(|_| unshare(CLONE_NEWNS)).is_err() {
            return NO_NAMESPACE;
        }
        mount::make_private(c"/", Reach::Tree)
            .and_then(|()| f())
            .map_or_else(|errno| i32::from(errno.number().min(253)), |()| 0)
    });
    let status = child.and_then(wait);
    // SAFETY: the kernel reads the path up to its NUL.
    unsafe { syscall!(UNLINKAT, super::kernel::AT_FDCWD, c"m".as_ptr(), AT_REMOVEDIR) }?;
    match status? {
        ChildStatus::Exited(0) => Ok(()),
        ChildStatus::Exited(NO_NAMESPACE) => Err(Failure::Skipped("needs a mount namespace")),
        ChildStatus::Exited(number) if number == i32::from(Errno::ENOSYS.number()) => {
            Err(Failure::Skipped("needs a newer kernel"))
        }
        ChildStatus::Exited(number) => Err(Errno::new(number as u16).map_or(Failure::Skipped(""), Failure::from)),
        _ => claim(false),
    }
}
