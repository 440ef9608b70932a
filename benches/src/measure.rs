//! The measures of a loop: instructions, system calls, time, allocations.

use crate::case::{Case, Group};
use std::alloc::{GlobalAlloc, Layout, System};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use std::{env, io};

/// User-space instructions of one operation. valgrind counts two runs of this program that differ in nothing but the
/// number of rounds, so that start and preparation cancel out.
pub fn instructions(group: &Group, case: &Case) -> io::Result<f64> {
    let few = (1000 / group.per_round).max(2);
    let many = 11 * few;
    let (less, more) = (collected(group, case, few)?, collected(group, case, many)?);
    Ok((more as f64 - less as f64) / ((many - few) * group.per_round) as f64)
}

fn collected(group: &Group, case: &Case, rounds: u64) -> io::Result<u64> {
    let said = valgrind(&["--tool=callgrind", "--callgrind-out-file=/dev/null"], group, case, rounds)?;
    let count = said.split_once("Collected : ").and_then(|(_, rest)| rest.split_whitespace().next()?.parse().ok());
    count.ok_or_else(|| io::Error::other(format!("no count from valgrind:\n{said}")))
}

/// System calls of one operation, in the same way.
pub fn calls(group: &Group, case: &Case) -> io::Result<f64> {
    let few = (100 / group.per_round).max(2);
    let made = |rounds| -> io::Result<usize> {
        let said = valgrind(&["--tool=none", "--trace-syscalls=yes"], group, case, rounds)?;
        // One that waited has a second line when it has ended. The clock is none outside of valgrind, which takes the vDSO away.
        let calls = said.lines().filter(|line| line.starts_with("SYSCALL[") && !line.contains("... [async] -->"));
        Ok(calls.filter(|line| !line.contains("sys_clock_gettime")).count())
    };
    Ok((made(11 * few)? as f64 - made(few)? as f64) / (10 * few * group.per_round) as f64)
}

/// What valgrind says of so many rounds.
fn valgrind(options: &[&str], group: &Group, case: &Case, rounds: u64) -> io::Result<String> {
    let output = Command::new("valgrind")
        .args(options)
        .arg(env::current_exe()?)
        .args(["run", &format!("{}/{}", group.name, case.name), &rounds.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(said) } else { Err(io::Error::other(said)) }
}

/// Nanoseconds of one operation, for each case of a group: the median of several runs. The cases take turns, so that what
/// disturbs the machine for a while disturbs all of them.
pub fn nanoseconds(group: &Group) -> Vec<f64> {
    const RUN: Duration = Duration::from_millis(4);
    const RUNS: usize = 15;
    let mut loops: Vec<_> = group.cases.iter().map(|case| (case.prepare)()).collect();
    let mut rounds = 1;
    while time(|| loops[0](rounds)) < RUN {
        rounds *= 2;
    }
    let mut times = vec![Vec::new(); loops.len()];
    for _ in 0..RUNS {
        for (run, times) in loops.iter_mut().zip(&mut times) {
            times.push(time(|| run(rounds)));
        }
    }
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[RUNS / 2].as_nanos() as f64 / (rounds * group.per_round) as f64
    };
    times.into_iter().map(median).collect()
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// Allocations of one operation.
pub fn allocations(group: &Group, case: &Case) -> f64 {
    const ROUNDS: u64 = 10;
    let mut run = (case.prepare)();
    let before = ALLOCATIONS.load(Relaxed);
    run(ROUNDS);
    (ALLOCATIONS.load(Relaxed) - before) as f64 / (ROUNDS * group.per_round) as f64
}

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

/// The system's allocator, counted.
struct Counting;

// SAFETY: all is the system's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;
