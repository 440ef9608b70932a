//! Counts the instructions that an operation takes with butter and with its peers: see README.md.

mod asm;
mod capture;
mod case;
mod eventfd;
mod fanotify;
mod getpid;
mod inotify;
mod measure;
mod reactor;
mod seccomp;
mod signalfd;
mod throughput;
mod timerfd;
mod vdso;

use case::Group;
use std::process::{Command, ExitCode, Stdio};
use std::{env, io};

fn groups() -> impl Iterator<Item = &'static Group> {
    [
        getpid::GROUPS,
        eventfd::GROUPS,
        timerfd::GROUPS,
        signalfd::GROUPS,
        inotify::GROUPS,
        fanotify::GROUPS,
        vdso::GROUPS,
        reactor::GROUPS,
    ]
    .into_iter()
    .flatten()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["run", case, rounds] => run(case, rounds),
        ["throughput"] => throughput::table(""),
        ["throughput", filter] => throughput::table(filter),
        [] => table(""),
        [filter] => table(filter),
        _ => {
            eprintln!(
                "usage: butter-benches [FILTER]\n       butter-benches throughput [FILTER]\n       butter-benches run GROUP/CASE ROUNDS"
            );
            ExitCode::from(2)
        }
    }
}

/// One loop and nothing else, for whoever counts or profiles it.
fn run(name: &str, rounds: &str) -> ExitCode {
    let case = name.split_once('/').and_then(|(group, case)| {
        groups().find(|known| known.name == group)?.cases.iter().find(|known| known.name == case)
    });
    let (Some(case), Ok(rounds)) = (case, rounds.parse()) else {
        eprintln!("{name} {rounds}: no such case, or not a number; the cases are");
        for group in groups() {
            group.cases.iter().for_each(|case| eprintln!("  '{}/{}'", group.name, case.name));
        }
        return ExitCode::from(2);
    };
    (case.prepare)()(rounds);
    ExitCode::SUCCESS
}

/// The groups whose name has `filter` in it.
fn table(filter: &str) -> ExitCode {
    if !Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success()) {
        eprintln!("valgrind is missing, and it counts the instructions. On Debian: apt-get install valgrind");
        return ExitCode::FAILURE;
    }
    println!("| operation | implementation | instructions | to reach | reached | allocations | time | system calls |");
    println!("|---|---|--:|--:|---|--:|--:|--:|");
    for group in groups().filter(|group| group.name.contains(filter)) {
        if let Err(error) = rows(group) {
            eprintln!("{}: {error}", group.name);
            return ExitCode::FAILURE;
        }
    }
    if "seccomp".contains(filter) {
        if let Err(error) = seccomp::tables() {
            eprintln!("seccomp: {error}");
            return ExitCode::FAILURE;
        }
    }
    println!(
        "\nTime is a ratio to the operation's first line. It is noisy: believe only what a second run shows again."
    );
    ExitCode::SUCCESS
}

fn rows(group: &Group) -> io::Result<()> {
    let nanoseconds = measure::nanoseconds(group);
    for (case, time) in group.cases.iter().zip(&nanoseconds) {
        let count = measure::instructions(group, case)?;
        let allocations = measure::allocations(group, case);
        let (target, reached) = match group.target.filter(|_| case.name.starts_with("butter")) {
            // Counts repeat to within 0.05.
            Some(target) => (target.to_string(), if count <= target + 0.05 { "yes" } else { "no" }),
            None => (String::new(), ""),
        };
        let calls = measure::calls(group, case)?;
        let (operation, name, ratio) = (group.operation, case.name, time / nanoseconds[0]);
        println!(
            "| {operation} | {name} | {count:.1} | {target} | {reached} | {allocations:.2} | {ratio:.2} | {calls:.1} |"
        );
    }
    Ok(())
}
