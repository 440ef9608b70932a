//! The policy that a program needs: which calls it and its children have made.

use crate::report::Call;
use butter::seccomp::Arch;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt::Write as _;

/// What a program makes without asking, and one time or another.
const ALWAYS: [&str; 3] = ["exit_group", "restart_syscall", "rt_sigreturn"];

#[derive(Default)]
pub struct Learned {
    /// By the name of the architecture.
    calls: BTreeMap<String, BTreeSet<String>>,
    /// Those of architectures that are not known.
    strange: usize,
}

impl Learned {
    pub fn add(&mut self, call: &Call) {
        match call.arch {
            Some(arch) => {
                self.calls.entry(arch.to_string()).or_default().insert(call.name());
            }
            None => self.strange += 1,
        }
    }

    /// How many calls of architectures that are not known there were, which no policy can allow.
    pub fn strange(&self) -> usize {
        self.strange
    }

    /// As a file.
    pub fn policy(mut self, command: &[OsString]) -> String {
        let native = Arch::NATIVE.to_string();
        let first = self.calls.remove(&native).unwrap_or_default();
        let command: Vec<_> = command.iter().map(|word| word.as_encoded_bytes().escape_ascii().to_string()).collect();
        // The default is not said, so that several files may be put together.
        let mut text = format!("# What this has needed: {}\n", command.join(" "));
        if !self.calls.is_empty() {
            let others: Vec<_> = self.calls.keys().map(String::as_str).collect();
            let _ = writeln!(text, "arch {native} {}", others.join(" "));
        }
        let always = ALWAYS.map(str::to_owned).into_iter();
        let on = if self.calls.is_empty() { String::new() } else { format!(" on {native}") };
        rules(&mut text, always.chain(first).collect(), &on);
        for (arch, calls) in self.calls {
            rules(&mut text, calls, &format!(" on {arch}"));
        }
        text
    }
}

/// Lines that are not too long.
fn rules(text: &mut String, calls: BTreeSet<String>, on: &str) {
    const WIDTH: usize = 100;
    let mut line = String::new();
    for call in calls {
        if line.len() + call.len() > WIDTH {
            let _ = writeln!(text, "allow{line}{on}");
            line.clear();
        }
        line = line + " " + &call;
    }
    if !line.is_empty() {
        let _ = writeln!(text, "allow{line}{on}");
    }
}
