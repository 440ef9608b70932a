//! The command, as the kernel takes it.

use crate::failure::{Failure, OrFail};
use crate::options::Options;
use butter::Errno;
use butter::process::{self, CStrings};
use std::convert::Infallible;
use std::env;
use std::ffi::{CString, OsString, c_char};
use std::iter;
use std::os::unix::ffi::OsStrExt;
use std::ptr;

const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Strings that were made before, so that a child needs system calls only.
pub struct Strings {
    /// They end with a null, and point into the strings.
    pointers: Vec<*const c_char>,
    strings: Vec<CString>,
}

impl Strings {
    pub fn new(strings: impl IntoIterator<Item = Vec<u8>>) -> Result<Strings, Failure> {
        let strings: Result<Vec<CString>, _> = strings.into_iter().map(CString::new).collect();
        let strings = strings.or_fail("a word of the command line or a variable")?;
        let pointers = strings.iter().map(|string| string.as_ptr()).chain(iter::once(ptr::null())).collect();
        Ok(Strings { pointers, strings })
    }

    pub fn list(&self) -> CStrings<'_> {
        // SAFETY: the pointers end with a null, and what they point to lives as long as this, and is not changed.
        unsafe { CStrings::from_ptr(self.pointers.as_ptr()) }
    }
}

/// The variables of this process.
pub fn variables() -> impl Iterator<Item = Vec<u8>> {
    env::vars_os().map(|(name, value)| [name.as_bytes(), b"=", value.as_bytes()].concat())
}

pub struct Command {
    /// Where the program may be.
    paths: Strings,
    arguments: Strings,
    variables: Strings,
}

impl Command {
    pub fn new(options: &Options) -> Result<Command, Failure> {
        let variables = environment(options);
        let path = variables.iter().find_map(|variable| variable.strip_prefix(b"PATH=")).unwrap_or_default();
        let program = options.command[0].as_bytes();
        let paths = if program.contains(&b'/') {
            vec![program.to_vec()]
        } else {
            path.split(|byte| *byte == b':').map(|directory| [directory, program].join(&b'/')).collect()
        };
        let arguments = options.command.iter().map(|argument| argument.as_bytes().to_vec());
        let (paths, arguments) = (Strings::new(paths)?, Strings::new(arguments)?);
        Ok(Command { paths, arguments, variables: Strings::new(variables)? })
    }

    /// Comes back with the first error that says more than that the program is not there. It makes system calls only.
    pub fn execute(&self) -> butter::Result<Infallible> {
        let mut reason = Errno::ENOENT;
        for path in &self.paths.strings {
            match process::execve(path, self.arguments.list(), self.variables.list()) {
                Err(Errno::ENOENT | Errno::ENOTDIR) => {}
                Err(Errno::EACCES) => reason = Errno::EACCES,
                ended => return ended,
            }
        }
        Err(reason)
    }
}

/// The command's variables: few of those outside mean anything inside.
fn environment(options: &Options) -> Vec<Vec<u8>> {
    let mut variables = vec![
        format!("PATH={PATH}").into_bytes(),
        b"HOME=/root".to_vec(),
        [b"HOSTNAME=", options.hostname.as_bytes()].concat(),
    ];
    let asked = iter::once(OsString::from("TERM")).chain(options.environment.iter().cloned());
    for variable in asked {
        let variable = if variable.as_bytes().contains(&b'=') {
            variable.as_bytes().to_vec()
        } else {
            let Some(value) = env::var_os(&variable) else { continue };
            [variable.as_bytes(), b"=", value.as_bytes()].concat()
        };
        let name = variable.iter().position(|byte| *byte == b'=').map_or(0, |at| at + 1);
        variables.retain(|known| !known.starts_with(&variable[..name]));
        variables.push(variable);
    }
    variables
}
