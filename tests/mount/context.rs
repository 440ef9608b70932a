use super::*;
use butter::fd::{AsFd, AsRawFd, CWD};
use butter::mount::{
    AttrFlags, FsContext, FsmountFlags, FsopenFlags, FspickFlags, MessageKind, MntIdReq, Mount, StatmountMask,
    fsconfig_create, fsmount, fsopen, fspick, statmount,
};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;

fn messages(context: &FsContext) -> Vec<(MessageKind, String)> {
    let mut buffer = [0; 4096];
    context.read_messages(&mut buffer).unwrap().map(|message| (message.kind(), message.to_string())).collect()
}

#[test]
fn a_file_system_is_made_step_by_step() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let context = FsContext::new(c"tmpfs").unwrap();
        context.set_string(c"source", c"a source").unwrap();
        context.set_string(c"size", c"1m").unwrap();
        context.set_flag(c"ro").unwrap();
        context.create().unwrap();
        let mount = context.mount(AttrFlags::NOSUID | AttrFlags::NOATIME).unwrap();
        let dir = stage.dir("a");
        assert!(!is_mount(&dir));
        mount.attach(CWD, &dir).unwrap();
        let told = shown(&dir).unwrap();
        assert_eq!((&*told.source, &*told.fstype), ("a\\040source", "tmpfs"));
        assert!(has(&told.fs_options, "size=1024k") && has(&told.fs_options, "ro"), "{told:?}");
        assert!(has(&told.options, "nosuid") && has(&told.options, "noatime"), "{told:?}");
    });
}

#[test]
fn descriptors_are_closed_over_exec_unless_asked_otherwise() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let context = FsContext::new(c"tmpfs").unwrap();
        assert!(common::is_cloexec(&context));
        assert!(!common::is_cloexec(fsopen(c"tmpfs", FsopenFlags::NO_CLOEXEC).unwrap()));
        assert!(common::is_cloexec(FsContext::pick(CWD, stage.path()).unwrap()));
        assert!(!common::is_cloexec(fspick(CWD, stage.path(), FspickFlags::NO_CLOEXEC).unwrap()));
        context.create().unwrap();
        let mount = fsmount(&context, FsmountFlags::NO_CLOEXEC, AttrFlags::empty()).unwrap();
        assert!(!common::is_cloexec(&mount));
        let context = FsContext::new(c"tmpfs").unwrap();
        context.create().unwrap();
        assert!(common::is_cloexec(context.mount(AttrFlags::empty()).unwrap()));
    });
}

#[test]
fn the_kernel_says_what_is_wrong() {
    in_own_mounts(|| {
        let context = FsContext::new(c"tmpfs").unwrap();
        assert_eq!(messages(&context), []);
        assert_errno(context.set_string(c"colour", c"blue"), Errno::EINVAL);
        assert_errno(context.set_string(c"size", c"many"), Errno::EINVAL);
        let said = messages(&context);
        let [(MessageKind::Error, first), (MessageKind::Error, second)] = &said[..] else { panic!("{said:?}") };
        assert_eq!(first, "tmpfs: Unknown parameter 'colour'");
        assert!(second.contains("size"), "{second}");
        assert_eq!(messages(&context), [], "they are read once");
    });
}

#[test]
fn messages_that_do_not_fit_stay() {
    in_own_mounts(|| {
        let context = FsContext::new(c"tmpfs").unwrap();
        for key in [c"a", c"b", c"c"] {
            assert_errno(context.set_flag(key), Errno::EINVAL);
        }
        let (line, read) = ("e tmpfs: Unknown parameter 'a'\n".len(), |size: usize| {
            let mut buffer = vec![0; size];
            context.read_messages(&mut *buffer).map(|messages| messages.map(|message| message.to_string()).collect())
        });
        assert_eq!(read(0), Err(Errno::EMSGSIZE));
        assert_eq!(read(line - 2), Err(Errno::EMSGSIZE));
        assert_eq!(read(line), Ok(vec!["tmpfs: Unknown parameter 'a'".to_owned()]));
        let rest = ["b", "c"].map(|key| format!("tmpfs: Unknown parameter '{key}'"));
        assert_eq!(read(line * 3), Ok(rest.to_vec()));
        assert_eq!(read(0), Ok(vec![]));
    });
}

#[test]
fn the_last_messages_are_kept() {
    in_own_mounts(|| {
        let context = FsContext::new(c"tmpfs").unwrap();
        for number in 0..10 {
            assert_errno(context.set_flag(&*format!("key{number}")), Errno::EINVAL);
        }
        let said = messages(&context);
        assert_eq!(said.len(), 8);
        assert!(said[0].1.contains("'key2'") && said[7].1.contains("'key9'"), "{said:?}");
    });
}

#[test]
fn an_error_is_explained_with_the_messages() {
    in_own_mounts(|| {
        let context = FsContext::new(c"tmpfs").unwrap();
        let (mut buffer, mut small) = ([0; 512], [0; 8]);
        assert_errno(context.set_flag(c"worse"), Errno::EINVAL);
        let error = context.explain(Errno::EINVAL, &mut small);
        assert_eq!((error.to_string(), error.messages().count()), ("invalid argument".to_owned(), 0));
        let error = context.explain(Errno::EINVAL, &mut buffer);
        assert_eq!(error.to_string(), "invalid argument: tmpfs: Unknown parameter 'worse'");
        assert_eq!((error.errno(), error.messages().count()), (Errno::EINVAL, 1));
    });
}

#[test]
fn what_is_no_context_has_no_messages() {
    let context = FsContext::from(butter::fd::OwnedFd::from(File::open("/proc/self").unwrap()));
    assert_errno(context.read_messages(&mut [0; 64]).map(drop), Errno::EISDIR);
    let mut buffer = [0; 64];
    assert_eq!(context.explain(Errno::EPERM, &mut buffer).messages().count(), 0);
    let empty = FsContext::from(butter::fd::OwnedFd::from(File::open("/dev/null").unwrap()));
    assert_eq!(empty.read_messages(&mut [0; 64]).unwrap().count(), 0);
}

#[test]
fn an_overlay_is_made_of_strings_and_its_layers_also_of_descriptors() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let [lower, upper, work, merged] = ["lower", "upper", "work", "merged"].map(|name| stage.dir(name));
        fs::write(lower.join("file"), "from below").unwrap();
        let mount_overlay = |configure: &dyn Fn(&FsContext)| {
            let context = FsContext::new(c"overlay").unwrap();
            configure(&context);
            let mut buffer = [0; 1024];
            context.create().map_err(|errno| context.explain(errno, &mut buffer).to_string()).unwrap();
            context.mount(AttrFlags::empty()).unwrap().attach(CWD, &merged).unwrap();
        };
        mount_overlay(&|context| {
            context.set_string(c"lowerdir", &lower).unwrap();
            context.set_string(c"upperdir", &upper).unwrap();
            context.set_string(c"workdir", &work).unwrap();
        });
        assert_eq!(fs::read(merged.join("file")).unwrap(), b"from below");
        fs::write(merged.join("file"), "changed").unwrap();
        assert_eq!(fs::read(upper.join("file")).unwrap(), b"changed");
        assert_eq!(fs::read(lower.join("file")).unwrap(), b"from below");
        mount::umount2(&merged, UmountFlags::empty()).unwrap();

        // Since Linux 6.13.
        let open = |path: &Path| File::open(path).unwrap();
        let (below, above, room) = (open(&lower), open(&upper), open(&work));
        mount_overlay(&|context| {
            context.set_fd(c"lowerdir+", &below).unwrap();
            context.set_fd(c"upperdir", &above).unwrap();
            context.set_fd(c"workdir", &room).unwrap();
        });
        assert_eq!(fs::read(merged.join("file")).unwrap(), b"changed");
    });
}

#[test]
fn a_context_whose_step_has_failed_is_ebusy() {
    in_own_mounts(|| {
        let context = FsContext::new(c"overlay").unwrap();
        assert_errno(context.create(), Errno::EINVAL);
        assert_errno(context.set_string(c"lowerdir", c"/"), Errno::EBUSY);
        assert_errno(context.create(), Errno::EBUSY);
    });
}

#[test]
fn a_path_a_descriptor_as_a_path_and_bytes_are_given_to_the_file_system() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let Some(device) = mount_errors::Loop::ext4(&stage) else { return };
        let context = FsContext::new(c"ext4").unwrap();
        assert_errno(context.set_binary(c"errors", b"panic"), Errno::EINVAL);
        assert_errno(context.set_path(c"errors", CWD, &*device.0), Errno::EINVAL);
        assert_eq!(messages(&context).len(), 2);
        // The one option of this kernel that is a path: it has to lead to a device.
        let journal = c"journal_path";
        context.set_path(journal, CWD, &*device.0).unwrap();
        context.set_path(journal, File::open("/dev").unwrap(), device.0.file_name().unwrap()).unwrap();
        context.set_path_empty(journal, File::open(&device.0).unwrap()).unwrap();
        let file = stage.file("file");
        let not_a_device = [
            context.set_path(journal, CWD, &file),
            context.set_path(journal, File::open(stage.path()).unwrap(), c"file"),
            context.set_path_empty(journal, File::open(&file).unwrap()),
        ];
        for result in not_a_device {
            assert_errno(result, Errno::EINVAL);
        }
        assert_errno(context.set_path(journal, CWD, &stage.path().join("none")), Errno::EINVAL);
        assert_errno(context.set_path(journal, CWD, c""), Errno::ENOENT);
        let long = CString::new("/.".repeat(2048)).unwrap();
        assert_errno(context.set_path(journal, CWD, &long), Errno::ENAMETOOLONG);

        let context = FsContext::new(c"ext4").unwrap();
        // A device is found by its name.
        context.set_string(c"source", &*device.0).unwrap();
        context.set_string(c"errors", c"continue").unwrap();
        context.create().unwrap();
        let mount = context.mount(AttrFlags::RDONLY).unwrap();
        assert_eq!(mount::fstatfs(&mount).unwrap().fs_type(), FsType::EXT4);
    });
}

/// A file system whose server is this test, which does not serve: nothing may ask it for anything.
fn fuse(stage: &Stage) -> Option<(File, Mount)> {
    let device = match File::options().read(true).write(true).custom_flags(O_NONBLOCK).open("/dev/fuse") {
        Ok(device) => device,
        Err(error) => {
            println!("skipped: it needs FUSE: {error}");
            return None;
        }
    };
    let context = FsContext::new(c"fuse").unwrap();
    // As a descriptor it is taken by some kernels only.
    let fd = device.as_raw_fd().to_string();
    for (key, value) in [
        ("fd", &*fd),
        ("rootmode", "40000"),
        ("user_id", "0"),
        ("group_id", "0"),
        ("subtype", "sub type"),
        ("source", "nobody"),
    ] {
        context.set_string(key, value).unwrap();
    }
    let mut buffer = [0; 512];
    context.create().map_err(|errno| context.explain(errno, &mut buffer)).unwrap();
    let mount = context.mount(AttrFlags::empty()).unwrap();
    mount.attach(CWD, &stage.dir("fuse")).unwrap();
    Some((device, mount))
}

const O_NONBLOCK: i32 = 0o4000;

#[test]
fn a_subtype_is_told() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let Some((_device, _mount)) = fuse(&stage) else { return };
        assert_eq!(shown(&stage.path().join("fuse")).unwrap().fstype, "fuse.sub\\040type");
        let id = list::all(MntIdReq::new(stat::id(stage.path())))[0];
        let mut buffer = [0; 4096];
        let told = statmount(&MntIdReq::new(id), StatmountMask::ALL, &mut buffer).unwrap();
        assert_eq!((told.fs_type(), told.fs_subtype()), (Some(b"fuse".as_slice()), Some(b"sub type".as_slice())));
        assert_eq!(told.magic(), Some(FsType::FUSE));
    });
}

#[test]
fn force_gives_up_what_a_server_was_asked_even_if_the_mount_stays() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let Some((mut device, mount)) = fuse(&stage) else { return };
        let mut asked = || device.read(&mut [0; 1 << 16]).map_err(|error| Errno::from_io_error(&error).unwrap());
        assert!(asked().unwrap() > 0, "the first request, made by mounting");
        let path = stage.path().join("fuse");
        assert_errno(mount::umount2(&path, UmountFlags::empty()), Errno::EBUSY);
        assert_eq!(asked(), Err(Errno::EAGAIN));
        assert_errno(mount::umount2(&path, UmountFlags::FORCE), Errno::EBUSY);
        let ended = asked();
        assert!([Err(Errno::ENODEV), Err(Errno::ECONNABORTED)].contains(&ended), "{ended:?}");
        drop(mount);
        mount::umount2(&path, UmountFlags::FORCE).unwrap();
    });
}

#[test]
fn create_excl_fails_if_the_file_system_is_there() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let Some(device) = mount_errors::Loop::ext4(&stage) else { return };
        let made = |create: fn(&FsContext) -> butter::Result<()>| {
            let context = FsContext::new(c"ext4").unwrap();
            context.set_string(c"source", &*device.0).unwrap();
            create(&context).map(|()| context.mount(AttrFlags::empty()).unwrap())
        };
        let first = made(FsContext::create_excl).unwrap();
        assert_errno(made(FsContext::create_excl).map(drop), Errno::EBUSY);
        let second = made(FsContext::create).unwrap();
        assert_eq!(mount::fstatfs(&first).unwrap().fsid(), mount::fstatfs(&second).unwrap().fsid());
    });
}

#[test]
fn a_mounted_file_system_is_picked_and_reconfigured() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        let context = FsContext::pick(CWD, &dir).unwrap();
        context.set_string(c"size", c"2m").unwrap();
        context.reconfigure().unwrap();
        assert!(has(&shown(&dir).unwrap().fs_options, "size=2048k"));
        context.set_flag(c"ro").unwrap();
        context.reconfigure().unwrap();
        let told = shown(&dir).unwrap();
        assert!(has(&told.fs_options, "ro") && has(&told.options, "rw"), "{told:?}");
    });
}

#[test]
fn flags_of_fspick() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.tmpfs("a", MountFlags::empty());
        let link = stage.path().join("link");
        symlink(&dir, &link).unwrap();
        fspick(CWD, &link, FspickFlags::empty()).unwrap();
        assert_errno(fspick(CWD, &link, FspickFlags::SYMLINK_NOFOLLOW), Errno::EINVAL);
        fspick(File::open(&dir).unwrap(), c"", FspickFlags::EMPTY_PATH | FspickFlags::NO_AUTOMOUNT).unwrap();
        fspick(File::open(stage.path()).unwrap(), c"a", FspickFlags::empty()).unwrap();
    });
}

#[test]
fn errors_of_fsopen_and_fspick() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let none = FsopenFlags::empty();
        assert_errno(fsopen(c"no such type", none), Errno::ENODEV);
        assert_errno(fsopen(c"", none), Errno::ENODEV);
        assert_errno(fsopen("tmpfs\0", none), Errno::EINVAL);
        assert_errno(fsopen(c"tmpfs", FsopenFlags::from_bits(2)), Errno::EINVAL);
        let denied = common::without_capability(common::CAP_SYS_ADMIN, || fsopen(c"tmpfs", none));
        assert_errno(denied, Errno::EPERM);
        let full = common::with_limit(common::RLIMIT_NOFILE, 0, || fsopen(c"tmpfs", none));
        assert_errno(full, Errno::EMFILE);

        let pick = |path: &Path| fspick(CWD, path, FspickFlags::empty());
        assert_errno(pick(&stage.dir("a")), Errno::EINVAL);
        assert_errno(pick(&stage.path().join("none")), Errno::ENOENT);
        assert_errno(pick(Path::new("")), Errno::ENOENT);
        assert_errno(pick(&stage.file("file").join("a")), Errno::ENOTDIR);
        assert_errno(pick(Path::new(&"x".repeat(256))), Errno::ENAMETOOLONG);
        symlink("loop", stage.path().join("loop")).unwrap();
        assert_errno(pick(&stage.path().join("loop")), Errno::ELOOP);
        assert_errno(fspick(common::not_open(), c"a", FspickFlags::empty()), Errno::EBADF);
        assert_errno(fspick(CWD, stage.path(), FspickFlags::from_bits(0x10)), Errno::EINVAL);
        let denied = common::without_capability(common::CAP_SYS_ADMIN, || pick(stage.path()));
        assert_errno(denied, Errno::EPERM);
        assert_errno(common::with_limit(common::RLIMIT_NOFILE, 0, || pick(stage.path())), Errno::EMFILE);
        fs::create_dir(stage.path().join("closed")).unwrap();
        mount_tmpfs(&stage.path().join("closed"), MountFlags::empty());
        set_mode(stage.path(), 0o0);
        let denied = without_search(|| pick(&stage.path().join("closed")));
        assert_errno(denied, Errno::EACCES);
    });
}

#[test]
fn errors_of_fsconfig_and_fsmount() {
    in_own_mounts(|| {
        let context = FsContext::new(c"tmpfs").unwrap();
        let file = File::open("/dev/null").unwrap();
        assert_errno(fsconfig_create(&file), Errno::EINVAL);
        assert_errno(fsconfig_create(common::not_open()), Errno::EBADF);
        assert_errno(context.set_string(c"size", &*"x".repeat(256)), Errno::EINVAL);
        assert_errno(context.set_flag(&*"x".repeat(256)), Errno::EINVAL);
        assert_errno(context.set_string("si\0ze", c"1m"), Errno::EINVAL);
        assert_errno(context.set_binary(c"size", b""), Errno::EINVAL);
        assert_errno(context.set_binary(c"size", &vec![0; (1 << 20) + 1]), Errno::EINVAL);
        assert_errno(context.set_fd(c"size", common::not_open()), Errno::EBADF);
        assert_errno(context.set_path(c"size", common::not_open(), c"a"), Errno::EINVAL);
        assert_errno(context.reconfigure(), Errno::EBUSY);

        let mount = |context: &FsContext, attr| fsmount(context, FsmountFlags::empty(), attr).map(drop);
        assert_errno(mount(&context, AttrFlags::empty()), Errno::EINVAL);
        assert_errno(fsmount(&file, FsmountFlags::empty(), AttrFlags::empty()), Errno::EINVAL);
        assert_errno(fsmount(common::not_open(), FsmountFlags::empty(), AttrFlags::empty()), Errno::EBADF);
        context.create().unwrap();
        assert_errno(context.create(), Errno::EBUSY);
        assert_errno(context.set_flag(c"ro"), Errno::EBUSY);
        assert_errno(mount(&context, AttrFlags::from_bits(1 << 30)), Errno::EINVAL);
        assert_errno(mount(&context, AttrFlags::from_bits(1 << 32)), Errno::EINVAL);
        assert_errno(mount(&context, AttrFlags::ATIME), Errno::EINVAL);
        assert_errno(fsmount(&context, FsmountFlags::from_bits(0x80), AttrFlags::empty()), Errno::EINVAL);
        let denied = common::without_capability(common::CAP_SYS_ADMIN, || mount(&context, AttrFlags::empty()));
        assert_errno(denied, Errno::EPERM);
        let full = common::with_limit(common::RLIMIT_NOFILE, 0, || mount(&context, AttrFlags::empty()));
        assert_errno(full, Errno::EMFILE);
    });
}

#[test]
fn a_context_mounts_once() {
    in_own_mounts(|| {
        let context = FsContext::new(c"tmpfs").unwrap();
        context.create().unwrap();
        context.mount(AttrFlags::empty()).unwrap();
        assert_errno(context.mount(AttrFlags::empty()).map(drop), Errno::EBUSY);
        // It goes on as one that was picked.
        context.set_string(c"size", c"1m").unwrap();
        context.reconfigure().unwrap();
    });
}

#[test]
fn a_namespace_instead_of_a_mount() {
    in_own_mounts(|| {
        let context = FsContext::new(c"tmpfs").unwrap();
        context.create().unwrap();
        match fsmount(&context, FsmountFlags::NAMESPACE, AttrFlags::empty()) {
            Ok(namespace) => assert_eq!(mount::fstatfs(namespace.as_fd()).unwrap().fs_type(), FsType::NSFS),
            Err(Errno::EINVAL) => println!("skipped: this kernel is older than Linux 7.1 and has no FSMOUNT_NAMESPACE"),
            Err(errno) => panic!("{errno:?}"),
        }
    });
}
