//! Files, ports and processes: what landlock restricts.

use crate::options::Options;
use crate::report::say;
use butter::fd::OpenFlags;
use butter::landlock::{Abi, AccessFs, AccessNet, Rights, Ruleset, Scope};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// All that the newest kernel can restrict. What this one cannot is left out, and told.
const ALL: Rights = Rights::of(Abi::V10);

/// What may be done with files that are only to be read.
const READ: AccessFs = AccessFs::EXECUTE.union(AccessFs::READ_FILE).union(AccessFs::READ_DIR);

/// The ruleset that the options ask for, if they ask for any.
pub fn ruleset(options: &Options) -> io::Result<Option<Ruleset>> {
    let mut rights = Rights::default();
    if !options.read.is_empty() || !options.write.is_empty() {
        rights.fs = ALL.fs;
    }
    if options.no_net || !options.bind.is_empty() || !options.connect.is_empty() {
        rights.net = ALL.net;
    }
    if options.scope {
        rights.scope = ALL.scope;
    }
    if rights.is_empty() {
        return Ok(None);
    }

    let ruleset = Ruleset::best_effort(rights)?;
    for (paths, allowed) in [(&options.read, READ), (&options.write, ALL.fs)] {
        for path in paths {
            let allow = || ruleset.allow_beneath(open(path)?, allowed).map_err(io::Error::from);
            allow().map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
        }
    }
    for port in &options.bind {
        ruleset.allow_port(*port, AccessNet::BIND_TCP | AccessNet::BIND_UDP)?;
    }
    for port in &options.connect {
        ruleset.allow_port(*port, AccessNet::CONNECT_TCP | AccessNet::CONNECT_SEND_UDP)?;
    }
    let left_out = ruleset.left_out();
    if !left_out.is_empty() {
        say(format_args!("this kernel cannot restrict {}", words(left_out)));
    }
    Ok(Some(ruleset))
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(OpenFlags::PATH.bits() as i32).open(path)
}

fn words(rights: Rights) -> String {
    let Rights { fs, net, scope } = rights;
    let mut words = Vec::new();
    if fs != AccessFs::empty() {
        words.push(format!("{fs:?}"));
    }
    if net != AccessNet::empty() {
        words.push(format!("{net:?}"));
    }
    if scope != Scope::empty() {
        words.push(format!("{scope:?}"));
    }
    words.join(", ")
}
