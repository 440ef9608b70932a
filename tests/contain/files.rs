use super::*;
use butter::mount::{self, Reach};

#[test]
fn without_a_root_it_is_that_of_the_system_and_cannot_be_changed() {
    as_each_user(|place| {
        let script = "ls /etc/passwd /tmp; ! touch /etc/contained 2> /dev/null; > /tmp/contained";
        assert_eq!(place.says(&[], script), "/etc/passwd\n\n/tmp:\n");
        assert!(!Path::new("/tmp/contained").exists() && !Path::new("/etc/contained").exists());
    });
}

/// All that is mounted: where, what, and how.
#[test]
fn mounts_are_those_of_a_system() {
    if busybox().is_none() {
        return;
    }
    as_each_user(|place| {
        let says = place.says(&["--busybox"], "cat /proc/self/mountinfo");
        let mounts = |says: &str| -> Vec<String> {
            let line = |line: &str| {
                let fields: Vec<_> = line.split(' ').collect();
                let at = fields.iter().position(|field| *field == "-").unwrap();
                assert_eq!(at, 6, "neither shared nor a slave: {line}");
                format!("{} {} {}", fields[4], fields[at + 1], fields[5].trim_end_matches(",relatime"))
            };
            says.lines().map(line).collect()
        };
        let all = mounts(&says);
        assert_eq!(all[0], "/ tmpfs rw,nosuid,nodev");
        for mount in [
            "/proc proc rw,nosuid,nodev,noexec",
            "/sys sysfs ro,nosuid,nodev,noexec",
            "/sys/fs/cgroup cgroup2 ro,nosuid,nodev,noexec",
            "/dev tmpfs rw,nosuid,noexec",
            "/dev/pts devpts rw,nosuid,noexec",
            "/dev/shm tmpfs rw,nosuid,nodev,noexec",
            "/dev/mqueue mqueue rw,nosuid,nodev,noexec",
            "/proc/sys proc ro,nosuid,nodev,noexec",
        ] {
            assert!(all.iter().any(|line| line == mount), "{mount} in {says}");
        }
        let expected = |line: &&String| line.starts_with("/proc/") || line.starts_with("/dev/");
        assert_eq!(all.iter().filter(expected).count() + 5, all.len(), "{says}");

        // Nor where those outside are shared, and others may be mounted on them.
        if place.user.is_none() && common::has_capability(common::CAP_SYS_ADMIN, "CAP_SYS_ADMIN") {
            let mut command = place.contain(&["--busybox", "cat", "/proc/self/mountinfo"]);
            // SAFETY: it makes system calls only.
            unsafe {
                command.pre_exec(|| {
                    namespace::unshare(Kinds::MNT)?;
                    Ok(mount::make_shared("/", Reach::Tree)?)
                })
            };
            let output = command.output().unwrap();
            assert_eq!(mounts(&String::from_utf8(output.stdout).unwrap()), all);
        }

        let all = mounts(&place.says(&["--busybox", "--ro"], "cat /proc/self/mountinfo"));
        assert_eq!(
            (&*all[0], all.iter().any(|line| line == "/dev tmpfs ro,nosuid,noexec")),
            ("/ tmpfs ro,nosuid,nodev", true)
        );
    });
}

#[test]
fn a_root_of_busybox() {
    if busybox().is_none() {
        return;
    }
    as_each_user(|place| {
        assert_eq!(place.says(&["--busybox"], "ls /; whoami; > /file; ls -l /file | cut -c1-4"), {
            "bin\ndev\netc\nproc\nroot\nsys\ntmp\nroot\n-rw-\n"
        });
    });
}

#[test]
fn what_is_changed_in_a_directory_stays() {
    as_each_user(|place| {
        let Some(root) = place.root() else { return };
        let path = root.to_str().unwrap();
        place.says(&["--root", path], "echo here > /etc/file");
        assert_eq!(fs::read_to_string(root.join("etc/file")).unwrap(), "here\n");

        let script = "echo there > /etc/file; > /etc/new; cat /etc/file";
        assert_eq!(place.says(&["--root", path, "--overlay"], script), "there\n");
        assert_eq!(fs::read_to_string(root.join("etc/file")).unwrap(), "here\n");
        assert!(!root.join("etc/new").exists());
        // A directory that is removed and made again is another one.
        let script = "busybox rm -r /etc && mkdir /etc && ls /etc";
        assert_eq!(place.says(&["--root", path, "--overlay"], script), "");
        assert!(root.join("etc/file").exists());
        // Nothing is left of what the overlay is made of, nor of the old root.
        let mounts = place.says(&["--root", path, "--overlay"], "cat /proc/self/mountinfo");
        assert_eq!(mounts.lines().filter(|line| line.split(' ').nth(4) == Some("/")).count(), 1, "{mounts}");
        assert!(mounts.lines().next().unwrap().contains(" - overlay "), "{mounts}");
        assert!(!mounts.contains("ext4") && !mounts.contains(path), "{mounts}");

        let script = "! > /etc/new; ! > /new; ! > /dev/new; > /dev/shm/new";
        let output = place.run(&["--root", path, "--ro"], script);
        assert!(output.status.success(), "{output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr).matches("Read-only file system").count(), 3, "{output:?}");
    });
}

#[test]
fn files_and_directories_are_bound() {
    as_each_user(|place| {
        let directory = place.directory("bound");
        fs::write(directory.join("file"), "text").unwrap();
        let path = directory.to_str().unwrap();
        let (rw, ro) = (format!("{path}:/tmp/a/rw"), format!("{path}:/tmp/ro:ro"));
        let file = format!("{path}/file:/tmp/file:ro");
        let script = "cat /tmp/a/rw/file /tmp/ro/file /tmp/file; > /tmp/a/rw/new; ! { > /tmp/ro/other; } 2> /dev/null";
        let says = place.says(&["--bind", &rw, "--bind", &ro, "--bind", &file], script);
        assert_eq!(says, "texttexttext");
        assert!(directory.join("new").exists() && !directory.join("other").exists());
    });
}

#[test]
fn file_systems_in_memory() {
    as_each_user(|place| {
        let options = ["--tmpfs", "/tmp:size=1m,mode=0711", "--tmpfs", "/tmp/more"];
        let says = place.says(&options, "stat -c %a /tmp; grep ' /tmp' /proc/self/mounts | cut -d ' ' -f 2-");
        let lines: Vec<_> = says.lines().collect();
        assert_eq!(lines.len(), 4, "{says}");
        assert!(lines[0] == "711" && lines[2].contains("size=1024k,mode=711"), "{says}");
        assert!(lines[3].starts_with("/tmp/more tmpfs rw,nosuid,nodev"), "{says}");
    });
}

#[test]
fn devices_work() {
    as_each_user(|place| {
        let says = place.says(
            &[],
            "set -e; echo lost > /dev/null; head -c 4 /dev/zero | od -An -tx1; head -c 9 /dev/urandom | wc -c
             head -c 9 /dev/random | wc -c; ! echo full 2> /dev/null > /dev/full; cat /dev/stdin
             readlink /dev/fd /dev/ptmx /dev/stdin /dev/stderr; stat -c %a /dev/pts/ptmx; test -c /dev/tty; > /dev/shm/file",
        );
        let links = "/proc/self/fd\npts/ptmx\n/proc/self/fd/0\n/proc/self/fd/2\n666\n";
        assert_eq!(says, format!(" 00 00 00 00\n9\n9\n{links}"));
    });
}

#[test]
fn what_is_about_the_machine_is_hidden() {
    as_each_user(|place| {
        let script = "cat /proc/keys /proc/timer_list /proc/interrupts; ls /proc/acpi 2> /dev/null
            ! { echo x > /proc/sys/kernel/hostname; } 2> /dev/null; cat /proc/self/comm";
        assert_eq!(place.says(&[], script), "cat\n");
    });
}

#[test]
fn a_terminal_can_be_opened() {
    if !is_inside() {
        return as_each_user(|place| drop(inside(place, &[])));
    }
    // The first of a devpts of its own.
    let (mut master, mut terminal, number) = terminal();
    assert_eq!(number, 0);
    terminal.write_all(b"x").unwrap();
    let mut byte = [0];
    master.read_exact(&mut byte).unwrap();
    assert_eq!(byte, *b"x");
}

/// A root that somebody else has made.
#[test]
fn symbolic_links_lead_to_nothing_outside() {
    as_each_user(|place| {
        let Some(root) = place.root() else { return };
        let outside = place.directory("outside");
        symlink(&outside, root.join("dev")).unwrap();
        let output = place.run(&["--root", root.to_str().unwrap()], "ls /dev/null");
        // There is no such directory inside.
        assert_eq!(output.status.code(), Some(125), "{output:?}");
        assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);

        fs::remove_file(root.join("dev")).unwrap();
        symlink("/etc/devices", root.join("dev")).unwrap();
        fs::create_dir(root.join("etc/devices")).unwrap();
        assert_eq!(place.says(&["--root", root.to_str().unwrap()], "ls /etc/devices/null"), "/etc/devices/null\n");
    });
}
