//! The vDSO of the running kernel, and the parser on images of every kind.
//!
//! An error that cannot be provoked here: `ENODEV` (a device would have to be unplugged).

#[path = "../common/mod.rs"]
mod common;
mod elf;
mod image;
mod live;
