//! Runs a program in a container: with a root, processes, users, a host name and a network of its own.
//!
//! ```text
//! cargo run --release --example contain -- [OPTION…] [--] COMMAND [ARGUMENT…]
//! ```
//!
//! Without options the root is that of the system, and what is changed in it is kept in memory and gone at the end;
//! `options.rs` tells the rest. Neither root nor any set-up is needed: whoever runs it is root inside, and nobody else is
//! there. If root runs it, there are as many users inside as a system has, none of whom is anybody outside.
//!
//! The command may not gain privileges (`no_new_privs`), has few capabilities, and makes only those system calls that Docker
//! allows. Its exit status is passed on; if a signal kills it, it is 128 and the signal's number. 125 is a failure of the
//! container, which says what has failed and why; 126 and 127 are a command that cannot be executed or is not there.
//!
//! Two processes look after it, both this program:
//!
//! - `outside.rs` makes the other one in new namespaces, gives it what cannot be had from inside, passes on signals and waits.
//! - `inside.rs` is the first process there. It sets up the rest, starts the command, passes on signals, and reaps processes.
//!
//! What they need: `options.rs` reads the command line, `root.rs` makes the file systems, `memory.rs` the limit of memory,
//! `privileges.rs` what the command may do, `network.rs` the loopback device, `failure.rs` is a step that failed, `command.rs`
//! the command. Policies are those of the example `sandbox`.

mod command;
#[path = "../sandbox/docker.rs"]
mod docker;
mod failure;
mod inside;
mod memory;
mod network;
mod options;
mod outside;
#[path = "../sandbox/policy.rs"]
mod policy;
mod privileges;
mod root;

use failure::{FAILED, Failure, say};
use options::Options;
use std::env;
use std::process::ExitCode;

/// The first argument of the process inside. What follows is what the user has said.
const INSIDE: &str = "contain (inside)";

fn main() -> ExitCode {
    let mut arguments = env::args_os();
    let is_inside = arguments.next().is_some_and(|name| name == INSIDE);
    let options = match Options::parse(arguments) {
        Ok(options) => options,
        Err(message) => {
            say(format_args!("{message}\n{}", options::USAGE));
            return ExitCode::from(FAILED);
        }
    };
    let status = if is_inside { inside::run(&options) } else { outside::run(&options) };
    ExitCode::from(status.unwrap_or_else(|Failure { status, message }| {
        say(message);
        status
    }))
}
