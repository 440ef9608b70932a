//! Programs that start without libc and without `std`: the entry point, what the kernel hands over there, output, and
//! the memory functions that a compiler expects to find. With the feature `rt`.
//!
//! A whole program, in Rust as rustup installs it:
//!
//! ```text
//! #![no_std]
//! #![no_main]
//!
//! use butter::rt::Start;
//!
//! butter::entry!(main);
//!
//! fn main(_: Start) -> u8 {
//!     match butter::println!("Hello, world!") {
//!         Ok(()) => 0,
//!         Err(_) => 1,
//!     }
//! }
//! ```
//!
//! # How it is built
//!
//! With `butter = { package = "butter-linux", default-features = false, features = ["rt"] }` it needs two more lines.
//! In `Cargo.toml`, for the profiles `dev` and `release`:
//!
//! ```toml
//! panic = "abort"
//! ```
//!
//! and in `.cargo/config.toml`, under `[build]` or `[target.TARGET]`:
//!
//! ```toml
//! rustflags = ["-Clinker=rust-lld", "-Crelocation-model=static", "-Ctarget-feature=+crt-static"]
//! ```
//!
//! `rust-lld` comes with every toolchain and links for every machine that it knows, so that no C compiler is needed. With
//! one, `-Clink-arg=-nostartfiles` in place of the linker does as well. If the package is tested or linted with
//! `--all-targets`, its programs say `test = false`: the harness needs `std`.
//!
//! For a musl target, `-Clink-self-contained=no` keeps musl's own start away. Where `asm!` still needs a nightly compiler,
//! so does a program that says `entry!`, with `#![feature(asm_experimental_arch)]`.
//!
//! `examples/static` is such a package, made to be copied. The sizes of the program above there, on x86_64 and in bytes:
//!
//! | linked by | |
//! |---|---|
//! | `rust-lld` with the flags above | 1,160 |
//! | and no unwind tables (`-Cforce-unwind-tables=no`) | 872 |
//! | and no section headers (`-Clink-arg=-znosectionheader`) | 568 |
//! | as `examples/static` does it, all in one segment | 392 |
//! | GNU ld 2.40 with its linker script | 528 |
//!
//! The 392 bytes are the ELF header (64), two program headers (112), 70 of code, 14 of text, and room for two section
//! headers that are not there.
//!
//! # A static PIE
//!
//! A program that the kernel is to put at a random address says `entry!(main, static_pie)`, and is linked with
//!
//! ```toml
//! rustflags = ["-Clinker=rust-lld", "-Crelocation-model=pie", "-Ctarget-feature=+crt-static"]
//! ```
//!
//! Where rustc does not make static PIEs by itself (`readelf -h` says `EXEC`), `"-Clink-args=-pie --no-dynamic-linker"`
//! makes it one. Before anything else runs, the program then puts right the addresses that it holds, and asks the kernel
//! to write-protect what the linker has set apart for that.
//!
//! # What there is not
//!
//! - No threads' local storage and no stack protector: nothing here needs them, and nothing sets them up.
//! - No destructor and no constructor of C's: `.init_array` is not run.
//! - Descriptors 0 to 2 are as the parent left them, which may be closed.
//!
//! See `execve(2)`, `getauxval(3)`, `environ(7)`, `_exit(2)`.

mod aux;
mod entry;
mod file;
#[doc(hidden)]
pub mod memory;
mod output;
mod panic;
#[doc(hidden)]
pub mod relocate;
mod start;
mod status;
mod text;

pub use aux::{Aux, Auxv};
#[doc(hidden)]
pub use entry::{relocate_and_run, run};
pub use file::read_file;
pub use output::{Writer, print, stderr, stdin, stdout, write_all};
#[doc(hidden)]
pub use panic::{brief, full};
pub use start::Start;
pub use status::Status;
