//! Names and numbers of calls.

use super::*;

const ALL: [Arch; 17] = [
    Arch::X86_64,
    Arch::X86,
    Arch::X32,
    Arch::AARCH64,
    Arch::ARM,
    Arch::RISCV64,
    Arch::RISCV32,
    Arch::LOONGARCH64,
    Arch::POWERPC64,
    Arch::POWERPC,
    Arch::S390X,
    Arch::MIPS,
    Arch::MIPS64,
    Arch::SPARC64,
    Arch::M68K,
    Arch::CSKY,
    Arch::HEXAGON,
];

#[test]
fn names_and_numbers_are_each_others() {
    let table = include_str!("../kernel/syscalls.csv");
    let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let lines: Vec<_> = lines.collect();
    assert_eq!(header.len(), 1 + ALL.len());
    for arch in ALL {
        let column = header.iter().position(|name| *name == arch.to_string()).unwrap();
        for line in &lines {
            let number = line[column].parse().ok();
            if arch == Arch::ARM && number.is_none() && arch.number(line[0]) >= Some(0xf_0000) {
                continue;
            }
            assert_eq!(arch.number(line[0]), number, "{arch} {}", line[0]);
            if let Some(number) = number {
                // The first of those that share a number, by their names.
                let first = lines.iter().find(|line| line[column].parse() == Ok(number)).unwrap();
                assert_eq!(arch.name(number), Some(first[0]), "{arch}");
            }
        }
    }
}

#[test]
fn what_is_no_call_has_no_number() {
    for arch in ALL {
        for name in ["", "a", "rea", "reads", "zzz", "Read", "\0", "_"] {
            assert_eq!(arch.number(name), None, "{arch} {name}");
        }
        assert_eq!(arch.name(u32::MAX), None);
    }
}

#[test]
fn those_at_hand_are_those_of_nr() {
    const GETPID: Option<u32> = Arch::NATIVE.number("getpid");
    assert_eq!(GETPID, Some(butter::nr::GETPID as u32));
    for (name, number) in butter::nr::ALL {
        assert_eq!(Arch::NATIVE.number(name), Some(*number as u32));
    }
}

#[test]
fn arm_has_private_calls() {
    assert_eq!(Arch::ARM.number("set_tls"), Some(0xf_0005));
    assert_eq!(Arch::ARM.name(0xf_0002), Some("cacheflush"));
    assert_eq!(Arch::AARCH64.number("set_tls"), None);
}

#[test]
fn an_architecture_is_told_from_those_that_share_its_name_with_the_kernel() {
    for (index, arch) in ALL.iter().enumerate() {
        for (other_index, other) in ALL.iter().enumerate() {
            assert_eq!(arch == other, index == other_index, "{arch} {other}");
        }
    }
    let data = Data::named(Arch::X32, "read").unwrap();
    assert_eq!((data.audit_arch(), data.number()), (Arch::X86_64.audit_arch(), 0x4000_0000));
    assert!(data.is_of(Arch::X32) && !data.is_of(Arch::X86_64) && !data.is_of(Arch::X86));
    let negative = Data::new(Arch::X86_64, u32::MAX);
    assert!(negative.is_of(Arch::X86_64) && !negative.is_of(Arch::X32));
}
