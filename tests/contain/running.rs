use super::*;

#[test]
fn whoever_is_left_behind_is_reaped() {
    as_each_user(|place| {
        // Their parents end first. Until they are reaped they can be seen.
        let script = r"
            for i in 1 2 3 4 5 6 7 8 9; do sh -c 'sh -c : & sh -c : &'; done
            for i in $(seq 1000); do
                set -- /proc/[0-9]*
                [ $# = 2 ] && echo all gone && exit
                sleep 0.01
            done
            ls /proc; exit 1";
        assert_eq!(place.says(&[], script), "all gone\n");
    });
}

/// A container whose first line was read.
struct Running {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Running {
    fn start(place: &Place, script: &str) -> Running {
        let mut child = place.contain(&["--", "sh", "-c", script]).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        Running { child, lines }
    }

    fn kill(&self, which: Signal) {
        signal::kill(Pid::new(self.child.id() as i32).unwrap(), which).unwrap();
    }

    /// Its exit status, and what it has still said.
    fn end(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

#[test]
fn signals_are_passed_on() {
    as_each_user(|place| {
        for which in [Signal::HUP, Signal::INT, Signal::QUIT, Signal::TERM, Signal::USR1, Signal::USR2] {
            let number = which.number();
            let script = format!("trap 'echo got {number}; exit 3' {number}; echo ready; while :; do sleep 0.01; done");
            let running = Running::start(place, &script);
            running.kill(which);
            assert_eq!(running.end(), (Some(3), format!("got {number}\n")), "{which}");

            let running = Running::start(place, "echo ready; exec sleep 60");
            running.kill(which);
            assert_eq!(running.end(), (Some(128 + i32::from(number)), String::new()), "{which}");
        }
    });
}

/// The terminal sends a signal to everybody in the foreground, so to the command as well: once.
#[test]
fn what_the_terminal_sends_is_not_sent_twice() {
    as_each_user(|place| {
        let (mut master, slave, _) = terminal();
        if let Some(user) = place.user {
            std::os::unix::fs::fchown(&slave, Some(user), None).unwrap();
        }
        let stdio = || Stdio::from(slave.try_clone().unwrap());
        let script = "trap 'echo int' 2; trap 'echo usr1; exit 0' 10; echo ready; while :; do sleep 0.01; done";
        let mut command = place.contain(&["--", "sh", "-c", script]);
        command.stdin(stdio()).stdout(stdio()).stderr(stdio());
        // SAFETY: it makes system calls only.
        unsafe {
            command.pre_exec(|| {
                process::setsid()?;
                Ok(process::tiocsctty(std::io::stdin(), false)?)
            })
        };
        let mut child = command.spawn().unwrap();
        drop((command, slave));
        let mut shown = String::new();
        let mut show = |until: &str, master: &mut File| {
            while !shown.contains(until) {
                let mut bytes = [0; 256];
                let length = master.read(&mut bytes).unwrap();
                shown += std::str::from_utf8(&bytes[..length]).unwrap();
            }
            shown.clone()
        };
        show("ready", &mut master);
        master.write_all(b"\x03").unwrap();
        show("int", &mut master);
        // Behind it, as signals are passed on in the order of their numbers.
        signal::kill(Pid::new(child.id() as i32).unwrap(), Signal::USR1).unwrap();
        let shown = show("usr1", &mut master);
        assert_eq!(shown.matches("int\r\n").count(), 1, "{shown}");
        assert!(child.wait().unwrap().success());
    });
}

#[test]
fn the_exit_status_is_passed_on() {
    as_each_user(|place| {
        for status in [0, 1, 7, 125, 255] {
            assert_eq!(place.run(&[], &format!("exit {status}")).status.code(), Some(status));
        }
        for which in [Signal::KILL, Signal::TERM, Signal::SEGV] {
            let number = which.number();
            let status = place.run(&[], &format!("kill -{number} $$; sleep 60")).status.code();
            assert_eq!(status, Some(128 + i32::from(number)), "{which}");
        }
    });
}

#[test]
fn input_and_output_are_those_of_outside() {
    as_each_user(|place| {
        let mut child = place.contain(&["cat"]).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"through").unwrap();
        assert_eq!(child.wait_with_output().unwrap().stdout, b"through");
        // And nothing else is open.
        let (file, other) = (File::open("/etc/passwd").unwrap(), File::open("/etc").unwrap());
        let mut command = place.contain(&["--", "sh", "-c", "ls /proc/$$/fd"]);
        let fds = [&file, &other].map(AsRawFd::as_raw_fd);
        // SAFETY: it makes system calls only.
        unsafe {
            command.pre_exec(move || {
                fds.iter().try_for_each(|fd| butter::syscall!(FCNTL, *fd, 2, 0).map(drop)).map_err(Into::into)
            })
        };
        assert_eq!(String::from_utf8(command.output().unwrap().stdout).unwrap(), "0\n1\n2\n");
        // What a program with std ignores is not ignored.
        let ignored = place.says(&[], "grep ^SigIgn /proc/self/status");
        assert!(ignored.ends_with("0000\n"), "{ignored}");
        let blocked = place.says(&[], "grep ^SigBlk /proc/self/status");
        assert_eq!(blocked, "SigBlk:\t0000000000000000\n");
    });
}

#[test]
fn pipes_of_outside_can_be_opened_by_their_names() {
    as_each_user(|place| {
        // The user's own pipes: this process may be another's.
        let script = r#"echo through | "$0" $1 sh -c 'cat /dev/stdin >/dev/stdout; echo told >/dev/stderr' 2>&1 | cat"#;
        for option in [Some("--busybox"), None].into_iter().filter(|option| option.is_none() || busybox().is_some()) {
            let command = place.contain(&[]);
            let mut shell = Command::new("sh");
            shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
            shell.args(["-c", script]).arg(command.get_program()).args(option);
            if let Some(user) = place.user {
                shell.uid(user).gid(user);
            }
            let output = shell.output().unwrap();
            assert_eq!(
                String::from_utf8([output.stdout, output.stderr].concat()).unwrap(),
                "through\ntold\n",
                "{option:?}"
            );
        }

        // What has a name outside keeps its owner.
        let file = File::create(place.path("file")).unwrap();
        let mut command = place.contain(&["--", "echo", "written"]);
        assert!(command.stdout(file.try_clone().unwrap()).status().unwrap().success());
        assert_eq!(file.metadata().unwrap().uid(), fs::metadata("/proc/self").unwrap().uid());
        assert_eq!(fs::read_to_string(place.path("file")).unwrap(), "written\n");
    });
}

#[test]
fn variables_are_few_and_the_directory_is_the_root() {
    as_each_user(|place| {
        let mut command = place.contain(&["--env", "GIVEN", "--env", "SET=here", "--env", "NONE", "--", "env"]);
        let output = command.env("GIVEN", "yes").env("OTHER", "no").env("TERM", "dumb").output().unwrap();
        let says = String::from_utf8(output.stdout).unwrap();
        let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        assert_eq!(says, format!("{path}\nHOME=/root\nHOSTNAME=contain\nTERM=dumb\nGIVEN=yes\nSET=here\n"));
        assert_eq!(place.says(&[], "pwd"), "/\n");
        assert_eq!(place.says(&["--dir", "/tmp"], "pwd"), "/tmp\n");
        let says = place.says(&["--env", "PATH=/bin:/usr/bin", "--env", "HOME=/"], "echo $PATH $HOME");
        assert_eq!(says, "/bin:/usr/bin /\n");
    });
}

/// Processes whose command line has this in it.
fn processes(mark: &str) -> usize {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let has_mark = |entry: &fs::DirEntry| {
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        line.windows(mark.len()).any(|part| part == mark.as_bytes())
    };
    entries.filter(has_mark).count()
}

#[test]
fn nothing_is_left_behind() {
    as_each_user(|place| {
        let mark = format!("{}{}", 1_000_000 + std::process::id(), place.user.unwrap_or(0));
        let until_none = || {
            let start = Instant::now();
            while processes(&mark) > 0 {
                assert!(start.elapsed() < common::LONG, "processes are left");
                thread::sleep(Duration::from_millis(5));
            }
        };
        // The command ends, and with it what it has started.
        let script = format!("sleep {mark} > /dev/null 2>&1 & echo done");
        assert_eq!(place.says(&[], &script), "done\n");
        assert_eq!(processes(&mark), 0);
        // It is killed itself.
        let running = Running::start(place, &format!("echo ready; sleep {mark}"));
        assert!(processes(&mark) > 0);
        running.kill(Signal::KILL);
        until_none();
        assert_eq!(running.end().0, None);
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        assert!(!mounts.contains(place.directory.to_str().unwrap()), "{mounts}");
    });
}
