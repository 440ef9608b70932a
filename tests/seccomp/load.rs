//! Many calls, several who answer, and targets that are killed meanwhile.

use crate::help::*;
use butter::seccomp::Listener;
use butter::signal::ChildStatus;
use butter::{Errno, Reader, Result, nr, syscall};
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::{array, thread};

const SURVIVORS: usize = 4;
const VICTIMS: usize = 100;
/// Of each of the survivors. With those of the victims they are more than 100,000.
const CALLS: usize = 25_000;
/// So many a victim may make at most before it is killed.
const SOME: usize = 200;

/// What a call gives that is answered right.
fn answer(who: u64, which: u64) -> u64 {
    (who << 20 ^ which).wrapping_mul(0x9e37_79b9) & 0x7fff_ffff
}

fn call(who: usize, which: usize) -> Result<usize> {
    // SAFETY: the call is not made.
    unsafe { syscall!(UMASK, who as u64, which as u64) }
}

/// Makes calls, and counts those that were answered right. Says whether all were.
fn calls(who: usize, count: usize, right: &AtomicU64) -> bool {
    (0..count).all(|which| {
        let given = call(who, which) == Ok(answer(who as u64, which as u64) as usize);
        right.fetch_add(given.into(), Relaxed);
        given
    })
}

/// The process whose filter it is, and its children.
fn family(right: &'static [AtomicU64; SURVIVORS + VICTIMS]) -> i32 {
    let survivors: [Child; SURVIVORS] = array::from_fn(|who| Child::new(|| calls(who, CALLS, &right[who]).into()));
    for (number, right) in right.iter().enumerate().skip(SURVIVORS) {
        let victim = Child::new(|| calls(number, CALLS, right).into());
        // Each is killed at another place, in its calls or between them.
        while right.load(Relaxed) < (number * 7 % SOME) as u64 {
            // SAFETY: the call has no argument.
            let _ = unsafe { syscall!(SCHED_YIELD) };
        }
        victim.kill();
        is_killed(victim.wait(), butter::signal::Signal::KILL);
    }
    i32::from(survivors.into_iter().all(|child| child.wait() == ChildStatus::Exited(1)))
}

/// How often each call was answered, and what came of the answers.
struct Book {
    answered: Vec<Vec<AtomicU8>>,
    taken: AtomicU32,
    late: AtomicU32,
}

/// Answers until no target is left.
fn supervise(listener: &Listener, book: &Book) -> Errno {
    let mut buffer = [0; 256];
    let mut reader = Reader::new(listener, &mut buffer).unwrap();
    loop {
        let notification = match reader.wait(None) {
            Ok(notification) => notification,
            Err(errno) => return errno,
        };
        let [who, which, ..] = notification.args();
        match notification.respond(answer(who, which) as i64) {
            Ok(()) => {
                assert_eq!(book.answered[who as usize][which as usize].fetch_add(1, Relaxed), 0, "{who} {which}");
                book.taken.fetch_add(1, Relaxed);
            }
            Err(Errno::ENOENT) => {
                assert!(who as usize >= SURVIVORS, "a survivor is not there");
                book.late.fetch_add(1, Relaxed);
            }
            Err(errno) => panic!("{errno:?}"),
        }
    }
}

#[test]
fn no_call_is_lost_or_answered_twice() {
    let right = shared::<{ SURVIVORS + VICTIMS }>();
    let (listener, child) = target(nr::UMASK, || family(right));
    let book = Book {
        answered: (0..SURVIVORS + VICTIMS).map(|_| (0..CALLS).map(|_| AtomicU8::new(0)).collect()).collect(),
        taken: AtomicU32::new(0),
        late: AtomicU32::new(0),
    };
    let ends = thread::scope(|scope| {
        let supervisors = [(); 2].map(|()| scope.spawn(|| supervise(&listener, &book)));
        supervisors.map(|thread| thread.join().unwrap())
    });
    assert_eq!(ends, [Errno::ENODATA; 2]);
    assert_eq!(child.wait(), ChildStatus::Exited(1));

    let count = |who: usize| book.answered[who].iter().map(|count| u64::from(count.load(Relaxed))).sum::<u64>();
    for (who, right) in right.iter().enumerate().take(SURVIVORS) {
        assert_eq!((count(who), right.load(Relaxed)), (CALLS as u64, CALLS as u64));
    }
    for (who, right) in right.iter().enumerate().skip(SURVIVORS) {
        // The last answer may have come to one who was killed before it could count it.
        let (answered, right) = (count(who), right.load(Relaxed));
        assert!(answered == right || answered == right + 1, "{who}: {answered} answered, {right} right");
    }
    assert!(book.taken.load(Relaxed) as usize >= SURVIVORS * CALLS);
    println!("{} answered, {} too late", book.taken.load(Relaxed), book.late.load(Relaxed));
}
