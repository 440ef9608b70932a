//! The log as text.

use super::*;
use system::syslog;

/// The level of the console, and the lowest that it may have.
fn printk() -> (u8, u8) {
    let text = fs::read_to_string("/proc/sys/kernel/printk").unwrap();
    let mut numbers = text.split_whitespace().map(|number| number.parse().unwrap());
    (numbers.next().unwrap(), numbers.nth(1).unwrap())
}

#[test]
fn all_of_the_log_is_its_end_in_a_small_buffer() {
    if !has_capability(CAP_SYSLOG, "CAP_SYSLOG") {
        return;
    }
    let size = syslog::size_buffer().unwrap();
    assert!(size >= 1 << 12 && size.is_power_of_two(), "{size}");
    let mut large = vec![0; 4 * size];
    let large = syslog::read_all(&mut large[..]).unwrap();
    assert!(large.is_empty() || large.starts_with(b"<"));
    let mut small = [0; 300];
    let small = syslog::read_all(&mut small).unwrap();
    // Somebody may have said more by now.
    assert!(small.len() <= 300 && small.len() <= large.len().max(300));
    assert!(small.is_empty() || small.starts_with(b"<"));
}

#[test]
fn what_nobody_has_read_is_counted() {
    if has_capability(CAP_SYSLOG, "CAP_SYSLOG") {
        syslog::size_unread().unwrap();
        // With no room it takes nothing, and does not wait.
        assert_eq!(syslog::read(&mut [0; 0]).unwrap(), []);
        assert_eq!(syslog::read_clear(&mut [0; 0]).unwrap(), []);
        assert_eq!(syslog::read_all(&mut [0; 0]).unwrap(), []);
    }
}

#[test]
fn the_level_of_the_console_is_1_to_8() {
    if !has_capability(CAP_SYSLOG, "CAP_SYSLOG") {
        return;
    }
    for level in [0, 9, u8::MAX] {
        assert_errno(syslog::console_level(level), Errno::EINVAL);
    }
    let (level, minimum) = printk();
    // As it is.
    if (minimum..=8).contains(&level) {
        syslog::console_level(level).unwrap();
    }
    assert_eq!(printk(), (level, minimum));
}

#[test]
fn the_log_is_not_for_everybody() {
    let before = printk();
    without_capability(CAP_SYSLOG, || {
        let mut buffer = [0; 100];
        assert_errno(syslog::read(&mut buffer), Errno::EPERM);
        assert_errno(syslog::read_clear(&mut buffer), Errno::EPERM);
        assert_errno(syslog::clear(), Errno::EPERM);
        assert_errno(syslog::console_off(), Errno::EPERM);
        assert_errno(syslog::console_on(), Errno::EPERM);
        assert_errno(syslog::console_level(8), Errno::EPERM);
        assert_errno(syslog::size_unread(), Errno::EPERM);
        let restricted = fs::read_to_string("/proc/sys/kernel/dmesg_restrict").unwrap().trim() != "0";
        assert_eq!(syslog::read_all(&mut buffer).err(), restricted.then_some(Errno::EPERM));
        assert_eq!(syslog::size_buffer().err(), restricted.then_some(Errno::EPERM));
    });
    assert_eq!(printk(), before);
}
