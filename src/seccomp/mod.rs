//! seccomp: which system calls a program may make.
//!
//! See `seccomp(2)`.

mod action;
mod instruction;

pub use action::Action;
pub use instruction::Instruction;
