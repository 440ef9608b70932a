//! Users and groups of a user namespace.

use super::*;
use common::{alone, as_nobody, has_capability};

fn numbers(pid: Pid, file: &str) -> Vec<u32> {
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap();
    text.split_whitespace().map(|number| number.parse().unwrap()).collect()
}

/// Runs `f` with a process in a new user namespace, in a process of its own that may map any user.
fn with_other(f: impl FnOnce(Pid)) {
    alone([], || {
        if has_capability(CAP_SYS_ADMIN, "CAP_SETUID and CAP_SETGID") {
            f(Other::new(Kinds::USER).pid);
        }
    });
}

#[test]
fn users_groups_and_projects() {
    with_other(|pid| {
        let map = [IdMap::new(0, 100_000, 1000), IdMap::new(1000, 7, 1), IdMap::new(u32::MAX - 10, 200_000, 10)];
        namespace::write_uid_map(pid, &map).unwrap();
        namespace::write_gid_map(pid, &map[..2]).unwrap();
        namespace::write_projid_map(pid, &map[1..2]).unwrap();
        assert_eq!(numbers(pid, "uid_map"), [0, 100_000, 1000, 1000, 7, 1, u32::MAX - 10, 200_000, 10]);
        assert_eq!(numbers(pid, "gid_map"), [0, 100_000, 1000, 1000, 7, 1]);
        assert_eq!(numbers(pid, "projid_map"), [1000, 7, 1]);
        // Once is enough.
        assert_errno(namespace::write_uid_map(pid, &map), Errno::EPERM);
        assert_errno(namespace::write_gid_map(pid, &map), Errno::EPERM);
    });
}

#[test]
fn as_many_as_the_kernel_takes() {
    with_other(|pid| {
        let map: Vec<IdMap> = (0..341).map(|number| IdMap::new(number, number, 1)).collect();
        assert_errno(namespace::write_uid_map(pid, &map), Errno::EINVAL);
        namespace::write_uid_map(pid, &map[..340]).unwrap();
        assert_eq!(numbers(pid, "uid_map").len(), 3 * 340);
        // Here the text is too long.
        let long: Vec<IdMap> =
            (0..200).map(|number| IdMap::new(1_000_000_000 + number, 1_000_000_000 + number, 1)).collect();
        assert_errno(namespace::write_gid_map(pid, &long), Errno::EINVAL);
        namespace::write_gid_map(pid, &long[..170]).unwrap();
    });
}

#[test]
fn what_the_kernel_does_not_take() {
    with_other(|pid| {
        let overlap = [IdMap::new(0, 0, 10), IdMap::new(5, 100, 10)];
        assert_errno(namespace::write_uid_map(pid, &overlap), Errno::EINVAL);
        assert_errno(namespace::write_uid_map(pid, &[IdMap::new(0, 0, 0)]), Errno::EINVAL);
        assert_errno(namespace::write_uid_map(pid, &[]), Errno::EINVAL);
        namespace::write_uid_map(pid, &[IdMap::new(0, 0, 1)]).unwrap();
    });
    assert_errno(namespace::write_uid_map(Pid::new(i32::MAX), &[IdMap::new(0, 0, 1)]), Errno::ENOENT);
    as_nobody(|| assert_errno(namespace::write_uid_map(Pid::INIT, &[IdMap::new(0, 0, 1)]), Errno::EACCES));
    // The first user namespace has its map.
    assert_errno(namespace::write_uid_map(None, &[IdMap::new(0, 0, 1)]), Errno::EPERM);
}

#[test]
fn without_privileges_one_user_and_a_group_once_setgroups_is_denied() {
    alone([], || {
        // SAFETY: the calls have no pointer.
        let (uid, gid) = unsafe { (syscall!(GETUID).unwrap() as u32, syscall!(GETGID).unwrap() as u32) };
        let result = in_child(|| {
            namespace::unshare(Kinds::USER)?;
            ensure(namespace::write_uid_map(None, &[IdMap::new(0, uid, 2)]) == Err(Errno::EPERM))?;
            namespace::write_uid_map(None, &[IdMap::new(5, uid, 1)])?;
            ensure(namespace::write_gid_map(None, &[IdMap::new(6, gid, 1)]) == Err(Errno::EPERM))?;
            namespace::write_setgroups(None, false)?;
            namespace::write_gid_map(None, &[IdMap::new(6, gid, 1)])?;
            // SAFETY: the calls have no pointer.
            ensure(unsafe { (syscall!(GETUID)?, syscall!(GETGID)?) } == (5, 6))?;
            // SAFETY: the kernel reads no group.
            ensure(unsafe { syscall!(SETGROUPS, 0, std::ptr::null::<u32>()) } == Err(Errno::EPERM))
        });
        assert_eq!(result, Ok(()));
    });
}

#[test]
fn setgroups_denied_and_allowed() {
    with_other(|pid| {
        let setting = || fs::read_to_string(format!("/proc/{pid}/setgroups")).unwrap();
        namespace::write_setgroups(pid, true).unwrap();
        assert_eq!(setting(), "allow\n");
        namespace::write_setgroups(pid, false).unwrap();
        assert_eq!(setting(), "deny\n");
        assert_errno(namespace::write_setgroups(pid, true), Errno::EPERM);
        namespace::write_gid_map(pid, &[IdMap::new(0, 0, 1)]).unwrap();
        assert_errno(namespace::write_setgroups(pid, true), Errno::EPERM);
    });
}
