//! A program whose panics are formatted in full.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

mod what;

butter::entry!(what::comes, full_panic);
