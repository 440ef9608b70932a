//! The numbers of calls: which rules are for each, and what becomes of the others.

use super::code::{At, Code};
use super::get;
use super::tree::Ranges;
use crate::errno::Errno;
use crate::seccomp::arch::X32_BIT;
use crate::seccomp::{Action, Arch, Condition, Policy};

/// From which number on the calls, of those that all architectures have in common, came with which Linux version.
const SINCE: &[(u32, (u16, u16))] = &[
    (424, (5, 1)),
    (428, (5, 2)),
    (434, (5, 3)),
    (436, (5, 9)),
    (437, (5, 6)),
    (439, (5, 8)),
    (440, (5, 10)),
    (441, (5, 11)),
    (442, (5, 12)),
    (443, (5, 14)),
    (444, (5, 13)),
    (447, (5, 14)),
    (448, (5, 15)),
    (449, (5, 16)),
    (450, (5, 17)),
    (451, (6, 5)),
    (452, (6, 6)),
    (454, (6, 7)),
    (457, (6, 8)),
    (462, (6, 10)),
    (463, (6, 13)),
    (467, (6, 15)),
    (468, (6, 17)),
    (470, (6, 19)),
    (471, (7, 0)),
    (472, (u16::MAX, u16::MAX)),
];

/// The oldest with common numbers, and the newest of which they are known.
const OLDEST: (u16, u16) = (5, 1);
pub(super) const NEWEST: (u16, u16) = (7, 2);

pub(super) const fn is_known(linux: (u16, u16)) -> bool {
    !is_newer(OLDEST, linux) && !is_newer(linux, NEWEST)
}

const fn is_newer(one: (u16, u16), other: (u16, u16)) -> bool {
    one.0 > other.0 || one.0 == other.0 && one.1 > other.1
}

/// What is done with the calls that no rule is about, in pieces of the numbers.
pub(super) struct Background {
    pieces: [(u32, At); Background::ROOM],
    length: usize,
}

impl Background {
    const ROOM: usize = 2 * SINCE.len() + 16;

    pub(super) const fn new(policy: &Policy<'_>, audit: u32, code: &mut Code<'_>) -> Background {
        let mut background = Background { pieces: [(0, 0); Background::ROOM], length: 0 };
        let default = code.result(policy.default);
        let x86_64 = Arch::X86_64.audit_arch();
        if audit != x86_64 {
            let mut index = 0;
            while index < policy.archs.len() {
                if policy.archs[index].audit_arch() == audit {
                    background.own(policy, policy.archs[index], 0, default, code);
                    break;
                }
                index += 1;
            }
            return background;
        }
        let halves = [(Arch::X86_64, 0), (Arch::X32, X32_BIT)];
        let mut index = 0;
        while index < halves.len() {
            let (arch, start) = halves[index];
            if super::contains(policy.archs, arch) {
                background.own(policy, arch, start, default, code);
            } else {
                let foreign = code.result(policy.foreign);
                background.add(start, foreign);
            }
            index += 1;
        }
        // Negative ones are nobody's. A tracer that skips a call makes it -1, which is not to be punished.
        let newer = if policy.newer.is_some() { code.result(NOT_THERE) } else { default };
        background.add(1 << 31, newer);
        background
    }

    /// The numbers of one architecture, from `start` on.
    const fn own(&mut self, policy: &Policy<'_>, arch: Arch, start: u32, default: At, code: &mut Code<'_>) {
        self.add(start, default);
        let Some(linux) = policy.newer else { return };
        let newer = code.result(NOT_THERE);
        let mut index = 0;
        while index < SINCE.len() {
            let (number, since) = get(SINCE, index, (0, OLDEST));
            self.add(arch.base() + number, if is_newer(since, linux) { newer } else { default });
            index += 1;
        }
        if let Some((first, last)) = arch.apart() {
            self.add(first, default);
            self.add(last + 1, newer);
        }
    }

    const fn add(&mut self, start: u32, target: At) {
        if self.length > 0 && self.target(self.length) == target {
            return;
        }
        if self.length < Background::ROOM {
            self.pieces[self.length] = (start, target);
            self.length += 1;
        }
    }

    /// Adds the pieces from this one on that begin up to `number`. Gives the next one.
    pub(super) const fn push_up_to(&self, number: u32, mut piece: usize, from: usize, ranges: &mut Ranges) -> usize {
        while piece < self.length && piece < Background::ROOM && self.pieces[piece].0 <= number {
            ranges.push(from, self.pieces[piece].0, self.pieces[piece].1, 0);
            piece += 1;
        }
        piece
    }

    /// Where the piece before this one goes on.
    pub(super) const fn target(&self, next: usize) -> At {
        get(&self.pieces, next.wrapping_sub(1), (0, 0)).1
    }
}

/// The numbers of the calls that the policy calls hot, on the first architecture of those that share a tree.
pub(super) struct Hot {
    numbers: [u32; Hot::ROOM],
    length: usize,
}

impl Hot {
    /// Of more than these none is hotter than the others.
    const ROOM: usize = 64;

    pub(super) const fn new(policy: &Policy<'_>, arch: Arch) -> Hot {
        let mut hot = Hot { numbers: [0; Hot::ROOM], length: 0 };
        let mut index = 0;
        while index < policy.hot.len() && hot.length < Hot::ROOM {
            if let Some(number) = arch.number(policy.hot[index]) {
                hot.numbers[hot.length] = number;
                hot.length += 1;
            }
            index += 1;
        }
        hot
    }

    /// How many are hotter than this; `None` if it is not hot.
    pub(super) const fn place(&self, number: u32) -> Option<usize> {
        let mut index = 0;
        while index < self.length && index < Hot::ROOM {
            if self.numbers[index] == number {
                return Some(index);
            }
            index += 1;
        }
        None
    }
}

const NOT_THERE: Action = Action::Errno(Errno::ENOSYS);

const ENTRIES: usize = 4096;

/// Pairs of a call's number and the index of a rule for it.
pub(super) struct Entries {
    /// From the highest bits: the number, the index, [`DROPPED`], and a few bits of the rule's conditions. So they sort as they
    /// should.
    pairs: [u64; ENTRIES],
    length: usize,
    pub(super) full: bool,
}

/// Another rule says the same.
const DROPPED: u64 = 1 << 15;

impl Entries {
    pub(super) const fn new() -> Entries {
        Entries { pairs: [0; ENTRIES], length: 0, full: false }
    }

    pub(super) const fn clear(&mut self) {
        self.length = 0;
    }

    pub(super) const fn len(&self) -> usize {
        self.length
    }

    pub(super) const fn push(&mut self, number: u32, rule: usize, conditions: &[Condition]) {
        if self.length < ENTRIES && rule <= u16::MAX as usize {
            let mut marks = 0;
            let mut index = 0;
            while index < conditions.len() {
                marks |= conditions[index].marks();
                index += 1;
            }
            self.pairs[self.length] = (number as u64) << 32 | (rule as u64) << 16 | marks as u64;
            self.length += 1;
        } else {
            self.full = true;
        }
    }

    const fn get(&self, index: usize) -> u64 {
        if index < ENTRIES { self.pairs[index] } else { 0 }
    }

    pub(super) const fn number(&self, index: usize) -> u32 {
        (self.get(index) >> 32) as u32
    }

    pub(super) const fn rule(&self, index: usize) -> usize {
        (self.get(index) >> 16) as u16 as usize
    }

    pub(super) const fn drop_it(&mut self, index: usize) {
        if index < ENTRIES {
            self.pairs[index] |= DROPPED;
        }
    }

    pub(super) const fn is_dropped(&self, index: usize) -> bool {
        self.get(index) & DROPPED != 0
    }

    /// The next from `from` on, before `index`, whose conditions may all be among those of `index`.
    pub(super) const fn next_alike(&self, from: usize, index: usize) -> usize {
        let marks = !self.get(index) & (DROPPED - 1);
        let mut before = from;
        while before < index && before < ENTRIES && self.pairs[before] & marks != 0 {
            before += 1;
        }
        before
    }

    /// A heap sort: it takes no more memory, and not more time for any order.
    pub(super) const fn sort(&mut self) {
        let mut root = self.length / 2;
        while root > 0 {
            root -= 1;
            self.sink(root, self.length);
        }
        let mut end = self.length;
        while end > 1 && end <= ENTRIES {
            end -= 1;
            let last = self.pairs[end];
            self.pairs[end] = self.pairs[0];
            self.pairs[0] = last;
            self.sink(0, end);
        }
    }

    const fn sink(&mut self, mut root: usize, end: usize) {
        let end = if end < ENTRIES { end } else { ENTRIES };
        if root >= end {
            return;
        }
        let pair = self.pairs[root];
        loop {
            let mut child = 2 * root + 1;
            if child + 1 < end && self.pairs[child] < self.pairs[child + 1] {
                child += 1;
            }
            if child >= end || pair >= self.pairs[child] {
                break;
            }
            self.pairs[root] = self.pairs[child];
            root = child;
        }
        self.pairs[root] = pair;
    }
}
