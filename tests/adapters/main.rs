//! The event objects on tokio and on async-io: what is special to these two. What all reactors have in common is tested
//! elsewhere.
//!
//! A signal that is sent to a thread is seen by that thread alone, and which thread of async-io waits for descriptors is not
//! certain: there signals are sent to the process.

#[macro_use]
#[path = "../common/table.rs"]
mod each_object;
mod async_io;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/counting.rs"]
#[allow(dead_code, reason = "every test file uses a part of it")]
mod counting;
#[path = "../common/numbers.rs"]
mod numbers;
#[path = "../event/objects.rs"]
#[allow(dead_code, reason = "what it has for the tests of all events")]
mod objects;
#[path = "../seccomp/help.rs"]
#[allow(dead_code, reason = "what it has for seccomp's own tests")]
mod seccomp;
mod tokio;

use butter::{EventSource, Fanotify, Inotify, Pidfd, Reader, Signalfd, Timerfd, eventfd::Eventfd};
use futures_core::Stream;
use std::future::Future;
use std::pin::pin;

/// What is said of types is said when this is compiled.
#[allow(dead_code, reason = "it is not run")]
fn futures_and_streams_may_go_to_another_thread() {
    use ::async_io::Async;
    use ::tokio::io::unix::AsyncFd;
    use butter::reactor::tokio::Registered;
    use butter::seccomp::Listener;

    fn send<T: Send>(_: T) {}
    fn unpin_stream<'b, S: EventSource>(_: impl FnOnce(Reader<'b, S>))
    where
        Reader<'b, S>: Stream + Send + Unpin,
    {
    }
    fn any<T>() -> T {
        unreachable!("it is not run")
    }
    macro_rules! each {
        ($($source:ty),*) => {
            $(
                send(async { any::<Reader<'_, Registered<$source>>>().next_event().await.map(drop) });
                send(async { any::<Reader<'_, &Registered<$source>>>().next_events().await.map(drop) });
                send(async { any::<Reader<'_, Registered<&$source>>>().next_events().await.map(drop) });
                send(async { any::<Reader<'_, AsyncFd<$source>>>().next_event().await.map(drop) });
                send(async { any::<Reader<'_, Async<$source>>>().next_event().await.map(drop) });
                send(async { any::<Reader<'_, &Async<$source>>>().next_events().await.map(drop) });
                send(async { any::<Reader<'_, &'static Async<$source>>>().next_event().await.map(drop) });
                send(async { any::<Reader<'_, &'static Registered<$source>>>().next_event().await.map(drop) });
                send(async { any::<Reader<'_, Registered<&'static $source>>>().next_event().await.map(drop) });
            )*
        };
    }
    each!(Inotify, Fanotify, Eventfd, Timerfd, Signalfd, Pidfd, Listener);
    unpin_stream::<Registered<Eventfd>>(|_| ());
    unpin_stream::<AsyncFd<Timerfd>>(|_| ());
    unpin_stream::<Async<Signalfd>>(|_| ());
    unpin_stream::<Registered<&Pidfd>>(|_| ());
}

/// What a future or the next of a stream gives when it is polled once.
async fn once<F: Future>(future: F) -> Option<F::Output> {
    match futures_util::poll!(pin!(future)) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}

async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    std::future::poll_fn(|context| std::pin::Pin::new(&mut *stream).poll_next(context)).await
}
