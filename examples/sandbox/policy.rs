//! Policy files: what is said of system calls, a line for each rule.
//!
//! ```text
//! # Reads what there is, and writes to what is open.
//! default errno EPERM
//! newer-than 6.1
//! allow read write close exit_group mmap munmap? brk
//! allow ioctl arg1:32 == 0x5401 and arg2 != 0
//! allow clone arg0 & 0x7e020000 == 0
//! errno ENOSYS clone3
//! kill ptrace process_vm_readv
//! allow mmap2 on x86
//! ```
//!
//! Words are separated by blanks. `#` begins a comment, up to the end of the line. A line is a rule or a setting.
//!
//! **A rule** is `ACTION CALL… [on ARCH…] [CONDITION [and CONDITION]…]`. The rules for a call are asked in their order, and the
//! first one whose conditions all hold decides; if none does, the default.
//!
//! - A `CALL` is a name, or a number (`0x1d`). A name that the policy's architectures do not have is a mistake, unless it ends
//!   with a question mark: then it is left out.
//! - What an earlier rule leaves nothing of, or contradicts, is a mistake. To say the same twice is none: two policies that were
//!   learned may stand in one file.
//! - `on` makes the rule one for these architectures only.
//!
//! | `ACTION` | what becomes of the call |
//! | --- | --- |
//! | `allow` | It is made. |
//! | `log` | It is made, and the kernel logs it. |
//! | `notify` | It is told, and made. |
//! | `errno EPERM` | It gives this error: a name, or a number up to 4095. |
//! | `nothing` | It is not made, and gives 0. |
//! | `trap 7` | It is not made, and the thread gets a `SIGSYS` with this number, up to 65535. |
//! | `trace 7` | A tracer decides, and is told this number. Without one it gives `ENOSYS`. |
//! | `kill` | The process ends, as by a `SIGSYS`. |
//! | `kill-thread` | The thread ends. |
//!
//! A `CONDITION` is about one of the arguments `arg0` to `arg5`. `arg0` is all 64 bits; `arg0:32` is the lower half, which is
//! what the kernel looks at if the parameter is an `int` or an `unsigned int`, whatever a program has in the upper half.
//! Comparisons are unsigned. A `NUMBER` is decimal, hexadecimal (`0x`), octal (`0o`) or binary (`0b`); with a minus it is the
//! large one that has the same bits.
//!
//! | `CONDITION` | it holds if |
//! | --- | --- |
//! | `arg0 == NUMBER`, and so `!=`, `<`, `<=`, `>`, `>=` | … |
//! | `arg0 & NUMBER == NUMBER` | Those bits that the first has are as in the second. |
//! | `arg0 in NUMBER..=NUMBER` | It is among these, both ends included. |
//!
//! **A setting** is said once:
//!
//! | setting | what it says | without it |
//! | --- | --- | --- |
//! | `default ACTION` | What becomes of a call that no rule is about. | `errno EPERM` |
//! | `arch ARCH…` | The architectures that there are rules for: the machine's, and others; the one most in use first. | the machine's |
//! | `foreign ACTION` | What becomes of a call of any other architecture. | `kill` |
//! | `newer-than 6.1` | A call that no rule is about gives `ENOSYS` if this Linux version does not have it. | |
//! | `hot CALL…` | Calls to be decided soonest. | |
//!
//! This module depends on the crate alone.

use butter::Errno;
use butter::seccomp::{Action, Arch, Arg, Condition, Instruction, MAX_INSTRUCTIONS, Mistake, Policy, Rule};
use std::fmt::Display;
use std::str::SplitAsciiWhitespace;

/// All architectures whose calls there may be rules for.
#[rustfmt::skip]
pub const ARCHS: [Arch; 17] = [
    Arch::X86_64, Arch::X86, Arch::X32, Arch::AARCH64, Arch::ARM, Arch::RISCV64, Arch::RISCV32, Arch::LOONGARCH64,
    Arch::POWERPC64, Arch::POWERPC, Arch::S390X, Arch::MIPS, Arch::MIPS64, Arch::SPARC64, Arch::M68K, Arch::CSKY,
    Arch::HEXAGON,
];

/// What is wrong with a file, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Counted from 1.
    pub line: usize,
    pub reason: String,
}

/// What a file says.
#[derive(Debug)]
pub struct File<'t> {
    pub default: Action,
    pub foreign: Action,
    pub archs: Vec<Arch>,
    pub newer_than: Option<(u16, u16)>,
    pub hot: Vec<&'t str>,
    pub rules: Vec<Line<'t>>,
    settings: Settings,
}

/// A line that is a rule. It is several of the crate's: one for each way to name calls.
#[derive(Debug)]
pub struct Line<'t> {
    /// Counted from 1.
    pub line: usize,
    pub action: Action,
    pub names: Vec<&'t str>,
    /// Names that are left out if there is no such call.
    pub optional: Vec<&'t str>,
    pub numbers: Vec<usize>,
    /// None: all.
    pub archs: Vec<Arch>,
    pub conditions: Vec<Condition>,
}

/// In which line each setting is.
#[derive(Debug, Default)]
struct Settings {
    default: Option<usize>,
    foreign: Option<usize>,
    arch: Option<usize>,
    newer_than: Option<usize>,
    hot: Option<usize>,
}

impl<'t> File<'t> {
    /// Reads a file. Whether there are such calls, and whether each rule matters, [`compile`](Self::compile) finds out.
    pub fn parse(bytes: &'t [u8]) -> Result<File<'t>, Wrong> {
        let mut file = File {
            default: Action::Errno(Errno::EPERM),
            foreign: Action::KillProcess,
            archs: vec![Arch::NATIVE],
            newer_than: None,
            hot: Vec::new(),
            rules: Vec::new(),
            settings: Settings::default(),
        };
        for (index, bytes) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = index + 1;
            let text = std::str::from_utf8(bytes).map_err(|_| Wrong { line, reason: "it is not UTF-8".to_owned() })?;
            let text = text.split('#').next().unwrap_or_default();
            file.line(line, &mut Words::new(text)).map_err(|reason| Wrong { line, reason })?;
        }
        Ok(file)
    }

    fn line(&mut self, line: usize, words: &mut Words<'t>) -> Result<(), String> {
        let Some(first) = words.next() else { return Ok(()) };
        match first {
            "default" => {
                once(first, &mut self.settings.default, line)?;
                self.default = words.action_of(first)?;
            }
            "foreign" => {
                once(first, &mut self.settings.foreign, line)?;
                self.foreign = words.action_of(first)?;
            }
            "arch" => {
                once(first, &mut self.settings.arch, line)?;
                self.archs = words.archs(first)?;
                if !self.archs.contains(&Arch::NATIVE) {
                    return Err(format!("this machine's architecture is missing: {}", Arch::NATIVE));
                }
            }
            "newer-than" => {
                once(first, &mut self.settings.newer_than, line)?;
                let version = words.next().and_then(version);
                self.newer_than = Some(version.ok_or("newer-than needs a version such as 6.1")?);
            }
            "hot" => {
                once(first, &mut self.settings.hot, line)?;
                self.hot = words.collect();
                if self.hot.is_empty() {
                    return Err("hot needs the name of a call".to_owned());
                }
            }
            _ => {
                let action = words.action(first)?.ok_or_else(|| format!("no action or setting is called {first}"))?;
                let rule = words.rule(line, first, action)?;
                self.rules.push(rule);
            }
        }
        words.end()
    }

    /// Makes a filter of it, in which these rules are asked before those of the file.
    pub fn compile(&self, first: &[Rule<'_>]) -> Result<Vec<Instruction>, Wrong> {
        let mut buffer = vec![Instruction::default(); MAX_INSTRUCTIONS];
        let whole = self.compile_lines(first, self.rules.len(), &mut buffer);
        if let Ok(length) = whole {
            buffer.truncate(length);
            return Ok(buffer);
        }
        // The first rule with which there is a mistake is the one to tell of.
        let (mut good, mut bad) = (0, self.rules.len());
        while good < bad {
            let middle = good + (bad - good) / 2;
            if self.compile_lines(first, middle, &mut buffer).is_ok() {
                good = middle + 1;
            } else {
                bad = middle;
            }
        }
        let of_settings = self.settings.newer_than.or(self.settings.arch).unwrap_or(1);
        let line = bad.checked_sub(1).and_then(|rule| self.rules.get(rule)).map_or(of_settings, |rule| rule.line);
        let mistake = self.compile_lines(first, bad, &mut buffer).and(whole);
        Err(Wrong { line, reason: mistake.err().unwrap_or_default() })
    }

    /// The same with as many of the rules. Gives the length.
    fn compile_lines(&self, first: &[Rule<'_>], count: usize, buffer: &mut [Instruction]) -> Result<usize, String> {
        let lines = self.rules.iter().take(count).flat_map(Line::rules);
        let rules: Vec<Rule<'_>> = first.iter().copied().chain(lines).collect();
        let policy = Policy::new(self.default, &rules).architectures(&self.archs).foreign(self.foreign).hot(&self.hot);
        let policy = match self.newer_than {
            Some(version) => policy.newer_than(version),
            None => policy,
        };
        policy.compile_into(buffer).map(<[_]>::len).map_err(|mistake: Mistake<'_>| mistake.to_string())
    }
}

impl Line<'_> {
    fn rules(&self) -> impl Iterator<Item = Rule<'_>> {
        let named = Rule::new(self.action, &self.names);
        let optional = Rule::new(self.action, &self.optional).optional();
        let numbered = Rule::numbers(self.action, &self.numbers);
        [(named, self.names.len()), (optional, self.optional.len()), (numbered, self.numbers.len())]
            .into_iter()
            .filter(|(_, calls)| *calls > 0)
            .map(|(rule, _)| rule.on(&self.archs).when(&self.conditions))
    }
}

fn once(setting: &str, place: &mut Option<usize>, line: usize) -> Result<(), String> {
    match place.replace(line) {
        None => Ok(()),
        Some(before) => Err(format!("{setting} is said already, in line {before}")),
    }
}

/// The words of a line that are still to be read.
struct Words<'t> {
    rest: std::iter::Peekable<SplitAsciiWhitespace<'t>>,
}

impl<'t> Iterator for Words<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        self.rest.next()
    }
}

impl<'t> Words<'t> {
    fn new(text: &'t str) -> Words<'t> {
        Words { rest: text.split_ascii_whitespace().peekable() }
    }

    fn end(&mut self) -> Result<(), String> {
        self.next().map_or(Ok(()), |word| Err(format!("nothing is to follow here: {word}")))
    }

    /// The action of a setting.
    fn action_of(&mut self, setting: &str) -> Result<Action, String> {
        let word = self.next().ok_or_else(|| format!("{setting} needs an action"))?;
        self.action(word)?.ok_or_else(|| format!("no action is called {word}"))
    }

    /// The action that this word begins, if it does.
    fn action(&mut self, word: &str) -> Result<Option<Action>, String> {
        Ok(Some(match word {
            "allow" => Action::Allow,
            "log" => Action::Log,
            "notify" => Action::Notify,
            "nothing" => Action::Nothing,
            "kill" => Action::KillProcess,
            "kill-thread" => Action::KillThread,
            "errno" => Action::Errno(self.errno()?),
            "trap" => Action::Trap(self.data(word)?),
            "trace" => Action::Trace(self.data(word)?),
            _ => return Ok(None),
        }))
    }

    fn errno(&mut self) -> Result<Errno, String> {
        const LAST: u16 = 4095;
        let word = self.next().ok_or("errno needs the name of an error, or a number from 1 to 4095")?;
        let of_number =
            || unsigned(word).and_then(|number| u16::try_from(number).ok()).filter(|number| *number <= LAST);
        let mut known = (1..=LAST).filter_map(Errno::new);
        let errno = known.find(|errno| format!("{errno:?}") == word).or_else(|| of_number().and_then(Errno::new));
        errno.ok_or_else(|| format!("no error is called {word}"))
    }

    fn data(&mut self, action: &str) -> Result<u16, String> {
        let number = self.next().and_then(unsigned).and_then(|number| u16::try_from(number).ok());
        number.ok_or_else(|| format!("{action} needs a number from 0 to 65535"))
    }

    /// The architectures up to the first word that is about an argument.
    fn archs(&mut self, before: &str) -> Result<Vec<Arch>, String> {
        let mut archs = Vec::new();
        while let Some(word) = self.rest.next_if(|word| !is_argument(word)) {
            let arch = ARCHS.iter().find(|arch| arch.to_string() == word);
            let arch = *arch.ok_or_else(|| format!("no architecture is called {word}"))?;
            if archs.contains(&arch) {
                return Err(format!("{word} is named twice"));
            }
            archs.push(arch);
        }
        if archs.is_empty() {
            return Err(format!("{before} needs the name of an architecture"));
        }
        Ok(archs)
    }

    fn rule(&mut self, line: usize, word: &str, action: Action) -> Result<Line<'t>, String> {
        let (names, optional, numbers) = (Vec::new(), Vec::new(), Vec::new());
        let mut rule = Line { line, action, names, optional, numbers, archs: Vec::new(), conditions: Vec::new() };
        while let Some(call) = self.rest.next_if(|word| *word != "on" && !is_argument(word)) {
            if call.starts_with(|first: char| first.is_ascii_digit()) {
                let number = unsigned(call).and_then(|number| u32::try_from(number).ok());
                rule.numbers.push(number.ok_or_else(|| format!("{call} is not the number of a call"))? as usize);
            } else if let Some(call) = call.strip_suffix('?') {
                rule.optional.push(call);
            } else {
                rule.names.push(call);
            }
        }
        if rule.names.is_empty() && rule.optional.is_empty() && rule.numbers.is_empty() {
            return Err(format!("{word} needs a call"));
        }
        if self.rest.next_if_eq(&"on").is_some() {
            rule.archs = self.archs("on")?;
        }
        while let Some(argument) = self.next() {
            rule.conditions.push(self.condition(argument)?);
            match self.next() {
                None => return Ok(rule),
                Some("and") if self.rest.peek().is_some() => {}
                Some("and") => return Err("and needs a condition".to_owned()),
                Some(word) => return Err(format!("a condition is followed by and, not by {word}")),
            }
        }
        Ok(rule)
    }

    fn condition(&mut self, argument: &str) -> Result<Condition, String> {
        let wrong = || format!("{argument} is not an argument: arg0 to arg5, and arg0:32 its lower half");
        let (index, width) = match argument.split_once(':') {
            Some((index, "32")) => (index, u32::BITS),
            Some(_) => return Err(wrong()),
            None => (argument, u64::BITS),
        };
        let index = index.strip_prefix("arg").and_then(|index| index.parse::<u8>().ok()).filter(|index| *index < 6);
        let index = index.ok_or_else(wrong)?;

        let comparison = self.next().ok_or_else(|| format!("{argument} needs a comparison"))?;
        let value = self.next().ok_or_else(|| format!("{comparison} needs a number"))?;
        let (narrow, wide) = (Arg::u32(index), Arg::u64(index));
        // In 32 bits a number fits that has been asked for it.
        macro_rules! compare {
            ($method:ident $(, $value:expr)+) => {
                if width == u32::BITS { narrow.$method($(number($value, width)? as u32),+) }
                else { wide.$method($(number($value, width)?),+) }
            };
        }
        Ok(match comparison {
            "==" => compare!(eq, value),
            "!=" => compare!(ne, value),
            "<" => compare!(lt, value),
            "<=" => compare!(le, value),
            ">" => compare!(gt, value),
            ">=" => compare!(ge, value),
            "&" => {
                let (mask, equal) = (value, self.next());
                if equal != Some("==") {
                    return Err("the bits are to be compared: & NUMBER == NUMBER".to_owned());
                }
                let bits = self.next().ok_or("== needs a number")?;
                compare!(masked_eq, mask, bits)
            }
            "in" => {
                let (first, last) = value.split_once("..=").ok_or("in needs a range such as 3..=9")?;
                compare!(within, first, last)
            }
            _ => return Err(format!("{comparison} is not a comparison")),
        })
    }
}

fn is_argument(word: &str) -> bool {
    word.strip_prefix("arg").is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

fn version(word: &str) -> Option<(u16, u16)> {
    let (major, minor) = word.split_once('.')?;
    Some((digits(major, 10)?.try_into().ok()?, digits(minor, 10)?.try_into().ok()?))
}

/// A number of these bits, as it stands in the argument.
fn number(word: &str, width: u32) -> Result<u64, String> {
    let fits = |magnitude: u64| if width < u64::BITS { magnitude >> width == 0 } else { true };
    let value = match word.strip_prefix('-') {
        None => unsigned(word).map(|value| fits(value).then_some(value)),
        Some(word) => unsigned(word).map(|value| {
            let value = i64::try_from(value).ok().map(|value| -value)?;
            let least = i64::MIN >> (u64::BITS - width);
            (value >= least).then_some(value as u64 & (u64::MAX >> (u64::BITS - width)))
        }),
    };
    let wrong = |reason: &dyn Display| format!("{word} {reason}");
    value.ok_or_else(|| wrong(&"is not a number"))?.ok_or_else(|| wrong(&format_args!("does not fit {width} bits")))
}

fn unsigned(word: &str) -> Option<u64> {
    match word.get(..2) {
        Some("0x") => digits(&word[2..], 16),
        Some("0o") => digits(&word[2..], 8),
        Some("0b") => digits(&word[2..], 2),
        _ => digits(word, 10),
    }
}

/// Without a sign.
fn digits(word: &str, radix: u32) -> Option<u64> {
    u64::from_str_radix(word, radix).ok().filter(|_| !word.starts_with('+'))
}
