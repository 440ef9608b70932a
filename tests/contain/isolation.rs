use super::*;
use butter::credentials;

const KINDS: &str = "cgroup ipc mnt net pid time user uts";
const NAMESPACES: &str = "for kind in cgroup ipc mnt net pid time user uts; do readlink /proc/self/ns/$kind; done";

#[test]
fn the_namespaces_are_other_ones() {
    let outside = Command::new("sh").args(["-c", NAMESPACES]).output().unwrap().stdout;
    let outside = String::from_utf8(outside).unwrap();
    as_each_user(|place| {
        for options in [&[][..], &["--net"]] {
            let inside = place.says(options, NAMESPACES);
            for ((kind, inside), outside) in KINDS.split(' ').zip(inside.lines()).zip(outside.lines()) {
                assert!(inside.starts_with(kind) && outside.starts_with(kind), "{inside} {outside}");
                assert_eq!(inside == outside, kind == "net" && !options.is_empty(), "{kind}");
            }
        }
    });
}

#[test]
fn users_are_mapped() {
    as_each_user(|place| {
        let says = place.says(&["--tmpfs", "/tmp"], "id -u; id -g; cat /proc/self/uid_map /proc/self/gid_map");
        let numbers: Vec<u32> = says.split_whitespace().map(|number| number.parse().unwrap()).collect();
        let [uid, gid, users @ ..] = &numbers[..] else { panic!("{says}") };
        assert_eq!((uid, gid, users.len()), (&0, &0, 6));
        if let Some(user) = place.user {
            assert_eq!(users, [0, user, 1, 0, user, 1]);
            assert_eq!(place.says(&[], "cat /proc/self/setgroups"), "deny\n");
        } else if fs::metadata("/proc/self").unwrap().uid() == 0 {
            assert_eq!((users[0], users[2]), (0, 65536));
            assert_eq!(place.says(&[], "cat /proc/self/setgroups"), "allow\n");
            // What else this user belongs to is left outside.
            let mut command = place.contain(&["id", "-G"]);
            // SAFETY: it makes a system call only.
            unsafe { command.pre_exec(|| Ok(credentials::setgroups(&[0, 1, 2])?)) };
            assert_eq!(command.output().unwrap().stdout, b"0\n");
        }
    });
}

/// Root's own files belong to root inside, who is nobody outside.
#[test]
fn the_owners_of_files_are_mapped() {
    as_each_user(|place| {
        let Some(root) = place.root() else { return };
        let root = root.to_str().unwrap();
        let map = place.says(&["--root", root], "test -O /bin/busybox && > /etc/own && cat /proc/self/uid_map");
        let outside: u32 = map.split_whitespace().nth(1).unwrap().parse().unwrap();
        let own = fs::metadata(Path::new(root).join("etc/own")).unwrap().uid();
        match place.user {
            Some(user) => assert_eq!((outside, own), (user, user)),
            None if outside == 0 => println!("skipped: the owners of files cannot be mapped here"),
            None => assert!(outside >= 0x7000_0000 && own == 0, "{outside} {own}"),
        }
    });
}

#[test]
fn the_host_name_is_its_own() {
    as_each_user(|place| {
        let script = "cat /proc/sys/kernel/hostname; echo $HOSTNAME";
        assert_eq!(place.says(&[], script), "contain\ncontain\n");
        assert_eq!(place.says(&["--hostname", "else.where"], script), "else.where\nelse.where\n");
    });
    assert_ne!(fs::read_to_string("/proc/sys/kernel/hostname").unwrap(), "else.where\n");
}

#[test]
fn there_are_no_other_processes() {
    as_each_user(|place| {
        let says = place.says(&[], r#"echo $$ $PPID; tr "\0" " " < /proc/1/cmdline; cd /proc; echo; echo [0-9]*"#);
        let lines: Vec<_> = says.lines().collect();
        assert_eq!((lines[0], lines[2]), ("2 1", "1 2"), "{says}");
        assert!(lines[1].starts_with("contain (inside) -- sh -c "), "{says}");
    });
}

#[test]
fn privileges_are_few() {
    if !is_inside() {
        return as_each_user(|place| {
            inside(place, &[]);
            let script = "grep -h ^NoNewPrivs /proc/1/status /proc/self/status";
            assert_eq!(place.says(&["--seccomp", "none"], script), "NoNewPrivs:\t1\nNoNewPrivs:\t1\n");
        });
    }
    let kept = CapSet::from([
        Cap::CHOWN,
        Cap::DAC_OVERRIDE,
        Cap::FOWNER,
        Cap::FSETID,
        Cap::KILL,
        Cap::SETGID,
        Cap::SETUID,
        Cap::SETPCAP,
        Cap::NET_BIND_SERVICE,
        Cap::NET_RAW,
        Cap::SYS_CHROOT,
        Cap::MKNOD,
        Cap::AUDIT_WRITE,
        Cap::SETFCAP,
    ]);
    let first = Pid::new(1);
    for thread in [None, first] {
        let sets = caps::capget(thread).unwrap();
        assert_eq!((sets.effective, sets.permitted, sets.inheritable), (kept, kept, CapSet::empty()), "{thread:?}");
    }
    assert_eq!((caps::bounding(), caps::ambient()), (Ok(kept), Ok(CapSet::empty())));
    assert_eq!(prctl::get_no_new_privs(), Ok(true));
}

#[test]
fn system_calls_are_filtered() {
    if is_inside() {
        let unshared = thread::spawn(|| namespace::unshare(Kinds::MNT | Kinds::USER)).join().unwrap();
        return println!("unshare: {:?}", unshared.err());
    }
    as_each_user(|place| {
        let refused = format!("unshare: {:?}\n", Some(Errno::EPERM));
        for options in [&[][..], &["--seccomp", "docker"]] {
            assert!(inside(place, options).contains(&refused), "{options:?}");
            assert_eq!(place.says(options, "grep ^Seccomp: /proc/self/status"), "Seccomp:\t2\n");
            let output = place.run(options, "mount -t tmpfs none /tmp");
            assert!(!output.status.success(), "{output:?}");
        }
        // A process with threads may not make a user namespace, whatever else it may.
        assert!(inside(place, &["--seccomp", "none"]).contains("unshare: Some(EINVAL"));
        assert_eq!(place.says(&["--seccomp", "none"], "grep ^Seccomp: /proc/self/status"), "Seccomp:\t0\n");
        // A policy of the user's own.
        let (policy, wrong) = (place.path("policy"), place.path("wrong"));
        fs::write(&policy, "default allow\nerrno EXDEV mkdir? mkdirat\n").unwrap();
        let output = place.run(&["--seccomp", policy.to_str().unwrap()], "mkdir /tmp/directory");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains("cross-device link"), "{said}");
        fs::write(&policy, "allow read write exit_group\n").unwrap();
        let why = "contain: true: operation not permitted";
        place.fails(&["--seccomp", policy.to_str().unwrap(), "true"], 126, why);
        fs::write(&wrong, "\nallow nothing_such\n").unwrap();
        let output = place.contain(&["--seccomp", wrong.to_str().unwrap(), "true"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.starts_with(&format!("contain: --seccomp {}:2: ", wrong.display())), "{said}");
        assert_eq!(output.status.code(), Some(125));
        let message = "contain: --seccomp /none: No such file or directory (os error 2)";
        place.fails(&["--seccomp", "/none", "true"], 125, message);
    });
}

#[test]
fn the_loopback_device_is_there() {
    if is_inside() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        return;
    }
    as_each_user(|place| {
        inside(place, &[]);
        assert_eq!(place.says(&[], "ls /sys/class/net"), "lo\n");
        let outside = Command::new("ls").arg("/sys/class/net").output().unwrap();
        assert_eq!(place.says(&["--net"], "ls /sys/class/net").into_bytes(), outside.stdout);
    });
}

#[test]
fn cgroups_can_be_seen_and_not_changed() {
    as_each_user(|place| {
        for options in [&[][..], &["--net"]] {
            let says = place.says(options, "cd /sys/fs/cgroup; ls; mkdir new 2>&1 || true");
            let lines: Vec<_> = says.lines().collect();
            // Those of outside are covered, and they may be of version 1.
            assert!(lines.contains(&"cgroup.procs") && !lines.contains(&"unified"), "{options:?}: {says}");
            assert!(lines.last().unwrap().ends_with("Read-only file system"), "{options:?}: {says}");
        }
    });
}

#[test]
fn memory_is_limited() {
    as_each_user(|place| {
        let output = place.run(&["--memory", "48m"], "cat /proc/self/cgroup");
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            assert!(said.starts_with("contain: --memory: ") && output.status.code() == Some(125), "{said}");
            return println!("skipped: {said}");
        }
        // What it is in is the root to whoever looks from inside.
        let cgroups = String::from_utf8(output.stdout).unwrap();
        assert!(cgroups.lines().any(|line| line.ends_with(":memory:/") || line == "0::/"), "{cgroups}");
        assert!(!cgroups.contains("contain"), "{cgroups}");
        let hog = "head -c 100m /dev/zero | tail -c 100m | wc -c";
        assert_eq!(place.says(&[], hog), "104857600\n");
        let output = place.run(&["--memory", "32m"], hog);
        assert_ne!(String::from_utf8_lossy(&output.stdout), "104857600\n");
    });
    let left = Command::new("find").args(["/sys/fs/cgroup", "-name", "contain-*"]).output().unwrap();
    for line in String::from_utf8_lossy(&left.stdout).lines() {
        let number = line.rsplit('-').next().unwrap();
        assert!(Path::new("/proc").join(number).exists(), "{line}");
    }
}
