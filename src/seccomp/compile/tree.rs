//! Ranges of a word's values, and the decision tree that finds the one that a value is in.

use super::code::{At, Code, Compare};
use super::set;
use crate::seccomp::instruction::{JUMP_IF_AT_LEAST, JUMP_IF_EQUAL};

/// Values from `start` up to the next range's, which all go on at the same place.
#[derive(Clone, Copy)]
pub(super) struct Range {
    pub(super) start: u32,
    pub(super) target: u16,
    /// How many of its values the policy names, and more for those that are hot; in a tree, its share, and [`BETWEEN`].
    weight: u16,
}

/// It is a single value between two ranges that go on at the same place: one comparison tells it from both, unless they
/// are parted.
const BETWEEN: u16 = 1 << 15;

/// What is added to the weight of a call that the policy calls hot.
pub(super) const HOT: u16 = 512;

impl Range {
    const NONE: Range = Range { start: 0, target: 0, weight: 0 };

    /// How much it counts where a tree is parted. Many values count little more than a few, as nobody knows which of them are
    /// asked for, or those that are asked for seldom would be found late.
    const fn share(self) -> u16 {
        match self.weight.checked_sub(HOT) {
            Some(hot) if hot < BETWEEN => hot,
            Some(_) => BETWEEN - 1,
            None => 1 + (self.weight + 1).ilog2() as u16,
        }
    }
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
        Ranges { ranges: [Range::NONE; ROOM], length: 0, full: false }
    }

    /// Where the next list begins.
    pub(super) const fn len(&self) -> usize {
        self.length
    }

    const fn get(&self, index: usize) -> Range {
        if index < self.length && index < ROOM { self.ranges[index] } else { Range::NONE }
    }

    /// Adds a range to the list that begins at `from`. It becomes a part of the last if it goes on at the same place.
    pub(super) const fn push(&mut self, from: usize, start: u32, target: At, weight: u16) {
        if self.length > from && self.get(self.length - 1).start == start {
            // It had no value.
            self.length -= 1;
        }
        if self.length > from && self.get(self.length - 1).target as At == target {
            let last = self.get(self.length - 1);
            let weight = last.weight.saturating_add(weight);
            set(&mut self.ranges, self.length - 1, Range { weight, ..last });
        } else if self.length < ROOM {
            self.ranges[self.length] = Range { start, target: target as u16, weight };
            self.length += 1;
        } else {
            self.full = true;
        }
    }

    /// Writes the tree of the topmost list, which begins at `from`, and drops the list.
    pub(super) const fn write(&mut self, from: usize, code: &mut Code<'_>) -> At {
        let to = self.length;
        let mut index = from;
        while index < to {
            let range = self.get(index);
            let between = index > from
                && index + 1 < to
                && self.is_single(index)
                && self.get(index - 1).target == self.get(index + 1).target;
            let weight = range.share() | if between { BETWEEN } else { 0 };
            set(&mut self.ranges, index, Range { weight, ..range });
            index += 1;
        }
        let at = self.tree(from, to, code);
        self.length = from;
        at
    }

    const fn tree(&self, from: usize, to: usize, code: &mut Code<'_>) -> At {
        if to - from <= 1 {
            return self.get(from).target as At;
        }
        if let Some((rest, singles)) = self.all_but_few(from, to) {
            let rest = self.single(singles[1], rest, code);
            return self.single(singles[0], rest, code);
        }
        let split = self.split(from, to);
        let high = self.tree(split, to, code);
        let low = self.tree(from, split, code);
        code.branch(Compare::new(JUMP_IF_AT_LEAST, self.get(split).start), high, low)
    }

    /// A comparison for the value of a range that has only one.
    const fn single(&self, range: Option<usize>, rest: At, code: &mut Code<'_>) -> At {
        match range {
            Some(index) => {
                let range = self.get(index);
                code.branch(Compare::new(JUMP_IF_EQUAL, range.start), range.target as At, rest)
            }
            None => rest,
        }
    }

    /// Where all go on but for one or two values, and the ranges of these: to compare with each is less than to look for
    /// the range. The one that is asked for more often comes first.
    const fn all_but_few(&self, from: usize, to: usize) -> Option<(At, [Option<usize>; 2])> {
        let length = to - from;
        if length > 5 {
            return None;
        }
        let mut tried = from;
        while tried < from + 2 {
            let rest = self.get(tried).target;
            let mut singles = [None; 2];
            let mut count = 0;
            let mut index = from;
            while index < to {
                if self.get(index).target != rest {
                    if count == 2 || !self.is_single(index) {
                        count = 3;
                        break;
                    }
                    set(&mut singles, count, Some(index));
                    count += 1;
                }
                index += 1;
            }
            if 2 * count <= length {
                if let [Some(one), Some(other)] = singles {
                    if self.get(one).weight & !BETWEEN < self.get(other).weight & !BETWEEN {
                        singles = [Some(other), Some(one)];
                    }
                }
                return Some((rest as At, singles));
            }
            tried += 1;
        }
        None
    }

    const fn is_single(&self, index: usize) -> bool {
        index + 1 < self.length && self.get(index + 1).start - self.get(index).start == 1
    }

    /// The range to begin the upper half with: so that both halves are asked for as often, more or less if that leaves a
    /// value with its neighbours.
    const fn split(&self, from: usize, to: usize) -> usize {
        let mut total: u32 = 0;
        let mut index = from;
        while index < to && index < ROOM {
            total += (self.ranges[index].weight & !BETWEEN) as u32;
            index += 1;
        }
        let (mut best, mut least) = (from + 1, u32::MAX);
        let (mut best_gap, mut least_gap) = (from + 1, u32::MAX);
        let mut below = 0;
        index = from + 1;
        while index > 0 && index < to && index < ROOM {
            let before = self.ranges[index - 1].weight;
            below += (before & !BETWEEN) as u32;
            let difference = total.abs_diff(2 * below);
            if difference < least {
                (best, least) = (index, difference);
            }
            let parts =
                self.ranges[index].weight & BETWEEN != 0 && index + 1 < to || before & BETWEEN != 0 && index - 1 > from;
            if difference < least_gap && !parts {
                (best_gap, least_gap) = (index, difference);
            }
            index += 1;
        }
        if least_gap <= least.saturating_add((to - from) as u32) { best_gap } else { best }
    }
}
