//! A timer that can be awaited.

use super::AsyncIo;
use crate::errno::{Errno, Result};
use crate::time::Timespec;
use crate::timerfd::{TimerSpec, Timerfd};
use core::borrow::Borrow;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;

/// A [`Timerfd`] in a reactor, to sleep by.
///
/// One that is dropped while it sleeps is set anew by the next.
///
/// ```
/// use butter::reactor::{Reactor, Slots, Timer};
/// use butter::{Errno, Timerfd};
/// use std::{future::pending, time::Duration};
///
/// static SLOTS: Slots<4> = Slots::new();
///
/// # fn main() -> Result<(), Errno> {
/// let reactor = Reactor::new(&SLOTS)?;
/// let mut timer = Timer::new(reactor.register(Timerfd::new()?)?);
/// reactor.block_on(async {
///     timer.sleep(Duration::from_millis(1)).await?;
///     let never = timer.timeout(Duration::from_millis(1), pending::<()>()).await;
///     assert_eq!(never, Err(Errno::ETIMEDOUT));
///     let mut interval = timer.interval(Duration::from_millis(1))?;
///     assert!(interval.tick().await? >= 1);
///     Ok(())
/// })?
/// # }
/// ```
#[derive(Debug)]
pub struct Timer<A> {
    timer: A,
}

impl<A: AsyncIo<Io: Borrow<Timerfd>>> Timer<A> {
    /// Sleeps by this timer, on its clock.
    pub fn new(timer: A) -> Self {
        Timer { timer }
    }

    /// Ready after this time, counted from now.
    ///
    /// # Errors
    ///
    /// Those of [`settime`](crate::timerfd::settime) and of the reactor.
    pub fn sleep(&mut self, time: Duration) -> impl Future<Output = Result<()>> {
        self.once(TimerSpec::once(time))
    }

    /// Ready at this point in time of the timer's clock; at once if that has passed.
    ///
    /// # Errors
    ///
    /// Those of [`settime`](crate::timerfd::settime) and of the reactor.
    pub fn sleep_until(&mut self, time: Timespec) -> impl Future<Output = Result<()>> {
        self.once(TimerSpec::at(time))
    }

    /// Ticks again and again, for the first time one period from now.
    ///
    /// # Errors
    ///
    /// Those of [`settime`](crate::timerfd::settime), above all `EINVAL` for a period of zero.
    pub fn interval(&mut self, period: Duration) -> Result<Interval<'_, A>> {
        self.timer.get_ref().borrow().set(&TimerSpec::every(period))?;
        Ok(Interval { timer: &self.timer })
    }

    /// What the future gives if it is ready before this time has passed, counted from now; otherwise it is dropped.
    ///
    /// # Errors
    ///
    /// - `ETIMEDOUT`: it is not.
    /// - and those of [`sleep`](Self::sleep).
    pub async fn timeout<F: Future>(&mut self, time: Duration, future: F) -> Result<F::Output> {
        let (mut sleep, mut future) = (pin!(self.sleep(time)), pin!(future));
        poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => sleep.as_mut().poll(context).map(|slept| Err(slept.err().unwrap_or(Errno::ETIMEDOUT))),
        })
        .await
    }

    fn once(&mut self, spec: TimerSpec) -> impl Future<Output = Result<()>> {
        let set = self.timer.get_ref().borrow().set(&spec);
        async move {
            set?;
            self.timer.read_with(|timer| timer.borrow().read()).await.map(drop)
        }
    }
}

/// A [`Timer`] that ticks. What has ticked while nobody waited is counted.
#[derive(Debug)]
pub struct Interval<'t, A> {
    timer: &'t A,
}

impl<A: AsyncIo<Io: Borrow<Timerfd>>> Interval<'_, A> {
    /// Ready when it has ticked: says how often since the last time.
    ///
    /// # Errors
    ///
    /// Those of [`Timerfd::read`] but for `EAGAIN` and `EINTR`, and those of the reactor.
    pub async fn tick(&mut self) -> Result<u64> {
        self.timer.read_with(|timer| timer.borrow().read()).await
    }
}
