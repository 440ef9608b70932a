//! Clocks that are ahead.

use super::*;
use butter::time::{Clock, Timespec, clock_gettime};

const DAY: i64 = 86_400;

fn day_ahead(clock: Clock) -> (Clock, Timespec) {
    (clock, Timespec { sec: DAY, nsec: 5 })
}

#[test]
fn clocks_of_the_children_are_ahead() {
    in_own_namespaces(|| {
        let result = in_child(|| {
            let before = clock_gettime(Clock::BOOTTIME)?;
            namespace::unshare(Kinds::TIME)?;
            namespace::write_time_offsets(
                None,
                &[day_ahead(Clock::BOOTTIME), (Clock::MONOTONIC, Timespec { sec: 2 * DAY, nsec: 0 })],
            )?;
            ensure(clock_gettime(Clock::BOOTTIME)?.sec < before.sec + DAY)?;
            in_child(|| {
                ensure(clock_gettime(Clock::BOOTTIME)?.sec >= before.sec + DAY)?;
                ensure(clock_gettime(Clock::MONOTONIC)?.sec >= 2 * DAY)
            })?;
            // A process was in it.
            ensure(namespace::write_time_offsets(None, &[day_ahead(Clock::BOOTTIME)]) == Err(Errno::EACCES))
        });
        match result {
            Err(Errno::EINVAL | Errno::ENOENT) => println!("skipped: the kernel has no time namespaces"),
            result => result.unwrap(),
        }
    });
}

#[test]
fn of_another_process() {
    in_own_namespaces(|| {
        let other = Other::new(Kinds::TIME);
        let behind = (Clock::MONOTONIC, Timespec { sec: -1, nsec: 500_000_000 });
        namespace::write_time_offsets(other.pid, &[behind]).unwrap();
        let text = fs::read_to_string(format!("/proc/{}/timens_offsets", other.pid)).unwrap();
        let numbers: Vec<&str> = text.lines().next().unwrap().split_whitespace().collect();
        assert_eq!(numbers, ["monotonic", "-1", "500000000"]);
    });
}

#[test]
fn errors() {
    in_own_namespaces(|| {
        let other = Other::new(Kinds::TIME);
        let write = |offsets: &[_]| namespace::write_time_offsets(other.pid, offsets);
        assert_errno(write(&[day_ahead(Clock::REALTIME)]), Errno::EINVAL);
        assert_errno(write(&[day_ahead(Clock::BOOTTIME); 3]), Errno::EINVAL);
        assert_errno(write(&[(Clock::BOOTTIME, Timespec { sec: 0, nsec: 1_000_000_000 })]), Errno::EINVAL);
        assert_errno(write(&[(Clock::BOOTTIME, Timespec { sec: -1_000_000_000, nsec: 0 })]), Errno::ERANGE);
        assert_errno(write(&[(Clock::BOOTTIME, Timespec { sec: i64::MAX, nsec: 0 })]), Errno::ERANGE);
        assert_errno(namespace::write_time_offsets(Pid::new(i32::MAX), &[day_ahead(Clock::BOOTTIME)]), Errno::ENOENT);
        let without = in_child(|| {
            // The user namespace is new, and does not own the time namespace.
            namespace::unshare(Kinds::TIME)?;
            namespace::unshare(Kinds::USER)?;
            namespace::write_time_offsets(None, &[day_ahead(Clock::BOOTTIME)])
        });
        assert!(matches!(without, Err(Errno::EPERM | Errno::EACCES)), "{without:?}");
        write(&[day_ahead(Clock::BOOTTIME)]).unwrap();
    });
}
