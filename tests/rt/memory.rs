//! The memory functions against those of std, on every alignment.

use butter::rt::memory::{self, words};

/// A pattern in which no two neighbours are equal.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 7 + index / 251) as u8).collect()
}

/// All sizes that begin, end and fill words in every way, and some that go on.
fn sizes() -> impl Iterator<Item = usize> {
    (0..=300).chain([1000, 4096, 65_537])
}

type Copy = unsafe fn(*mut u8, *const u8, usize);

fn copies_on_every_alignment(copy: Copy) {
    let source = pattern(65_537 + 32);
    for size in sizes() {
        // With large sizes only the ends matter.
        for (to, from) in (0..17).flat_map(|to| (0..17).map(move |from| (to, from))).step_by(1 + size / 70) {
            let mut target = vec![0xee; size + 40];
            let mut expected = target.clone();
            expected[to..to + size].copy_from_slice(&source[from..from + size]);
            // SAFETY: both ranges are there, and are of different memory.
            unsafe { copy(target[to..].as_mut_ptr(), source[from..].as_ptr(), size) };
            assert!(target == expected, "{size} bytes from {from} to {to}");
        }
    }
}

#[test]
fn copy() {
    copies_on_every_alignment(memory::copy);
}

#[test]
fn copy_by_words() {
    copies_on_every_alignment(words::forward);
    copies_on_every_alignment(words::backward);
}

#[test]
fn shift_copies_what_does_not_overlap() {
    copies_on_every_alignment(memory::shift);
}

#[test]
fn shift_overlapping_both_ways() {
    for size in sizes() {
        for from in [20, 21, 27, 36] {
            for to in (0..=40).step_by(1 + size / 300) {
                let mut bytes = pattern(size + 80);
                let mut expected = bytes.clone();
                expected.copy_within(from..from + size, to);
                let start = bytes.as_mut_ptr();
                // SAFETY: both ranges are in `bytes`.
                unsafe { memory::shift(start.add(to), start.add(from), size) };
                assert!(bytes == expected, "{size} bytes from {from} to {to}");
            }
        }
    }
}

fn sets_on_every_alignment(set: unsafe fn(*mut u8, u8, usize)) {
    for size in sizes() {
        for to in 0..17 {
            let mut target = pattern(size + 40);
            let mut expected = target.clone();
            expected[to..to + size].fill(0xa5);
            // SAFETY: the range is there.
            unsafe { set(target[to..].as_mut_ptr(), 0xa5, size) };
            assert!(target == expected, "{size} bytes to {to}");
        }
    }
}

#[test]
fn set() {
    sets_on_every_alignment(memory::set);
    sets_on_every_alignment(words::set);
}

#[test]
fn compare() {
    let compare = |a: &[u8], b: &[u8]| {
        // SAFETY: both are as long.
        unsafe { memory::compare(a.as_ptr(), b.as_ptr(), a.len().min(b.len())) }
    };
    for size in 0..=80 {
        for (at, other_at) in (0..9).flat_map(|at| (0..9).map(move |other| (at, other))) {
            let bytes = pattern(size + 20);
            let a = &bytes[at..at + size];
            let mut copy = vec![0; size + 20];
            copy[other_at..other_at + size].copy_from_slice(a);
            let b = &mut copy[other_at..other_at + size];
            assert_eq!(compare(a, b), 0);
            for place in 0..size {
                // As unsigned bytes, and whatever is behind the first difference.
                let original = b[place];
                b[place] = original.wrapping_add(128);
                if let Some(last) = b.last_mut() {
                    *last = last.wrapping_add((place + 1 < size).into());
                }
                assert_eq!(compare(a, b).signum(), a.cmp(b) as i32, "{size} bytes, of which {place} differs");
                if place + 1 < size {
                    b[size - 1] = a[size - 1];
                }
                b[place] = original;
            }
        }
    }
}

#[test]
fn length() {
    for size in 0..=300 {
        for at in 0..9 {
            let mut bytes = vec![0x80; size + 20];
            bytes[at + size] = 0;
            // SAFETY: a 0 is there.
            assert_eq!(unsafe { memory::length(bytes[at..].as_ptr()) }, size);
        }
    }
}
