//! Memory, load and time.

use super::*;
use butter::time::{Clock, clock_gettime};
use std::time::Duration;

/// A value of /proc/meminfo in bytes.
fn meminfo(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap();
    let line = text.lines().find(|line| line.starts_with(&format!("{name}:"))).unwrap();
    1024 * line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
}

#[test]
fn the_uptime_is_that_of_the_clock() {
    let before = clock_gettime(Clock::BOOTTIME).unwrap().sec as u64;
    let uptime = system::sysinfo().unwrap().uptime();
    let after = clock_gettime(Clock::BOOTTIME).unwrap().sec as u64;
    assert_eq!(uptime.subsec_nanos(), 0);
    // The kernel rounds up.
    assert!((before..=after + 1).contains(&uptime.as_secs()), "{before} {uptime:?} {after}");
    assert!(uptime > Duration::ZERO);
}

#[test]
fn what_does_not_change_is_what_proc_says() {
    let info = system::sysinfo().unwrap();
    assert_eq!(info.totalram(), meminfo("MemTotal"));
    assert_eq!(info.totalswap(), meminfo("SwapTotal"));
    assert!(info.totalram() > 1 << 20);
    if cfg!(target_pointer_width = "64") {
        assert_eq!((info.totalhigh(), info.freehigh()), (0, 0));
    }
}

#[test]
fn what_changes_is_near_what_proc_says() {
    let close = |ours: u64, theirs: u64| ours.abs_diff(theirs) <= meminfo("MemTotal") / 8;
    let info = system::sysinfo().unwrap();
    assert!(close(info.freeram(), meminfo("MemFree")), "{info:?}");
    assert!(close(info.sharedram(), meminfo("Shmem")), "{info:?}");
    assert!(close(info.bufferram(), meminfo("Buffers")), "{info:?}");
    assert!(close(info.freeswap(), meminfo("SwapFree")), "{info:?}");
    assert!(info.freeram() <= info.totalram() && info.freeswap() <= info.totalswap());
}

#[test]
fn loads_and_threads_are_what_proc_says() {
    let read = || fs::read_to_string("/proc/loadavg").unwrap();
    let fields = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let info = system::sysinfo().unwrap();
    let after = fields(&read());
    for (load, text) in info.loads().into_iter().zip(&after) {
        // Meanwhile the kernel may have counted anew.
        assert!((load - text.parse::<f64>().unwrap()).abs() < 1.0, "{info:?} {after:?}");
    }
    let threads: i64 = after[3].split('/').nth(1).unwrap().parse().unwrap();
    assert!((threads - i64::from(info.procs())).abs() < 200, "{info:?} {after:?}");
}
