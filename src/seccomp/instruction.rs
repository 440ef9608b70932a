//! What a filter is made of.

use crate::abi::filter::*;

/// An instruction of classic BPF, as the kernel has it.
#[doc(alias = "sock_filter")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Instruction {
    /// The operation.
    pub code: u16,
    /// If it is a condition that holds: how many instructions are jumped over.
    pub jt: u8,
    /// The same if it does not hold.
    pub jf: u8,
    /// The constant.
    pub k: u32,
}

const _: () = assert!(size_of::<Instruction>() == size_of::<sock_filter>());

impl Instruction {
    /// One from its parts.
    #[doc(alias = "BPF_STMT")]
    #[doc(alias = "BPF_JUMP")]
    #[inline]
    pub const fn new(code: u16, jt: u8, jf: u8, k: u32) -> Instruction {
        Instruction { code, jt, jf, k }
    }

    /// What it does; `None` if a filter may not have it.
    pub(super) const fn operation(self) -> Option<Operation> {
        Some(match self.code {
            LOAD => Operation::Load,
            LOAD_LENGTH => Operation::Length,
            LOAD_CONSTANT => Operation::Constant,
            FETCH => Operation::Fetch,
            LOAD_X_LENGTH => Operation::LengthX,
            LOAD_X_CONSTANT => Operation::ConstantX,
            FETCH_X => Operation::FetchX,
            BPF_ST => Operation::Store,
            BPF_STX => Operation::StoreX,
            RETURN => Operation::Return,
            RETURN_A => Operation::ReturnA,
            A_TO_X => Operation::AToX,
            X_TO_A => Operation::XToA,
            NEGATE => Operation::Negate,
            JUMP => Operation::Jump,
            code => {
                let (with_x, operation) = (code & BPF_X != 0, code & !BPF_X);
                match operation {
                    JUMP_IF_EQUAL => Operation::If(Relation::Equal, with_x),
                    JUMP_IF_GREATER => Operation::If(Relation::Greater, with_x),
                    JUMP_IF_AT_LEAST => Operation::If(Relation::AtLeast, with_x),
                    JUMP_IF_ANY_BIT => Operation::If(Relation::AnyBit, with_x),
                    ADD => Operation::Add(with_x),
                    SUBTRACT => Operation::Subtract(with_x),
                    MULTIPLY => Operation::Multiply(with_x),
                    DIVIDE => Operation::Divide(with_x),
                    OR => Operation::Or(with_x),
                    AND => Operation::And(with_x),
                    XOR => Operation::Xor(with_x),
                    SHIFT_LEFT => Operation::ShiftLeft(with_x),
                    SHIFT_RIGHT => Operation::ShiftRight(with_x),
                    _ => return None,
                }
            }
        })
    }
}

pub(super) const LOAD: u16 = BPF_LD | BPF_W | BPF_ABS;
const LOAD_LENGTH: u16 = BPF_LD | BPF_W | BPF_LEN;
const LOAD_CONSTANT: u16 = BPF_LD | BPF_IMM;
const FETCH: u16 = BPF_LD | BPF_MEM;
const LOAD_X_LENGTH: u16 = BPF_LDX | BPF_W | BPF_LEN;
const LOAD_X_CONSTANT: u16 = BPF_LDX | BPF_IMM;
const FETCH_X: u16 = BPF_LDX | BPF_MEM;
pub(super) const RETURN: u16 = BPF_RET | BPF_K;
const RETURN_A: u16 = BPF_RET | BPF_A;
const A_TO_X: u16 = BPF_MISC | BPF_TAX;
const X_TO_A: u16 = BPF_MISC | BPF_TXA;
const NEGATE: u16 = BPF_ALU | BPF_NEG;
pub(super) const JUMP: u16 = BPF_JMP | BPF_JA;
pub(super) const JUMP_IF_EQUAL: u16 = BPF_JMP | BPF_JEQ;
pub(super) const JUMP_IF_GREATER: u16 = BPF_JMP | BPF_JGT;
pub(super) const JUMP_IF_AT_LEAST: u16 = BPF_JMP | BPF_JGE;
pub(super) const JUMP_IF_ANY_BIT: u16 = BPF_JMP | BPF_JSET;
const ADD: u16 = BPF_ALU | BPF_ADD;
const SUBTRACT: u16 = BPF_ALU | BPF_SUB;
const MULTIPLY: u16 = BPF_ALU | BPF_MUL;
const DIVIDE: u16 = BPF_ALU | BPF_DIV;
const OR: u16 = BPF_ALU | BPF_OR;
pub(super) const AND: u16 = BPF_ALU | BPF_AND;
const XOR: u16 = BPF_ALU | BPF_XOR;
const SHIFT_LEFT: u16 = BPF_ALU | BPF_LSH;
const SHIFT_RIGHT: u16 = BPF_ALU | BPF_RSH;

/// What an instruction does with the register A, with the constant or, where it is told, with the register X.
#[derive(Clone, Copy)]
pub(super) enum Operation {
    Load,
    Length,
    Constant,
    Fetch,
    LengthX,
    ConstantX,
    FetchX,
    Store,
    StoreX,
    Return,
    ReturnA,
    AToX,
    XToA,
    Negate,
    Jump,
    If(Relation, bool),
    Add(bool),
    Subtract(bool),
    Multiply(bool),
    Divide(bool),
    Or(bool),
    And(bool),
    Xor(bool),
    ShiftLeft(bool),
    ShiftRight(bool),
}

/// How A and the other compare.
#[derive(Clone, Copy)]
pub(super) enum Relation {
    Equal,
    Greater,
    AtLeast,
    AnyBit,
}
