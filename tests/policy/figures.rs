//! How long the programs are, and how many instructions a call takes.

use super::docker::{DOCKER, DOCKER_MIXED};
use super::*;

static PLAIN: Program<{ DOCKER.length() }> = DOCKER.compile();
static MIXED: Program<{ DOCKER_MIXED.length() }> = DOCKER_MIXED.compile();

/// Whether a filter decides without a look at the arguments, as the kernel finds out once for each number.
fn looks_at_arguments(program: &[Instruction], data: &Data) -> bool {
    let with = |argument| run(program, &data.with_args([argument; 6]));
    // What is looked at has both outcomes for some of these, in the profile.
    [0, 40, u64::MAX].iter().any(|argument| with(*argument) != with(1))
}

#[cfg(target_arch = "x86_64")]
#[test]
fn dockers_profile_is_as_short_and_as_quick_as_promised() {
    assert!(PLAIN.len() <= 82, "{}", PLAIN.len());
    assert!(MIXED.len() <= 302, "{}", MIXED.len());
    for (program, mean_allowed, mean_denied) in [(&PLAIN[..], 9.5, 10.0), (&MIXED[..], 10.4, 10.4)] {
        check(program).unwrap();
        let (mut allowed, mut denied) = (Vec::new(), Vec::new());
        for number in 0..472 {
            let data = Data::new(Arch::X86_64, number);
            let Outcome { executed, .. } = outcome(program, &data);
            match action(program, &data) {
                Action::Allow if !looks_at_arguments(program, &data) => allowed.push(executed),
                EPERM => denied.push(executed),
                _ => {}
            }
        }
        let mean = |executed: &[usize]| executed.iter().sum::<usize>() as f64 / executed.len() as f64;
        assert_eq!(allowed.len(), 305);
        assert!(mean(&allowed) <= mean_allowed, "{}", mean(&allowed));
        assert!(mean(&denied) <= mean_denied, "{}", mean(&denied));
        assert_eq!(allowed.iter().max(), Some(&11));
        assert!(denied.iter().max() <= Some(&11));
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn dockers_profile_says_what_it_should() {
    let cases = [
        ("read", 0, Action::Allow),
        ("mount", 0, EPERM),
        ("io_uring_enter", 0, EPERM),
        ("clone3", 0, ENOSYS),
        ("clone", 0x11, Action::Allow),
        ("clone", 0x1000_0011, EPERM),
        ("clone", 1 << 32, Action::Allow),
        ("socket", 2, Action::Allow),
        ("socket", 12, EPERM),
        ("socket", 40, EPERM),
        ("socket", 45, Action::Allow),
        ("socket", 46, EPERM),
        ("socket", 1 << 32 | 2, EPERM),
        ("personality", 0, Action::Allow),
        ("personality", 1, EPERM),
        ("personality", 0xffff_ffff, Action::Allow),
        ("personality", u64::MAX, EPERM),
    ];
    for (name, argument, expected) in cases {
        for (program, archs) in [(&PLAIN[..], &[Arch::X86_64][..]), (&MIXED[..], &[Arch::X86_64, Arch::X86, Arch::X32])]
        {
            for data in archs.iter().filter_map(|arch| Data::named(*arch, name)) {
                assert_eq!(
                    action(program, &data.with_args([argument, 0, 0, 0, 0, 0])),
                    expected,
                    "{name} {argument:#x}"
                );
            }
        }
    }
    assert_eq!(action(&PLAIN, &Data::named(Arch::X86, "read").unwrap()), Action::KillProcess);
    assert_eq!(action(&PLAIN, &Data::named(Arch::X32, "read").unwrap()), Action::KillProcess);
}

#[test]
fn dockers_profile_compiles_for_the_architecture_at_hand() {
    check(&PLAIN).unwrap();
    check(&MIXED).unwrap();
    assert_eq!(compile(&DOCKER), *PLAIN);
    assert_eq!(compile(&DOCKER_MIXED), *MIXED);
}

#[test]
fn hot_calls_are_decided_sooner() {
    let policy = DOCKER.hot(&["futex", "clock_gettime", "epoll_pwait"]);
    let hot = compile(&policy);
    for name in ["futex", "clock_gettime", "epoll_pwait"] {
        let data = Data::named(Arch::NATIVE, name).unwrap();
        let (before, after) = (outcome(&PLAIN, &data).executed, outcome(&hot, &data).executed);
        assert!(after < before && after <= 9, "{name}: {after}, without the hint {before}");
    }
    for number in 0..600 {
        let data = Data::new(Arch::NATIVE, number);
        assert_eq!(action(&hot, &data), action(&PLAIN, &data));
        assert!(outcome(&hot, &data).executed <= 16);
    }
}

#[test]
fn the_rule_for_what_is_newer_takes_two_instructions() {
    for policy in
        [DOCKER, Policy::new(Action::Allow, &[]), Policy::new(EPERM, &[Rule::allow(&["read", "write", "close"])])]
    {
        let (without, with) = (compile(&policy).len(), compile(&policy.newer_than(Policy::NEWEST)).len());
        assert!(with <= without + 2, "{with}, without it {without}");
    }
}

#[test]
fn a_list_of_500_values_takes_few_instructions_for_each() {
    let conditions: Vec<_> = (0..500_u32).map(|n| [Arg::u32(1).eq(n * 0x101)]).collect();
    let rules: Vec<_> = conditions.iter().map(|condition| Rule::allow(&["ioctl"]).when(condition)).collect();
    let program = compile(&Policy::new(EPERM, &rules));
    for value in 0..0x2_0000_u64 {
        let data = Data::named(Arch::NATIVE, "ioctl").unwrap().with_args([0, value, 0, 0, 0, 0]);
        let Outcome { executed, .. } = outcome(&program, &data);
        let expected = if value % 0x101 == 0 && value / 0x101 < 500 { Action::Allow } else { EPERM };
        assert_eq!(action(&program, &data), expected, "{value}");
        assert!(executed < 40, "{executed}");
    }
}

#[test]
fn a_thread_with_a_small_stack_can_compile() {
    let size = if cfg!(debug_assertions) { 512 } else { 192 } * 1024;
    let thread = std::thread::Builder::new().stack_size(size).spawn(|| {
        let mut buffer = vec![Instruction::default(); 4096];
        DOCKER_MIXED.compile_into(&mut buffer).unwrap().len()
    });
    assert_eq!(thread.unwrap().join().unwrap(), MIXED.len());
}
