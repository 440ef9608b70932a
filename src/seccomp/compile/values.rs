//! Rules that look at the same argument alone: which of them holds for which of its values.

use super::arguments::Halves;
use super::code::{At, Code};
use super::tree::Ranges;
use super::{get, set};
use crate::seccomp::Condition;
use crate::seccomp::condition::Test;

/// The values of an argument, in pieces of which each has one rule, or none. Rules are added from the last to the first.
pub(super) struct Values {
    /// What all the rules' conditions are on.
    index: u8,
    wide: bool,
    /// Where each piece begins, and its rule, from the highest to the one that begins at 0: lists are mostly in the order of
    /// their values, so that their rules come in from above.
    starts: [u64; Values::PIECES],
    rules: [u8; Values::PIECES],
    length: usize,
    /// Where each rule goes on. There is no rule 0.
    targets: [u16; Values::RULES],
    count: usize,
    /// The rule that was added last.
    first: Option<Condition>,
}

impl Values {
    const RULES: usize = 200;
    const PIECES: usize = 4 * Values::RULES;

    pub(super) const fn new() -> Values {
        Values {
            index: 0,
            wide: false,
            starts: [0; Values::PIECES],
            rules: [0; Values::PIECES],
            length: 1,
            targets: [0; Values::RULES],
            count: 0,
            first: None,
        }
    }

    const fn last_value(&self) -> u64 {
        if self.wide { u64::MAX } else { u32::MAX as u64 }
    }

    /// Whether a rule with this condition alone can be one more of them.
    pub(super) const fn has_room_for(&self, condition: &Condition) -> bool {
        let same = self.count == 0 || self.index == condition.index && self.wide == condition.wide;
        same && matches!(condition.test, Test::Within(..) | Test::Outside(..)) && self.count + 1 < Values::RULES
    }

    pub(super) const fn add(&mut self, condition: &Condition, target: At) {
        (self.index, self.wide, self.first) = (condition.index, condition.wide, Some(*condition));
        self.count += 1;
        if self.count < Values::RULES {
            self.targets[self.count] = target as u16;
        }
        match condition.test {
            Test::Within(first, last) => self.paint(first, last),
            Test::Outside(first, last) => {
                if first > 0 {
                    self.paint(0, first - 1);
                }
                if last < self.last_value() {
                    self.paint(last + 1, self.last_value());
                }
            }
            Test::Masked(..) | Test::Never => {}
        }
    }

    /// Gives these values to the rule that was added last.
    const fn paint(&mut self, first: u64, last: u64) {
        let (from, mut to) = (self.piece_of(last), self.piece_of(first));
        // What is left of the pieces that both ends are in.
        let above = from == 0 && last < self.last_value() || from > 0 && last + 1 < get(&self.starts, from - 1, 0);
        let rule = get(&self.rules, from, 0);
        if get(&self.starts, to, 0) == first {
            to += 1;
        }
        self.replace(from, to, 1 + above as usize);
        if above {
            self.set(from, last + 1, rule);
        }
        self.set(from + above as usize, first, self.count as u8);
    }

    /// Which piece a value is in.
    const fn piece_of(&self, value: u64) -> usize {
        let (mut low, mut high) = (0, self.length - 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if get(&self.starts, middle, 0) <= value {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    const fn set(&mut self, index: usize, start: u64, rule: u8) {
        set(&mut self.starts, index, start);
        set(&mut self.rules, index, rule);
    }

    /// Makes as many pieces as `count` of those from `from` to `to`.
    const fn replace(&mut self, from: usize, to: usize, count: usize) {
        let length = self.length + count - (to - from);
        if length > Values::PIECES {
            return;
        }
        let (mut steps, moved) = (0, self.length - to);
        while steps < moved {
            // From the end that is not yet overwritten.
            let step = if count > to - from { moved - 1 - steps } else { steps };
            let (start, rule) = (get(&self.starts, to + step, 0), get(&self.rules, to + step, 0));
            self.set(from + count + step, start, rule);
            steps += 1;
        }
        self.length = length;
    }

    /// The condition and the target, if there is only one rule.
    pub(super) const fn only(&self) -> Option<(Condition, At)> {
        match self.first {
            Some(condition) if self.count == 1 => Some((condition, self.targets[1] as At)),
            _ => None,
        }
    }

    /// Whether a rule has no values, as those before it have them all.
    pub(super) const fn hides_one(&self) -> bool {
        let mut seen = [false; Values::RULES];
        let (mut index, mut count) = (0, 0);
        while index < self.length && index < Values::PIECES {
            let rule = self.rules[index] as usize;
            if rule > 0 && rule < Values::RULES && !seen[rule] {
                seen[rule] = true;
                count += 1;
            }
            index += 1;
        }
        count < self.count
    }

    /// Where a piece begins, counted from the lowest.
    const fn start(&self, piece: usize) -> u64 {
        get(&self.starts, self.length - 1 - piece, 0)
    }

    const fn target(&self, piece: usize, no: At) -> At {
        match get(&self.rules, self.length - 1 - piece, 0) as usize {
            0 => no,
            rule => get(&self.targets, rule, 0) as At,
        }
    }

    /// Goes on where the value's rule does, or else at `no`.
    pub(super) const fn write(&self, ranges: &mut Ranges, code: &mut Code<'_>, big_endian: bool, no: At) -> At {
        let halves = Halves::new(self.index, big_endian);
        if self.count == 0 {
            return no;
        }
        if !self.wide {
            return self.write_lower(ranges, code, halves.low, 0, self.length, no);
        }
        let from = ranges.len();
        let mut index = 0;
        while index < self.length {
            // The pieces that begin where the upper half is the same.
            let upper = (self.start(index) >> 32) as u32;
            let mut end = index + 1;
            while end < self.length && (self.start(end) >> 32) as u32 == upper {
                end += 1;
            }
            let begins = self.start(index) as u32 == 0;
            let target = if end == index + 1 && begins {
                self.target(index, no)
            } else {
                self.write_lower(ranges, code, halves.low, if begins { index } else { index - 1 }, end, no)
            };
            let target = code.loaded(halves.high, target);
            ranges.push(from, upper, target, 1);
            // The last of them goes on through upper halves at which none begins.
            if upper < u32::MAX && !(end < self.length && (self.start(end) >> 32) as u32 == upper + 1) {
                let target = code.loaded(halves.high, self.target(end - 1, no));
                ranges.push(from, upper + 1, target, 1);
            }
            index = end;
        }
        let tree = ranges.write(from, code);
        code.load(halves.high, tree)
    }

    /// The pieces from `start` to `end` by their lower halves. The first has the values before the second, from 0 on.
    const fn write_lower(
        &self,
        ranges: &mut Ranges,
        code: &mut Code<'_>,
        low: u32,
        start: usize,
        end: usize,
        no: At,
    ) -> At {
        let from = ranges.len();
        let mut index = start;
        while index < end {
            let lower = if index == start { 0 } else { self.start(index) as u32 };
            let target = code.loaded(low, self.target(index, no));
            ranges.push(from, lower, target, 1);
            index += 1;
        }
        let tree = ranges.write(from, code);
        code.load(low, tree)
    }
}
