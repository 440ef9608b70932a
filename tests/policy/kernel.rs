//! Policies on the running kernel: in a child, which a filter does not leave any more.

use super::plain::*;
use super::random::{any_action, any_condition, any_value, policy, rules};
use super::*;
use butter::process;
use butter::signal::{ChildStatus, Signal};
use butter::syscall;

const SECCOMP_SET_MODE_FILTER: u32 = 1;
const PR_SET_NO_NEW_PRIVS: u32 = 38;

#[repr(C)]
struct SockFprog {
    len: u16,
    filter: *const Instruction,
}

pub fn install(program: &[Instruction], flags: u32) -> butter::Result<usize> {
    let fprog = SockFprog { len: program.len() as u16, filter: program.as_ptr() };
    // SAFETY: the kernel reads the program.
    unsafe {
        syscall!(PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)?;
        syscall!(SECCOMP, SECCOMP_SET_MODE_FILTER, flags, &raw const fprog)
    }
}

/// What the child gives as its status.
pub fn in_child(body: impl FnOnce() -> i32) -> ChildStatus {
    // SAFETY: the child makes system calls only, and ends.
    match unsafe { process::fork() }.unwrap() {
        None => process::exit(body()),
        Some(child) => process::wait(child).unwrap(),
    }
}

/// What a program lets a call give in a child, in which everything else is as the program says, too.
fn under(program: &[Instruction], call: impl FnOnce() -> butter::Result<usize>) -> ChildStatus {
    in_child(|| match install(program, 0) {
        Ok(_) => status(call()),
        Err(_) => NOT_INSTALLED,
    })
}

const NOT_INSTALLED: i32 = 250;
const ZERO: i32 = 251;
const MORE: i32 = 252;

fn status(result: butter::Result<usize>) -> i32 {
    match result {
        Ok(0) => ZERO,
        Ok(_) => MORE,
        Err(errno) => errno.number().into(),
    }
}

/// What becomes of a call that gives more than 0.
fn expected(action: Action) -> ChildStatus {
    match action {
        Action::KillProcess | Action::KillThread | Action::Trap(_) => KILLED,
        Action::Errno(errno) => ChildStatus::Exited(errno.number().into()),
        Action::Nothing => ChildStatus::Exited(ZERO),
        // Nobody listens, and nobody traces.
        Action::Notify | Action::Trace(_) => ChildStatus::Exited(Errno::ENOSYS.number().into()),
        Action::Log | Action::Allow => ChildStatus::Exited(MORE),
    }
}

const KILLED: ChildStatus = ChildStatus::Killed(Signal::SYS);

/// The same whether or not a core was dumped, which is not the filter's business.
fn simple(status: ChildStatus) -> ChildStatus {
    match status {
        ChildStatus::Dumped(signal) => ChildStatus::Killed(signal),
        status => status,
    }
}

/// Calls that take no argument, and give more than 0.
const CALLS: [&str; 3] = ["getpid", "getppid", "gettid"];

#[test]
fn the_kernel_does_as_the_interpreter() {
    let mut random = Random::new(10);
    for _ in 0..200 {
        let mut plain = Plain {
            default: any_action(&mut random),
            foreign: Action::KillProcess,
            archs: vec![Arch::NATIVE],
            newer: None,
            // With it the child tells.
            rules: vec![rule(Action::Allow, &["exit_group"], &[])],
        };
        for _ in 0..random.below(8) {
            let conditions: Vec<_> = (0..random.below(3)).map(|_| any_condition(&mut random)).collect();
            plain.rules.push(rule(any_action(&mut random), &[random.of(&CALLS)], &conditions));
            if try_compile(&policy(&plain, &rules(&plain))).is_err() {
                plain.rules.pop();
            }
        }
        let program = compile(&policy(&plain, &rules(&plain)));
        for _ in 0..3 {
            let number = Arch::NATIVE.number(random.of(&CALLS)).unwrap();
            let mut arguments = [0; 6].map(|_: u64| any_value(&mut random) as usize);
            for condition in plain.rules.iter().flat_map(|rule| &rule.plain) {
                if random.one_in(2) {
                    arguments[condition.index as usize] = condition.value as usize;
                }
            }
            let data = Data::new(Arch::NATIVE, number).with_args(arguments.map(|argument| argument as u64));
            let decided = action(&program, &data);
            let status = under(&program, || call(number, arguments));
            assert_eq!(simple(status), expected(decided), "{decided:?} {data:?}\n{}", Listing(&program));
        }
    }
}

fn rule(action: Action, names: &[&'static str], plain: &[PlainCondition]) -> PlainRule {
    PlainRule {
        action,
        names: names.to_vec(),
        numbers: Vec::new(),
        conditions: plain.iter().map(PlainCondition::condition).collect(),
        plain: plain.to_vec(),
        archs: Vec::new(),
    }
}

fn call(number: u32, arguments: [usize; 6]) -> butter::Result<usize> {
    let [a, b, c, d, e, f] = arguments.map(butter::arch::Arg::from);
    // SAFETY: the call takes no argument.
    unsafe { butter::arch::syscall6(number as usize, a, b, c, d, e, f) }.result()
}

#[test]
fn the_kernel_takes_programs_of_every_length() {
    let numbers: Vec<usize> = (1000..).step_by(2).take(4000).collect();
    for length in [0, 1, 2, 100, 127, 128, 129, 254, 255, 256, 257, 258, 300, 509, 510, 511, 512, 1000, 2000, 2700] {
        let rules = [Rule::allow(&["exit_group"]), Rule::numbers(Action::Nothing, &numbers[..length])];
        let program = compile(&Policy::new(EPERM, &rules));
        check(&program).unwrap();
        for number in numbers[..length].iter().flat_map(|number| [number - 1, *number, number + 1]) {
            let expected = if number % 2 == 0 && number < 1000 + 2 * length { Action::Nothing } else { EPERM };
            assert_eq!(action(&program, &Data::new(Arch::NATIVE, number as u32)), expected, "{number} of {length}");
        }
        let status = under(&program, || call(numbers[length.saturating_sub(1)] as u32, [0; 6]));
        assert_eq!(status, ChildStatus::Exited(if length == 0 { 1 } else { ZERO }));
    }
}

/// An x86 call of a 64-bit program.
#[cfg(target_arch = "x86_64")]
fn int80(number: u32, argument: u32) -> butter::Result<usize> {
    let result: u32;
    // SAFETY: the calls made here have no pointer. The kernel clears what it does not keep.
    unsafe {
        std::arch::asm!("push rbx", "mov ebx, {0:e}", "int 0x80", "pop rbx", in(reg) argument,
            inlateout("eax") number => result, lateout("r8") _, lateout("r9") _, lateout("r10") _, lateout("r11") _);
    }
    match result as i32 {
        errno @ -4095..0 => Err(Errno::new(-errno as u16).unwrap()),
        _ => Ok(result as usize),
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn a_64_bit_program_does_not_escape_by_calls_of_x86() {
    let getpid = Arch::X86.number("getpid").unwrap();
    assert_ne!(Arch::X86_64.number("getpid"), Some(getpid));
    if in_child(|| status(int80(getpid, 0))) != ChildStatus::Exited(MORE) {
        return println!("skipped: this kernel does not take calls of x86");
    }
    let seven = [Arg::u32(0).eq(7)];
    let rules = [
        Rule::allow(&["exit_group"]),
        Rule::new(Action::Errno(Errno::EXDEV), &["getpid"]).on(&[Arch::X86]).when(&seven),
        Rule::allow(&["getpid"]),
    ];
    let alone = compile(&Policy::new(EPERM, &rules));
    assert_eq!(simple(under(&alone, || int80(getpid, 0))), KILLED);
    let answered = compile(&Policy::new(EPERM, &rules).foreign(Action::Errno(Errno::ENOTSUP)));
    assert_eq!(under(&answered, || int80(getpid, 0)), ChildStatus::Exited(Errno::ENOTSUP.number().into()));
    // writev is 20 on x86_64.
    let mixed = compile(&Policy::new(EPERM, &rules).architectures(&[Arch::X86_64, Arch::X86]));
    assert_eq!(under(&mixed, || int80(getpid, 0)), ChildStatus::Exited(MORE));
    assert_eq!(under(&mixed, || int80(getpid, 7)), ChildStatus::Exited(Errno::EXDEV.number().into()));
    assert_eq!(under(&mixed, || call(20, [0; 6])), ChildStatus::Exited(1));
    assert_eq!(under(&mixed, || int80(39, 0)), ChildStatus::Exited(1));
}

#[cfg(target_arch = "x86_64")]
#[test]
fn calls_of_x32_are_refused_unless_asked_for() {
    let getpid = Arch::X32.number("getpid").unwrap();
    let rules = [Rule::allow(&["exit_group", "getpid"])];
    let policy = Policy::new(EPERM, &rules);
    assert_eq!(simple(under(&compile(&policy), || call(getpid, [0; 6]))), KILLED);
    let answered = compile(&policy.foreign(Action::Errno(Errno::ENOTSUP)));
    assert_eq!(under(&answered, || call(getpid, [0; 6])), ChildStatus::Exited(Errno::ENOTSUP.number().into()));
    // Whether this kernel has them or not, the filter lets them pass.
    let asked = compile(&policy.architectures(&[Arch::X86_64, Arch::X32]));
    let passed = under(&asked, || call(getpid, [0; 6]));
    assert!(
        [ChildStatus::Exited(MORE), ChildStatus::Exited(Errno::ENOSYS.number().into())].contains(&passed),
        "{passed:?}"
    );
    let getppid = Arch::X32.number("getppid").unwrap();
    assert_eq!(under(&asked, || call(getppid, [0; 6])), ChildStatus::Exited(1));
}

#[test]
fn what_is_newer_is_not_there() {
    let rules = [Rule::allow(&["exit_group", "getpid"])];
    let program = compile(&Policy::new(EPERM, &rules).newer_than((6, 1)));
    for (number, status) in [(451, 38), (471, 38), (472, 38), (0xffff, 38), (450, 1), (424, 1), (63, 1)] {
        assert_eq!(under(&program, || call(number, [0; 6])), ChildStatus::Exited(status), "{number}");
    }
}
