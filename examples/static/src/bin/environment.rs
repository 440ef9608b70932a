//! Prints what a program is started with: its arguments, its environment and the auxiliary vector, or the variables named.
//!
//! ```text
//! environment [NAME…]
//! ```

#![no_std]
#![no_main]

use butter::Result;
use butter::rt::{Aux, Start, Writer, stdout};
use core::ffi::CStr;
use core::fmt::{self, Write};

butter::entry!(main, static_pie);

fn main(start: Start) -> Result<u8> {
    let mut out = Writer::new(stdout());
    let mut names = start.args().iter().skip(1).peekable();
    let mut status = 0;
    let printed = match names.peek() {
        None => everything(&mut out, start),
        Some(_) => names.try_for_each(|name| match start.var(name.to_bytes()) {
            Some(value) => writeln!(out, "{}", Text(value)),
            None => {
                status = 1;
                Ok(())
            }
        }),
    };
    // If it could not be written, this says why.
    printed.or_else(|_| out.flush())?;
    out.flush()?;
    Ok(status)
}

fn everything(out: &mut Writer<'_>, start: Start) -> fmt::Result {
    for argument in start.args() {
        writeln!(out, "argument  {}", Text(argument))?;
    }
    for variable in start.env() {
        writeln!(out, "variable  {}", Text(variable))?;
    }
    for (key, value) in start.auxv() {
        match key {
            Aux::PAGESZ | Aux::CLKTCK | Aux::UID | Aux::EUID | Aux::GID | Aux::EGID | Aux::SECURE => {
                writeln!(out, "{key:?}  {value}")?
            }
            _ => writeln!(out, "{key:?}  {value:#x}")?,
        }
    }
    Ok(())
}

/// A string of bytes, as text.
struct Text<'a>(&'a CStr);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.to_bytes().utf8_chunks().try_for_each(|chunk| {
            f.write_str(chunk.valid())?;
            chunk.invalid().iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))
        })
    }
}
