//! What programs without a libc start with, as far as it can be tested from one that has a libc; tests/selftest is one that
//! has none.

mod async_static;
mod build;
#[path = "../common/mod.rs"]
mod common;
mod file;
mod hello;
mod memory;
mod output;
mod pie;
mod programs;
mod relocate;
mod start;
