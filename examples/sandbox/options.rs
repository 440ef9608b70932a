//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

pub const USAGE: &str = "\
usage: sandbox [-p POLICY] [--log] [--learn FILE] [OPTION…] [--] PROGRAM [ARGUMENT…]
  -p POLICY       what system calls the program may make: a file, or one of
                    strict   it computes: reads files, writes to what is open
                    docker   what Docker lets a container do (without -p: this)
                    none     all of them
  --log           report each refused call with its name and arguments
  --learn FILE    allow all calls, and write the policy that the program needs
  --ro PATH       read and execute files below this path, and use no others
  --rw PATH       and do anything with those below this one
  --no-net        use no TCP or UDP ports
  --bind PORT     and bind this one nevertheless
  --connect PORT  and connect to this one nevertheless
  --scope         no signals and no abstract sockets to who is outside";

#[derive(Default)]
pub struct Options {
    pub policy: Option<OsString>,
    pub log: bool,
    pub learn: Option<PathBuf>,
    pub read: Vec<PathBuf>,
    pub write: Vec<PathBuf>,
    pub no_net: bool,
    pub bind: Vec<u16>,
    pub connect: Vec<u16>,
    pub scope: bool,
    /// The program and its arguments: at least one.
    pub command: Vec<OsString>,
}

impl Options {
    pub fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Options, String> {
        let mut options = Options::default();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("{} needs a value", argument.to_string_lossy()));
            match argument.as_encoded_bytes() {
                b"-p" => options.policy = Some(value()?),
                b"--log" => options.log = true,
                b"--learn" => options.learn = Some(value()?.into()),
                b"--ro" => options.read.push(value()?.into()),
                b"--rw" => options.write.push(value()?.into()),
                b"--no-net" => options.no_net = true,
                b"--bind" => options.bind.push(port(&value()?)?),
                b"--connect" => options.connect.push(port(&value()?)?),
                b"--scope" => options.scope = true,
                b"--" => options.command.extend(arguments.by_ref()),
                [b'-', ..] => return Err(format!("no option {}", argument.to_string_lossy())),
                _ => options.command = std::iter::once(argument).chain(arguments.by_ref()).collect(),
            }
        }
        if options.command.is_empty() {
            return Err("no program given".to_owned());
        }
        if options.learn.is_some() && (options.policy.is_some() || options.log) {
            return Err("--learn allows all calls: -p and --log do not go with it".to_owned());
        }
        Ok(options)
    }
}

fn port(number: &OsString) -> Result<u16, String> {
    let port = number.to_str().and_then(|number| number.parse().ok());
    port.ok_or_else(|| format!("{} is not the number of a port", number.to_string_lossy()))
}
