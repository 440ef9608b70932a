//! seccomp: Docker's default profile as butter, seccompiler and libseccomp compile it. The tables have columns of their own:
//! what a filter costs is what the kernel executes of it.

#[path = "../../examples/sandbox/docker.rs"]
mod docker;
mod libseccomp;
#[cfg(test)]
mod random;

use butter::seccomp::{self, Action, Arch, Data, Instruction, Program};
use docker::{DOCKER, DOCKER_MIXED};
use libseccomp::Library;
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd};
use std::time::{Duration, Instant};

static PLAIN: Program<{ DOCKER.length() }> = DOCKER.compile();
static MIXED: Program<{ DOCKER_MIXED.length() }> = DOCKER_MIXED.compile();

/// A filter, and how long it took to build.
struct Filter {
    name: &'static str,
    program: Vec<Instruction>,
    build: Option<Duration>,
    /// It says the same of every call.
    complete: bool,
}

pub fn tables() -> io::Result<()> {
    let filters = filters()?;
    agree(&filters)?;
    println!("\n| Docker's profile by | instructions | executed: mean | worst | denied | build | load |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
    // The first children are slower, whatever they load.
    (0..50).try_for_each(|_| in_child(&filters[0].program, || {}).map(drop))?;
    for filter in &filters {
        let program = &filter.program;
        let executed = |denied: bool| -> Vec<usize> {
            let counted =
                (0..472).filter(|number| is_plain(*number)).map(|number| seccomp::run(program, &data(number)));
            counted.flatten().filter(|run| (run.action() != Action::Allow) == denied).map(|run| run.executed).collect()
        };
        let (allowed, denied) = (executed(false), executed(true));
        let mean = |executed: &[usize]| executed.iter().sum::<usize>() as f64 / executed.len() as f64;
        let build = filter.build.map_or("constant".to_owned(), |build| format!("{:.0} us", micros(build)));
        let load = median((0..15).map(|_| in_child(program, || {})).collect::<io::Result<Vec<_>>>()?);
        let (mean, worst, denied) = (mean(&allowed), allowed.iter().max().unwrap_or(&0), mean(&denied));
        println!(
            "| {} | {} | {mean:.1} | {worst} | {denied:.1} | {build} | {:.0} us |",
            filter.name,
            program.len(),
            micros(load)
        );
    }
    rates(&filters)
}

/// A million calls a second of each kind: what a filter adds to them.
fn rates(filters: &[Filter]) -> io::Result<()> {
    const CALLS: u32 = 100_000;
    println!("\n| million calls a second with | getppid, allowed | personality, by its argument | ustat, denied |");
    println!("|---|--:|--:|--:|");
    let none = Filter { name: "no filter", program: Vec::new(), build: None, complete: false };
    for filter in [&none].into_iter().chain(filters) {
        let mut row = String::new();
        for (number, argument) in
            [(libc::SYS_getppid, 0_u64), (libc::SYS_personality, 0xffff_ffff), (libc::SYS_ustat, 0)]
        {
            let once = || {
                in_child(&filter.program, || {
                    for _ in 0..CALLS {
                        // SAFETY: the calls write nothing: `ustat` of no device fails.
                        unsafe { libc::syscall(number, argument, 0) };
                    }
                })
            };
            let time = median((0..7).map(|_| once()).collect::<io::Result<Vec<_>>>()?);
            row += &format!(" {:.2} |", f64::from(CALLS) / micros(time));
        }
        println!("| {} |{row}", filter.name);
    }
    Ok(())
}

fn filters() -> io::Result<Vec<Filter>> {
    let mut buffer = vec![Instruction::default(); 4096];
    let mut at_run_time = |policy: &butter::seccomp::Policy<'_>| {
        let start = Instant::now();
        let length = policy.compile_into(&mut buffer).map_or(0, <[_]>::len);
        (buffer[..length].to_vec(), Some(start.elapsed()))
    };
    let filter = |name, (program, build)| Filter { name, program, build, complete: true };
    let mut filters = vec![
        filter("butter", (PLAIN.to_vec(), None)),
        filter("butter, at run time", at_run_time(&DOCKER)),
        Filter { complete: false, ..filter("seccompiler", seccompiler()?) },
    ];
    let library = Library::open();
    match &library {
        Some(library) => {
            filters.push(filter("libseccomp, level 1", library.docker(1, false)?));
            filters.push(filter("libseccomp, level 2", library.docker(2, false)?));
        }
        None => println!("\nlibseccomp is missing, and with it its lines. On Debian: apt-get install libseccomp2"),
    }
    filters.push(filter("butter, with x86 and x32", (MIXED.to_vec(), None)));
    if let Some(library) = &library {
        filters.push(filter("libseccomp, level 2, with x86 and x32", library.docker(2, true)?));
    }
    Ok(filters)
}

/// The families of sockets beyond the first 12.
const FAMILIES: [u64; 25] =
    [13, 14, 15, 16, 17, 18, 21, 22, 24, 26, 27, 28, 29, 30, 31, 32, 33, 35, 36, 39, 41, 42, 43, 44, 45];
const PERSONALITIES: [u64; 5] = [0, 0x8, 0x2_0000, 0x2_0008, 0xffff_ffff];
const NAMESPACES: u64 = 0x7e02_0000;
/// `uretprobe`.
const UNKNOWN_TO_OLD: u32 = 335;
const PTRACE: [&str; 3] = ["process_vm_readv", "process_vm_writev", "ptrace"];

fn names() -> impl Iterator<Item = &'static str> {
    docker::EVERYWHERE.iter().chain(docker::HERE).copied().chain(PTRACE)
}

fn seccompiler() -> io::Result<(Vec<Instruction>, Option<Duration>)> {
    use ::seccompiler::SeccompCmpArgLen::Qword;
    use ::seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
    };
    let start = Instant::now();
    let rule =
        |op, value| SeccompCondition::new(0, Qword, op, value).and_then(|condition| SeccompRule::new(vec![condition]));
    let equal =
        |values: &[u64]| values.iter().map(|value| rule(SeccompCmpOp::Eq, *value)).collect::<Result<Vec<_>, _>>();
    let build = || {
        let mut rules = BTreeMap::new();
        for number in names().filter_map(|name| Arch::X86_64.number(name)) {
            rules.insert(number.into(), Vec::new());
        }
        let mut sockets = vec![rule(SeccompCmpOp::Lt, 12)?];
        sockets.extend(equal(&FAMILIES)?);
        rules.insert(libc::SYS_socket, sockets);
        rules.insert(libc::SYS_personality, equal(&PERSONALITIES)?);
        rules.insert(libc::SYS_clone, vec![rule(SeccompCmpOp::MaskedEq(NAMESPACES), 0)?]);
        let filter = SeccompFilter::new(rules, SeccompAction::Errno(1), SeccompAction::Allow, TargetArch::x86_64)?;
        BpfProgram::try_from(filter)
    };
    let program = build().map_err(io::Error::other)?;
    let time = start.elapsed();
    Ok((program.iter().map(|line| Instruction::new(line.code, line.jt, line.jf, line.k)).collect(), Some(time)))
}

fn data(number: u32) -> Data {
    Data::new(Arch::X86_64, number)
}

/// Whether the profile does not look at the call's arguments.
fn is_plain(number: u32) -> bool {
    ![libc::SYS_socket, libc::SYS_personality, libc::SYS_clone].contains(&number.into())
}

/// That all decide alike, as far as they can.
fn agree(filters: &[Filter]) -> io::Result<()> {
    for number in 0..512 {
        let values = FAMILIES.into_iter().chain(PERSONALITIES).chain([1, 2, 12, 40, 46, NAMESPACES, 1 << 32, 1 << 25]);
        for argument in values.flat_map(|value| [value, value | 1 << 40, value + 1]) {
            let data = data(number).with_args([argument, 0, 0, 0, 0, 0]);
            let decided = filters[0].decide(&data);
            for filter in filters {
                let other = filter.decide(&data);
                // libseccomp may be older than some calls, and seccompiler has one error for all.
                let cannot_say =
                    number > 450 || number == UNKNOWN_TO_OLD || !filter.complete && number == libc::SYS_clone3 as u32;
                if decided != other && !cannot_say {
                    let who = format!("{}: {other:?}, butter: {decided:?}, {data:?}", filter.name);
                    return Err(io::Error::other(who));
                }
            }
        }
    }
    Ok(())
}

impl Filter {
    fn decide(&self, data: &Data) -> Option<Action> {
        seccomp::run(&self.program, data).map(seccomp::Outcome::action)
    }
}

/// How long it takes to load a filter in a child; or what follows there, if it takes time.
fn in_child(program: &[Instruction], work: impl FnOnce()) -> io::Result<Duration> {
    let mut ends = [0; 2];
    // SAFETY: the kernel writes two descriptors, which are ours.
    let (mut reader, mut writer) = unsafe {
        if libc::pipe(ends.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        (std::fs::File::from_raw_fd(ends[0]), std::fs::File::from_raw_fd(ends[1]))
    };
    // SAFETY: there is one thread.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            let start = Instant::now();
            let loaded = program.is_empty() || load(program);
            let loading = start.elapsed();
            let start = Instant::now();
            work();
            let working = start.elapsed();
            let time = if working > Duration::from_micros(5) { working } else { loading };
            let written = writer.write_all(&(time.as_nanos() as u64).to_ne_bytes());
            // SAFETY: nothing of the parent's is to be dropped.
            unsafe { libc::_exit(i32::from(!loaded || written.is_err())) }
        }
        child => {
            drop(writer);
            let mut bytes = [0; 8];
            let told = reader.read_exact(&mut bytes);
            let mut status = 0;
            // SAFETY: the kernel writes the status.
            unsafe { libc::waitpid(child, &mut status, 0) };
            told?;
            if status != 0 {
                return Err(io::Error::other(format!("a filter was not loaded: {status:#x}")));
            }
            Ok(Duration::from_nanos(u64::from_ne_bytes(bytes)))
        }
    }
}

fn load(program: &[Instruction]) -> bool {
    let program =
        libc::sock_fprog { len: program.len() as u16, filter: program.as_ptr().cast_mut().cast::<libc::sock_filter>() };
    // SAFETY: the kernel reads the program.
    unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
            && libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, &raw const program) == 0
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn micros(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1000.0
}

/// A file in memory, and what was written to it.
fn written(write: impl FnOnce(i32) -> bool) -> io::Result<Vec<u8>> {
    let mut file = std::fs::File::from(rustix::fs::memfd_create("filter", rustix::fs::MemfdFlags::CLOEXEC)?);
    if !write(file.as_raw_fd()) {
        return Err(io::Error::other("libseccomp does not write the program"));
    }
    let mut bytes = Vec::new();
    io::Seek::rewind(&mut file)?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}
