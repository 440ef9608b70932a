//! A program with the panic handler that it has by default.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

mod what;

butter::entry!(what::comes);
