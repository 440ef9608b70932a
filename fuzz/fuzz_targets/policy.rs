//! seccomp's programs: any program and any data lead nowhere that they should not, and any policy does what it says.

#![no_main]

use arbitrary::Arbitrary;
use butter::seccomp::{Action, Arch, Arg, Condition, Data, Instruction, Listing, Policy, Rule, check, run};
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;

#[derive(Arbitrary, Debug)]
struct Input {
    program: Vec<(u16, u8, u8, u32)>,
    number: u32,
    audit: u32,
    arguments: [u64; 6],
    default: u16,
    rules: Vec<AnyRule>,
}

#[derive(Arbitrary, Debug)]
struct AnyRule {
    trap: u16,
    numbers: Vec<u8>,
    conditions: Vec<AnyCondition>,
}

#[derive(Arbitrary, Debug)]
struct AnyCondition {
    index: u8,
    wide: bool,
    kind: u8,
    values: (u64, u64),
}

impl AnyCondition {
    fn condition(&self) -> Condition {
        let (wide, narrow, (a, b)) = (Arg::u64(self.index), Arg::u32(self.index), self.values);
        match (self.kind % 8, self.wide) {
            (0, true) => wide.eq(a),
            (1, true) => wide.ne(a),
            (2, true) => wide.lt(a),
            (3, true) => wide.le(a),
            (4, true) => wide.gt(a),
            (5, true) => wide.ge(a),
            (6, true) => wide.within(a, b),
            (_, true) => wide.masked_eq(a, b),
            (0, false) => narrow.eq(a as u32),
            (1, false) => narrow.ne(a as u32),
            (2, false) => narrow.lt(a as u32),
            (3, false) => narrow.le(a as u32),
            (4, false) => narrow.gt(a as u32),
            (5, false) => narrow.ge(a as u32),
            (6, false) => narrow.within(a as u32, b as u32),
            (_, false) => narrow.masked_eq(a as u32, b as u32),
        }
    }
}

fuzz_target!(|input: Input| {
    let data = Data::new(Arch::NATIVE, input.number).with_audit_arch(input.audit).with_args(input.arguments);
    any_program(&input, &data);
    any_policy(&input);
});

fn any_program(input: &Input, data: &Data) {
    let program: Vec<_> = input.program.iter().map(|(code, jt, jf, k)| Instruction::new(*code, *jt, *jf, *k)).collect();
    black_box(Listing(&program).to_string());
    match (check(&program), run(&program, data)) {
        (Ok(()), None) => panic!("accepted, and leads astray:\n{}", Listing(&program)),
        (_, Some(outcome)) => assert!((1..=program.len()).contains(&outcome.executed)),
        (Err(refusal), None) => drop(black_box(refusal.to_string())),
    }
}

fn any_policy(input: &Input) {
    let numbers: Vec<Vec<usize>> =
        input.rules.iter().map(|rule| rule.numbers.iter().map(|number| (*number).into()).collect()).collect();
    let conditions: Vec<Vec<Condition>> =
        input.rules.iter().map(|rule| rule.conditions.iter().map(AnyCondition::condition).collect()).collect();
    let rules: Vec<_> = (input.rules.iter().zip(&numbers).zip(&conditions))
        .map(|((rule, numbers), conditions)| Rule::numbers(Action::Trap(rule.trap), numbers).when(conditions))
        .collect();
    let mut buffer = vec![Instruction::default(); 4096];
    let policy = Policy::new(Action::Trap(input.default), &rules).architectures(&[Arch::X86]);
    let program = match policy.compile_into(&mut buffer) {
        Ok(program) => program,
        Err(mistake) => return drop(black_box(mistake.to_string())),
    };
    check(program).expect("what is compiled is accepted");
    // The values of the conditions, and those beside them.
    let values = input
        .rules
        .iter()
        .flat_map(|rule| &rule.conditions)
        .flat_map(|condition| [condition.values.0, condition.values.1]);
    let values = values.flat_map(|value| [value.wrapping_sub(1), value, value.wrapping_add(1)]).take(60);
    for arguments in values.map(|value| [value; 6]).chain([input.arguments]) {
        for number in 0..=256 {
            let first = (rules.iter().zip(&numbers).zip(&conditions).zip(&input.rules))
                .find(|(((_, numbers), conditions), _)| {
                    numbers.contains(&number) && conditions.iter().all(|condition| condition.holds(&arguments))
                })
                .map_or(input.default, |(_, rule)| rule.trap);
            let data = Data::new(Arch::X86, number as u32).with_args(arguments);
            let outcome = run(program, &data).expect("it comes to an end");
            assert_eq!(outcome.action(), Action::Trap(first), "{data:?}\n{}", Listing(program));
        }
    }
}
