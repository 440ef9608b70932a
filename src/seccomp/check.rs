//! What the kernel looks at before it takes a program.

use super::Instruction;
use super::instruction::Operation;
use crate::abi::filter::{BPF_MAXINSNS, BPF_MEMWORDS};
use crate::abi::seccomp::seccomp_data;
use core::fmt;

/// Why the kernel would not take a program: it says `EINVAL` to all of it. The number is the index of the instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// It has no instruction.
    Empty,
    /// It has more than 4,096.
    TooLong,
    /// There is no such instruction in a filter.
    Unknown(usize),
    /// It loads from outside of the data, or not from a multiple of 4.
    Load(usize),
    /// It uses a word of memory beyond the 16 that there are.
    Memory(usize),
    /// It loads a word of memory that may not have been stored.
    NotStored(usize),
    /// It divides by 0.
    Division(usize),
    /// It shifts by more than 31 bits.
    Shift(usize),
    /// It jumps beyond the end.
    Jump(usize),
    /// The last instruction does not return.
    NoReturn,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, index) = match *self {
            Refusal::Empty => ("the program is empty", None),
            Refusal::TooLong => ("the program is longer than 4,096 instructions", None),
            Refusal::Unknown(index) => ("no such instruction in a filter", Some(index)),
            Refusal::Load(index) => ("loads what is not in the data", Some(index)),
            Refusal::Memory(index) => ("uses more memory than there is", Some(index)),
            Refusal::NotStored(index) => ("loads memory that may not have been stored", Some(index)),
            Refusal::Division(index) => ("divides by 0", Some(index)),
            Refusal::Shift(index) => ("shifts by more than 31 bits", Some(index)),
            Refusal::Jump(index) => ("jumps beyond the end", Some(index)),
            Refusal::NoReturn => ("the last instruction does not return", None),
        };
        match index {
            Some(index) => write!(f, "instruction {index}: {what}"),
            None => f.write_str(what),
        }
    }
}

impl core::error::Error for Refusal {}

/// Whether the kernel would take a program as a filter.
///
/// ```
/// use butter::seccomp::{Instruction, Refusal, check};
///
/// const ALLOW: Instruction = Instruction::new(0x06, 0, 0, 0x7fff_0000);
/// assert_eq!(check(&[ALLOW]), Ok(()));
/// assert_eq!(check(&[ALLOW, Instruction::new(0x20, 0, 0, 64)]), Err(Refusal::Load(1)));
/// ```
///
/// # Errors
///
/// The first reason not to. Like the kernel it looks at instructions that nothing leads to as well.
pub const fn check(program: &[Instruction]) -> Result<(), Refusal> {
    if program.is_empty() {
        return Err(Refusal::Empty);
    }
    if program.len() > BPF_MAXINSNS {
        return Err(Refusal::TooLong);
    }
    let mut index = 0;
    while index < program.len() {
        if let Err(refusal) = look_at(program[index], index, program.len()) {
            return Err(refusal);
        }
        index += 1;
    }
    match program[program.len() - 1].operation() {
        Some(Operation::Return | Operation::ReturnA) => memory(program),
        _ => Err(Refusal::NoReturn),
    }
}

const fn look_at(instruction: Instruction, index: usize, length: usize) -> Result<(), Refusal> {
    let Instruction { jt, jf, k, .. } = instruction;
    let behind = length - index - 1;
    let (fits, refusal) = match instruction.operation() {
        None => (false, Refusal::Unknown(index)),
        Some(Operation::Load) => (k % 4 == 0 && (k as usize) < size_of::<seccomp_data>(), Refusal::Load(index)),
        Some(Operation::Fetch | Operation::FetchX | Operation::Store | Operation::StoreX) => {
            ((k as usize) < BPF_MEMWORDS, Refusal::Memory(index))
        }
        Some(Operation::Divide(false)) => (k != 0, Refusal::Division(index)),
        Some(Operation::ShiftLeft(false) | Operation::ShiftRight(false)) => (k < 32, Refusal::Shift(index)),
        Some(Operation::Jump) => ((k as usize) < behind, Refusal::Jump(index)),
        Some(Operation::If(..)) => ((jt as usize) < behind && (jf as usize) < behind, Refusal::Jump(index)),
        Some(_) => (true, Refusal::Empty),
    };
    if fits { Ok(()) } else { Err(refusal) }
}

/// Whether all memory is stored before it is loaded, whichever way leads there.
const fn memory(program: &[Instruction]) -> Result<(), Refusal> {
    // For each instruction that is jumped to, a bit for each word that every jump to it has stored.
    let mut stored = [u16::MAX; BPF_MAXINSNS];
    let mut now = 0;
    let mut index = 0;
    while index < program.len() && index < BPF_MAXINSNS {
        let Instruction { jt, jf, k, .. } = program[index];
        now &= stored[index];
        let word = 1 << (k % 16);
        let (one, other) = match program[index].operation() {
            Some(Operation::Store | Operation::StoreX) => {
                now |= word;
                (0, 0)
            }
            Some(Operation::Fetch | Operation::FetchX) if now & word == 0 => return Err(Refusal::NotStored(index)),
            Some(Operation::Jump) => (index + 1 + k as usize, index + 1 + k as usize),
            Some(Operation::If(..)) => (index + 1 + jt as usize, index + 1 + jf as usize),
            _ => (0, 0),
        };
        if one > 0 && one < stored.len() && other < stored.len() {
            stored[one] &= now;
            stored[other] &= now;
            now = u16::MAX;
        }
        index += 1;
    }
    Ok(())
}
