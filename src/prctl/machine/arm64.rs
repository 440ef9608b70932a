//! arm64: the length of vectors, tags in addresses, and the keys that sign them. The tags are riscv's, too.

use crate::abi::prctl as abi;
use crate::errno::Result;
use crate::flags::flags;
use crate::prctl::get;

flags! {
    /// The length of a thread's vectors in bytes, a multiple of 16, and what is to become of it.
    VectorLength: u32 {
        /// The bits that hold the length: see [`with_length`](Self::with_length).
        #[doc(alias = "PR_SVE_VL_LEN_MASK")]
        #[doc(alias = "PR_SME_VL_LEN_MASK")]
        const LENGTH = abi::PR_SVE_VL_LEN_MASK;
        /// It is kept over `exec`.
        #[doc(alias = "PR_SVE_VL_INHERIT")]
        #[doc(alias = "PR_SME_VL_INHERIT")]
        const INHERIT = abi::PR_SVE_VL_INHERIT;
        /// To set: it holds from the next `exec` on only.
        #[doc(alias = "PR_SVE_SET_VL_ONEXEC")]
        #[doc(alias = "PR_SME_SET_VL_ONEXEC")]
        const SET_ONEXEC = abi::PR_SVE_SET_VL_ONEXEC;
    }
}

impl VectorLength {
    /// With this length in bytes. The kernel takes the next smaller one that the processor has.
    #[inline]
    pub const fn with_length(self, bytes: u16) -> VectorLength {
        self.difference(VectorLength::LENGTH).union(VectorLength::from_bits(bytes as u32))
    }

    /// The length in bytes.
    #[inline]
    pub const fn length(self) -> u16 {
        (self.bits() & VectorLength::LENGTH.bits()) as u16
    }
}

/// The length of the calling thread's SVE vectors. Since Linux 4.15.
///
/// # Errors
///
/// - `EINVAL`: the processor has no SVE.
#[doc(alias = "PR_SVE_GET_VL")]
pub fn sve_get_vl() -> Result<VectorLength> {
    get(abi::PR_SVE_GET_VL, 0).map(VectorLength::from_bits)
}

/// Sets the length of the calling thread's SVE vectors, and gives the one that it has then, or will have. Since Linux 4.15.
///
/// # Errors
///
/// - `EINVAL`: the processor has no SVE; no length, or a flag that this kernel does not know.
///
/// # Safety
///
/// Nothing in the thread is in an SVE register, or counts on their length. What of them is beyond 128 bits is lost.
#[doc(alias = "PR_SVE_SET_VL")]
pub unsafe fn sve_set_vl(length: VectorLength) -> Result<VectorLength> {
    get(abi::PR_SVE_SET_VL, length.bits()).map(VectorLength::from_bits)
}

/// The length of the calling thread's SVE vectors while it streams (SME). Since Linux 5.19.
///
/// # Errors
///
/// - `EINVAL`: the processor has no SME.
#[doc(alias = "PR_SME_GET_VL")]
pub fn sme_get_vl() -> Result<VectorLength> {
    get(abi::PR_SME_GET_VL, 0).map(VectorLength::from_bits)
}

/// Sets the length of the calling thread's SVE vectors while it streams, and gives the one that it has then. Since Linux 5.19.
///
/// # Errors
///
/// - `EINVAL`: the processor has no SME; no length, or a flag that this kernel does not know.
///
/// # Safety
///
/// The thread does not stream, and nothing of it is in the matrix.
#[doc(alias = "PR_SME_SET_VL")]
pub unsafe fn sme_set_vl(length: VectorLength) -> Result<VectorLength> {
    get(abi::PR_SME_SET_VL, length.bits()).map(VectorLength::from_bits)
}

flags! {
    /// What the bits of an address beyond the first 56 are for.
    TaggedAddresses: u32 {
        /// System calls take addresses with a tag.
        #[doc(alias = "PR_TAGGED_ADDR_ENABLE")]
        const ENABLE = abi::PR_TAGGED_ADDR_ENABLE;
        /// A tag that is not that of the memory (MTE) is a `SIGSEGV` at once. Since Linux 5.10.
        #[doc(alias = "PR_MTE_TCF_SYNC")]
        const MTE_TCF_SYNC = abi::PR_MTE_TCF_SYNC;
        /// It is one some time later. With both, the processor chooses. Since Linux 5.10.
        #[doc(alias = "PR_MTE_TCF_ASYNC")]
        const MTE_TCF_ASYNC = abi::PR_MTE_TCF_ASYNC;
        /// A bit for each tag that the instruction `irg` may choose: see [`with_tags`](Self::with_tags). Since Linux 5.10.
        #[doc(alias = "PR_MTE_TAG_MASK")]
        const MTE_TAGS = abi::PR_MTE_TAG_MASK;
        /// Tags are compared when memory is written only. Since Linux 6.18.
        #[doc(alias = "PR_MTE_STORE_ONLY")]
        const MTE_STORE_ONLY = abi::PR_MTE_STORE_ONLY;
        /// On riscv, how many of the highest bits are no part of the address: see [`with_length`](Self::with_length). Since Linux
        /// 6.13.
        #[doc(alias = "PR_PMLEN_MASK")]
        const PMLEN = abi::PR_PMLEN_MASK;
    }
}

impl TaggedAddresses {
    /// With a bit for each tag that `irg` may choose.
    #[inline]
    pub const fn with_tags(self, tags: u16) -> TaggedAddresses {
        let tags = TaggedAddresses::from_bits((tags as u32) << abi::PR_MTE_TAG_SHIFT);
        self.difference(TaggedAddresses::MTE_TAGS).union(tags)
    }

    /// With at least this many of the highest bits of an address for a tag, 0 to 127. riscv only.
    #[inline]
    pub const fn with_length(self, bits: u8) -> TaggedAddresses {
        let bits = TaggedAddresses::from_bits((bits as u32) << abi::PR_PMLEN_SHIFT & abi::PR_PMLEN_MASK);
        self.difference(TaggedAddresses::PMLEN).union(bits)
    }
}

/// What holds for the calling thread. arm64, since Linux 5.4; riscv, since 6.13.
///
/// # Errors
///
/// None.
#[doc(alias = "PR_GET_TAGGED_ADDR_CTRL")]
pub fn get_tagged_addr_ctrl() -> Result<TaggedAddresses> {
    get(abi::PR_GET_TAGGED_ADDR_CTRL, 0).map(TaggedAddresses::from_bits)
}

/// Says what the highest bits of an address are for in the calling thread.
///
/// # Errors
///
/// - `EINVAL`: a flag that this kernel or processor does not know; or `/proc/sys/abi/tagged_addr_disabled` is 1.
///
/// # Safety
///
/// Nobody in the process, such as its allocator, counts on what held before.
#[doc(alias = "PR_SET_TAGGED_ADDR_CTRL")]
pub unsafe fn set_tagged_addr_ctrl(control: TaggedAddresses) -> Result<()> {
    crate::prctl::set(abi::PR_SET_TAGGED_ADDR_CTRL, control.bits())
}

flags! {
    /// Keys that sign addresses; `APGA` signs anything.
    PacKeys: u32 {
        /// The first for code.
        #[doc(alias = "PR_PAC_APIAKEY")]
        const APIA = abi::PR_PAC_APIAKEY;
        /// The second for code.
        #[doc(alias = "PR_PAC_APIBKEY")]
        const APIB = abi::PR_PAC_APIBKEY;
        /// The first for data.
        #[doc(alias = "PR_PAC_APDAKEY")]
        const APDA = abi::PR_PAC_APDAKEY;
        /// The second for data.
        #[doc(alias = "PR_PAC_APDBKEY")]
        const APDB = abi::PR_PAC_APDBKEY;
        /// The one for anything.
        #[doc(alias = "PR_PAC_APGAKEY")]
        const APGA = abi::PR_PAC_APGAKEY;
    }
}

/// Gives the calling thread new keys; none named are all. Since Linux 5.0.
///
/// # Errors
///
/// - `EINVAL`: the processor has no such keys.
///
/// # Safety
///
/// No address that is signed by one of them is used any more: no function that has signed where it returns does.
#[doc(alias = "PR_PAC_RESET_KEYS")]
pub unsafe fn pac_reset_keys(keys: PacKeys) -> Result<()> {
    crate::prctl::set(abi::PR_PAC_RESET_KEYS, keys.bits())
}

/// The keys of the calling thread that sign. Since Linux 5.13.
///
/// # Errors
///
/// - `EINVAL`: the processor has no keys.
#[doc(alias = "PR_PAC_GET_ENABLED_KEYS")]
pub fn pac_get_enabled_keys() -> Result<PacKeys> {
    get(abi::PR_PAC_GET_ENABLED_KEYS, 0).map(PacKeys::from_bits)
}

/// Of the keys `which` of the calling thread, has those in `enabled` sign, and the others do nothing. Since Linux 5.13.
///
/// # Errors
///
/// - `EINVAL`: `APGA`, or a key in `enabled` that is not in `which`; or the processor has no keys.
///
/// # Safety
///
/// That of [`pac_reset_keys`].
#[doc(alias = "PR_PAC_SET_ENABLED_KEYS")]
pub unsafe fn pac_set_enabled_keys(which: PacKeys, enabled: PacKeys) -> Result<()> {
    crate::prctl::set2(abi::PR_PAC_SET_ENABLED_KEYS, which.bits(), enabled.bits())
}
