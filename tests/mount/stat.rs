use super::*;
use butter::fd::{AsFd, AsRawFd, CWD};
use butter::mount::{
    AttrFlags, FsContext, IdExtent, MntIdReq, Mount, MountAttr, MountId, Propagation, StatMount, StatmountMask,
    statmount,
};
use std::process::Stdio;

const BASIC: StatmountMask = StatmountMask::MNT_BASIC;

/// The id of the mount that a file is on.
pub fn id(path: &Path) -> MountId {
    const STATX_MNT_ID_UNIQUE: u32 = 0x4000;
    const STX_MNT_ID: usize = 144;
    let path = CString::new(path.as_os_str().as_bytes()).unwrap();
    let mut statx = [0u8; 256];
    // SAFETY: the kernel reads the path up to its NUL, and writes 256 bytes.
    unsafe {
        butter::syscall!(STATX, CWD.as_raw_fd(), path.as_ptr(), 0, STATX_MNT_ID_UNIQUE, statx.as_mut_ptr()).unwrap();
    }
    MountId::new(u64::from_ne_bytes(*statx[STX_MNT_ID..].first_chunk().unwrap()))
}

/// Gives `f` all that is told of the mount at a path.
fn told<T>(path: &Path, f: impl FnOnce(StatMount<'_>) -> T) -> T {
    f(statmount(&MntIdReq::new(id(path)), StatmountMask::ALL, &mut [0; 8192]).unwrap())
}

fn words(string: Option<&[u8]>) -> Option<&str> {
    string.map(|string| std::str::from_utf8(string).unwrap())
}

#[test]
fn strings_are_those_that_were_given() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.dir("a place,\twith\n\\ in it");
        mount::mount(c"a source", &dir, c"tmpfs", MountFlags::empty(), c"size=1m,mode=0750").unwrap();
        told(&dir, |told| {
            assert_eq!(words(told.fs_type()), Some("tmpfs"));
            assert_eq!(words(told.source()), Some("a source"));
            assert_eq!(words(told.mount_point()), dir.to_str());
            assert_eq!(words(told.root()), Some("/"));
            assert_eq!(told.fs_subtype(), None);
            let options = words(told.options()).unwrap();
            assert!(has(options, "size=1024k") && has(options, "mode=750"), "{options}");
            let list: Vec<_> = told.option_list().unwrap().map(|option| words(Some(option)).unwrap()).collect();
            assert_eq!(list.join(","), options);
        });
        fs::create_dir(dir.join("b c")).unwrap();
        let copy = stage.dir("copy");
        mount::bind(&dir.join("b c"), &copy, Reach::Mount).unwrap();
        told(&copy, |told| assert_eq!(words(told.root()), Some("/b c")));
    });
}

#[test]
fn an_option_with_a_comma_is_one_in_the_list() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let [lower, merged] = ["lower", "merged"].map(|name| stage.dir(name));
        let second = stage.dir("with, comma");
        let context = FsContext::new(c"overlay").unwrap();
        context.set_string(c"lowerdir+", &lower).unwrap();
        context.set_string(c"lowerdir+", &second).unwrap();
        context.create().unwrap();
        context.mount(AttrFlags::empty()).unwrap().attach(CWD, &merged).unwrap();
        told(&merged, |told| {
            let expected = format!("lowerdir+={}", second.display());
            let list: Vec<_> = told.option_list().unwrap().map(|option| words(Some(option)).unwrap()).collect();
            assert!(list.contains(&&*expected), "{list:?}");
        });
    });
}

#[test]
fn numbers_are_those_of_mountinfo_and_statfs() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::NOSUID | MountFlags::NOATIME);
        let text = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let line = text.lines().find(|line| line.split(' ').nth(4) == dir.to_str()).unwrap();
        let fields: Vec<_> = line.split(' ').collect();
        told(&dir, |told| {
            assert_eq!(told.id(), Some(id(&dir)));
            assert_eq!(told.parent_id(), Some(id(stage.path())));
            assert_eq!(told.old_id().unwrap().to_string(), fields[0]);
            assert_eq!(told.old_parent_id().unwrap().to_string(), fields[1]);
            let (major, minor) = told.device().unwrap();
            assert_eq!(format!("{major}:{minor}"), fields[2]);
            assert_eq!(told.magic(), Some(FsType::TMPFS));
            assert_eq!(told.fs_flags(), Some(MountFlags::empty()));
            assert_eq!(told.attr(), Some(AttrFlags::NOSUID | AttrFlags::NOATIME));
            assert_eq!(told.propagation(), Some(Propagation::PRIVATE));
            assert_eq!((told.peer_group(), told.master(), told.propagate_from()), (Some(0), Some(0), Some(0)));
            assert!(told.mask().contains(StatmountMask::SB_BASIC | BASIC | StatmountMask::MNT_NS_ID));
            assert_ne!(told.namespace_id(), Some(0));
        });
        mount::remount(&dir, MountFlags::RDONLY | MountFlags::SYNCHRONOUS, None).unwrap();
        told(&dir, |told| {
            assert_eq!(told.fs_flags(), Some(MountFlags::RDONLY | MountFlags::SYNCHRONOUS));
            assert!(told.attr().unwrap().contains(AttrFlags::RDONLY));
        });
    });
}

#[test]
fn what_this_kernel_can_tell_is_told() {
    in_own_mounts(|| {
        let stage = Stage::new();
        told(stage.path(), |told| {
            let supported = told.supported_mask().unwrap();
            assert!(supported.contains(StatmountMask::ALL), "{supported:?}");
            assert_eq!(told.mask() - supported, StatmountMask::empty());
        });
    });
}

#[test]
fn only_what_is_asked_for_is_told() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let request = MntIdReq::new(id(stage.path()));
        for bit in 0..15 {
            let mask = StatmountMask::from_bits(1 << bit);
            let mut buffer = [0xff; 4096];
            let told = statmount(&request, mask, &mut buffer).unwrap();
            assert!(mask.contains(told.mask()), "{mask:?}: {told:?}");
        }
        let mut buffer = [0xff; 512];
        let told = statmount(&request, StatmountMask::empty(), &mut buffer).unwrap();
        assert!(told.id().is_none() && told.magic().is_none() && told.fs_type().is_none() && told.options().is_none());
        // A bit that is newer than the kernel is no error, and not told.
        let newer = StatmountMask::from_bits(1 << 50) | BASIC;
        assert_eq!(statmount(&request, newer, &mut [0; 512]).unwrap().mask(), BASIC);
    });
}

#[test]
fn groups_are_told() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        mount::make_shared(&dir, Reach::Mount).unwrap();
        let group = told(&dir, |told| {
            assert_eq!(told.propagation(), Some(Propagation::SHARED));
            told.peer_group().unwrap()
        });
        assert_eq!(shown(&dir).unwrap().optional, format!("shared:{group}"));
        let copy = stage.dir("copy");
        mount::bind(&dir, &copy, Reach::Mount).unwrap();
        mount::make_slave(&copy, Reach::Mount).unwrap();
        mount::make_shared(&copy, Reach::Mount).unwrap();
        told(&copy, |told| {
            assert_eq!(told.propagation(), Some(Propagation::SHARED | Propagation::SLAVE));
            assert_eq!((told.master(), told.propagate_from()), (Some(group), Some(group)));
            assert!(![0, group].contains(&told.peer_group().unwrap()));
        });
        mount::make_unbindable(&dir, Reach::Mount).unwrap();
        told(&dir, |told| assert_eq!(told.propagation(), Some(Propagation::UNBINDABLE)));
    });
}

#[test]
fn maps_are_told() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let (dir, seen) = (stage.tmpfs("a", MountFlags::empty()), stage.dir("seen"));
        let (_child, namespace) = attr::mapped();
        let mount = Mount::bind(CWD, &dir, Reach::Mount).unwrap();
        mount.setattr(&MountAttr::new().idmap(namespace.as_fd()), Reach::Mount).unwrap();
        mount.attach(CWD, &seen).unwrap();
        told(&seen, |told| {
            assert!(told.attr().unwrap().contains(AttrFlags::IDMAP));
            let extent = IdExtent { first: 0, lower_first: 1000, count: 10 };
            assert_eq!(told.uid_map().unwrap().collect::<Vec<_>>(), [extent]);
            assert_eq!(told.gid_map().unwrap().collect::<Vec<_>>(), [extent]);
        });
        told(&dir, |told| assert!(told.uid_map().is_none_or(|mut map| map.next().is_none())));
    });
}

#[test]
fn another_namespace_is_asked_by_its_id_and_by_its_descriptor() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        let (_child, namespace) = elsewhere("mount -t tmpfs other \"$0\"", &dir);
        let its = namespace_id(&namespace);
        let own = told(&dir, |told| told.namespace_id().unwrap());
        assert_eq!(own, namespace_id(&File::open("/proc/self/ns/mnt").unwrap()));
        assert_ne!(own, its);

        let other = list::all(MntIdReq::new(MountId::ROOT).in_namespace(its)).into_iter().find(|id| {
            let request = MntIdReq::new(*id).in_namespace(its);
            let mut buffer = [0; 4096];
            let told = statmount(&request, StatmountMask::ALL, &mut buffer).unwrap();
            assert_eq!(told.namespace_id(), Some(its));
            told.source() == Some(b"other")
        });
        let other = other.unwrap();
        assert_errno(statmount(&MntIdReq::new(other), BASIC, &mut [0; 512]).map(drop), Errno::ENOENT);
        match statmount(&MntIdReq::new(other).in_namespace_fd(namespace.as_fd()), BASIC, &mut [0; 512]) {
            Ok(told) => assert_eq!(told.id(), Some(other)),
            Err(Errno::EINVAL) => println!("skipped: this kernel is older than Linux 6.18 and takes no descriptor"),
            Err(errno) => panic!("{errno:?}"),
        }
    });
}

/// A copy of this mount namespace in which a script has run, held by a process.
pub fn elsewhere(script: &str, argument: &Path) -> (common::Running, File) {
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", &format!("{script} && echo && exec cat")]).arg(argument);
    let mut child = common::Running::spawn(command.stdin(Stdio::piped()).stdout(Stdio::piped()));
    // It writes when it has run.
    std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut [0]).unwrap();
    let namespace = File::open(format!("/proc/{}/ns/mnt", child.id())).unwrap();
    (child, namespace)
}

/// What the ioctl of a mount namespace says.
pub fn namespace_id(namespace: &File) -> u64 {
    const NS_GET_MNTNS_ID: u32 = 0x8008_b705;
    let mut id = 0u64;
    // SAFETY: the kernel writes one number.
    unsafe { butter::syscall!(IOCTL, namespace.as_raw_fd(), NS_GET_MNTNS_ID, &raw mut id) }.unwrap();
    id
}

#[test]
fn a_mount_is_asked_by_a_descriptor() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        let file = File::open(&dir).unwrap();
        match statmount(&MntIdReq::by_fd(file.as_fd()), BASIC, &mut [0; 512]) {
            Ok(told) => assert_eq!(told.id(), Some(id(&dir))),
            Err(Errno::EINVAL) => println!("skipped: this kernel is older than Linux 7.0 and has no STATMOUNT_BY_FD"),
            Err(errno) => panic!("{errno:?}"),
        }
    });
}

#[test]
fn errors_of_statmount() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let request = MntIdReq::new(id(stage.path()));
        let ask = |request: &MntIdReq<'_>| statmount(request, BASIC, &mut [0; 512]).map(drop);
        assert_errno(ask(&MntIdReq::new(MountId::new(0))), Errno::EINVAL);
        assert_errno(ask(&MntIdReq::new(MountId::new(1 << 31))), Errno::EINVAL);
        assert_errno(ask(&MntIdReq::new(MountId::new(u64::MAX - 1))), Errno::ENOENT);
        assert_errno(ask(&request.in_namespace(u64::MAX)), Errno::ENOENT);
        let file = File::open("/dev/null").unwrap();
        assert_errno(ask(&request.in_namespace_fd(file.as_fd())), Errno::EINVAL);
        let closed = ask(&request.in_namespace_fd(common::not_open()));
        assert!([Some(Errno::EBADF), Some(Errno::EINVAL)].contains(&closed.err()), "{closed:?}");

        let all = |size: usize| statmount(&request, StatmountMask::ALL, &mut *vec![0; size]).map(drop);
        assert_errno(all(0), Errno::EOVERFLOW);
        assert_errno(all(StatMount::MIN_BUFFER - 1), Errno::EOVERFLOW);
        assert_errno(all(StatMount::MIN_BUFFER), Errno::EOVERFLOW);
        let nothing = statmount(&request, StatmountMask::empty(), &mut [0; StatMount::MIN_BUFFER - 1]).map(drop);
        assert_errno(nothing, Errno::EOVERFLOW);
        let size = (StatMount::MIN_BUFFER..8192).find(|size| all(*size).is_ok()).unwrap();
        assert_errno(all(size - 1), Errno::EOVERFLOW);
        all(size + 1).unwrap();
        // A mount that has gone.
        mount::umount2(stage.path(), UmountFlags::empty()).unwrap();
        assert_errno(ask(&request), Errno::ENOENT);
    });
}

#[test]
fn a_mount_outside_of_the_root_directory_is_eperm_without_the_capability() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("root", MountFlags::empty());
        let (outside, inside) = (id(stage.path()), id(&dir));
        let here = File::open("/").unwrap();
        std::os::unix::fs::chroot(&dir).unwrap();
        let ask = |id| {
            let mut buffer = [0; 1024];
            let told = statmount(&MntIdReq::new(id), StatmountMask::MNT_POINT, &mut buffer)?;
            Ok(told.mount_point().map(<[u8]>::to_vec))
        };
        assert_eq!(ask(inside), Ok(Some(b"/".to_vec())));
        // It is told of, but no path leads there.
        let from_outside = ask(outside).unwrap();
        assert!([None, Some(vec![])].contains(&from_outside), "{from_outside:?}");
        let denied = common::without_capability(common::CAP_SYS_ADMIN, || ask(outside));
        // SAFETY: the call has no pointer.
        unsafe { butter::syscall!(FCHDIR, here.as_raw_fd()) }.unwrap();
        std::os::unix::fs::chroot(".").unwrap();
        assert_errno(denied, Errno::EPERM);
    });
}

#[test]
fn requests_and_answers_print() {
    let request = MntIdReq::new(MountId::new(7)).in_namespace(8);
    assert_eq!(format!("{request:?}"), "MntIdReq { id: 7, namespace: 8 }");
    assert_eq!(format!("{:?}", MntIdReq::by_fd(CWD)), "MntIdReq { fd: -100 }");
}
