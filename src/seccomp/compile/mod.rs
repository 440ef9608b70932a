//! From a policy to a program.
//!
//! The program asks for the architecture, loads the number of the call and finds what is done with it in a tree of ranges.
//! For a call whose arguments matter the conditions follow. All of it are `const fn`s; the first mistake is kept, and what comes
//! after it changes nothing.

mod arguments;
mod code;
mod numbers;
#[cfg(test)]
mod tests;
mod tree;
mod values;

use super::instruction::JUMP_IF_EQUAL;
use super::policy::{Calls, Rule, contains};
use super::{Arch, Condition, Instruction, Mistake, Policy, Program};
use crate::abi::filter::BPF_MAXINSNS;
use crate::abi::seccomp::seccomp_data;
use code::{At, Code, Compare};
use core::mem::offset_of;
use numbers::{Background, Entries, Hot};
use tree::{HOT, Ranges};
use values::Values;

const NUMBER: u32 = offset_of!(seccomp_data, nr) as u32;
const ARCH: u32 = offset_of!(seccomp_data, arch) as u32;

/// In which order the halves of an argument stand.
const BIG_ENDIAN: bool = cfg!(target_endian = "big");

/// The longest program that the kernel takes.
const LONGEST: usize = BPF_MAXINSNS;

impl<'a> Policy<'a> {
    /// The latest Linux version whose calls [`newer_than`](Self::newer_than) knows.
    pub const NEWEST: (u16, u16) = numbers::NEWEST;

    /// How many instructions the compiled policy has: for the type of a constant. See [`compile`](Self::compile).
    ///
    /// # Panics
    ///
    /// As [`compile`](Self::compile).
    #[track_caller]
    pub const fn length(&self) -> usize {
        self.program().1
    }

    /// Compiles the policy. This is for constants: there a mistake in it is an error of the compiler, which says what is wrong.
    ///
    /// ```
    /// use butter::Errno;
    /// use butter::seccomp::{Action, Policy, Program, Rule};
    ///
    /// const POLICY: Policy = Policy::new(Action::Errno(Errno::EPERM), &[Rule::allow(&["read", "write", "exit_group"])]);
    /// static FILTER: Program<{ POLICY.length() }> = POLICY.compile();
    /// assert!(FILTER.len() < 16);
    /// ```
    ///
    /// ```compile_fail
    /// # use butter::Errno;
    /// # use butter::seccomp::{Action, Policy, Program, Rule};
    /// // error[E0080]: evaluation panicked: no architecture of the policy has the call `raed`
    /// const POLICY: Policy = Policy::new(Action::Errno(Errno::EPERM), &[Rule::allow(&["raed"])]);
    /// static FILTER: Program<{ POLICY.length() }> = POLICY.compile();
    /// ```
    ///
    /// # Panics
    ///
    /// If the policy has a [`Mistake`], or is not of `N` instructions. To compile at run time there is
    /// [`compile_into`](Self::compile_into), which does not.
    #[track_caller]
    pub const fn compile<const N: usize>(&self) -> Program<N> {
        let (program, length) = self.program();
        assert!(length == N, "the length of the program is not that of the policy: Program<{{ POLICY.length() }}>");
        let mut instructions = [Instruction::new(0, 0, 0, 0); N];
        let mut index = 0;
        while index < N {
            instructions[index] = program[index];
            index += 1;
        }
        Program(instructions)
    }

    #[track_caller]
    const fn program(&self) -> ([Instruction; LONGEST], usize) {
        let mut buffer = [Instruction::new(0, 0, 0, 0); LONGEST];
        match self.write(&mut buffer, BIG_ENDIAN) {
            Ok(length) => (buffer, length),
            Err(mistake) => panic!("{}", mistake.words().as_str()),
        }
    }

    /// Compiles the policy at run time, into a buffer: 4,096 instructions are always enough. It takes some 128 KiB of stack.
    ///
    /// ```
    /// use butter::Errno;
    /// use butter::seccomp::{Action, Instruction, Policy, Rule};
    ///
    /// let mut buffer = [Instruction::default(); 256];
    /// let names: Vec<&str> = "read write".split(' ').collect();
    /// let rules = [Rule::allow(&names)];
    /// let program = Policy::new(Action::Errno(Errno::EPERM), &rules).compile_into(&mut buffer).unwrap();
    /// assert!(program.len() < 16);
    ///
    /// let rules = [Rule::allow(&["raed"])];
    /// let mistake = Policy::new(Action::Allow, &rules).compile_into(&mut buffer).unwrap_err();
    /// assert_eq!(mistake.to_string(), "no architecture of the policy has the call `raed`");
    /// ```
    ///
    /// # Errors
    ///
    /// The first [`Mistake`] that is found.
    pub const fn compile_into<'b>(&self, buffer: &'b mut [Instruction]) -> Result<&'b [Instruction], Mistake<'a>> {
        match self.write(buffer, BIG_ENDIAN) {
            Ok(length) => {
                let buffer: &'b [Instruction] = buffer;
                match buffer.split_at_checked(length) {
                    Some((program, _)) => Ok(program),
                    None => Err(Mistake::BufferTooSmall),
                }
            }
            Err(mistake) => Err(mistake),
        }
    }

    /// Writes the program to the start of the buffer, and gives its length.
    const fn write(&self, buffer: &mut [Instruction], big_endian: bool) -> Result<usize, Mistake<'a>> {
        let size = buffer.len();
        let mut compiler = Compiler {
            policy: self,
            code: Code::new(buffer),
            ranges: Ranges::new(),
            entries: Entries::new(),
            mistake: None,
            big_endian,
        };
        compiler.look_over();
        let start = compiler.write();
        if compiler.ranges.full || compiler.code.full {
            compiler.note(if size < LONGEST { Mistake::BufferTooSmall } else { Mistake::TooLong });
        }
        match compiler.mistake {
            Some(mistake) => Err(mistake),
            None => Ok(compiler.code.finish(start)),
        }
    }
}

struct Compiler<'p, 'a, 'b> {
    policy: &'p Policy<'a>,
    code: Code<'b>,
    ranges: Ranges,
    entries: Entries,
    mistake: Option<Mistake<'a>>,
    big_endian: bool,
}

impl<'a> Compiler<'_, 'a, '_> {
    const fn note(&mut self, mistake: Mistake<'a>) {
        if self.mistake.is_none() {
            self.mistake = Some(mistake);
        }
    }

    const fn rule(&self, index: usize) -> Option<&'a Rule<'a>> {
        self.policy.rules.get(index)
    }

    /// Looks for the mistakes that do not depend on an architecture.
    const fn look_over(&mut self) {
        let archs = self.policy.archs;
        if archs.is_empty() {
            self.note(Mistake::NoArchitecture);
        }
        let mut index = 0;
        while index < archs.len() {
            if contains(archs.split_at(index).0, archs[index]) {
                self.note(Mistake::SameArchitecture(archs[index]));
            }
            index += 1;
        }
        if let Some(linux) = self.policy.newer {
            if !numbers::is_known(linux) {
                self.note(Mistake::UnknownVersion(linux.0, linux.1));
            }
        }
    }

    /// A call of a rule that an architecture lacks, which another has to have.
    const fn miss(&mut self, rule: &Rule<'a>, call: usize) {
        let mut index = 0;
        while index < self.policy.archs.len() {
            let arch = self.policy.archs[index];
            if rule.is_on(arch) && number(rule, call, arch).is_some() {
                return;
            }
            index += 1;
        }
        match rule.calls {
            Calls::Names(names) => self.note(Mistake::UnknownCall(get(names, call, ""))),
            Calls::Numbers(numbers) => self.note(Mistake::UnknownNumber(get(numbers, call, 0))),
        }
    }

    /// What is farthest from the start goes first. The first architecture's tree follows the start at once, so that its calls
    /// never take a jump more.
    const fn write(&mut self) -> At {
        let archs = self.policy.archs;
        let mut at = self.code.result(self.policy.foreign);
        let mut index = archs.len();
        while index > 0 {
            index -= 1;
            // Several that the kernel calls the same share a tree.
            let arch = get(archs, index, Arch::NATIVE);
            if first_of(archs, arch) == index {
                let tree = self.architecture(arch);
                at = self.code.branch(Compare::new(JUMP_IF_EQUAL, arch.audit_arch()), tree, at);
            }
        }
        self.code.load(ARCH, at)
    }

    /// The tree of the architectures that share this one's audit architecture.
    const fn architecture(&mut self, arch: Arch) -> At {
        self.collect(arch.audit_arch());
        let hot = Hot::new(self.policy, arch);
        let background = Background::new(self.policy, arch.audit_arch(), &mut self.code);
        let from = self.ranges.len();
        let mut piece = 0;
        let mut index = 0;
        while index < self.entries.len() {
            let number = self.entries.number(index);
            let mut end = index + 1;
            while end < self.entries.len() && self.entries.number(end) == number {
                end += 1;
            }
            let own = self.arch_of(number, arch.audit_arch());
            let target = self.call(number, own, index, end);
            piece = background.push_up_to(number, piece, from, &mut self.ranges);
            self.ranges.push(from, number, target, self.weight(number, own, &hot));
            if number < u32::MAX && !(end < self.entries.len() && self.entries.number(end) == number + 1) {
                self.ranges.push(from, number + 1, background.target(piece), 0);
            }
            index = end;
        }
        background.push_up_to(u32::MAX, piece, from, &mut self.ranges);
        let tree = self.ranges.write(from, &mut self.code);
        self.code.load(NUMBER, tree)
    }

    /// Every pair of a call and a rule for it, in the order of the numbers and then of the rules.
    const fn collect(&mut self, audit: u32) {
        self.entries.clear();
        let mut arch = 0;
        while arch < self.policy.archs.len() {
            let this = self.policy.archs[arch];
            let mut index = 0;
            while let Some(rule) = self.rule(index) {
                if this.audit_arch() == audit && rule.is_on(this) {
                    let mut call = 0;
                    while call < rule.calls.len() {
                        match number(rule, call, this) {
                            Some(number) => self.entries.push(number, index, rule.conditions),
                            None if rule.optional && matches!(rule.calls, Calls::Names(_)) => {}
                            None => self.miss(rule, call),
                        }
                        call += 1;
                    }
                }
                index += 1;
            }
            arch += 1;
        }
        if self.entries.full {
            self.note(Mistake::TooManyRules);
        }
        self.entries.sort();
    }

    /// How much a call counts where the tree is parted.
    const fn weight(&self, number: u32, arch: Arch, hot: &Hot) -> u16 {
        match hot.place(number) {
            Some(place) => HOT + (2048 / (place + 1)) as u16,
            // Of those that share a tree, the first architecture's.
            None => {
                let archs = self.policy.archs;
                get(archs, first_of(archs, arch), arch).has(number) as u16
            }
        }
    }

    /// The rules for one call, which are those of the entries from `from` to `to`.
    const fn call(&mut self, number: u32, arch: Arch, from: usize, to: usize) -> At {
        let mut last = from;
        while last < to && !self.conditions(last).is_empty() {
            last += 1;
        }
        self.compare_rules(arch, number, from, to);
        let mut at = match self.entry(last) {
            Some(rule) if last < to => self.code.result(rule.action),
            _ => self.code.result(self.policy.default),
        };
        if last == from {
            return at;
        }
        // Conditions on the same argument alone are one question.
        let mut values = Values::new();
        while last > from {
            last -= 1;
            let (false, Some(rule)) = (self.entries.is_dropped(last), self.entry(last)) else { continue };
            let yes = self.code.result(rule.action);
            if let [condition] = rule.conditions {
                if !values.has_room_for(condition) {
                    at = self.ask(&mut values, at, arch, number);
                }
                if values.has_room_for(condition) {
                    values.add(condition, yes);
                    continue;
                }
            }
            at = self.ask(&mut values, at, arch, number);
            at = self.all_of(rule.conditions, yes, at);
        }
        self.ask(&mut values, at, arch, number)
    }

    /// Goes on at `yes` if all conditions hold.
    const fn all_of(&mut self, conditions: &[Condition], mut yes: At, no: At) -> At {
        let mut index = conditions.len();
        while index > 0 {
            index -= 1;
            yes = arguments::condition(&mut self.code, conditions[index], self.big_endian, yes, no);
        }
        yes
    }

    /// Goes on where the value of an argument says, or else at `no`.
    const fn ask(&mut self, values: &mut Values, no: At, arch: Arch, number: u32) -> At {
        if values.hides_one() {
            self.note(Mistake::Unreachable(arch, number));
        }
        let at = match values.only() {
            Some((condition, yes)) => self.all_of(&[condition], yes, no),
            None => values.write(&mut self.ranges, &mut self.code, self.big_endian, no),
        };
        *values = Values::new();
        at
    }

    /// Looks for rules that are never asked, and drops those that another says word for word.
    const fn compare_rules(&mut self, arch: Arch, number: u32, from: usize, to: usize) {
        let mut index = from;
        while index < to {
            let conditions = self.conditions(index);
            let mut condition = 0;
            while condition < conditions.len() {
                if conditions[condition].index > 5 {
                    self.note(Mistake::NoSuchArgument(arch, number));
                } else if conditions[condition].is_never() {
                    self.note(Mistake::NeverHolds(arch, number));
                }
                condition += 1;
            }
            let mut before = self.entries.next_alike(from, index);
            while before < index {
                let others = self.conditions(before);
                if are_among(others, conditions) {
                    let same = match (self.entry(before), self.entry(index)) {
                        (Some(one), Some(other)) => one.action.value() == other.action.value(),
                        _ => false,
                    };
                    match (are_among(conditions, others), same) {
                        (true, true) => self.entries.drop_it(index),
                        (true, false) => self.note(Mistake::Conflict(arch, number)),
                        (false, _) => self.note(Mistake::Unreachable(arch, number)),
                    }
                    break;
                }
                before = self.entries.next_alike(before + 1, index);
            }
            index += 1;
        }
    }

    const fn entry(&self, index: usize) -> Option<&'a Rule<'a>> {
        self.rule(self.entries.rule(index))
    }

    const fn conditions(&self, index: usize) -> &'a [Condition] {
        match self.entry(index) {
            Some(rule) => rule.conditions,
            None => &[],
        }
    }

    /// Which of the architectures that share an audit architecture a number belongs to.
    const fn arch_of(&self, number: u32, audit: u32) -> Arch {
        let mut index = 0;
        while index < self.policy.archs.len() {
            let arch = self.policy.archs[index];
            if arch.audit_arch() == audit && arch.has(number) {
                return arch;
            }
            index += 1;
        }
        Arch::NATIVE
    }
}

/// Where the first that shares its audit architecture is.
const fn first_of(archs: &[Arch], arch: Arch) -> usize {
    let mut index = 0;
    while index < archs.len() && archs[index].audit_arch() != arch.audit_arch() {
        index += 1;
    }
    index
}

/// The number of a rule's call on an architecture.
const fn number(rule: &Rule<'_>, call: usize, arch: Arch) -> Option<u32> {
    match rule.calls {
        Calls::Names(names) => arch.number(get(names, call, "")),
        Calls::Numbers(numbers) => {
            let number = get(numbers, call, usize::MAX);
            if number <= u32::MAX as usize && arch.has(number as u32) { Some(number as u32) } else { None }
        }
    }
}

/// Whether each of these conditions is one of the others.
const fn are_among(these: &[Condition], others: &[Condition]) -> bool {
    let mut index = 0;
    while index < these.len() {
        let mut other = 0;
        while other < others.len() && !these[index].is(&others[other]) {
            other += 1;
        }
        if other == others.len() {
            return false;
        }
        index += 1;
    }
    true
}

/// An item of a list, or `none` behind its end: an index that is wrong must not be a panic in a program that compiles at run
/// time.
const fn get<T: Copy>(items: &[T], index: usize, none: T) -> T {
    if index < items.len() { items[index] } else { none }
}

/// Sets an item of a list that has one of this index.
const fn set<T: Copy>(items: &mut [T], index: usize, item: T) {
    if index < items.len() {
        items[index] = item;
    }
}
