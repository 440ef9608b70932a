//! The command line.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

pub const USAGE: &str = "\
usage: contain [OPTION…] [--] COMMAND [ARGUMENT…]
  --root DIR        this directory is the root (without: that of the system, as if
                  by --root / --ro --tmpfs /tmp)
  --busybox         a new root in memory, with nothing but busybox
  --overlay         keep what is changed in the root in memory, and forget it at the end
  --ro              nothing can be changed in the root
  --bind FROM:TO    this file or directory outside is seen as that one inside,
                    read-only if :ro follows
  --tmpfs DIR       a file system in memory there; options may follow after a colon,
                    such as /tmp:size=64m,mode=1777
  --hostname NAME   the host name (without: contain)
  --net             share the network of the system (without: a loopback device only)
  --memory SIZE     use no more memory than that, such as 512m
  --seccomp POLICY  the system calls that may be made:
                      docker   what Docker lets a container do (without: this)
                      none     all of them
                      FILE     what the file says, in the language of the example
                               sandbox; it has to allow execve and exit_group
  --env NAME=VALUE  set this variable; NAME alone: as it is outside
  --dir DIR         the working directory (without: /)";

#[derive(Debug, Default)]
pub struct Options {
    pub root: Option<PathBuf>,
    pub busybox: bool,
    pub overlay: bool,
    pub read_only: bool,
    pub binds: Vec<Bind>,
    pub tmpfs: Vec<Tmpfs>,
    pub hostname: OsString,
    pub net: bool,
    /// In bytes.
    pub memory: Option<u64>,
    pub seccomp: Option<OsString>,
    pub environment: Vec<OsString>,
    pub directory: Option<PathBuf>,
    /// The command and its arguments: at least one.
    pub command: Vec<OsString>,
}

#[derive(Debug)]
pub struct Bind {
    pub from: PathBuf,
    pub to: PathBuf,
    pub read_only: bool,
}

#[derive(Debug)]
pub struct Tmpfs {
    pub to: PathBuf,
    /// Options of the file system, separated by commas.
    pub options: String,
}

impl Options {
    pub fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Options, String> {
        let mut options = Options { hostname: "contain".into(), ..Options::default() };
        while let Some(argument) = arguments.next() {
            let name = argument.to_string_lossy();
            let mut value = || arguments.next().ok_or_else(|| format!("{name} needs a value"));
            match argument.as_encoded_bytes() {
                b"--root" => options.root = Some(value()?.into()),
                b"--busybox" => options.busybox = true,
                b"--overlay" => options.overlay = true,
                b"--ro" => options.read_only = true,
                b"--bind" => options.binds.push(bind(&value()?)?),
                b"--tmpfs" => options.tmpfs.push(tmpfs(&value()?)?),
                b"--hostname" => options.hostname = value()?,
                b"--net" => options.net = true,
                b"--memory" => options.memory = Some(size(&value()?)?),
                b"--seccomp" => options.seccomp = Some(value()?),
                b"--env" => options.environment.push(value()?),
                b"--dir" => options.directory = Some(absolute(value()?.as_bytes(), "--dir")?),
                b"--" => options.command.extend(arguments.by_ref()),
                [b'-', ..] => return Err(format!("no option {name}")),
                _ => options.command = std::iter::once(argument).chain(arguments.by_ref()).collect(),
            }
        }
        if options.command.is_empty() {
            return Err("no command given".to_owned());
        }
        if options.busybox && (options.root.is_some() || options.overlay) {
            return Err("--busybox is a root of its own: --root and --overlay do not go with it".to_owned());
        }
        if options.root.is_none() && !options.busybox {
            options.root = Some("/".into());
            if !options.overlay {
                options.read_only = true;
                options.tmpfs.insert(0, Tmpfs { to: "/tmp".into(), options: "mode=1777".to_owned() });
            }
        }
        Ok(options)
    }
}

fn bind(text: &OsStr) -> Result<Bind, String> {
    let mut parts = text.as_bytes().split(|byte| *byte == b':');
    let (from, to, how) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    match (to, how, parts.next()) {
        (Some(to), None | Some(b"ro"), None) if !from.is_empty() => {
            Ok(Bind { from: path(from), to: absolute(to, "--bind")?, read_only: how.is_some() })
        }
        _ => Err(format!("{} is not FROM:TO or FROM:TO:ro", text.to_string_lossy())),
    }
}

fn tmpfs(text: &OsStr) -> Result<Tmpfs, String> {
    let mut parts = text.as_bytes().splitn(2, |byte| *byte == b':');
    let to = absolute(parts.next().unwrap_or_default(), "--tmpfs")?;
    Ok(Tmpfs { to, options: String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned() })
}

fn absolute(bytes: &[u8], option: &str) -> Result<PathBuf, String> {
    let path = path(bytes);
    if path.is_absolute() { Ok(path) } else { Err(format!("{option}: {} does not begin with /", path.display())) }
}

fn path(bytes: &[u8]) -> PathBuf {
    OsString::from_vec(bytes.to_vec()).into()
}

/// A number of bytes, or of KiB, MiB or GiB by a letter.
fn size(text: &OsStr) -> Result<u64, String> {
    let text = text.to_string_lossy();
    let digits = text.trim_end_matches(['k', 'K', 'm', 'M', 'g', 'G']);
    let shift = match &text[digits.len()..] {
        "" => Some(0),
        "k" | "K" => Some(10),
        "m" | "M" => Some(20),
        "g" | "G" => Some(30),
        _ => None,
    };
    let number = digits.parse().ok().filter(|_| digits.starts_with(|first: char| first.is_ascii_digit()));
    let bytes = shift.zip(number).and_then(|(shift, number): (u32, u64)| number.checked_mul(1 << shift));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| format!("--memory: {text} is not a size such as 512m"))
}
