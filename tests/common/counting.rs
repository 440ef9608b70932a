//! How often a thread asks for memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, and how often each thread has asked it for memory.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: it is the system's. `realloc` and `alloc_zeroed` come from these two.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// How often the thread has allocated.
pub fn count() -> usize {
    COUNT.get()
}

/// How often `f` allocates.
pub fn allocations(f: impl FnOnce()) -> usize {
    let before = count();
    f();
    count() - before
}

/// Does it often enough that an allocation now and then is seen.
#[track_caller]
pub fn allocates_nothing(mut f: impl FnMut()) {
    assert_eq!(allocations(|| (0..100).for_each(|_| f())), 0);
}
