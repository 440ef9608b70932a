//! Ranges of a word's values, and the decision tree that finds the one that a value is in.

use super::code::{At, Code, Compare};
use crate::seccomp::instruction::{JUMP_IF_AT_LEAST, JUMP_IF_EQUAL};

/// Values from `start` up to the next range's, which all go on at the same place.
#[derive(Clone, Copy)]
pub(super) struct Range {
    pub(super) start: u32,
    pub(super) target: u16,
    /// How often its values are asked for, by which the tree is balanced: 1 or more.
    pub(super) weight: u16,
}

/// Twice as many as the kernel takes instructions, and some: a tree has at least one for two ranges.
const ROOM: usize = 2 * 4096 + 64;

/// Lists of ranges, one upon the other: the topmost grows.
pub(super) struct Ranges {
    ranges: [Range; ROOM],
    length: usize,
    pub(super) full: bool,
}

impl Ranges {
    pub(super) const fn new() -> Ranges {
        Ranges { ranges: [Range { start: 0, target: 0, weight: 0 }; ROOM], length: 0, full: false }
    }

    /// Where the next list begins.
    pub(super) const fn len(&self) -> usize {
        self.length
    }

    const fn get(&self, index: usize) -> Range {
        if index < self.length { self.ranges[index] } else { Range { start: 0, target: 0, weight: 0 } }
    }

    /// Adds a range to the list that begins at `from`. It becomes a part of the last if it goes on at the same place.
    pub(super) const fn push(&mut self, from: usize, start: u32, target: At, weight: u16) {
        if self.length > from && self.get(self.length - 1).start == start {
            // It had no value.
            self.length -= 1;
        }
        if self.length > from && self.get(self.length - 1).target as At == target {
            let last = &mut self.ranges[self.length - 1];
            last.weight = last.weight.saturating_add(weight);
        } else if self.length < ROOM {
            self.ranges[self.length] = Range { start, target: target as u16, weight };
            self.length += 1;
        } else {
            self.full = true;
        }
    }

    /// Writes the tree of the topmost list, which begins at `from`, and drops the list.
    pub(super) const fn write(&mut self, from: usize, code: &mut Code<'_>) -> At {
        let at = self.tree(from, self.length, code);
        self.length = from;
        at
    }

    const fn tree(&self, from: usize, to: usize, code: &mut Code<'_>) -> At {
        if to - from <= 1 {
            return self.get(from).target as At;
        }
        if let Some(rest) = self.all_but_one(from, to) {
            let one = self.get(rest.1);
            return code.branch(Compare::new(JUMP_IF_EQUAL, one.start), one.target as At, rest.0);
        }
        let split = self.split(from, to);
        let high = self.tree(split, to, code);
        let low = self.tree(from, split, code);
        code.branch(Compare::new(JUMP_IF_AT_LEAST, self.get(split).start), high, low)
    }

    /// Where all go on but for a single value, and the range of that.
    const fn all_but_one(&self, from: usize, to: usize) -> Option<(At, usize)> {
        let mut index = from;
        while index < to {
            let single = index + 1 < self.length && self.get(index + 1).start - self.get(index).start == 1;
            let rest = if index == from { from + 1 } else { from };
            if single
                && (to - from == 2
                    || to - from == 3 && index == from + 1 && self.get(from).target == self.get(from + 2).target)
            {
                return Some((self.get(rest).target as At, index));
            }
            index += 1;
        }
        None
    }

    /// The range to begin the upper half with.
    const fn split(&self, from: usize, to: usize) -> usize {
        let mut total: u64 = 0;
        let mut index = from;
        while index < to {
            total += self.get(index).weight as u64;
            index += 1;
        }
        let (mut best, mut least) = (from + 1, u64::MAX);
        let mut below = 0;
        index = from + 1;
        while index < to {
            below += self.get(index - 1).weight as u64;
            let difference = total.abs_diff(2 * below);
            if difference < least {
                (best, least) = (index, difference);
            }
            index += 1;
        }
        best
    }
}
