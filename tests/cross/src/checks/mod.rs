//! What is checked.

mod call;
mod event;
mod signal;

use crate::Failure;

type Check = fn() -> Result<(), Failure>;

/// Every check, in the order of the floors: `run` knows by their names those that qemu cannot do.
pub const ALL: &[(&str, Check)] = &[
    ("call: no argument", call::no_argument),
    ("call: one argument", call::one_argument),
    ("call: two arguments", call::two_arguments),
    ("call: three arguments", call::three_arguments),
    ("call: four arguments", call::four_arguments),
    ("call: five arguments", call::five_arguments),
    ("call: six arguments", call::six_arguments),
    ("errno: numbers and names", call::errnos),
    ("fd: close, non-blocking, bytes that wait", call::descriptors),
    ("path: every form of it", call::paths),
    ("time: clocks", call::clocks),
    ("process: who is who", call::processes),
    ("eventfd: counter", event::eventfd_counter),
    ("eventfd: semaphore", event::eventfd_semaphore),
    ("timerfd: delay and period", event::timerfd_relative),
    ("timerfd: point in time", event::timerfd_absolute),
    ("reader: cache, wait, discard", event::reader),
    ("poll: descriptors and time", event::poll),
    ("epoll: events", event::epoll),
    ("epoll: pwait2", event::epoll_pwait2),
    ("inotify: create, delete, ignored", event::inotify),
    ("inotify: rename", event::inotify_rename),
    ("signal: sets and the mask", signal::mask),
    ("signal: the last real-time one", signal::last),
    ("signal: sigtimedwait", signal::sigtimedwait),
    ("signal: a mask while poll waits", signal::ppoll_mask),
    ("signal: a child in a siginfo", signal::child_in_siginfo),
    ("signal: a timer in a siginfo", signal::timer_in_siginfo),
    ("signalfd: a queued value", signal::signalfd_value),
    ("signalfd: many in one read", signal::signalfd_many),
    ("signalfd: another set", signal::signalfd_set),
    ("signalfd: a child", signal::child_in_signalfd),
];
