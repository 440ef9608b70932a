#![no_std]
#![no_main]

use butter::rt::Start;

butter::entry!(main);

fn main(_: Start) -> u8 {
    match butter::println!("Hello, world!") {
        Ok(()) => 0,
        Err(_) => 1,
    }
}
