//! A program in words.

use super::instruction::{Operation, Relation};
use super::{Action, Instruction};
use core::fmt;

/// A program, to be shown with a line for each instruction:
///
/// ```
/// use butter::seccomp::{Instruction, Listing};
///
/// let program = [
///     Instruction::new(0x20, 0, 0, 0),
///     Instruction::new(0x15, 0, 1, 39),
///     Instruction::new(0x06, 0, 0, 0x7fff_0000),
///     Instruction::new(0x06, 0, 0, 0x0005_0001),
/// ];
/// let text = Listing(&program).to_string();
/// let lines: Vec<&str> = text.lines().collect();
/// assert_eq!(lines, ["   0  ld  number", "   1  jeq 39 ? 2 : 3", "   2  ret Allow", "   3  ret Errno(EPERM)"]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a>(pub &'a [Instruction]);

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, instruction) in self.0.iter().enumerate() {
            write!(f, "{index:4}  ")?;
            line(f, index, *instruction)?;
            f.write_str("\n")?;
        }
        Ok(())
    }
}

fn line(f: &mut fmt::Formatter<'_>, index: usize, instruction: Instruction) -> fmt::Result {
    let Instruction { code, jt, jf, k } = instruction;
    let Some(operation) = instruction.operation() else {
        return write!(f, "?   {code:#06x} {jt} {jf} {k:#x}");
    };
    let target = |over: usize| index.saturating_add(1).saturating_add(over);
    let mut with = |name: &str, with_x: bool| match with_x {
        true => write!(f, "{name} x"),
        false => write!(f, "{name} {}", Constant(k)),
    };
    match operation {
        Operation::Load => write!(f, "ld  {}", Word(k)),
        Operation::Length => f.write_str("ld  length"),
        Operation::Constant => write!(f, "ld  {}", Constant(k)),
        Operation::Fetch => write!(f, "ld  memory[{k}]"),
        Operation::LengthX => f.write_str("ldx length"),
        Operation::ConstantX => write!(f, "ldx {}", Constant(k)),
        Operation::FetchX => write!(f, "ldx memory[{k}]"),
        Operation::Store => write!(f, "st  memory[{k}]"),
        Operation::StoreX => write!(f, "stx memory[{k}]"),
        Operation::Return => write!(f, "ret {}", Returned(k)),
        Operation::ReturnA => f.write_str("ret a"),
        Operation::AToX => f.write_str("tax"),
        Operation::XToA => f.write_str("txa"),
        Operation::Negate => f.write_str("neg"),
        Operation::Jump => write!(f, "ja  {}", target(k as usize)),
        Operation::If(relation, with_x) => {
            let name = match relation {
                Relation::Equal => "jeq",
                Relation::Greater => "jgt",
                Relation::AtLeast => "jge",
                Relation::AnyBit => "jset",
            };
            with(name, with_x)?;
            write!(f, " ? {} : {}", target(jt as usize), target(jf as usize))
        }
        Operation::Add(x) => with("add", x),
        Operation::Subtract(x) => with("sub", x),
        Operation::Multiply(x) => with("mul", x),
        Operation::Divide(x) => with("div", x),
        Operation::Or(x) => with("or ", x),
        Operation::And(x) => with("and", x),
        Operation::Xor(x) => with("xor", x),
        Operation::ShiftLeft(x) => with("lsh", x),
        Operation::ShiftRight(x) => with("rsh", x),
    }
}

/// Small ones in decimal, as numbers of calls are.
struct Constant(u32);

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0x1_0000 { write!(f, "{}", self.0) } else { write!(f, "{:#x}", self.0) }
    }
}

/// Where a word of the data is.
struct Word(u32);

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let upper = (self.0 % 8 == 0) == cfg!(target_endian = "big");
        let half = if upper { "upper" } else { "lower" };
        match self.0 {
            0 => f.write_str("number"),
            4 => f.write_str("arch"),
            8 | 12 => write!(f, "instruction pointer, {half}"),
            offset if offset % 4 == 0 && offset < 64 => write!(f, "argument {}, {half}", (offset - 16) / 8),
            offset => write!(f, "[{offset}]"),
        }
    }
}

/// An action, or the number that is none as the kernel would write it.
struct Returned(u32);

impl fmt::Display for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let action = Action::from_value(self.0);
        if action.value() == self.0 { write!(f, "{action:?}") } else { write!(f, "{:#x} ({action:?})", self.0) }
    }
}
