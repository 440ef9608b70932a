//! The files inside: a root, entered by `pivot_root`, and what a system has mounted in it.
//!
//! Each mount is made first and attached last. What comes from outside has to be opened before the root is entered, and
//! whatever is opened by its name afterwards is found inside, so a symbolic link there leads to nothing outside.

use crate::failure::{Failure, OrFail, say};
use crate::options::Options;
use butter::Errno;
use butter::fd::{AsFd, AsRawFd, BorrowedFd, CWD};
use butter::mount::{self, AttrFlags, FsContext, Mount, MountAttr, MoveMountFlags, Reach};
use butter::process;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

const SAFE: AttrFlags = AttrFlags::NOSUID.union(AttrFlags::NODEV);
const SAFER: AttrFlags = SAFE.union(AttrFlags::NOEXEC);
const READ_ONLY: MountAttr<'static> = MountAttr::new().set(AttrFlags::RDONLY);

const DEVICES: [&str; 6] = ["null", "zero", "full", "random", "urandom", "tty"];

#[rustfmt::skip]
const LINKS: [(&str, &str); 5] = [
    ("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
];

/// In `/proc`, what is about the machine and not about processes: not to be changed, or not to be seen.
const PROC_READ_ONLY: [&str; 5] = ["bus", "fs", "irq", "sys", "sysrq-trigger"];
#[rustfmt::skip]
const PROC_MASKED: [&str; 9] = [
    "acpi", "asound", "interrupts", "kcore", "keys", "latency_stats", "sched_debug", "scsi", "timer_list",
];

/// What is outside and to be seen inside: the root, if it is a directory, and what the user binds.
pub struct Sources {
    root: Option<Mount>,
    binds: Vec<Mount>,
}

impl Sources {
    pub fn open(options: &Options) -> Result<Sources, Failure> {
        let open = |option: &str, path: &Path, reach| {
            Mount::bind(CWD, path, reach).map_err(|errno| {
                let why = match errno {
                    Errno::EINVAL => ": what is mounted in it may not be uncovered",
                    _ => "",
                };
                Failure::new(format_args!("{option} {}: {errno}{why}", path.display()))
            })
        };
        // An overlay shows one file system, not those that are mounted in it.
        let reach = if options.overlay { Reach::Mount } else { Reach::Tree };
        let root = options.root.as_ref().map(|root| {
            let mount = open("--root", root, reach)?;
            match is_directory(&mount) {
                Ok(true) => Ok(mount),
                _ => Err(Failure::new(format_args!("--root {}: {}", root.display(), Errno::ENOTDIR))),
            }
        });
        let root = root.transpose()?;
        let binds =
            options.binds.iter().map(|bind| open("--bind", &bind.from, Reach::Tree)).collect::<Result<_, _>>()?;
        Ok(Sources { root, binds })
    }

    /// Has the owners of the files be seen through the maps of a user namespace.
    pub fn mapped(self, namespace: BorrowedFd<'_>) -> Result<Sources, Failure> {
        let attr = MountAttr::new().idmap(namespace);
        for mount in self.root.iter().chain(&self.binds) {
            mount.setattr(&attr, Reach::Tree).or_fail("mapping the owners of files")?;
        }
        Ok(self)
    }

    pub fn into_list(self) -> Vec<Mount> {
        self.root.into_iter().chain(self.binds).collect()
    }

    /// What was made of [`into_list`](Self::into_list); opened here, if it was not outside.
    fn from_list(options: &Options, mut list: Vec<Mount>) -> Result<Sources, Failure> {
        if list.is_empty() {
            return Sources::open(options);
        }
        let binds = list.split_off(list.len().saturating_sub(options.binds.len()));
        Ok(Sources { root: list.pop(), binds })
    }
}

/// Makes what the options say the root of this process, which is in a mount namespace of its own.
pub fn enter(options: &Options, sources: Vec<Mount>) -> Result<(), Failure> {
    // Before anything is mounted, or it were mounted outside, too.
    mount::make_private("/", Reach::Tree).or_fail("making the mounts private")?;
    let Sources { root, binds } = Sources::from_list(options, sources)?;
    let busybox = if options.busybox { Some(find_busybox()?) } else { None };
    let root = match root {
        None => new("tmpfs", "mode=0755", SAFE, "the root of --busybox")?,
        Some(root) if options.overlay => overlay(root)?,
        Some(root) => root,
    };
    let system = System::open(options)?;

    root.attach(CWD, "/").or_fail("attaching the root")?;
    process::fchdir(&root).and_then(|()| mount::pivot_into(".")).or_fail("entering the root")?;

    if let Some(program) = busybox {
        install_busybox(&program).or_fail("--busybox")?;
    }
    if options.read_only {
        // Where something is to be mounted there has to be a file or a directory by now: in memory it can be made.
        if options.busybox || options.overlay {
            make_places(options, &binds);
        }
        root.setattr(&READ_ONLY, Reach::Tree).or_fail("--ro")?;
    }
    system.attach(options)?;
    for tmpfs in &options.tmpfs {
        let step = format!("--tmpfs {}", tmpfs.to.display());
        attach(&new("tmpfs", &tmpfs.options, SAFE, &step)?, &tmpfs.to, &step)?;
    }
    for (bind, mount) in options.binds.iter().zip(&binds) {
        let step = format!("--bind {}", bind.to.display());
        if bind.read_only {
            mount.setattr(&READ_ONLY, Reach::Tree).or_fail(&step)?;
        }
        attach(mount, &bind.to, &step)?;
    }
    Ok(())
}

/// A new file system with these options, which are separated by commas. The kernel says what is wrong with them.
fn new(kind: &str, options: &str, attr: AttrFlags, step: &str) -> Result<Mount, Failure> {
    let context = FsContext::new(kind).or_fail(step)?;
    let mut buffer = [0; 2048];
    configure(&context, options)
        .and_then(|()| context.mount(attr))
        .map_err(|errno| Failure::new(format_args!("{step}: {}", context.explain(errno, &mut buffer))))
}

fn configure(context: &FsContext, options: &str) -> butter::Result<()> {
    for option in options.split(',').filter(|option| !option.is_empty()) {
        match option.split_once('=') {
            Some((key, value)) => context.set_string(key, value)?,
            None => context.set_flag(option)?,
        }
    }
    context.create()
}

/// What is changed in `lower` is kept in memory.
fn overlay(lower: Mount) -> Result<Mount, Failure> {
    let step = "--overlay";
    let upper = new("tmpfs", "mode=0755", SAFE, step)?;
    // It takes what is attached somewhere. On the old root they are out of the way, and go with it.
    lower.attach(CWD, "/").or_fail(step)?;
    upper.attach(CWD, "/").or_fail(step)?;
    let path = |mount: &Mount, name| format!("/proc/self/fd/{}/{name}", mount.as_fd().as_raw_fd());
    let (upper_directory, work) = (path(&upper, "upper"), path(&upper, "work"));
    for directory in [&upper_directory, &work] {
        fs::create_dir(directory).or_fail(step)?;
    }
    // The root has the owner and the mode of the other.
    let metadata = fs::metadata(path(&lower, ".")).or_fail(step)?;
    fs::set_permissions(&upper_directory, metadata.permissions()).or_fail(step)?;
    let lower_directory = path(&lower, ".");
    let options = format!("lowerdir={lower_directory},upperdir={upper_directory},workdir={work},userxattr");
    new("overlay", &options, AttrFlags::NODEV, step)
}

/// What a system has mounted: `/proc`, `/dev` and `/sys`, and what is in them.
struct System {
    proc: Mount,
    dev: Mount,
    pts: Mount,
    shm: Mount,
    mqueue: Mount,
    sys: Mount,
    /// The cgroups of the namespace; none, if this kernel or this system has none to show.
    cgroup: Option<Mount>,
    devices: Vec<(&'static str, Mount)>,
    nothing: Mount,
    /// Where to ask for names of hosts, if the network is that of outside.
    resolv: Option<Mount>,
}

impl System {
    fn open(options: &Options) -> Result<System, Failure> {
        let device = |name| {
            let path = Path::new("/dev").join(name);
            Mount::bind(CWD, &path, Reach::Mount).map(|mount| (name, mount)).or_fail(path.display())
        };
        let sys = if options.net {
            // A new one takes a network of our own.
            let sys = Mount::bind(CWD, "/sys", Reach::Tree).or_fail("/sys")?;
            sys.setattr(&MountAttr::new().set(AttrFlags::RDONLY.union(SAFER)), Reach::Tree).or_fail("/sys")?;
            sys
        } else {
            new("sysfs", "", SAFER | AttrFlags::RDONLY, "/sys")?
        };
        Ok(System {
            proc: new("proc", "", SAFER, "/proc")?,
            dev: new("tmpfs", "mode=0755,size=64k", AttrFlags::NOSUID | AttrFlags::NOEXEC, "/dev")?,
            pts: new("devpts", "mode=0620,ptmxmode=0666", AttrFlags::NOSUID | AttrFlags::NOEXEC, "/dev/pts")?,
            shm: new("tmpfs", "mode=1777", SAFER, "/dev/shm")?,
            mqueue: new("mqueue", "", SAFER, "/dev/mqueue")?,
            devices: DEVICES.into_iter().map(device).collect::<Result<_, _>>()?,
            nothing: new("tmpfs", "mode=0755", SAFER | AttrFlags::RDONLY, "a mask")?,
            cgroup: new("cgroup2", "", SAFER | AttrFlags::RDONLY, "/sys/fs/cgroup")
                .inspect_err(|failure| say(format_args!("{}: no cgroups are shown", failure.message)))
                .ok(),
            resolv: if options.net { Mount::bind(CWD, "/etc/resolv.conf", Reach::Mount).ok() } else { None },
            sys,
        })
    }

    /// In the new root.
    fn attach(&self, options: &Options) -> Result<(), Failure> {
        attach(&self.proc, "/proc".as_ref(), "/proc")?;
        attach(&self.sys, "/sys".as_ref(), "/sys")?;
        // With the network of outside, also over the cgroups of outside.
        if let Some(cgroup) = &self.cgroup {
            attach(cgroup, "/sys/fs/cgroup".as_ref(), "/sys/fs/cgroup")?;
        }
        attach(&self.dev, "/dev".as_ref(), "/dev")?;
        for (name, mount) in self.devices.iter().map(|(name, mount)| (*name, mount)).chain([
            ("pts", &self.pts),
            ("shm", &self.shm),
            ("mqueue", &self.mqueue),
        ]) {
            let path = Path::new("/dev").join(name);
            attach(mount, &path, path.display())?;
        }
        for (name, target) in LINKS {
            symlink(target, Path::new("/dev").join(name)).or_fail(format_args!("/dev/{name}"))?;
        }
        if options.read_only {
            self.dev.setattr(&READ_ONLY, Reach::Mount).or_fail("/dev")?;
        }
        for name in PROC_READ_ONLY {
            let path = Path::new("/proc").join(name);
            restrict(&path).or_fail(path.display())?;
        }
        for name in PROC_MASKED {
            let path = Path::new("/proc").join(name);
            self.mask(&path).or_fail(path.display())?;
        }
        if let Some(resolv) = &self.resolv {
            resolv.setattr(&READ_ONLY, Reach::Mount).or_fail("/etc/resolv.conf")?;
            // A root that has no such file, and may not be changed, goes without.
            let _ = attach(resolv, "/etc/resolv.conf".as_ref(), "");
        }
        Ok(())
    }

    /// Covers what is there, if it is.
    fn mask(&self, path: &Path) -> butter::Result<()> {
        let cover = match fs::metadata(path) {
            Err(_) => return Ok(()),
            Ok(metadata) if metadata.is_dir() => Mount::bind(&self.nothing, ".", Reach::Mount)?,
            Ok(_) => Mount::bind(CWD, "/dev/null", Reach::Mount)?,
        };
        cover.attach(CWD, path)
    }
}

/// Makes what is there read-only, if it is.
fn restrict(path: &Path) -> butter::Result<()> {
    match Mount::bind(CWD, path, Reach::Mount) {
        Err(Errno::ENOENT) => Ok(()),
        Err(errno) => Err(errno),
        Ok(mount) => {
            mount.setattr(&READ_ONLY, Reach::Mount)?;
            mount.attach(CWD, path)
        }
    }
}

/// Attaches a mount in the new root, where a place for it is made if there is none.
fn attach(mount: &Mount, path: &Path, step: impl std::fmt::Display) -> Result<(), Failure> {
    make_place(mount, path).or_fail(&step)?;
    mount.attach_with_flags(CWD, path, MoveMountFlags::T_SYMLINKS).or_fail(&step)
}

/// Makes places for what can have one. Of those that cannot, attaching tells.
fn make_places(options: &Options, binds: &[Mount]) {
    let tmpfs = options.tmpfs.iter().map(|each| &*each.to);
    for place in ["/proc", "/dev", "/sys"].map(Path::new).into_iter().chain(tmpfs) {
        let _ = fs::create_dir_all(place);
    }
    for (bind, mount) in options.binds.iter().zip(binds) {
        let _ = make_place(mount, &bind.to);
    }
}

/// A directory or a file, as the mount is one or the other.
fn make_place(mount: &Mount, path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    if is_directory(mount)? {
        return fs::create_dir_all(path);
    }
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    File::create(path).map(drop)
}

/// Of what is mounted.
fn is_directory(mount: &Mount) -> io::Result<bool> {
    let file = File::from(mount.as_fd().try_clone_to_owned()?);
    Ok(file.metadata()?.is_dir())
}

fn find_busybox() -> Result<Vec<u8>, Failure> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/bin".into(), "/usr/bin".into()]);
    let program: Option<PathBuf> = places.map(|place: PathBuf| place.join("busybox")).find(|program| program.is_file());
    let program = program.ok_or_else(|| Failure::new("--busybox: there is no busybox in PATH"))?;
    fs::read(&program).or_fail(program.display())
}

/// A system of one program under many names.
fn install_busybox(program: &[u8]) -> io::Result<()> {
    for directory in ["/bin", "/etc", "/root", "/tmp"] {
        fs::create_dir(directory)?;
    }
    fs::set_permissions("/tmp", Permissions::from_mode(0o1777))?;
    fs::write("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n")?;
    fs::write("/etc/group", "root:x:0:\nnogroup:x:65534:\n")?;
    fs::write("/bin/busybox", program)?;
    fs::set_permissions("/bin/busybox", Permissions::from_mode(0o755))?;
    let installed = Command::new("/bin/busybox").args(["--install", "-s", "/bin"]).status();
    match installed {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(io::Error::other(format!("busybox --install: {status}"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(io::Error::other("busybox has to be a static program (of the package busybox-static)"))
        }
        Err(error) => Err(error),
    }
}
