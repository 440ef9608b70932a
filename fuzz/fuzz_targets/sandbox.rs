//! Any bytes as a policy file of the example `sandbox`: it is refused by a line that it has, or its program does what a plain
//! reading of its lines says.

#![no_main]

use butter::Errno;
use butter::seccomp::{Action, Arch, Data, check, run};
use libfuzzer_sys::fuzz_target;

#[path = "../../examples/sandbox/policy.rs"]
mod policy;

use policy::{ARCHS, File, Line, Wrong};

fuzz_target!(|bytes: &[u8]| {
    let lines = bytes.split(|byte| *byte == b'\n').count();
    let has = |wrong: &Wrong| (1..=lines).contains(&wrong.line) && !wrong.reason.is_empty();
    let file = match File::parse(bytes) {
        Ok(file) => file,
        Err(wrong) => return assert!(has(&wrong), "{wrong:?}"),
    };
    let program = match file.compile(&[]) {
        Ok(program) => program,
        Err(wrong) => return assert!(has(&wrong), "{wrong:?}"),
    };
    check(&program).unwrap();

    // Numbers that the file itself has, and their neighbours.
    let text = std::str::from_utf8(bytes).unwrap();
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let numbers = words.filter_map(|word| match word.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    });
    let near =
        |number: u64| [number, number.wrapping_sub(1), number.wrapping_add(1), number.wrapping_neg(), number | 1 << 32];
    let mut values: Vec<u64> = numbers.take(8).flat_map(near).collect();
    values.push(0);

    for arch in file.archs.iter().copied().chain([Arch::NATIVE, Arch::M68K]) {
        let named = file.rules.iter().flat_map(|line| line.names.iter().chain(&line.optional));
        let of_names = named.filter_map(|name| arch.number(name));
        let of_numbers = file.rules.iter().flat_map(|line| line.numbers.iter().map(|number| *number as u32));
        for number in of_names.chain(of_numbers).chain([0, 1, 400, 499]).take(32) {
            for (index, value) in values.iter().enumerate() {
                let arguments = [0, 1, 2, 3, 4, 5].map(|argument| values[(index + argument) % values.len()]);
                for arguments in [[*value; 6], arguments] {
                    let data = Data::new(arch, number).with_args(arguments);
                    let action = run(&program, &data).unwrap().action();
                    match plain(&file, &data) {
                        Some(expected) => assert_eq!(action, expected, "{data:?}"),
                        None => assert!(
                            action == file.default
                                || file.newer_than.is_some() && action == Action::Errno(Errno::ENOSYS),
                            "{data:?}: {action:?}"
                        ),
                    }
                }
            }
        }
    }
});

/// What becomes of a call; `None` if no line is about it.
fn plain(file: &File<'_>, data: &Data) -> Option<Action> {
    let Some(arch) = ARCHS.into_iter().find(|arch| file.archs.contains(arch) && data.is_of(*arch)) else {
        return Some(file.foreign);
    };
    let names = |line: &Line<'_>| {
        let mut named = line.names.iter().chain(&line.optional);
        named.any(|name| arch.number(name) == Some(data.number())) || line.numbers.contains(&(data.number() as usize))
    };
    let holds = |line: &&Line<'_>| {
        (line.archs.is_empty() || line.archs.contains(&arch))
            && names(line)
            && line.conditions.iter().all(|condition| condition.holds(data.args()))
    };
    file.rules.iter().find(holds).map(|line| line.action)
}
