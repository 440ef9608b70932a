//! Any bytes as a vDSO: what is found is inside, and its name and its version stand in the bytes.

#![no_main]

use butter::vdso::Image;
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;

/// Some of each architecture, and what is no function.
const NAMES: [&str; 7] = [
    "",
    "__kernel_clock_gettime",
    "__kernel_getcpu",
    "__vdso_clock_getres",
    "__vdso_clock_gettime",
    "__vdso_clock_gettime64",
    "LINUX_2.6",
];

const VERSIONS: [&str; 5] = ["", "LINUX_2.6", "LINUX_2.6.29", "LINUX_4.15", "linux-vdso.so.1"];

fuzz_target!(|bytes: &[u8]| {
    let Some(image) = Image::parse(bytes) else { return };
    assert!(std::ptr::eq(image.as_bytes(), bytes));
    black_box(format!("{image:?}"));
    for name in NAMES {
        let found = VERSIONS.map(|version| {
            let offset = image.function(name, version)?;
            assert!(offset < bytes.len(), "{offset} of {}", bytes.len());
            assert!(has_string(bytes, name), "there is no {name}");
            Some((version, offset))
        });
        // Either all versions will do, or only those that there are.
        let mut found = found.into_iter().flatten();
        let any = found.clone().count() == VERSIONS.len();
        assert!(any || found.all(|(version, _)| has_string(bytes, version)), "{name} has a version that is not there");
    }
});

/// Whether a string and its NUL stand anywhere.
fn has_string(bytes: &[u8], string: &str) -> bool {
    let string = [string.as_bytes(), b"\0"].concat();
    bytes.windows(string.len()).any(|window| window == string)
}
