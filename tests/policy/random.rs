//! Random policies: each does what it says, for every number that it knows and those beside them, and for the values around
//! those of its conditions.

use super::plain::*;
use super::*;

const MIXTURES: &[&[Arch]] = &[
    &[Arch::X86_64],
    &[Arch::X86_64],
    &[Arch::X86_64],
    &[Arch::X86_64, Arch::X86],
    &[Arch::X86_64, Arch::X86, Arch::X32],
    &[Arch::X32, Arch::X86_64],
    &[Arch::X86, Arch::X32],
    &[Arch::X32],
    &[Arch::AARCH64, Arch::ARM],
    &[Arch::ARM],
    &[Arch::MIPS64, Arch::MIPS],
    &[Arch::S390X],
    &[Arch::RISCV64, Arch::RISCV32],
];

const VERSIONS: &[(u16, u16)] =
    &[(5, 1), (5, 2), (5, 5), (5, 6), (5, 8), (5, 9), (5, 13), (5, 14), (6, 1), (6, 6), (6, 12), (6, 18), (7, 2)];

pub fn any_action(random: &mut Random) -> Action {
    match random.below(12) {
        0 => Action::KillProcess,
        1 => Action::KillThread,
        2 => Action::Trap(random.below(3) as u16),
        3 | 4 => Action::Errno(random.of(&[Errno::EPERM, Errno::ENOSYS, Errno::EACCES, Errno::EINVAL])),
        5 => Action::Nothing,
        6 => Action::Notify,
        7 => Action::Trace(random.below(3) as u16),
        8 => Action::Log,
        _ => Action::Allow,
    }
}

/// Values at which comparisons change their mind, and any.
pub fn any_value(random: &mut Random) -> u64 {
    match random.below(8) {
        0 => random.next() >> random.below(64),
        1 => random.of(&[0, 1, u64::MAX, u64::MAX - 1]),
        2 => random.of(&[0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x1_0000_0000, 0x1_0000_0001]),
        3 => random.of(&[i64::MAX as u64, i64::MIN as u64, 0xffff_ffff_0000_0000, 0xffff_fffe_ffff_ffff]),
        4 => 1 << random.below(64),
        5 => (random.below(4) as u64) << 32 | random.below(4) as u64,
        _ => random.below(50) as u64,
    }
}

pub fn any_condition(random: &mut Random) -> PlainCondition {
    let comparisons = [
        Comparison::Eq,
        Comparison::Eq,
        Comparison::Ne,
        Comparison::Lt,
        Comparison::Le,
        Comparison::Gt,
        Comparison::Ge,
        Comparison::Within,
        Comparison::Masked,
    ];
    let wide = random.one_in(2);
    let max = if wide { u64::MAX } else { u32::MAX.into() };
    let (mut value, mut mask) = (any_value(random) & max, any_value(random) & max);
    let comparison = random.of(&comparisons);
    match comparison {
        Comparison::Masked => value &= mask,
        Comparison::Lt => value = value.max(1),
        Comparison::Gt => value = value.min(max - 1),
        Comparison::Within => (value, mask) = (value.min(mask), value.max(mask)),
        _ => {}
    }
    // Few arguments, so that several are about the same.
    PlainCondition { index: random.of(&[0, 0, 0, 1, 5]), wide, comparison, value, mask }
}

fn any_rule(random: &mut Random, archs: &[Arch], calls: usize) -> PlainRule {
    let arch = random.of(archs);
    let mut names = Vec::new();
    let mut numbers = Vec::new();
    for _ in 0..=random.below(6) {
        // The calls of a policy are not spread over all of them if it has few, so that several rules are about the same.
        let number = random.below(calls) as u32 + base(arch);
        match arch.name(number) {
            Some(name) if !random.one_in(4) => names.push(name),
            _ if random.one_in(20) => numbers.push(random.next() as u32 as usize),
            _ => numbers.push(number as usize),
        }
    }
    if !names.is_empty() {
        numbers.clear();
    }
    let plain: Vec<_> = match random.below(3) {
        0 => (0..random.below(4)).map(|_| any_condition(random)).collect(),
        1 => vec![any_condition(random)],
        _ => Vec::new(),
    };
    let conditions = plain.iter().map(PlainCondition::condition).collect();
    let on = if random.one_in(6) { vec![random.of(archs)] } else { Vec::new() };
    PlainRule { action: any_action(random), names, numbers, conditions, plain, archs: on }
}

pub fn rules<'a>(plain: &'a Plain) -> Vec<Rule<'a>> {
    let rule = |rule: &'a PlainRule| {
        let calls = match rule.names.is_empty() {
            true => Rule::numbers(rule.action, &rule.numbers),
            false => Rule::new(rule.action, &rule.names).optional(),
        };
        calls.when(&rule.conditions).on(&rule.archs)
    };
    plain.rules.iter().map(rule).collect()
}

pub fn policy<'a>(plain: &'a Plain, rules: &'a [Rule<'a>]) -> Policy<'a> {
    let policy = Policy::new(plain.default, rules).architectures(&plain.archs).foreign(plain.foreign);
    match plain.newer {
        Some(linux) => policy.newer_than(linux),
        None => policy,
    }
}

/// A policy without the rules that are mistakes, and its program.
pub fn any_policy(random: &mut Random, archs: &[Arch], most: usize) -> (Plain, Vec<Instruction>) {
    let calls = random.of(&[4, 20, 480, 480]);
    let mut plain = Plain {
        default: any_action(random),
        foreign: any_action(random),
        archs: archs.to_vec(),
        newer: if random.one_in(2) { Some(random.of(VERSIONS)) } else { None },
        rules: Vec::new(),
    };
    let mut program = compile(&policy(&plain, &[]));
    for _ in 0..random.below(most + 1) {
        plain.rules.push(any_rule(random, archs, calls));
        let compiled = match try_compile(&policy(&plain, &rules(&plain))) {
            Ok(program) => Some(program),
            Err(Mistake::Conflict(..) | Mistake::Unreachable(..) | Mistake::UnknownNumber(_)) => None,
            Err(mistake) => panic!("{mistake}"),
        };
        match compiled {
            Some(compiled) => program = compiled,
            None => drop(plain.rules.pop()),
        }
    }
    (plain, program)
}

fn any_arguments(random: &mut Random, plain: &Plain) -> [u64; 6] {
    let mut arguments = [0; 6].map(|_: u64| any_value(random));
    // Around what the conditions name, most of the time.
    for condition in plain.rules.iter().flat_map(|rule| &rule.plain) {
        if random.one_in(2) {
            let value = if random.one_in(4) { condition.mask } else { condition.value };
            let value = value.wrapping_add(random.below(3) as u64).wrapping_sub(1);
            let upper = if random.one_in(6) { random.next() << 32 } else { 0 };
            arguments[condition.index as usize] = value ^ upper;
        }
    }
    arguments
}

#[track_caller]
fn hold(plain: &Plain, program: &[Instruction], data: &Data) {
    let (decided, expected) = (action(program, data), plain.decide(data));
    assert!(
        decided.value() == expected.value(),
        "{decided:?}, not {expected:?}: {data:?}\n{plain:#?}\n{}",
        Listing(program)
    );
}

fn hold_all(random: &mut Random, plain: &Plain, program: &[Instruction]) {
    check(program).unwrap();
    let mut numbers: Vec<u32> =
        vec![0, 1, 335, 423, 424, 472, 0x3fff_ffff, 0x4000_0000, 0x7fff_ffff, 1 << 31, u32::MAX];
    for rule in &plain.rules {
        let known = plain.archs.iter().flat_map(|arch| rule.names.iter().filter_map(|name| arch.number(name)));
        for number in known.chain(rule.numbers.iter().map(|number| *number as u32)) {
            numbers.extend([number.wrapping_sub(1), number, number, number.wrapping_add(1), number ^ 0x4000_0000]);
        }
    }
    for arch in &plain.archs {
        numbers.extend((424..474).map(|number| base(*arch) + number));
        numbers.extend([511, 512, 547, 548, 0xe_ffff, 0xf_0000, 0xf_07ff, 0xf_0800].map(|number| base(*arch) + number));
    }
    let audits = plain.archs.iter().map(|arch| arch.audit_arch()).chain([Arch::HEXAGON.audit_arch(), 0, u32::MAX]);
    for audit in audits.collect::<Vec<_>>() {
        for number in &numbers {
            let data = Data::new(Arch::NATIVE, *number).with_audit_arch(audit);
            for _ in 0..2 {
                hold(plain, program, &data.with_args(any_arguments(random, plain)));
            }
        }
    }
}

#[test]
fn small_policies_do_what_they_say() {
    let mut random = Random::new(1);
    for _ in 0..2000 {
        let archs = random.of(MIXTURES);
        let (plain, program) = any_policy(&mut random, archs, 6);
        hold_all(&mut random, &plain, &program);
    }
}

#[test]
fn large_policies_do_what_they_say() {
    let mut random = Random::new(2);
    for _ in 0..20 {
        let archs = random.of(MIXTURES);
        let (plain, program) = any_policy(&mut random, archs, 150);
        hold_all(&mut random, &plain, &program);
    }
}

#[test]
fn many_rules_for_one_call_do_what_they_say() {
    let mut random = Random::new(3);
    for _ in 0..30 {
        let mut plain = Plain {
            default: EPERM,
            foreign: Action::KillProcess,
            archs: vec![Arch::X86_64],
            newer: None,
            rules: Vec::new(),
        };
        let wide = random.one_in(2);
        let count = 1 + random.below(300);
        for _ in 0..count {
            let mut condition = any_condition(&mut random);
            if !random.one_in(20) {
                (condition.index, condition.wide, condition.comparison) = (0, wide, Comparison::Eq);
                condition.value =
                    random.of(&[random.0 >> 60, random.0 >> 40, 5 << 32 | random.0 >> 60, random.0 >> 56]);
                condition.value &= if wide { u64::MAX } else { 0xffff_ffff };
            }
            plain.rules.push(PlainRule {
                action: any_action(&mut random),
                names: vec!["ioctl"],
                numbers: Vec::new(),
                conditions: vec![condition.condition()],
                plain: vec![condition],
                archs: Vec::new(),
            });
            if try_compile(&policy(&plain, &rules(&plain))).is_err() {
                plain.rules.pop();
            }
        }
        let program = compile(&policy(&plain, &rules(&plain)));
        for condition in plain.rules.iter().flat_map(|rule| rule.plain.clone()) {
            for value in [condition.value, condition.value.wrapping_add(1), condition.value.wrapping_sub(1)] {
                for upper in [0, 1 << 32, u64::MAX << 32] {
                    let data = Data::named(Arch::X86_64, "ioctl").unwrap();
                    hold(&plain, &program, &data.with_args([value ^ upper, value, 0, 0, 0, value]));
                }
            }
        }
    }
}
