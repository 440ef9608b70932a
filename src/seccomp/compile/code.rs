//! Instructions, written from the last to the first: a jump only goes forward, so that where it goes is there already.

use super::{get, set};
use crate::abi::filter::BPF_MAXINSNS;
use crate::seccomp::instruction::{AND, JUMP, LOAD, Operation, RETURN};
use crate::seccomp::{Action, Instruction};

/// Where an instruction is: how many there are from it to the end, itself included.
pub(super) type At = usize;

/// How many instructions a condition jumps over at most.
const REACH: usize = u8::MAX as usize;

/// How many different results are known. Beyond these each use has its own.
const RESULTS: usize = 256;

/// How many places are kept in mind to be used again: so many tests, and so many ways to what is far.
const TESTS: usize = 256;
const WAYS: usize = 32;

pub(super) struct Code<'b> {
    buffer: &'b mut [Instruction],
    length: usize,
    /// Something did not fit.
    pub(super) full: bool,
    /// Each result: where it is first, and where last.
    results: [(u32, u16, u16); RESULTS],
    known: usize,
    /// Where each test is, by a hash of it.
    tests: [u16; TESTS],
    /// Jumps: where each is, and where it goes.
    ways: [(u16, u16); WAYS],
    next_way: usize,
}

/// A condition of the processor's on the word that is loaded.
#[derive(Clone, Copy)]
pub(super) struct Compare {
    pub(super) code: u16,
    pub(super) k: u32,
}

impl Compare {
    pub(super) const fn new(code: u16, k: u32) -> Compare {
        Compare { code, k }
    }
}

impl<'b> Code<'b> {
    pub(super) const fn new(buffer: &'b mut [Instruction]) -> Code<'b> {
        Code {
            buffer,
            length: 0,
            full: false,
            results: [(0, 0, 0); RESULTS],
            known: 0,
            tests: [0; TESTS],
            ways: [(0, 0); WAYS],
            next_way: 0,
        }
    }

    const fn at(&self, at: At) -> Instruction {
        let index = self.buffer.len().wrapping_sub(at);
        if index < self.buffer.len() { self.buffer[index] } else { Instruction { code: RETURN, jt: 0, jf: 0, k: 0 } }
    }

    const fn emit(&mut self, code: u16, jt: usize, jf: usize, k: u32) -> At {
        let index = self.buffer.len().wrapping_sub(self.length + 1);
        if index < self.buffer.len() && self.length < BPF_MAXINSNS {
            self.buffer[index] = Instruction { code, jt: jt as u8, jf: jf as u8, k };
            self.length += 1;
        } else {
            self.full = true;
        }
        self.length
    }

    /// Returns this result. For one result it is the same place whenever it is asked for.
    pub(super) const fn result(&mut self, action: Action) -> At {
        let k = action.value();
        let mut index = 0;
        while index < self.known && index < RESULTS {
            if self.results[index].0 == k {
                return self.results[index].1 as At;
            }
            index += 1;
        }
        let at = self.emit(RETURN, 0, 0, k);
        if self.known < RESULTS {
            self.results[self.known] = (k, at as u16, at as u16);
            self.known += 1;
        }
        at
    }

    /// Goes on at one of two places. Gives the place of this, or the other one if both are the same.
    pub(super) const fn branch(&mut self, compare: Compare, mut yes: At, mut no: At) -> At {
        if yes == no {
            return yes;
        }
        // To bring one near moves the other away, by one.
        while !self.full {
            if self.length - yes > REACH {
                yes = self.near(yes);
            } else if self.length - no > REACH {
                no = self.near(no);
            } else {
                break;
            }
        }
        self.emit(compare.code, self.length - yes, self.length - no, compare.k)
    }

    /// A place from where it goes on as at one that is too far.
    const fn near(&mut self, far: At) -> At {
        let Instruction { code, k, .. } = self.at(far);
        let mut index = 0;
        if code != RETURN {
            while index < WAYS {
                let (at, target) = self.ways[index];
                if target as At == far && self.length - at as At <= REACH {
                    return at as At;
                }
                index += 1;
            }
            let at = self.emit(JUMP, 0, 0, (self.length - far) as u32);
            self.ways[self.next_way % WAYS] = (at as u16, far as u16);
            self.next_way += 1;
            return at;
        }
        while index < self.known && index < RESULTS && self.results[index].0 != k {
            index += 1;
        }
        if index < self.known && index < RESULTS {
            let last = self.results[index].2 as At;
            if self.length - last <= REACH {
                return last;
            }
        }
        let at = self.emit(RETURN, 0, 0, k);
        if index < self.known && index < RESULTS {
            self.results[index].2 = at as u16;
        }
        at
    }

    /// Loads a word and goes on at `next`, if it is looked at there.
    pub(super) const fn load(&mut self, offset: u32, next: At) -> At {
        if let RETURN | LOAD = self.at(next).code {
            return next;
        }
        if next != self.length {
            let k = (self.length - next) as u32;
            self.emit(JUMP, 0, 0, k);
        }
        self.emit(LOAD, 0, 0, offset)
    }

    /// Where to go on instead of `at` if this word is loaded already.
    pub(super) const fn loaded(&self, offset: u32, at: At) -> At {
        let load = self.at(at);
        if load.code == LOAD && load.k == offset { at - 1 } else { at }
    }

    /// Loads a word, and goes on at one of two places, where it is still loaded.
    pub(super) const fn test(&mut self, offset: u32, compare: Compare, yes: At, no: At) -> At {
        if yes == no {
            return yes;
        }
        let (yes, no) = (self.loaded(offset, yes), self.loaded(offset, no));
        // The same test may be there already, for another call or another rule.
        let hash = compare.k ^ (compare.k >> 8) ^ offset << 3 ^ (yes as u32) << 1 ^ no as u32;
        let slot = hash as usize % TESTS;
        let at = self.tests[slot] as At;
        if at > 1 && self.length - at < REACH {
            let (load, branch) = (self.at(at), self.at(at - 1));
            if load.code == LOAD
                && load.k == offset
                && branch.code == compare.code
                && branch.k == compare.k
                && at - 2 - branch.jt as usize == yes
                && at - 2 - branch.jf as usize == no
            {
                return at;
            }
        }
        let next = self.branch(compare, yes, no);
        let at = self.load(offset, next);
        self.tests[slot] = at as u16;
        at
    }

    /// The same with some bits of the word, of which then nothing is known.
    pub(super) const fn test_masked(&mut self, offset: u32, mask: u32, compare: Compare, yes: At, no: At) -> At {
        if yes == no {
            return yes;
        }
        self.branch(compare, yes, no);
        self.emit(AND, 0, 0, mask);
        self.load(offset, self.length)
    }

    /// Takes out what nothing leads to, and puts the program to the start of the buffer. Gives its length.
    pub(super) const fn finish(&mut self, start: At) -> usize {
        let mut reached = [false; BPF_MAXINSNS + 1];
        set(&mut reached, start, true);
        let mut at = start;
        while at > 0 {
            if get(&reached, at, false) {
                let Instruction { jt, jf, k, .. } = self.at(at);
                let (yes, no) = match self.at(at).operation() {
                    Some(Operation::Return) => (at, at),
                    Some(Operation::Jump) => (at - 1 - k as usize, at),
                    Some(Operation::If(..)) => (at - 1 - jt as usize, at - 1 - jf as usize),
                    _ => (at - 1, at),
                };
                set(&mut reached, yes, true);
                set(&mut reached, no, true);
            }
            at -= 1;
        }
        // How many instructions from here to the end are left.
        let mut left = [0_u16; BPF_MAXINSNS + 1];
        let mut count = 0;
        while at < start {
            at += 1;
            count += get(&reached, at, false) as u16;
            set(&mut left, at, count);
        }
        let mut length = 0;
        while at > 0 {
            if get(&reached, at, false) {
                let Instruction { code, jt, jf, k } = self.at(at);
                let next = get(&left, at - 1, 0);
                let instruction = match self.at(at).operation() {
                    Some(Operation::Jump) => {
                        Instruction::new(code, jt, jf, (next - get(&left, at - 1 - k as usize, 0)) as u32)
                    }
                    Some(Operation::If(..)) => {
                        let yes = next - get(&left, at - 1 - jt as usize, 0);
                        let no = next - get(&left, at - 1 - jf as usize, 0);
                        Instruction::new(code, yes as u8, no as u8, k)
                    }
                    _ => self.at(at),
                };
                set(self.buffer, length, instruction);
                length += 1;
            }
            at -= 1;
        }
        length
    }
}
