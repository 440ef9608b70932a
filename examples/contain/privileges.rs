//! What the command may do.

use crate::docker::DOCKER_MIXED;
use crate::failure::{Failure, OrFail};
use crate::policy;
use butter::caps::{self, Cap, CapSet};
use butter::prctl;
use butter::seccomp::{Instruction, Program};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

/// The capabilities that Docker leaves to a container. They are those of its own user namespace, and mean nothing outside.
fn kept() -> CapSet {
    CapSet::from([
        Cap::AUDIT_WRITE,
        Cap::CHOWN,
        Cap::DAC_OVERRIDE,
        Cap::FOWNER,
        Cap::FSETID,
        Cap::KILL,
        Cap::MKNOD,
        Cap::NET_BIND_SERVICE,
        Cap::NET_RAW,
        Cap::SETFCAP,
        Cap::SETGID,
        Cap::SETPCAP,
        Cap::SETUID,
        Cap::SYS_CHROOT,
    ])
}

/// Gives up what the command is not to have, for good.
pub fn drop() -> Result<(), Failure> {
    caps::ambient_clear_all().or_fail("dropping ambient capabilities")?;
    caps::drop_bounding(!kept()).or_fail("dropping capabilities from the bounding set")?;
    let mut sets = caps::capget(None).or_fail("reading capabilities")?;
    sets.permitted &= kept();
    (sets.effective, sets.inheritable) = (sets.permitted, CapSet::empty());
    caps::capset(&sets).or_fail("dropping capabilities")?;
    prctl::set_no_new_privs().or_fail("setting no_new_privs")
}

static DOCKER: Program<{ DOCKER_MIXED.length() }> = DOCKER_MIXED.compile();

/// The filter of a policy; none, if there is nothing to filter.
pub fn filter(policy: Option<&OsStr>) -> Result<Option<Vec<Instruction>>, Failure> {
    let name = policy.unwrap_or("docker".as_ref());
    match name.as_encoded_bytes() {
        b"docker" => return Ok(Some(DOCKER.to_vec())),
        b"none" => return Ok(None),
        _ => {}
    }
    let name = Path::new(name).display();
    let bytes = fs::read(policy.unwrap_or_default()).or_fail(format_args!("--seccomp {name}"))?;
    let program = policy::File::parse(&bytes).and_then(|file| file.compile(&[]));
    let wrong = |wrong: policy::Wrong| Failure::new(format_args!("--seccomp {name}:{}: {}", wrong.line, wrong.reason));
    program.map(Some).map_err(wrong)
}
