use super::*;
use butter::fd::AsFd;

#[test]
fn a_tmpfs_has_the_room_that_it_was_given() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.dir("a");
        mount::mount(None, &dir, c"tmpfs", MountFlags::empty(), c"nr_blocks=100,nr_inodes=50").unwrap();
        let told = mount::statfs(&dir).unwrap();
        assert_eq!(told.fs_type(), FsType::TMPFS);
        assert_eq!((told.block_size(), told.fragment_size()), (4096, 4096));
        assert_eq!((told.blocks(), told.blocks_free(), told.blocks_available()), (100, 100, 100));
        assert_eq!((told.files(), told.files_free(), told.name_max()), (50, 49, 255));
        assert_ne!(told.fsid(), [0, 0]);

        fs::write(dir.join("file"), vec![1; 3 * 4096]).unwrap();
        let told = mount::fstatfs(File::open(dir.join("file")).unwrap()).unwrap();
        assert_eq!((told.blocks(), told.blocks_free(), told.files_free()), (100, 97, 48));
    });
}

#[test]
fn it_tells_what_stat_tells() {
    let format = "%t %s %S %b %f %a %c %d %l %i";
    let output = Command::new("stat").args(["--file-system", "--format", format, "/proc"]).output().unwrap();
    let told = mount::statfs(c"/proc").unwrap();
    let [low, high] = told.fsid().map(|half| half as u32);
    let words = format!(
        "{:x} {} {} {} {} {} {} {} {} {:x}\n",
        told.fs_type().number(),
        told.block_size(),
        told.fragment_size(),
        told.blocks(),
        told.blocks_free(),
        told.blocks_available(),
        told.files(),
        told.files_free(),
        told.name_max(),
        u64::from(low) << 32 | u64::from(high),
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap(), words);
}

#[test]
fn kinds_of_file_systems_have_names() {
    for (path, kind) in [("/proc", FsType::PROC), ("/sys", FsType::SYSFS), ("/proc/self/ns/uts", FsType::NSFS)] {
        assert_eq!(mount::statfs(path).unwrap().fs_type(), kind, "{path}");
    }
    let (pipe, _) = common::pipe();
    assert_eq!(mount::fstatfs(pipe.as_fd()).unwrap().fs_type(), FsType::PIPEFS);
    assert_eq!(mount::fstatfs(butter::Eventfd::new().unwrap()).unwrap().fs_type(), FsType::ANON_INODE);
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    assert_eq!(mount::fstatfs(socket).unwrap().fs_type(), FsType::SOCKFS);
    assert_eq!(format!("{:?} {:?}", FsType::BTRFS, FsType::new(0x1234)), "FsType(BTRFS) FsType(0x1234)");
}

#[test]
fn file_systems_are_told_apart_by_their_types_and_ids() {
    in_own_mounts(|| {
        let stage = Stage::new();
        for (name, kind) in [
            ("cgroup2", FsType::CGROUP2),
            ("devtmpfs", FsType::TMPFS),
            ("devpts", FsType::DEVPTS),
            ("debugfs", FsType::DEBUGFS),
            ("ramfs", FsType::RAMFS),
            ("mqueue", FsType::MQUEUE),
            ("hugetlbfs", FsType::HUGETLBFS),
            ("bpf", FsType::BPF),
        ] {
            let dir = stage.dir(name);
            if let Err(errno) = mount::mount(None, &dir, name, MountFlags::empty(), None) {
                println!("{name} cannot be mounted here: {errno}");
                continue;
            }
            assert_eq!(mount::statfs(&dir).unwrap().fs_type(), kind, "{name}");
        }
        let [a, b] = ["x", "y"].map(|name| mount::statfs(&stage.tmpfs(name, MountFlags::empty())).unwrap().fsid());
        assert_ne!(a, b);
    });
}

#[test]
fn errors_of_statfs() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let statfs = |path: &Path| mount::statfs(path).map(drop);
        assert_errno(statfs(Path::new("")), Errno::ENOENT);
        assert_errno(statfs(&stage.path().join("none")), Errno::ENOENT);
        assert_errno(statfs(&stage.file("file").join("a")), Errno::ENOTDIR);
        assert_errno(statfs(Path::new(&"x".repeat(256))), Errno::ENAMETOOLONG);
        symlink("loop", stage.path().join("loop")).unwrap();
        assert_errno(statfs(&stage.path().join("loop")), Errno::ELOOP);
        assert_errno(mount::statfs("a\0").map(drop), Errno::EINVAL);
        set_mode(stage.path(), 0o0);
        assert_errno(common::as_nobody(|| statfs(&stage.path().join("file"))), Errno::EACCES);
        assert_errno(mount::fstatfs(common::not_open()).map(drop), Errno::EBADF);
    });
}
