//! The command line, what is told, and exit statuses.

use crate::{Ended, Policy, command, sandbox};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;

#[test]
fn options_that_are_wrong() {
    for (arguments, message) in [
        (&["-x", "true"][..], "no option -x"),
        (&["-p"], "-p needs a value"),
        (&["--learn"], "--learn needs a value"),
        (&["--ro"], "--ro needs a value"),
        (&["--rw"], "--rw needs a value"),
        (&["--bind", "x", "true"], "x is not the number of a port"),
        (&["--connect", "65536", "true"], "65536 is not the number of a port"),
        (&[], "no program given"),
        (&["--log", "--"], "no program given"),
        (&["--learn", "f", "-p", "none", "true"], "--learn allows all calls: -p and --log do not go with it"),
        (&["--learn", "f", "--log", "true"], "--learn allows all calls: -p and --log do not go with it"),
    ] {
        let ended = sandbox(arguments);
        ended.assert(2, "");
        assert!(ended.errors.starts_with(&format!("sandbox: {message}\nusage: sandbox ")), "{}", ended.errors);
    }
}

#[test]
fn a_policy_that_is_wrong_has_its_file_and_line() {
    for (text, line, reason) in [
        ("allow read\nallwo write\n", 2, "no action or setting is called allwo"),
        ("\n\nallow nosuch\n", 3, "no architecture of the policy has the call `nosuch`"),
        ("allow read\nallow write arg0 ==\n", 2, "== needs a number"),
    ] {
        let policy = Policy::new(text);
        let ended = policy.run(&["true"]);
        let expected = format!("sandbox: {}:{line}: {reason}\n", policy.path().display());
        assert_eq!((ended.status, ended.errors), (Some(2), expected));
    }
    let policy = Policy::new(b"\xff");
    let expected = format!("sandbox: {}:1: it is not UTF-8\n", policy.path().display());
    assert_eq!(policy.run(&["true"]).errors, expected);
}

#[test]
fn a_policy_that_is_not_there() {
    sandbox(&["-p", "/no/such/policy", "true"])
        .assert(125, "")
        .assert_told(&["/no/such/policy: No such file or directory (os error 2)"]);
}

#[test]
fn the_exit_status_is_that_of_the_program() {
    for status in [0, 1, 77, 255] {
        sandbox(&["sh", "-c", &format!("exit {status}")]).assert(status, "").assert_told(&[]);
    }
    sandbox(&["--", "sh", "-c", "kill -TERM $$"]).assert(128 + 15, "").assert_told(&[]);
    sandbox(&["sh", "-c", "kill -KILL $$"]).assert(128 + 9, "").assert_told(&[]);
}

#[test]
fn a_program_that_cannot_be_executed() {
    let policy = Policy::new("default allow");
    fs::write(policy.directory.join("text"), "").unwrap();
    fs::write(policy.directory.join("garbage"), "garbage").unwrap();
    fs::set_permissions(policy.directory.join("garbage"), fs::Permissions::from_mode(0o755)).unwrap();
    for options in [&["-p", "none"][..], &["-p", "docker"], &["-p", "strict"], &["--log", "-p", "strict"]] {
        let run = |program: &str| -> Ended {
            command(options).arg(program).current_dir(&*policy.directory).output().unwrap().into()
        };
        run("no-such-program").assert(127, "").assert_told(&["no-such-program: no such file or directory"]);
        run("./nothing").assert(127, "").assert_told(&["./nothing: no such file or directory"]);
        run("./text").assert(126, "").assert_told(&["./text: permission denied"]);
        run("./garbage").assert(126, "").assert_told(&["./garbage: not an executable format"]);
    }
    // In the place in `PATH` that comes first it may not be executed.
    let path = format!("{}:/usr/bin:/bin", policy.directory.display());
    fs::write(policy.directory.join("true"), "").unwrap();
    let ended: Ended = command(&["-p", "none", "true"]).env("PATH", &path).output().unwrap().into();
    ended.assert(0, "");
    let ended: Ended = command(&["-p", "none", "text"]).env("PATH", &path).output().unwrap().into();
    ended.assert(126, "").assert_told(&["text: permission denied"]);
}

/// Arguments, variables, signals and descriptors are those that it would have without a sandbox.
#[test]
fn the_program_is_started_as_by_a_shell() {
    let name = OsStr::from_bytes(b"caf\xe9");
    let output = command(&["printf", "%s."]).arg(name).arg("").arg("-p").output().unwrap();
    assert_eq!(output.stdout, b"caf\xe9..-p.");
    let output = command(&["env"]).env_clear().env("ONE", "1").env("PATH", "/usr/bin:/bin").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "ONE=1\nPATH=/usr/bin:/bin\n");

    let status = ["grep", "-E", "^(Sig(Blk|Ign)|NoNewPrivs|Seccomp):", "/proc/self/status"];
    let expected = std::process::Command::new("grep").args(&status[1..]).output().unwrap();
    let expected = String::from_utf8(expected.stdout).unwrap();
    let expected = expected.replace("NoNewPrivs:\t0", "NoNewPrivs:\t1").replace("Seccomp:\t0", "Seccomp:\t2");
    sandbox(&status).assert(0, &expected);
    let descriptors = ["ls", "/proc/self/fd"];
    let expected = std::process::Command::new("ls").args(&descriptors[1..]).output().unwrap();
    sandbox(&descriptors).assert(0, &String::from_utf8(expected.stdout).unwrap());
    sandbox(&["sh", "-c", "yes | head -1"]).assert(0, "y\n").assert_told(&[]);
}

#[test]
fn without_log_nothing_is_told() {
    let policy = Policy::new("default allow\nerrno EACCES mkdir");
    let script = "mkdir d 2>/dev/null; echo $?";
    policy.shell(script).assert(0, "1\n").assert_told(&[]);
    policy.logged(script).assert(0, "1\n").assert_told(&["mkdir(\"d\", 0x1ff) is refused: EACCES"]);
}

#[test]
fn refused_calls_are_told_with_their_arguments() {
    let policy =
        Policy::new("default allow\nerrno EACCES mkdir mkdirat arg1:32 == 0\nerrno EPERM mkdir symlinkat symlink");
    // Without a mode that is 0 the first rule is not the one.
    let script = "mkdir 'a \"b\"\n'; ln -s target link; mkdir -p /; :";
    let ended = policy.run(&["--log", "env", "LC_ALL=C", "sh", "-c", script]);
    ended.assert(0, "");
    let told = ended.told();
    assert_eq!(told[0], r#"mkdir("a \"b\"\n", 0x1ff) is refused: EPERM"#, "{}", ended.errors);
    assert_eq!(told[1], r#"symlinkat("target", 0xffffff9c, "link") is refused: EPERM"#, "{}", ended.errors);
}

#[test]
fn what_each_action_does() {
    let shell = |action: &str, script: &str| Policy::new(format!("default allow\n{action}")).shell(script);
    let logged = |action: &str, script: &str| Policy::new(format!("default allow\n{action}")).logged(script);
    let script = "mkdir d 2>/dev/null; test -e d && echo made; :";
    for log in [false, true] {
        let run = |action: &str| if log { logged(action, script) } else { shell(action, script) };
        run("allow mkdir").assert(0, "made\n").assert_told(&[]);
        run("log mkdir").assert(0, "made\n").assert_told(&[]);
        run("trace 1 mkdir").assert(0, "").assert_told(&[]);
        // Whatever the option.
        run("notify mkdir").assert(0, "made\n").assert_told(&[r#"mkdir("d", 0x1ff) is made"#]);
        let refused = |how| format!(r#"mkdir("d", 0x1ff) {how}"#);
        let told = |how| if log { vec![refused(how)] } else { vec![] };
        for (action, how) in [
            ("errno EROFS mkdir", "is refused: EROFS"),
            ("nothing mkdir", "is not made, and gives 0"),
            ("kill mkdir", "is refused: the process is killed"),
        ] {
            let ended = run(action);
            ended.assert(0, "");
            assert_eq!(ended.told(), told(how), "{action}: {}", ended.errors);
        }
    }
}

#[test]
fn a_program_that_is_killed() {
    let words = "sh was killed by SIGSYS: it made a call that the policy kills for";
    for action in ["kill", "kill-thread", "trap 3"] {
        let policy = Policy::new(format!("default allow\n{action} umask"));
        policy.shell("umask").assert(128 + 31, "").assert_told(&[words]);
    }
    // The supervisor can do as much with a SIGKILL only.
    let policy = Policy::new("default allow\nkill umask");
    policy.logged("umask").assert(128 + 9, "").assert_told(&["umask(0x0) is refused: the process is killed"]);
    // One of several threads is left to the kernel.
    let policy = Policy::new("default allow\nkill-thread umask");
    policy.logged("umask").assert(128 + 31, "").assert_told(&[words]);
}

/// Who says what the sandbox itself says at its start gets what the policy says.
#[test]
fn the_start_cannot_be_repeated() {
    let Some(python) = crate::found("python3") else { return };
    let script = "\
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
path = ctypes.c_char_p(b'/bin/true')
argv = (ctypes.c_char_p * 2)(b'true', None)
envp = (ctypes.c_char_p * 1)(None)
long = ctypes.c_long
ret = libc.syscall(long(NUMBER), path, argv, envp, long(0x62757474), long(0x65722d31), long(0))
print(ret, os.strerror(ctypes.get_errno()))
"
    .replace("NUMBER", &butter::nr::EXECVE.to_string());
    let policy = Policy::new("default allow\nerrno EDOM execve");
    for options in [&[][..], &["--log"]] {
        let mut arguments = options.to_vec();
        arguments.extend([python.to_str().unwrap(), "-c", &script]);
        let ended = policy.run(&arguments);
        ended.assert(0, "-1 Numerical argument out of domain\n");
        assert_eq!(ended.told().len(), 1);
        assert!(ended.told()[0].starts_with("execve(\"/bin/true\", 0x"), "{}", ended.errors);
    }
    // It may be executed if the policy allows it.
    let policy = Policy::new("default allow");
    policy.run(&[python.to_str().unwrap(), "-c", &script]).assert(0, "");
    let policy = Policy::new("default allow\nkill execve");
    policy.run(&[python.to_str().unwrap(), "-c", &script]).assert(128 + 9, "");
}

#[test]
fn a_sandbox_in_a_sandbox() {
    let program = crate::program();
    let program = program.to_str().unwrap();
    sandbox(&["-p", "none", program, "true"])
        .assert(125, "")
        .assert_told(&["the calls of this process are supervised already"]);
}
