//! signalfd: signals sent to the own thread by the same hand-written call everywhere, and read.

use crate::asm;
use crate::case::{Case, Group, Rounds};
use butter::signal::{SigSet, Signal, sigmask};
use butter::{EventSource, Reader, Signalfd};
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::os::fd::AsRawFd;

pub const GROUPS: &[Group] = &[
    Group {
        name: "signalfd",
        operation: "signalfd: send one, read it",
        per_round: 1,
        target: Some(16.0),
        cases: &[
            Case { name: "hand asm", prepare: hand },
            Case { name: "nix", prepare: nix },
            Case { name: "libc", prepare: libc },
            Case { name: "butter Signalfd::read", prepare: butter },
            Case { name: "butter read_events", prepare: butter_events },
            Case { name: "butter Reader::read_event", prepare: butter_reader },
        ],
    },
    Group {
        name: "signalfd-batch",
        operation: "signalfd: queue 8, read them, per signal",
        per_round: BATCH as u64,
        target: None,
        cases: &[
            Case { name: "hand asm, one read", prepare: hand_batch },
            Case { name: "nix, eight reads", prepare: nix_batch },
            Case { name: "libc, eight reads", prepare: libc_batch },
            Case { name: "butter Signalfd::read, eight reads", prepare: butter_batch },
            Case { name: "butter read_events, one read", prepare: butter_events_batch },
            Case { name: "butter Reader::read_event, one read", prepare: butter_reader_batch },
        ],
    },
];

const BATCH: usize = 8;
const SIZE: usize = size_of::<libc::signalfd_siginfo>();
const ONE: Signal = Signal::USR1;
/// A real-time signal: sent twice, it is there twice.
const MANY: Signal = Signal::new(40).unwrap();

/// A signalfd for both, which are blocked.
fn signals() -> Signalfd {
    let set = SigSet::from([ONE, MANY]);
    sigmask::block(set).unwrap();
    Signalfd::new(set).unwrap()
}

fn nix_signals() -> nix::sys::signalfd::SignalFd {
    // SAFETY: it is a signalfd that nobody else owns.
    unsafe { nix::sys::signalfd::SignalFd::from_owned_fd(signals().into()) }
}

/// Sends one signal to the calling thread.
struct Sender {
    pid: isize,
    tid: isize,
    info: libc::siginfo_t,
}

impl Sender {
    fn new() -> Sender {
        // SAFETY: any bytes will do for a siginfo.
        let mut info = unsafe { MaybeUninit::<libc::siginfo_t>::zeroed().assume_init() };
        info.si_signo = MANY.number().into();
        info.si_code = libc::SI_QUEUE;
        Sender {
            pid: butter::process::getpid().number() as isize,
            tid: butter::process::gettid().number() as isize,
            info,
        }
    }

    #[inline(always)]
    fn send_one(&self) {
        // Were it not sent, the read would wait for ever.
        // SAFETY: the call has no pointer.
        unsafe { asm::call3_readonly(libc::SYS_tgkill, self.pid, self.tid, ONE.number() as isize) };
    }

    #[inline(always)]
    fn queue_many(&self) {
        for _ in 0..BATCH {
            let (signal, info) = (MANY.number() as isize, &raw const self.info as isize);
            // SAFETY: the kernel reads one siginfo.
            let result = unsafe { asm::call4_readonly(libc::SYS_rt_tgsigqueueinfo, self.pid, self.tid, signal, info) };
            assert!(result == 0);
        }
    }
}

fn hand() -> Rounds {
    let (signals, sender) = (signals(), Sender::new());
    Box::new(move |rounds| {
        let fd = signals.as_raw_fd() as isize;
        for _ in 0..rounds {
            sender.send_one();
            let mut info = MaybeUninit::<libc::signalfd_siginfo>::uninit();
            // SAFETY: the kernel writes at most the whole record.
            let size = unsafe { asm::call3(libc::SYS_read, fd, info.as_mut_ptr() as isize, SIZE as isize) };
            assert!(size == SIZE as isize);
            // SAFETY: the kernel has written it.
            black_box(unsafe { info.assume_init_ref() }.ssi_code);
        }
    })
}

fn hand_batch() -> Rounds {
    let (signals, sender) = (signals(), Sender::new());
    Box::new(move |rounds| {
        let fd = signals.as_raw_fd() as isize;
        let mut buffer = [const { MaybeUninit::<libc::signalfd_siginfo>::uninit() }; BATCH];
        for _ in 0..rounds {
            sender.queue_many();
            // SAFETY: the kernel writes at most as many bytes as the buffer has.
            let size = unsafe { asm::call3(libc::SYS_read, fd, buffer.as_mut_ptr() as isize, (BATCH * SIZE) as isize) };
            assert!(size > 0);
            // SAFETY: the kernel has written this many records.
            for info in &buffer[..size as usize / SIZE] {
                black_box(unsafe { info.assume_init_ref() }.ssi_code);
            }
        }
    })
}

fn nix() -> Rounds {
    let (signals, sender) = (nix_signals(), Sender::new());
    Box::new(move |rounds| {
        for _ in 0..rounds {
            sender.send_one();
            black_box(signals.read_signal().unwrap().unwrap().ssi_code);
        }
    })
}

fn nix_batch() -> Rounds {
    let (signals, sender) = (nix_signals(), Sender::new());
    Box::new(move |rounds| {
        for _ in 0..rounds {
            sender.queue_many();
            for _ in 0..BATCH {
                black_box(signals.read_signal().unwrap().unwrap().ssi_code);
            }
        }
    })
}

fn libc() -> Rounds {
    let (signals, sender) = (signals(), Sender::new());
    Box::new(move |rounds| {
        for _ in 0..rounds {
            sender.send_one();
            libc_read(signals.as_raw_fd());
        }
    })
}

fn libc_batch() -> Rounds {
    let (signals, sender) = (signals(), Sender::new());
    Box::new(move |rounds| {
        for _ in 0..rounds {
            sender.queue_many();
            for _ in 0..BATCH {
                libc_read(signals.as_raw_fd());
            }
        }
    })
}

#[inline(always)]
fn libc_read(fd: i32) {
    let mut info = MaybeUninit::<libc::signalfd_siginfo>::uninit();
    // SAFETY: the kernel writes at most the whole record.
    assert!(unsafe { libc::read(fd, info.as_mut_ptr().cast(), SIZE) } == SIZE as isize);
    // SAFETY: the kernel has written it.
    black_box(unsafe { info.assume_init_ref() }.ssi_code);
}

fn butter() -> Rounds {
    let (signals, sender) = (signals(), Sender::new());
    Box::new(move |rounds| {
        for _ in 0..rounds {
            sender.send_one();
            black_box(signals.read().unwrap().code());
        }
    })
}

fn butter_batch() -> Rounds {
    let (signals, sender) = (signals(), Sender::new());
    Box::new(move |rounds| {
        for _ in 0..rounds {
            sender.queue_many();
            for _ in 0..BATCH {
                black_box(signals.read().unwrap().code());
            }
        }
    })
}

fn butter_events() -> Rounds {
    let (signals, sender) = (signals(), Sender::new());
    Box::new(move |rounds| {
        let mut buffer = [MaybeUninit::uninit(); SIZE];
        for _ in 0..rounds {
            sender.send_one();
            for info in signals.read_events(&mut buffer).unwrap() {
                black_box(info.code());
            }
        }
    })
}

fn butter_events_batch() -> Rounds {
    let (signals, sender) = (signals(), Sender::new());
    Box::new(move |rounds| {
        let mut buffer = [MaybeUninit::uninit(); BATCH * SIZE];
        for _ in 0..rounds {
            sender.queue_many();
            for info in signals.read_events(&mut buffer).unwrap() {
                black_box(info.code());
            }
        }
    })
}

fn butter_reader() -> Rounds {
    let (signals, sender) = (signals(), Sender::new());
    Box::new(move |rounds| {
        let mut buffer = [MaybeUninit::uninit(); SIZE];
        let mut reader = Reader::new(&signals, &mut buffer).unwrap();
        for _ in 0..rounds {
            sender.send_one();
            black_box(reader.read_event().unwrap().code());
        }
    })
}

fn butter_reader_batch() -> Rounds {
    let (signals, sender) = (signals(), Sender::new());
    Box::new(move |rounds| {
        let mut buffer = [MaybeUninit::uninit(); BATCH * SIZE];
        let mut reader = Reader::new(&signals, &mut buffer).unwrap();
        for _ in 0..rounds {
            sender.queue_many();
            for _ in 0..BATCH {
                black_box(reader.read_event().unwrap().code());
            }
        }
    })
}
