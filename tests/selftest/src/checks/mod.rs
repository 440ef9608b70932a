//! What is checked.

mod call;
mod credentials;
mod errno;
mod event;
mod fanotify;
mod fd;
mod fs;
mod ground;
mod kernel;
mod landlock;
mod memfd;
mod mount;
mod namespace;
mod pidfd;
mod pipe;
mod policy;
mod prctl;
mod process;
mod reactor;
mod rt;
mod seccomp;
mod signal;
mod signalfd;
mod socket;
mod system;
mod vdso;
mod wide;

pub use kernel::{AF_INET, AT_FDCWD, O_RDWR, SOCK_DGRAM, socket, uid};

use crate::Verdict;

type Check = fn() -> Verdict;

/// Every check, in the order of the floors: `run` knows by their names those that qemu cannot do.
pub const ALL: &[(&str, Check)] = &[
    ("call: no argument", call::no_argument),
    ("call: one argument", call::one_argument),
    ("call: two arguments", call::two_arguments),
    ("call: three arguments", call::three_arguments),
    ("call: four arguments", call::four_arguments),
    ("call: five arguments", call::five_arguments),
    ("call: six arguments", call::six_arguments),
    ("call: 64 bits as the second argument", wide::second),
    ("call: 64 bits as the third and fourth", wide::third_and_fourth),
    ("call: 64 bits as the fourth", wide::fourth),
    ("call: registers are kept", call::registers),
    ("errno: files", errno::files),
    ("errno: sockets", errno::sockets),
    ("errno: the rest", errno::others),
    ("rt: arguments and environment", rt::arguments),
    ("rt: auxiliary vector", rt::auxiliary_vector),
    ("rt: an error as the end", rt::error),
    ("rt: a panic as the end", rt::panic),
    ("rt: formatted output", rt::output),
    ("rt: a file as a whole", rt::file),
    ("rt: memory functions", rt::memory),
    ("fd: close, non-blocking, bytes that wait", ground::descriptors),
    ("fd: positions and pieces", fd::positions),
    ("fd: flags of one call", fd::flags),
    ("fd: duplicates", fd::duplicates),
    ("fd: owner and signal", fd::owner),
    ("path: every form of it", ground::paths),
    ("time: clocks", ground::clocks),
    ("process: who is who", process::who),
    ("process: another user", process::another_user),
    ("process: waitid", process::waitid),
    ("process: an error of spawn", process::spawn_error),
    ("policy: conditions on both halves", policy::conditions),
    ("policy: a filter of the compiler's", policy::decisions),
    ("policy: loaded", policy::loaded),
    ("process: a session and directories", process::session),
    ("process: clone3", process::clone3),
    ("process: a child that nobody waits for", process::autoreap),
    ("process: a child with nothing mounted", process::empty_namespace),
    ("process: a child set up", process::builder),
    ("process: a step that fails", process::builder_error),
    ("process: what the kernel asks about a core dump", process::coredump),
    ("namespace: own ones", namespace::own),
    ("namespace: a list", namespace::listed),
    ("namespace: nothing mounted", namespace::empty),
    ("pidfd: a signal, and the end", pidfd::end),
    ("pidfd: a descriptor of another", pidfd::getfd),
    ("pidfd: what the kernel tells", pidfd::info),
    ("vdso: clocks and the processor", vdso::calls),
    ("prctl: the name of a thread", prctl::name),
    ("prctl: options", prctl::options),
    ("prctl: memory", prctl::memory),
    ("prctl: futexes", prctl::futexes),
    ("prctl: a longer time slice", prctl::time_slice),
    ("prctl: addresses of the process", prctl::addresses),
    ("caps: both halves", prctl::capabilities),
    ("credentials: who is who", credentials::who),
    ("credentials: another user", credentials::another),
    ("credentials: groups", credentials::groups),
    ("rlimit: limits", credentials::limits),
    ("rlimit: priorities", credentials::priorities),
    ("fs: open, names, links", fs::names),
    ("fs: every flag of open", fs::open_flags),
    ("fs: statx", fs::statx),
    ("fs: lengths of 64 bits", fs::lengths),
    ("fs: locks of ranges", fs::record_locks),
    ("fs: times", fs::times),
    ("fs: directory entries", fs::entries),
    ("fs: attributes", fs::attributes),
    ("fs: attributes of the file system", fs::file_attributes),
    ("system: names", system::names),
    ("system: load and time", system::load),
    ("system: memory", system::memory),
    ("system: random bytes", system::random),
    ("system: swap areas", system::swap),
    ("system: modules", system::module),
    ("system: another kernel", system::kexec),
    ("system: quotas", system::quotas),
    ("eventfd: counter", event::eventfd_counter),
    ("eventfd: semaphore", event::eventfd_semaphore),
    ("timerfd: delay and period", event::timerfd_relative),
    ("timerfd: point in time", event::timerfd_absolute),
    ("reader: cache, wait, discard", event::reader),
    ("poll: descriptors and time", event::poll),
    ("epoll: events", event::epoll),
    ("epoll: pwait2", event::epoll_pwait2),
    ("reactor: an event", reactor::one),
    ("reactor: several futures", reactor::several),
    ("reactor: sleep, time limit, ticks", reactor::timers),
    ("reactor: one event for two", reactor::shared),
    ("reactor: no slot is left", reactor::slots),
    ("reactor: a future that is dropped", reactor::dropped),
    ("reactor: a waker that is kept", reactor::waker),
    ("inotify: create, delete, ignored", event::inotify),
    ("inotify: rename", event::inotify_rename),
    ("handle: a directory and its file system", fanotify::handles),
    ("fanotify: names", fanotify::names),
    ("fanotify: a file", fanotify::files),
    ("mount: statfs", mount::statfs),
    ("mount: statfs beyond 32 bits", mount::large_statfs),
    ("mount: the classic calls", mount::classic),
    ("mount: by descriptors", mount::by_descriptors),
    ("mount: list", mount::list),
    ("mount: by a descriptor", mount::by_descriptor),
    ("mount: namespaces", mount::namespaces),
    ("memfd: seals", memfd::seals),
    ("memfd: a sealed one as memory", memfd::map),
    ("pipe: size and ends", pipe::ends),
    ("pipe: splice and tee", pipe::splice),
    ("pipe: splice with offsets", pipe::offsets),
    ("pipe: vmsplice", pipe::vmsplice),
    ("pipe: sendfile and copy_file_range", pipe::copies),
    ("pipe: relay", pipe::relay),
    ("fanotify: a rename", fanotify::renames),
    ("fanotify: a mount", fanotify::mounts),
    ("fanotify: a question", fanotify::questions),
    ("fanotify: a part of a file", fanotify::parts),
    ("signal: sets and the mask", signal::mask),
    ("signal: each in a set", signal::sets),
    ("signal: each that qemu keeps", signal::sets_of_qemu),
    ("signal: what the kernel sends", signal::from_kernel),
    ("signal: what ends a process, and what does not", signal::dispositions),
    ("signal: sigtimedwait", signal::sigtimedwait),
    ("signal: a mask while poll waits", signal::ppoll_mask),
    ("signal: a child in a siginfo", signal::child_in_siginfo),
    ("signal: a timer in a siginfo", signal::timer_in_siginfo),
    ("signalfd: a queued value", signalfd::value),
    ("signalfd: many in one read", signalfd::many),
    ("signalfd: another set", signalfd::set),
    ("signalfd: a child", signalfd::of_child),
    ("seccomp: no new privileges", seccomp::no_new_privs),
    ("seccomp: actions", seccomp::actions),
    ("seccomp: notification", seccomp::notification),
    ("seccomp: an exit that is refused", seccomp::refused_exit),
    ("landlock: files", landlock::files),
    ("landlock: the newest", landlock::newest),
    ("socket: descriptors passed", socket::descriptors),
    ("socket: no room for descriptors", socket::truncated),
    ("socket: credentials", socket::credentials),
];
