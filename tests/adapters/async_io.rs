//! On async-io.

#[path = "table.rs"]
mod table;

use crate::common::{alone, rt};
use crate::{next, once};
use async_io::{Async, block_on};
use butter::fd::AsFd;
use butter::signal::{self, SigValue};
use butter::{EventSource, Reader, Signalfd, process};
use std::future::Future;

type In<S> = Async<S>;

fn put<S: AsFd>(source: S) -> In<S> {
    Async::new(source).unwrap()
}

fn put_to_write<S: AsFd>(source: S) -> In<S> {
    put(source)
}

fn run<F: Future>(future: F) -> F::Output {
    block_on(future)
}

#[test]
fn signals_of_the_process() {
    let signals = [rt(0), rt(1)];
    alone(signals, || {
        block_on(async {
            let mut memory = [0; 4 * Signalfd::MIN_BUFFER];
            let mut stream = Reader::new(put(Signalfd::new(signals.into()).unwrap()), &mut memory).unwrap();
            assert!(once(next(&mut stream)).await.is_none());
            for (number, which) in signals.into_iter().enumerate() {
                signal::sigqueue(process::getpid(), which, SigValue::from_usize(number)).unwrap();
            }
            for (number, which) in signals.into_iter().enumerate() {
                let info = next(&mut stream).await.unwrap().unwrap();
                assert_eq!((info.signal(), info.value().to_usize()), (Some(which), number));
            }
            assert!(once(stream.next_event()).await.is_none());
            signal::kill(process::getpid(), rt(1)).unwrap();
            assert_eq!(stream.next_event().await.unwrap().signal(), Some(rt(1)));
        });
    });
}
