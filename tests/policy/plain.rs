//! A policy in the plainest form: a list that is gone through.

use super::*;

#[derive(Clone, Debug)]
pub struct Plain {
    pub default: Action,
    pub foreign: Action,
    pub archs: Vec<Arch>,
    pub newer: Option<(u16, u16)>,
    pub rules: Vec<PlainRule>,
}

#[derive(Clone, Debug)]
pub struct PlainRule {
    pub action: Action,
    pub names: Vec<&'static str>,
    pub numbers: Vec<usize>,
    pub conditions: Vec<Condition>,
    pub plain: Vec<PlainCondition>,
    pub archs: Vec<Arch>,
}

/// What a condition says, in other words than the crate's.
#[derive(Clone, Copy, Debug)]
pub struct PlainCondition {
    pub index: u8,
    pub wide: bool,
    pub comparison: Comparison,
    pub value: u64,
    pub mask: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Within,
    Masked,
}

impl PlainCondition {
    pub fn holds(&self, arguments: &[u64; 6]) -> bool {
        let mut argument = arguments[self.index as usize];
        if !self.wide {
            argument &= 0xffff_ffff;
        }
        match self.comparison {
            Comparison::Eq => argument == self.value,
            Comparison::Ne => argument != self.value,
            Comparison::Lt => argument < self.value,
            Comparison::Le => argument <= self.value,
            Comparison::Gt => argument > self.value,
            Comparison::Ge => argument >= self.value,
            Comparison::Within => (self.value..=self.mask).contains(&argument),
            Comparison::Masked => argument & self.mask == self.value,
        }
    }

    pub fn condition(&self) -> Condition {
        if self.wide {
            let (argument, value) = (Arg::u64(self.index), self.value);
            match self.comparison {
                Comparison::Eq => argument.eq(value),
                Comparison::Ne => argument.ne(value),
                Comparison::Lt => argument.lt(value),
                Comparison::Le => argument.le(value),
                Comparison::Gt => argument.gt(value),
                Comparison::Ge => argument.ge(value),
                Comparison::Within => argument.within(value, self.mask),
                Comparison::Masked => argument.masked_eq(self.mask, value),
            }
        } else {
            let (argument, value) = (Arg::u32(self.index), self.value as u32);
            match self.comparison {
                Comparison::Eq => argument.eq(value),
                Comparison::Ne => argument.ne(value),
                Comparison::Lt => argument.lt(value),
                Comparison::Le => argument.le(value),
                Comparison::Gt => argument.gt(value),
                Comparison::Ge => argument.ge(value),
                Comparison::Within => argument.within(value, self.mask as u32),
                Comparison::Masked => argument.masked_eq(self.mask as u32, value),
            }
        }
    }
}

const X32_BIT: u32 = 0x4000_0000;

impl Plain {
    pub fn decide(&self, data: &Data) -> Action {
        let number = data.number();
        let Some(arch) = self.archs.iter().find(|arch| owns(**arch, data)) else {
            // What no kernel runs, of an architecture that is there.
            let nobodys = data.audit_arch() == Arch::X86_64.audit_arch() && number >> 31 == 1;
            return match self.archs.iter().any(|arch| nobodys && arch.audit_arch() == data.audit_arch()) {
                true => self.unlisted(Arch::X86_64, number),
                false => self.foreign,
            };
        };
        for rule in &self.rules {
            if !rule.archs.is_empty() && !rule.archs.contains(arch) {
                continue;
            }
            let named = rule.names.iter().any(|name| arch.number(name) == Some(number));
            if (named || rule.numbers.contains(&(number as usize)))
                && rule.plain.iter().all(|condition| condition.holds(data.args()))
            {
                return rule.action;
            }
        }
        // A call that a rule is about gets the default action, however new it is.
        let listed = self.rules.iter().any(|rule| {
            (rule.archs.is_empty() || rule.archs.contains(arch))
                && (rule.names.iter().any(|name| arch.number(name) == Some(number))
                    || rule.numbers.contains(&(number as usize)))
        });
        if listed { self.default } else { self.unlisted(*arch, number) }
    }

    fn unlisted(&self, arch: Arch, number: u32) -> Action {
        match self.newer {
            Some(linux) if is_newer(arch, number, linux) => ENOSYS,
            _ => self.default,
        }
    }
}

fn owns(arch: Arch, data: &Data) -> bool {
    let number = data.number();
    data.audit_arch() == arch.audit_arch()
        && (arch.audit_arch() != Arch::X86_64.audit_arch()
            || (arch == Arch::X32) == (X32_BIT..1 << 31).contains(&number))
}

/// What the numbers are counted from.
pub fn base(arch: Arch) -> u32 {
    let bases = [(Arch::X32, X32_BIT), (Arch::MIPS, 4000), (Arch::MIPS64, 5000)];
    bases.iter().find(|(other, _)| arch == *other).map_or(0, |(_, base)| *base)
}

/// The names of what came with each version, as the kernel's history has it.
const HISTORY: &[((u16, u16), &[&str])] = &[
    ((5, 2), &["open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick"]),
    ((5, 3), &["pidfd_open", "clone3"]),
    ((5, 6), &["openat2", "pidfd_getfd"]),
    ((5, 8), &["faccessat2"]),
    ((5, 9), &["close_range"]),
    ((5, 10), &["process_madvise"]),
    ((5, 11), &["epoll_pwait2"]),
    ((5, 12), &["mount_setattr"]),
    ((5, 13), &["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"]),
    ((5, 14), &["quotactl_fd", "memfd_secret"]),
    ((5, 15), &["process_mrelease"]),
    ((5, 16), &["futex_waitv"]),
    ((5, 17), &["set_mempolicy_home_node"]),
    ((6, 5), &["cachestat"]),
    ((6, 6), &["fchmodat2", "map_shadow_stack"]),
    ((6, 7), &["futex_wake", "futex_wait", "futex_requeue"]),
    ((6, 8), &["statmount", "listmount", "lsm_get_self_attr", "lsm_set_self_attr", "lsm_list_modules"]),
    ((6, 10), &["mseal"]),
    ((6, 13), &["setxattrat", "getxattrat", "listxattrat", "removexattrat"]),
    ((6, 15), &["open_tree_attr"]),
    ((6, 17), &["file_getattr", "file_setattr"]),
    ((6, 19), &["listns"]),
    ((7, 0), &["rseq_slice_yield"]),
];

fn is_newer(arch: Arch, number: u32, linux: (u16, u16)) -> bool {
    let base = base(arch);
    let apart = [(Arch::X32, X32_BIT + 512, X32_BIT + 547), (Arch::ARM, 0xf_0000, 0xf_07ff)];
    if apart.iter().any(|(other, first, last)| arch == *other && (*first..=*last).contains(&number)) {
        return false;
    }
    // The names are those of an architecture that has all of them.
    number >= base + 472
        || HISTORY.iter().any(|(version, names)| {
            *version > linux
                && names.iter().any(|name| Arch::X86_64.number(name).map(|other| base + other) == Some(number))
        })
}
