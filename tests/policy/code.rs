//! What small policies compile to, to the instruction.

use super::*;

#[track_caller]
fn assert_code(policy: &Policy<'_>, expected: &str) {
    let listing = Listing(&compile(policy)).to_string();
    let lines = |text: &str| {
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect::<Vec<_>>()
    };
    assert!(lines(&listing) == lines(expected), "it is\n{listing}");
}

const X86: &[Arch] = &[Arch::X86];

/// What comes of an `ioctl`, number 54, with a condition: between the tree and the results.
#[track_caller]
fn assert_condition(condition: Condition, results: usize, expected: &str) {
    let (allow, deny) = (results, results + 1);
    let expected = expected.replace("yes", &allow.to_string()).replace("no", &deny.to_string());
    let listing = format!(
        "0  ld  arch
         1  jeq 0x40000003 ? 2 : {}
         2  ld  number
         3  jeq 54 ? 4 : {deny}
         {expected}
         {allow}  ret Allow
         {deny}  ret Errno(EPERM)
         {}  ret KillProcess",
        results + 2,
        results + 2
    );
    assert_code(&Policy::new(EPERM, &[Rule::allow(&["ioctl"]).when(&[condition])]).architectures(X86), &listing);
}

#[test]
fn no_rule_at_all() {
    let policy = Policy::new(EPERM, &[]);
    assert_code(
        &policy.architectures(X86),
        "0  ld  arch
         1  jeq 0x40000003 ? 2 : 3
         2  ret Errno(EPERM)
         3  ret KillProcess",
    );
    assert_code(
        &policy.architectures(&[Arch::X86_64]),
        "0  ld  arch
         1  jeq 0xc000003e ? 2 : 6
         2  ld  number
         3  jge 0x40000000 ? 4 : 5
         4  jge 0x80000000 ? 5 : 6
         5  ret Errno(EPERM)
         6  ret KillProcess",
    );
    assert_code(&policy.foreign(EPERM).architectures(&[Arch::X86_64]), "0  ret Errno(EPERM)");
}

#[test]
fn one_call() {
    assert_code(
        &Policy::new(EPERM, &[Rule::allow(&["read"])]).architectures(X86),
        "0  ld  arch
         1  jeq 0x40000003 ? 2 : 6
         2  ld  number
         3  jeq 3 ? 4 : 5
         4  ret Allow
         5  ret Errno(EPERM)
         6  ret KillProcess",
    );
}

#[test]
fn neighbours_are_a_range() {
    assert_code(
        &Policy::new(EPERM, &[Rule::allow(&["write", "close", "open", "read"])]).architectures(X86),
        "0  ld  arch
         1  jeq 0x40000003 ? 2 : 7
         2  ld  number
         3  jge 3 ? 4 : 6
         4  jge 7 ? 6 : 5
         5  ret Allow
         6  ret Errno(EPERM)
         7  ret KillProcess",
    );
}

#[test]
fn what_is_newer() {
    // close_range has a lower number than openat2, and is younger.
    assert_code(
        &Policy::new(Action::Allow, &[Rule::new(EPERM, &["mount"])]).architectures(X86).newer_than((5, 6)),
        "0  ld  arch
         1  jeq 0x40000003 ? 2 : 9
         2  ld  number
         3  jge 439 ? 7 : 4
         4  jeq 21 ? 6 : 5
         5  jeq 436 ? 7 : 8
         6  ret Errno(EPERM)
         7  ret Errno(ENOSYS)
         8  ret Allow
         9  ret KillProcess",
    );
}

#[test]
fn several_architectures() {
    assert_code(
        &Policy::new(EPERM, &[Rule::allow(&["read"])]).architectures(&[Arch::X86_64, Arch::X86, Arch::X32]),
        "0  ld  arch
         1  jeq 0xc000003e ? 2 : 5
         2  ld  number
         3  jeq 0 ? 8 : 4
         4  jeq 0x40000000 ? 8 : 9
         5  jeq 0x40000003 ? 6 : 10
         6  ld  number
         7  jeq 3 ? 8 : 9
         8  ret Allow
         9  ret Errno(EPERM)
        10  ret KillProcess",
    );
}

#[cfg(target_endian = "little")]
#[test]
fn conditions_of_32_bits() {
    let argument = Arg::u32(1);
    let load = |rest: &str| format!("4  ld  argument 1, lower\n{rest}");
    assert_condition(argument.eq(5), 6, &load("5  jeq 5 ? yes : no"));
    assert_condition(argument.ne(5), 6, &load("5  jeq 5 ? no : yes"));
    assert_condition(argument.lt(5), 6, &load("5  jge 5 ? no : yes"));
    assert_condition(argument.le(5), 6, &load("5  jge 6 ? no : yes"));
    assert_condition(argument.gt(5), 6, &load("5  jge 6 ? yes : no"));
    assert_condition(argument.ge(5), 6, &load("5  jge 5 ? yes : no"));
    assert_condition(argument.within(3, 9), 7, &load("5  jge 3 ? 6 : no\n6  jge 10 ? no : yes"));
    assert_condition(argument.masked_eq(0x30, 0), 6, &load("5  jset 48 ? no : yes"));
    assert_condition(argument.masked_eq(0x10, 0x10), 6, &load("5  jset 16 ? yes : no"));
    assert_condition(argument.masked_eq(0x30, 0x10), 7, &load("5  and 48\n6  jeq 16 ? yes : no"));
    assert_condition(argument.masked_eq(u32::MAX, 5), 6, &load("5  jeq 5 ? yes : no"));
}

#[cfg(target_endian = "little")]
#[test]
fn conditions_of_64_bits() {
    let argument = Arg::u64(0);
    let (low, high) = ("ld  argument 0, lower", "ld  argument 0, upper");
    assert_condition(argument.eq(5), 8, &format!("4  {low}\n5  jeq 5 ? 6 : no\n6  {high}\n7  jeq 0 ? yes : no"));
    assert_condition(argument.lt(5), 8, &format!("4  {high}\n5  jeq 0 ? 6 : no\n6  {low}\n7  jge 5 ? no : yes"));
    // One half is enough.
    assert_condition(argument.ge(5 << 32), 6, &format!("4  {high}\n5  jge 5 ? yes : no"));
    assert_condition(argument.masked_eq(5 << 32, 0), 6, &format!("4  {high}\n5  jset 5 ? no : yes"));
    assert_condition(argument.masked_eq(5, 0), 6, &format!("4  {low}\n5  jset 5 ? no : yes"));
    assert_condition(
        argument.gt(5 << 32 | 7),
        9,
        &format!("4  {high}\n5  jgt 5 ? yes : 6\n6  jeq 5 ? 7 : no\n7  {low}\n8  jge 8 ? yes : no"),
    );
}

#[cfg(target_endian = "little")]
#[test]
fn rules_in_their_order() {
    let (two, three) = ([Arg::u32(0).eq(1), Arg::u32(1).eq(2)], [Arg::u32(1).eq(3)]);
    let rules = [Rule::allow(&["ioctl"]).when(&two), Rule::new(ENOSYS, &["ioctl"]).when(&three)];
    // The argument is not loaded twice: instruction 7 goes to 9.
    assert_code(
        &Policy::new(EPERM, &rules).architectures(X86),
        "0  ld  arch
         1  jeq 0x40000003 ? 2 : 13
         2  ld  number
         3  jeq 54 ? 4 : 12
         4  ld  argument 0, lower
         5  jeq 1 ? 6 : 8
         6  ld  argument 1, lower
         7  jeq 2 ? 10 : 9
         8  ld  argument 1, lower
         9  jeq 3 ? 11 : 12
        10  ret Allow
        11  ret Errno(ENOSYS)
        12  ret Errno(EPERM)
        13  ret KillProcess",
    );
}

#[cfg(target_endian = "little")]
#[test]
fn values_of_one_argument_are_a_tree() {
    let conditions = [1, 2, 3, 9].map(|value| [Arg::u64(2).eq(value)]);
    let rules: Vec<_> = conditions.iter().map(|condition| Rule::allow(&["ioctl"]).when(condition)).collect();
    assert_code(
        &Policy::new(EPERM, &rules).architectures(X86),
        "0  ld  arch
         1  jeq 0x40000003 ? 2 : 12
         2  ld  number
         3  jeq 54 ? 4 : 11
         4  ld  argument 2, upper
         5  jeq 0 ? 6 : 11
         6  ld  argument 2, lower
         7  jge 4 ? 9 : 8
         8  jeq 0 ? 11 : 10
         9  jeq 9 ? 10 : 11
        10  ret Allow
        11  ret Errno(EPERM)
        12  ret KillProcess",
    );
}

#[test]
fn calls_of_the_same_rules_share_them() {
    let one = [Arg::u32(0).eq(1)];
    let (twice, once) = ([Rule::allow(&["ioctl", "kill", "chroot"]).when(&one)], [Rule::allow(&["ioctl"]).when(&one)]);
    let length = |rules: &[Rule<'_>]| compile(&Policy::new(EPERM, rules).architectures(X86)).len();
    assert!(length(&twice) <= length(&once) + 4, "{} {}", length(&twice), length(&once));
}

#[test]
fn merged_policies_ask_the_rules_of_the_first_first() {
    let (one, any) = ([Arg::u32(0).eq(1)], [Arg::u32(0).lt(5)]);
    let first = [Rule::allow(&["ioctl"]).when(&one), Rule::allow(&["read"])];
    let second = [Rule::new(ENOSYS, &["ioctl"]).when(&any), Rule::new(ENOSYS, &["write"])];
    let third = [Rule::new(Action::Trap(1), &["ioctl"])];
    let (first, second) = (Policy::new(EPERM, &first), Policy::new(Action::Allow, &second).newer_than((5, 1)));
    let (third, merged) = (Policy::new(Action::Log, &third), first.merge(&second));
    let program = compile(&merged.merge(&third));
    let with = |argument| Data::named(Arch::NATIVE, "ioctl").unwrap().with_args([argument, 0, 0, 0, 0, 0]);
    assert_eq!(action(&program, &with(1)), Action::Allow);
    assert_eq!(action(&program, &with(2)), ENOSYS);
    assert_eq!(action(&program, &with(5)), Action::Trap(1));
    for (name, expected) in [("read", Action::Allow), ("write", ENOSYS), ("close", EPERM), ("listns", EPERM)] {
        assert_eq!(action(&program, &Data::named(Arch::NATIVE, name).unwrap()), expected, "{name}");
    }
}
