//! Another program in the process: each time in a child, whose spawn gives the error.

use super::*;
use butter::fd::{CWD, FromRawFd};
use butter::process::{CStringsArg, ExecFlags};
use common::{alone, assert_errno, linux, not_open};
use std::convert::Infallible;
use std::os::unix::fs::symlink;

/// What executing this comes to in a child.
fn exec(path: &Path) -> Result<ChildStatus> {
    process::spawn(path, [c"name"], []).map(|child| process::wait(child).unwrap())
}

/// What this call comes to in a child.
fn in_child(call: impl FnOnce() -> Result<Infallible>) -> Result<ChildStatus> {
    // SAFETY: every caller makes system calls only.
    unsafe { process::spawn_with(call) }.map(|child| process::wait(child).unwrap())
}

const SUCCESS: Result<ChildStatus> = Ok(ChildStatus::Exited(0));

#[test]
fn arguments_and_environment_arrive_as_they_were_given() {
    let script = c"cat /proc/$$/cmdline; echo; cat /proc/$$/environ; :";
    let argv = [c"a shell", c"-c", script, c"", c"a b", c"\xff\n", c""];
    let envp = [c"PATH=/bin:/usr/bin", c"EMPTY=", c"=x", c"TWICE=1", c"TWICE=2", c"neither", c""];
    let (mut first, mut second) = ([ptr::null(); 8], [ptr::null(); 8]);
    let lists = (CStrings::collect(&mut first, argv).unwrap(), CStrings::collect(&mut second, envp).unwrap());
    let said = output(c"/bin/sh", lists.0, lists.1, || Ok(()));
    let joined = |strings: [&CStr; 7]| strings.map(CStr::to_bytes_with_nul).concat();
    assert_eq!(said, [joined(argv), b"\n".to_vec(), joined(envp)].concat());
}

#[test]
fn an_array_arrives_as_a_list_does() {
    let argv = [c"sh", c"-c", c"echo $0 $# $1 $A $B", c"name", c"one"];
    let envp = [c"A=first", c"B=second"];
    let said =
        argv.with_strings(|argv| envp.with_strings(|envp| Ok(output(c"/bin/sh", argv, envp, || Ok(()))))).unwrap();
    assert_eq!(String::from_utf8(said).unwrap(), "name 1 one first second\n");
}

#[test]
fn nothing_may_be_given() {
    let child = process::spawn(c"/bin/true", [], CStrings::empty()).unwrap();
    assert_eq!(process::wait(child), SUCCESS);
}

#[test]
fn a_path_has_any_form() {
    for child in [
        process::spawn(c"/bin/true", [c"true"], []),
        process::spawn("/bin/true", [c"true"], []),
        process::spawn(b"/bin/true", [c"true"], []),
        process::spawn(Path::new("/bin/true"), [c"true"], []),
    ] {
        assert_eq!(process::wait(child.unwrap()), SUCCESS);
    }
}

#[test]
fn a_path_that_leads_nowhere() {
    let directory = TempDir::new();
    fs::write(directory.join("plain"), "").unwrap();
    symlink("loop", directory.join("loop")).unwrap();
    assert_errno(exec(&directory.join("missing")), Errno::ENOENT);
    assert_errno(exec(&directory.join("plain/file")), Errno::ENOTDIR);
    assert_errno(exec(&directory.join("loop")), Errno::ELOOP);
    assert_errno(exec(&directory.join("x".repeat(256))), Errno::ENAMETOOLONG);
    assert_errno(exec(Path::new(&"/x".repeat(2048))), Errno::ENAMETOOLONG);
    assert_errno(exec(Path::new("/bin/\0true")), Errno::EINVAL);
}

#[test]
fn a_file_that_may_not_be_executed() {
    let directory = TempDir::new();
    fs::write(directory.join("plain"), "").unwrap();
    assert_errno(exec(&directory.join("plain")), Errno::EACCES);
    assert_errno(exec(&directory), Errno::EACCES);
    assert_errno(exec(Path::new("/dev/null")), Errno::EACCES);
}

#[test]
fn a_file_of_another_format() {
    alone([], || {
        let directory = TempDir::new();
        assert_errno(exec(&executable(&directory, "text", "no program")), Errno::ENOEXEC);
        assert_errno(exec(&executable(&directory, "empty", "")), Errno::ENOEXEC);
        assert_errno(exec(&executable(&directory, "elf", b"\x7fELF and no more")), Errno::ENOEXEC);
    });
}

#[test]
fn a_script_and_its_interpreter() {
    alone([], || {
        let directory = TempDir::new();
        assert_eq!(exec(&executable(&directory, "script", "#!/bin/sh\nexit 5")), Ok(ChildStatus::Exited(5)));
        assert_errno(exec(&executable(&directory, "missing", "#!/no/such/interpreter")), Errno::ENOENT);
        let mut last = executable(&directory, "0", "#!/bin/sh\nexit 6");
        for depth in 1..=5 {
            last = executable(&directory, &depth.to_string(), format!("#!{}", last.display()));
        }
        // The innermost is the program that runs.
        assert_eq!(exec(&directory.join("3")), Ok(ChildStatus::Exited(6)));
        assert_errno(exec(&last), Errno::ELOOP);
    });
}

#[test]
fn an_interpreter_that_is_no_program() {
    alone([], || {
        let mut program = fs::read("/bin/true").unwrap();
        let name = b"/lib64/ld-linux-x86-64.so.2\0";
        let Some(place) = program.windows(name.len()).position(|bytes| bytes == name) else {
            return println!("skipped: it needs a /bin/true for x86_64 that has an interpreter");
        };
        // Relative to where the child runs, so that it is not longer than the other.
        let mut other = [0; 28];
        other[..3].copy_from_slice(b"./i");
        program[place..place + other.len()].copy_from_slice(&other);
        let directory = TempDir::new();
        executable(&directory, "i", [b'x'; 4096]);
        let (program, place) = (c_string(&executable(&directory, "program", program)), c_string(&directory));
        let result = in_child(|| {
            // SAFETY: the kernel reads the path up to its NUL.
            unsafe { syscall!(CHDIR, place.as_ptr()) }?;
            process::execve(&program, [c"program"], [])
        });
        assert_errno(result, Errno::ELIBBAD);
    });
}

#[test]
fn too_much() {
    let long = CString::new(vec![b'x'; 128 * 1024]).unwrap();
    let shorter = CString::new(vec![b'x'; 100 * 1024]).unwrap();
    assert_errno(process::spawn(c"/bin/true", [c"true", &long], []), Errno::E2BIG);
    assert_errno(process::spawn(c"/bin/true", [c"true"], [shorter.as_c_str(); 100]), Errno::E2BIG);
    let child = process::spawn(c"/bin/true", [c"true", &shorter], [shorter.as_c_str()]).unwrap();
    assert_eq!(process::wait(child), SUCCESS);
}

#[test]
fn a_file_that_is_being_written() {
    alone([], || {
        let directory = TempDir::new();
        let path = executable(&directory, "program", fs::read("/bin/true").unwrap());
        let writing = File::options().append(true).open(&path).unwrap();
        assert_errno(exec(&path), Errno::ETXTBSY);
        drop(writing);
        assert_eq!(exec(&path), SUCCESS);
    });
}

#[test]
fn the_process_keeps_its_number() {
    // SAFETY: the child makes system calls only.
    let Some(child) = (unsafe { process::fork() }).unwrap() else {
        let Err(errno) = process::execve(c"/bin/sh", [c"sh", c"-c", c"kill -9 $$"], environment());
        process::exit(errno.number().into())
    };
    assert_eq!(process::wait(child), Ok(ChildStatus::Killed(butter::signal::Signal::KILL)));
}

#[test]
fn a_process_that_executes_nothing_goes_on() {
    assert_errno(process::execve(c"/no/such/file", [c"file"], []), Errno::ENOENT);
}

#[test]
fn execveat_begins_at_a_directory() {
    let bin = File::open("/bin").unwrap();
    let at = |path, flags| in_child(|| process::execveat(&bin, path, [c"true"], [], flags));
    assert_eq!(at(c"true", ExecFlags::empty()), SUCCESS);
    assert_eq!(at(c"/bin/true", ExecFlags::empty()), SUCCESS);
    assert_errno(at(c"missing", ExecFlags::empty()), Errno::ENOENT);
    assert_errno(at(c"", ExecFlags::empty()), Errno::ENOENT);
    assert_errno(at(c"", ExecFlags::EMPTY_PATH), Errno::EACCES);
    assert_errno(at(c"true", ExecFlags::from_bits(0x8000_0000)), Errno::EINVAL);
}

#[test]
fn execveat_executes_a_descriptor() {
    const O_PATH: u32 = 0o10000000;
    let program = File::open("/bin/true").unwrap();
    // SAFETY: the kernel reads the path, and the new descriptor is ours.
    let path_only = unsafe {
        let fd = syscall!(OPENAT, program.as_raw_fd(), c"/bin/true".as_ptr(), O_PATH, 0).unwrap();
        OwnedFd::from_raw_fd(fd as i32)
    };
    let at = |fd, path| in_child(|| process::execveat(fd, path, [c"true"], [], ExecFlags::EMPTY_PATH));
    assert_eq!(at(program.as_fd(), c""), SUCCESS);
    assert_eq!(at(path_only.as_fd(), c""), SUCCESS);
    assert_errno(at(program.as_fd(), c"relative"), Errno::ENOTDIR);
    assert_errno(at(not_open(), c""), Errno::EBADF);
    assert_errno(at(not_open(), c"relative"), Errno::EBADF);
}

#[test]
fn a_script_by_its_descriptor_must_stay_open() {
    alone([], || {
        const F_SETFD: i32 = 2;
        let directory = TempDir::new();
        let script = File::open(executable(&directory, "script", "#!/bin/sh\nexit 7")).unwrap();
        let exec = || process::execveat(&script, c"", [c"script"], [], ExecFlags::EMPTY_PATH);
        assert_errno(in_child(exec), Errno::ENOENT);
        let open = in_child(|| {
            // SAFETY: the call has no pointer.
            unsafe { syscall!(FCNTL, script.as_raw_fd(), F_SETFD, 0) }?;
            exec()
        });
        assert_eq!(open, Ok(ChildStatus::Exited(7)));
    });
}

#[test]
fn execveat_does_not_follow_where_it_must_not() {
    let directory = TempDir::new();
    symlink("/bin/true", directory.join("link")).unwrap();
    let directory = File::open(&*directory).unwrap();
    let at = |flags| in_child(|| process::execveat(&directory, c"link", [c"true"], [], flags));
    assert_eq!(at(ExecFlags::empty()), SUCCESS);
    assert_errno(at(ExecFlags::SYMLINK_NOFOLLOW), Errno::ELOOP);
}

#[test]
fn a_flag_that_only_asks_is_an_error() {
    const AT_EXECVE_CHECK: u32 = 0x1_0000;
    let root = File::open("/").unwrap();
    let flags = ExecFlags::from_bits(AT_EXECVE_CHECK);
    assert_errno(process::execveat(&root, c"bin/true", [c"true"], [], flags), Errno::EINVAL);
}

#[test]
fn a_check_says_whether_a_file_may_be_executed() {
    if !linux(6, 14) {
        return;
    }
    let (bin, etc) = (File::open("/bin").unwrap(), File::open("/etc").unwrap());
    let none = ExecFlags::empty();
    assert_eq!(process::execve_check(&bin, c"true", none), Ok(()));
    assert_eq!(process::execve_check(not_open(), c"/bin/true", none), Ok(()));
    assert_errno(process::execve_check(&etc, c"passwd", none), Errno::EACCES);
    assert_errno(process::execve_check(&etc, c"missing", none), Errno::ENOENT);
    assert_errno(process::execve_check(&etc, c"", none), Errno::ENOENT);
    assert_errno(process::execve_check(&etc, c"passwd/x", none), Errno::ENOTDIR);
    assert_errno(process::execve_check(&etc, "passwd\0", none), Errno::EINVAL);
    assert_errno(process::execve_check(&etc, [b'x'; 256].as_slice(), none), Errno::ENAMETOOLONG);
    assert_errno(process::execve_check(&etc, c".", none), Errno::EACCES);
    assert_errno(process::execve_check(not_open(), c"true", none), Errno::EBADF);
    assert_errno(process::execve_check(&bin, c"true", ExecFlags::from_bits(0x8000_0000)), Errno::EINVAL);
}

#[test]
fn a_check_of_a_descriptor_or_a_link() {
    if !linux(6, 14) {
        return;
    }
    let (program, plain) = (File::open("/bin/true").unwrap(), File::open("/etc/passwd").unwrap());
    assert_eq!(process::execve_check(&program, c"", ExecFlags::EMPTY_PATH), Ok(()));
    assert_errno(process::execve_check(&plain, c"", ExecFlags::EMPTY_PATH), Errno::EACCES);
    assert_errno(process::execve_check(not_open(), c"", ExecFlags::EMPTY_PATH), Errno::EBADF);
    assert_errno(process::execve_check(&program, c"x", ExecFlags::empty()), Errno::ENOTDIR);
    let directory = TempDir::new();
    symlink("/bin/true", directory.join("link")).unwrap();
    let directory = File::open(&*directory).unwrap();
    assert_eq!(process::execve_check(&directory, c"link", ExecFlags::empty()), Ok(()));
    assert_errno(process::execve_check(&directory, c"link", ExecFlags::SYMLINK_NOFOLLOW), Errno::ELOOP);
}

#[test]
fn a_check_does_not_look_into_the_file() {
    if !linux(6, 14) {
        return;
    }
    alone([], || {
        let directory = TempDir::new();
        let path = executable(&directory, "text", "no program");
        let check = || process::execve_check(CWD, &*path, ExecFlags::empty());
        assert_eq!(check(), Ok(()));
        assert_errno(exec(&path), Errno::ENOEXEC);
        let writing = File::options().append(true).open(&path).unwrap();
        assert_errno(check(), Errno::ETXTBSY);
        drop(writing);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_errno(check(), Errno::EACCES);
    });
}
