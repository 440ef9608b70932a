//! What a filter is to do: rules, and what becomes of a call that none of them is about.

use super::{Action, Arch, Condition};

/// What is done with some calls.
///
/// ```
/// use butter::Errno;
/// use butter::seccomp::{Action, Arg, Rule};
///
/// const TCGETS: u32 = 0x5401;
/// Rule::allow(&["read", "write"]);
/// Rule::allow(&["ioctl"]).when(&[Arg::u32(1).eq(TCGETS)]);
/// Rule::new(Action::Errno(Errno::ENOSYS), &["clone3"]);
/// Rule::numbers(Action::KillProcess, &[butter::nr::REBOOT]);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Rule<'a> {
    pub(super) action: Action,
    pub(super) calls: Calls<'a>,
    pub(super) conditions: &'a [Condition],
    /// None: all of the policy's.
    pub(super) archs: &'a [Arch],
    pub(super) optional: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Calls<'a> {
    Names(&'a [&'a str]),
    Numbers(&'a [usize]),
}

impl Calls<'_> {
    pub(super) const fn len(&self) -> usize {
        match self {
            Calls::Names(names) => names.len(),
            Calls::Numbers(numbers) => numbers.len(),
        }
    }
}

impl<'a> Rule<'a> {
    /// This is done with the calls of these names. A name that none of the policy's architectures has is a mistake, unless the
    /// rule is [`optional`](Self::optional).
    pub const fn new(action: Action, names: &'a [&'a str]) -> Rule<'a> {
        Rule { action, calls: Calls::Names(names), conditions: &[], archs: &[], optional: false }
    }

    /// The calls of these names are made.
    pub const fn allow(names: &'a [&'a str]) -> Rule<'a> {
        Rule::new(Action::Allow, names)
    }

    /// This is done with the calls of these numbers, of which [`nr`](crate::nr) has the names. In a policy for several
    /// architectures a number is another call in each, so that [`on`](Self::on) should say which is meant.
    pub const fn numbers(action: Action, numbers: &'a [usize]) -> Rule<'a> {
        Rule { calls: Calls::Numbers(numbers), ..Rule::new(action, &[]) }
    }

    /// Only if all of these hold. A rule has one set of conditions: this replaces those that it had.
    pub const fn when(self, conditions: &'a [Condition]) -> Rule<'a> {
        Rule { conditions, ..self }
    }

    /// Only on these architectures. Those that the policy is not for do not matter.
    pub const fn on(self, archs: &'a [Arch]) -> Rule<'a> {
        Rule { archs, ..self }
    }

    /// Names that none of the policy's architectures has are left out: for a list that is made for many.
    pub const fn optional(self) -> Rule<'a> {
        Rule { optional: true, ..self }
    }

    pub(super) const fn is_on(&self, arch: Arch) -> bool {
        self.archs.is_empty() || contains(self.archs, arch)
    }
}

pub(super) const fn contains(archs: &[Arch], arch: Arch) -> bool {
    let mut index = 0;
    while index < archs.len() {
        if archs[index].is(arch) {
            return true;
        }
        index += 1;
    }
    false
}

/// Rules, and what becomes of a call that none of them is about.
///
/// The rules for a call are asked in their order, and the first one whose conditions hold decides; if none does, the default
/// action. The module's page has an example.
///
/// It is a handful of references, and is compiled by [`compile`](Self::compile) where it is a constant, or by
/// [`compile_into`](Self::compile_into) at run time.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Policy<'a> {
    pub(super) default: Action,
    pub(super) foreign: Action,
    pub(super) archs: &'a [Arch],
    pub(super) newer: Option<(u16, u16)>,
    pub(super) hot: &'a [&'a str],
    pub(super) rules: Rules<'a>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Rules<'a> {
    List(&'a [Rule<'a>]),
    Both(&'a Rules<'a>, &'a Rules<'a>),
}

impl<'a> Rules<'a> {
    pub(super) const fn len(&self) -> usize {
        match self {
            Rules::List(list) => list.len(),
            Rules::Both(first, second) => first.len() + second.len(),
        }
    }

    pub(super) const fn get(&self, index: usize) -> Option<&'a Rule<'a>> {
        match self {
            Rules::List(list) => {
                let list: &'a [Rule<'a>] = list;
                if index < list.len() { Some(&list[index]) } else { None }
            }
            Rules::Both(first, second) => {
                let length = first.len();
                if index < length { first.get(index) } else { second.get(index - length) }
            }
        }
    }
}

impl<'a> Policy<'a> {
    /// A policy for the architecture that the program is compiled for. A call that no rule is about gets `default`.
    pub const fn new(default: Action, rules: &'a [Rule<'a>]) -> Policy<'a> {
        Policy {
            default,
            foreign: Action::KillProcess,
            archs: &[Arch::NATIVE],
            newer: None,
            hot: &[],
            rules: Rules::List(rules),
        }
    }

    /// For these architectures instead, the one that is most in use first.
    ///
    /// What a kernel runs beside its own: x86 and x32 on x86_64, arm on aarch64, the narrower on riscv64, powerpc64 and mips64.
    pub const fn architectures(self, archs: &'a [Arch]) -> Policy<'a> {
        Policy { archs, ..self }
    }

    /// What becomes of a call of any other architecture: to kill the process unless it is said here. On x86_64 those of x32 are
    /// such, whose numbers have the bit `0x40000000`.
    pub const fn foreign(self, action: Action) -> Policy<'a> {
        Policy { foreign: action, ..self }
    }

    /// A call that no rule is about gives `ENOSYS` if this Linux version does not have it: `(5, 15)` is Linux 5.15.
    ///
    /// Then a program that tries what is newer than the policy does what it does on an older kernel, while what the writer
    /// of the policy has left out gets the default action. Since Linux 5.1 the architectures give a new call the same
    /// number, and this goes by these: of the versions from 5.1 up to [`NEWEST`](Self::NEWEST), the latest whose calls this
    /// crate knows. Another is a mistake.
    pub const fn newer_than(self, linux: (u16, u16)) -> Policy<'a> {
        Policy { newer: Some(linux), ..self }
    }

    /// Calls to be decided soonest, by their names: those that the program makes most often. It is a hint: what becomes of
    /// them is the same, and names that no architecture has do not matter.
    pub const fn hot(self, names: &'a [&'a str]) -> Policy<'a> {
        Policy { hot: names, ..self }
    }

    /// This policy, with the rules of `other` behind its own: for a call that both have rules for, these are asked first.
    /// All else is as in this one.
    pub const fn merge(&'a self, other: &'a Policy<'a>) -> Policy<'a> {
        Policy { rules: Rules::Both(&self.rules, &other.rules), ..*self }
    }
}
