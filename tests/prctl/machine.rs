//! What only some architectures have. Elsewhere it is `EINVAL`, which is all that can be seen here of most; the self-test asks
//! on each.

use super::*;
use prctl::machine::{self, arm64, mips, powerpc, riscv};
use prctl::{Cfi, Dispatch, Selector, ShadowStack, Tsc};
use std::sync::atomic::{AtomicI32, AtomicU8, Ordering};

const EINVAL: Errno = Errno::EINVAL;

#[test]
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
fn the_counter_of_cycles_is_forbidden() {
    apart(|| {
        assert_eq!(prctl::get_tsc(), Ok(Tsc::Enable));
        prctl::set_tsc(Tsc::Sigsegv).unwrap();
        let told = prctl::get_tsc();
        prctl::set_tsc(Tsc::Enable).unwrap();
        assert_eq!((told, prctl::get_tsc()), (Ok(Tsc::Sigsegv), Ok(Tsc::Enable)));
    });
}

#[test]
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
fn what_x86_does_not_have_is_refused() {
    // SAFETY: all of these fail.
    unsafe {
        assert_errno(arm64::sve_get_vl(), EINVAL);
        assert_errno(arm64::sve_set_vl(arm64::VectorLength::INHERIT.with_length(16)), EINVAL);
        assert_errno(arm64::sme_get_vl(), EINVAL);
        assert_errno(arm64::sme_set_vl(arm64::VectorLength::empty().with_length(16)), EINVAL);
        assert_errno(arm64::get_tagged_addr_ctrl(), EINVAL);
        assert_errno(arm64::set_tagged_addr_ctrl(arm64::TaggedAddresses::ENABLE), EINVAL);
        assert_errno(arm64::pac_reset_keys(arm64::PacKeys::APIA), EINVAL);
        assert_errno(arm64::pac_get_enabled_keys(), EINVAL);
        assert_errno(arm64::pac_set_enabled_keys(arm64::PacKeys::APIA, arm64::PacKeys::empty()), EINVAL);
        assert_errno(mips::get_fp_mode(), EINVAL);
        assert_errno(mips::set_fp_mode(mips::FpMode::FR), EINVAL);
        assert_errno(powerpc::get_endian(), EINVAL);
        assert_errno(powerpc::set_endian(powerpc::Endian::Little), EINVAL);
        assert_errno(prctl::set_shadow_stack_status(ShadowStack::ENABLE), EINVAL);
    }
    assert_errno(powerpc::get_fpexc(), EINVAL);
    assert_errno(powerpc::set_fpexc(powerpc::FpExc::PRECISE), EINVAL);
    assert_errno(powerpc::get_dexcr(powerpc::DexcrAspect::Nphie), EINVAL);
    assert_errno(powerpc::set_dexcr(powerpc::DexcrAspect::Sbhe, powerpc::DexcrControl::CLEAR), EINVAL);
    assert_errno(riscv::v_get_control(), EINVAL);
    let control = riscv::VectorControl { current: riscv::Vector::On, next: riscv::Vector::Default, inherit: false };
    assert_errno(riscv::v_set_control(control), EINVAL);
    assert_errno(riscv::set_icache_flush_ctx(true, riscv::FenceScope::Thread), EINVAL);
    assert_errno(machine::get_unalign(), EINVAL);
    assert_errno(machine::set_unalign(machine::Unalign::SIGBUS), EINVAL);
    assert_errno(prctl::get_shadow_stack_status(), EINVAL);
    assert_errno(prctl::lock_shadow_stack_status(ShadowStack::WRITE), EINVAL);
    assert_errno(prctl::get_cfi(), EINVAL);
    assert_errno(prctl::set_cfi(Cfi::ENABLE), EINVAL);
}

#[test]
fn fields_of_a_word_are_apart() {
    let length = arm64::VectorLength::INHERIT.with_length(64).with_length(32);
    assert_eq!((length.bits(), length.length()), (0x2_0020, 32));
    let tags = arm64::TaggedAddresses::ENABLE.with_tags(u16::MAX).with_tags(0x8001);
    assert_eq!(tags.bits(), 1 | 0x8001 << 3);
    assert_eq!(arm64::TaggedAddresses::ENABLE.with_length(127).with_length(7).bits(), 1 | 7 << 24);
    assert_eq!(arm64::TaggedAddresses::empty().with_length(u8::MAX).bits(), 127 << 24);
}

/// The number of the call that was caught.
static CAUGHT: AtomicI32 = AtomicI32::new(0);
static SELECTOR: AtomicU8 = AtomicU8::new(Selector::Allow as u8);

extern "C" fn caught(_: i32) {
    // So that the return from here is a call again.
    SELECTOR.store(Selector::Allow as u8, Ordering::Relaxed);
    CAUGHT.fetch_add(1, Ordering::Relaxed);
}

#[test]
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
fn calls_become_a_signal_while_the_selector_blocks_them() {
    alone([], || {
        common::handle(Signal::SYS, caught);
        let nowhere = Dispatch::Outside { start: std::ptr::null(), length: 0 };
        // SAFETY: the selector stays, and nothing but a number is asked for while it blocks.
        unsafe {
            prctl::syscall_user_dispatch_on(nowhere, Some(&SELECTOR)).unwrap();
            butter::process::getppid();
            assert_eq!(CAUGHT.load(Ordering::Relaxed), 0);
            SELECTOR.store(Selector::Block as u8, Ordering::Relaxed);
            butter::process::getppid();
            assert_eq!(CAUGHT.load(Ordering::Relaxed), 1);
        }
        prctl::syscall_user_dispatch_off().unwrap();
        SELECTOR.store(Selector::Block as u8, Ordering::Relaxed);
        assert!(butter::process::getppid().is_some());
        assert_eq!(CAUGHT.load(Ordering::Relaxed), 1);
    });
}

#[test]
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
fn only_the_calls_of_some_code_become_a_signal() {
    alone([], || {
        common::handle(Signal::SYS, caught);
        // No code is there.
        let start = std::ptr::without_provenance(4096);
        SELECTOR.store(Selector::Block as u8, Ordering::Relaxed);
        // SAFETY: no call is made from there.
        let on = unsafe { prctl::syscall_user_dispatch_on(Dispatch::Inside { start, length: 4096 }, Some(&SELECTOR)) };
        if known(on, "a newer kernel").is_some() {
            assert!(butter::process::getppid().is_some());
            assert_eq!(CAUGHT.load(Ordering::Relaxed), 0);
            prctl::syscall_user_dispatch_off().unwrap();
        }
        let beyond = Dispatch::Outside { start: std::ptr::without_provenance(usize::MAX), length: 2 };
        // SAFETY: it fails.
        assert_errno(unsafe { prctl::syscall_user_dispatch_on(beyond, None) }, EINVAL);
    });
}
