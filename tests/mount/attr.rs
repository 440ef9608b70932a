use super::*;
use butter::fd::{AsFd, CWD, OwnedFd};
use butter::mount::{
    Atime, AttrFlags, FsContext, Mount, MountAttr, OpenTreeFlags, Propagation, SetattrFlags, mount_setattr,
    open_tree_attr,
};
use std::os::unix::fs::lchown;
use std::process::Stdio;

const HERE: SetattrFlags = SetattrFlags::empty();

fn setattr(path: &Path, attr: MountAttr<'_>) -> butter::Result<()> {
    mount_setattr(CWD, path, HERE, &attr)
}

#[test]
fn each_attribute_is_set_and_cleared() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        for (flag, word) in [
            (AttrFlags::RDONLY, "ro"),
            (AttrFlags::NOSUID, "nosuid"),
            (AttrFlags::NODEV, "nodev"),
            (AttrFlags::NOEXEC, "noexec"),
            (AttrFlags::NODIRATIME, "nodiratime"),
            (AttrFlags::NOSYMFOLLOW, "nosymfollow"),
        ] {
            setattr(&dir, MountAttr::new().set(flag)).unwrap();
            assert!(has(&shown(&dir).unwrap().options, word), "{flag:?}");
            setattr(&dir, MountAttr::new().clear(flag)).unwrap();
            assert!(!has(&shown(&dir).unwrap().options, word), "{flag:?}");
        }
        assert_eq!(shown(&dir).unwrap().options, "rw,relatime");
    });
}

#[test]
fn what_is_not_named_stays() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::NODEV | MountFlags::NOEXEC);
        setattr(&dir, MountAttr::new()).unwrap();
        setattr(&dir, MountAttr::new().set(AttrFlags::NOSUID).clear(AttrFlags::NOEXEC)).unwrap();
        assert_eq!(shown(&dir).unwrap().options, "rw,nosuid,nodev,relatime");
    });
}

#[test]
fn access_times_are_one_setting_of_three_values() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        for (atime, options) in
            [(Atime::Noatime, "rw,noatime"), (Atime::Strictatime, "rw"), (Atime::Relatime, "rw,relatime")]
        {
            setattr(&dir, MountAttr::new().atime(atime)).unwrap();
            assert_eq!(shown(&dir).unwrap().options, options);
        }
        let last = MountAttr::new().atime(Atime::Noatime).atime(Atime::Strictatime);
        setattr(&dir, last).unwrap();
        assert_eq!(shown(&dir).unwrap().options, "rw");
        assert_errno(setattr(&dir, MountAttr::new().set(AttrFlags::NOATIME)), Errno::EINVAL);
        assert_errno(setattr(&dir, MountAttr::new().clear(AttrFlags::NOATIME)), Errno::EINVAL);
    });
}

#[test]
fn the_propagation_is_set() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        for (propagation, optional) in [
            (Propagation::SHARED, "shared:"),
            (Propagation::SLAVE, ""),
            (Propagation::UNBINDABLE, "unbindable"),
            (Propagation::PRIVATE, ""),
        ] {
            setattr(&dir, MountAttr::new().propagation(propagation)).unwrap();
            let told = shown(&dir).unwrap().optional;
            assert!(told.starts_with(optional) && optional.is_empty() == told.is_empty(), "{propagation:?}: {told}");
        }
        let two = MountAttr::new().propagation(Propagation::SHARED | Propagation::PRIVATE);
        assert_errno(setattr(&dir, two), Errno::EINVAL);
        let unknown = MountAttr::new().propagation(Propagation::from_bits(1));
        assert_errno(setattr(&dir, unknown), Errno::EINVAL);
    });
}

#[test]
fn a_tree_is_changed_as_a_whole_or_not_at_all() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        let below = dir.join("below");
        fs::create_dir(&below).unwrap();
        mount_tmpfs(&below, MountFlags::empty());
        let attr = MountAttr::new().set(AttrFlags::RDONLY);
        let file = File::create(below.join("file")).unwrap();
        assert_errno(mount_setattr(CWD, &dir, SetattrFlags::RECURSIVE, &attr), Errno::EBUSY);
        assert!(has(&shown(&dir).unwrap().options, "rw"));
        drop(file);
        mount_setattr(CWD, &dir, SetattrFlags::RECURSIVE | SetattrFlags::NO_AUTOMOUNT, &attr).unwrap();
        assert!(has(&shown(&dir).unwrap().options, "ro") && has(&shown(&below).unwrap().options, "ro"));
        let mount = Mount::open(CWD, &dir).unwrap();
        mount.setattr(&MountAttr::new().clear(AttrFlags::RDONLY), Reach::Mount).unwrap();
        assert!(has(&shown(&dir).unwrap().options, "rw") && has(&shown(&below).unwrap().options, "ro"));
        mount.setattr(&MountAttr::new().clear(AttrFlags::RDONLY), Reach::Tree).unwrap();
        assert!(has(&shown(&below).unwrap().options, "rw"));
    });
}

/// A user namespace in which the users 0 to 9 are the system's 1000 to 1009, held by a process.
pub fn mapped() -> (common::Running, OwnedFd) {
    let mut command = Command::new("unshare");
    command.args(["--user", "sh", "-c", "echo; exec cat"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = common::Running::spawn(&mut command);
    // It writes when it is there.
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut [0]).unwrap();
    for map in ["uid_map", "gid_map"] {
        fs::write(format!("/proc/{}/{map}", child.id()), "0 1000 10").unwrap();
    }
    let namespace = File::open(format!("/proc/{}/ns/user", child.id())).unwrap();
    (child, namespace.into())
}

fn owner(path: &Path) -> (u32, u32) {
    let metadata = fs::symlink_metadata(path).unwrap();
    (metadata.uid(), metadata.gid())
}

/// Files of a file system are seen through the maps, and made through them.
fn owners_are_shifted(stage: &Stage, dir: &Path) {
    for (name, id) in [("a", 0), ("b", 9), ("c", 10)] {
        touch(dir.join(name));
        lchown(dir.join(name), Some(id), Some(id)).unwrap();
    }
    let (_child, namespace) = mapped();
    let seen = stage.dir("seen");
    let mount = Mount::bind(CWD, dir, Reach::Mount).unwrap();
    mount.setattr(&MountAttr::new().idmap(namespace.as_fd()), Reach::Mount).unwrap();
    mount.attach(CWD, &seen).unwrap();
    assert!(has(&shown(&seen).unwrap().options, "idmapped"));
    assert_eq!(owner(&seen.join("a")), (1000, 1000));
    assert_eq!(owner(&seen.join("b")), (1009, 1009));
    assert_eq!(owner(&seen.join("c")), (65534, 65534), "one without a line in the maps");
    lchown(seen.join("a"), Some(1005), Some(1006)).unwrap();
    assert_eq!(owner(&dir.join("a")), (5, 6));
    assert_eq!(
        File::create(seen.join("d")).err().and_then(|e| e.raw_os_error()),
        Some(Errno::EOVERFLOW.number().into())
    );
}

#[test]
fn owners_on_a_tmpfs_are_shifted() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("dir", MountFlags::empty());
        owners_are_shifted(&stage, &dir);
    });
}

#[test]
fn owners_on_ext4_are_shifted() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let Some(device) = mount_errors::Loop::ext4(&stage) else { return };
        let dir = stage.dir("dir");
        mount::mount(&*device.0, &dir, c"ext4", MountFlags::empty(), None).unwrap();
        owners_are_shifted(&stage, &dir);
    });
}

#[test]
fn maps_are_taken_away_in_a_copy_only() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("dir", MountFlags::empty());
        touch(dir.join("a"));
        let (_child, namespace) = mapped();
        let attr = MountAttr::new().idmap(namespace.as_fd());
        let seen = stage.dir("seen");
        Mount::from(open_tree_attr(CWD, &dir, OpenTreeFlags::CLONE, &attr).unwrap()).attach(CWD, &seen).unwrap();
        assert_eq!(owner(&seen.join("a")), (1000, 1000));
        let clear = MountAttr::new().clear(AttrFlags::IDMAP);
        assert_errno(setattr(&seen, clear), Errno::EINVAL);
        let back = stage.dir("back");
        Mount::from(open_tree_attr(CWD, &seen, OpenTreeFlags::CLONE, &clear).unwrap()).attach(CWD, &back).unwrap();
        assert_eq!(owner(&back.join("a")), (0, 0));
    });
}

#[test]
fn errors_of_maps() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("dir", MountFlags::empty());
        let (_child, namespace) = mapped();
        let attr = MountAttr::new().idmap(namespace.as_fd());
        let copy = || Mount::bind(CWD, &dir, Reach::Mount).unwrap();
        assert_errno(setattr(&dir, attr), Errno::EINVAL);
        let mount = copy();
        mount.setattr(&attr, Reach::Mount).unwrap();
        assert_errno(mount.setattr(&attr, Reach::Mount), Errno::EPERM);
        let own = File::open("/proc/self/ns/user").unwrap();
        assert_errno(copy().setattr(&MountAttr::new().idmap(own.as_fd()), Reach::Mount), Errno::EPERM);
        let uts = File::open("/proc/self/ns/uts").unwrap();
        assert_errno(copy().setattr(&MountAttr::new().idmap(uts.as_fd()), Reach::Mount), Errno::EINVAL);
        let file = File::open("/dev/null").unwrap();
        assert_errno(copy().setattr(&MountAttr::new().idmap(file.as_fd()), Reach::Mount), Errno::EINVAL);
        let closed = MountAttr::new().idmap(common::not_open());
        assert_errno(copy().setattr(&closed, Reach::Mount), Errno::EBADF);
        // proc knows no maps.
        let proc = FsContext::new(c"proc").unwrap();
        proc.create().unwrap();
        let proc = proc.mount(AttrFlags::empty()).unwrap();
        assert_errno(proc.setattr(&attr, Reach::Mount), Errno::EINVAL);

        let writing = copy();
        let path = format!("/proc/self/fd/{}/file", std::os::fd::AsRawFd::as_raw_fd(&writing));
        let _file = File::create(path).unwrap();
        assert_errno(writing.setattr(&attr, Reach::Mount), Errno::EBUSY);
    });
}

#[test]
fn errors_of_mount_setattr() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.dir("dir");
        let attr = MountAttr::new().set(AttrFlags::NODEV);
        let at = |path: &Path| mount_setattr(CWD, path, HERE, &attr);
        assert_errno(at(&dir), Errno::EINVAL);
        assert_errno(at(Path::new("a\0")), Errno::EINVAL);
        assert_errno(at(&stage.path().join("none")), Errno::ENOENT);
        assert_errno(at(Path::new("")), Errno::ENOENT);
        assert_errno(at(&stage.file("file").join("a")), Errno::ENOTDIR);
        assert_errno(at(Path::new(&"x".repeat(256))), Errno::ENAMETOOLONG);
        symlink("loop", stage.path().join("loop")).unwrap();
        assert_errno(at(&stage.path().join("loop")), Errno::ELOOP);
        assert_errno(mount_setattr(common::not_open(), c"a", HERE, &attr), Errno::EBADF);
        assert_errno(mount_setattr(CWD, stage.path(), SetattrFlags::from_bits(1), &attr), Errno::EINVAL);
        let unknown = AttrFlags::from_bits(1 << 40);
        assert_errno(setattr(stage.path(), MountAttr::new().set(unknown)), Errno::EINVAL);
        assert_errno(setattr(stage.path(), MountAttr::new().clear(unknown)), Errno::EINVAL);
        common::without_capability(common::CAP_SYS_ADMIN, || assert_errno(at(stage.path()), Errno::EPERM));
        let link = stage.path().join("link");
        symlink(stage.path(), &link).unwrap();
        at(&link).unwrap();
        assert_errno(mount_setattr(CWD, &link, SetattrFlags::SYMLINK_NOFOLLOW, &attr), Errno::EINVAL);
        let file = File::open("/dev/null").unwrap();
        assert_errno(mount_setattr(&file, c"", SetattrFlags::EMPTY_PATH, &attr), Errno::EINVAL);

        let _file = File::create(stage.path().join("writing")).unwrap();
        assert_errno(setattr(stage.path(), MountAttr::new().set(AttrFlags::RDONLY)), Errno::EBUSY);
        set_mode(&dir, 0o0);
        let denied = without_search(|| at(&dir.join("a")));
        assert_errno(denied, Errno::EACCES);
    });
}

#[test]
fn a_flag_that_came_from_a_namespace_with_more_privileges_is_locked() {
    common::in_own_namespaces(|| {
        // `/dev` of the namespace outside, or else whatever is there, with its flags.
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::NODEV);
        setattr(&dir, MountAttr::new().clear(AttrFlags::NODEV)).unwrap();
        let locked = fs::read_to_string("/proc/self/mountinfo").unwrap();
        // One that is not under another.
        let locked = locked
            .lines()
            .map(|line| line.split(' ').collect::<Vec<_>>())
            .find(|fields| has(fields[5], "nosuid") && Path::new(fields[4]).exists());
        let Some(fields) = locked else { return println!("skipped: no mount outside has nosuid") };
        let target = Path::new(fields[4]);
        assert_errno(setattr(target, MountAttr::new().clear(AttrFlags::NOSUID)), Errno::EPERM);
        assert_errno(mount::remount_bind(target, MountFlags::empty()), Errno::EPERM);
    });
}

#[test]
fn it_prints_what_is_to_change() {
    let attr = MountAttr::new().set(AttrFlags::NODEV).clear(AttrFlags::RDONLY).propagation(Propagation::SLAVE);
    let text =
        "MountAttr { set: AttrFlags(NODEV), clear: AttrFlags(RDONLY), propagation: Propagation(SLAVE), userns: None }";
    assert_eq!(format!("{attr:?}"), text);
}
