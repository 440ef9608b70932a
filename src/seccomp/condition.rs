//! Conditions on the arguments of a call.

use core::marker::PhantomData;

/// An argument of a call, by its index from 0 to 5, and how much of it counts: all 64 bits, or the lower 32.
///
/// A parameter that the kernel takes as 32 bits (`int`, `unsigned int`, a descriptor, the request of an `ioctl`) is an
/// [`Arg::u32`]: the kernel ignores its upper half, whatever a program has there, and so must a filter. One that it takes as a
/// word (a pointer, a size, `unsigned long`) is an [`Arg::u64`]: to look at its lower half alone would let pass what differs in
/// the upper. In a program of 32 bits the upper half is 0.
///
/// Comparisons are unsigned. A negative number is a large one: `-100_i32 as u32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Arg<T> {
    index: u8,
    bits: PhantomData<T>,
}

/// What must hold of an argument: made by the comparisons of [`Arg`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    pub(super) index: u8,
    pub(super) wide: bool,
    pub(super) test: Test,
}

/// What is asked of a value. Each holds for a value and does not for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Test {
    /// It is among these, both ends included.
    Within(u64, u64),
    /// It is not.
    Outside(u64, u64),
    /// These bits of it (the first) are these (the second).
    Masked(u64, u64),
    /// Nothing can be so.
    Never,
}

macro_rules! comparisons {
    ($type:ident, $wide:literal, $constructor:ident, $words:literal) => {
        impl Arg<$type> {
            #[doc = concat!("The argument of this index, ", $words, ". Beyond 5 there is none: a mistake in the policy.")]
            pub const fn $constructor(index: u8) -> Arg<$type> {
                Arg { index, bits: PhantomData }
            }

            const fn condition(self, test: Test) -> Condition {
                Condition { index: self.index, wide: $wide, test }
            }

            /// It is `value`.
            #[doc(alias = "SCMP_CMP_EQ")]
            pub const fn eq(self, value: $type) -> Condition {
                self.condition(Test::Within(value as u64, value as u64))
            }

            /// It is not `value`.
            #[doc(alias = "SCMP_CMP_NE")]
            pub const fn ne(self, value: $type) -> Condition {
                self.condition(Test::Outside(value as u64, value as u64))
            }

            /// It is less than `value`. Nothing is less than 0: that is a mistake in the policy.
            #[doc(alias = "SCMP_CMP_LT")]
            pub const fn lt(self, value: $type) -> Condition {
                self.condition(if value == 0 { Test::Never } else { Test::Within(0, value as u64 - 1) })
            }

            /// It is `value` or less.
            #[doc(alias = "SCMP_CMP_LE")]
            pub const fn le(self, value: $type) -> Condition {
                self.condition(Test::Within(0, value as u64))
            }

            /// It is greater than `value`. Nothing is greater than the greatest: that is a mistake in the policy.
            #[doc(alias = "SCMP_CMP_GT")]
            pub const fn gt(self, value: $type) -> Condition {
                self.condition(if value == $type::MAX {
                    Test::Never
                } else {
                    Test::Within(value as u64 + 1, $type::MAX as u64)
                })
            }

            /// It is `value` or greater.
            #[doc(alias = "SCMP_CMP_GE")]
            pub const fn ge(self, value: $type) -> Condition {
                self.condition(Test::Within(value as u64, $type::MAX as u64))
            }

            /// It is `first` or greater, and `last` or less. If `last` is less than `first` nothing is: a mistake in the policy.
            pub const fn within(self, first: $type, last: $type) -> Condition {
                self.condition(if first > last { Test::Never } else { Test::Within(first as u64, last as u64) })
            }

            /// Those bits of it that are set in `mask` are those of `value`. If `value` has others they cannot be: a mistake in
            /// the policy.
            #[doc(alias = "SCMP_CMP_MASKED_EQ")]
            pub const fn masked_eq(self, mask: $type, value: $type) -> Condition {
                self.condition(if value & !mask != 0 {
                    Test::Never
                } else {
                    Test::Masked(mask as u64, value as u64)
                })
            }
        }
    };
}

comparisons! { u32, false, u32, "its lower 32 bits" }
comparisons! { u64, true, u64, "all 64 bits" }

impl Condition {
    /// Whether it holds for these arguments.
    pub const fn holds(&self, arguments: &[u64; 6]) -> bool {
        if self.index as usize >= arguments.len() {
            return false;
        }
        let value = arguments[self.index as usize];
        let value = if self.wide { value } else { value as u32 as u64 };
        match self.test {
            Test::Within(first, last) => first <= value && value <= last,
            Test::Outside(first, last) => value < first || last < value,
            Test::Masked(mask, bits) => value & mask == bits,
            Test::Never => false,
        }
    }
}

impl Condition {
    /// `==` for constants.
    pub(super) const fn is(&self, other: &Condition) -> bool {
        self.index == other.index
            && self.wide == other.wide
            && match (self.test, other.test) {
                (Test::Within(a, b), Test::Within(c, d))
                | (Test::Outside(a, b), Test::Outside(c, d))
                | (Test::Masked(a, b), Test::Masked(c, d)) => a == c && b == d,
                (Test::Never, Test::Never) => true,
                _ => false,
            }
    }

    /// Two bits of 15 that say something of it.
    pub(super) const fn marks(&self) -> u16 {
        let (first, second) = match self.test {
            Test::Within(first, last) | Test::Outside(first, last) => (first, last),
            Test::Masked(mask, bits) => (bits, mask),
            Test::Never => (0, 0),
        };
        let mixed =
            first.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ second.wrapping_mul(0xc2b2_ae3d_27d4_eb4f) ^ self.index as u64;
        1 << ((mixed >> 40) % 15) | 1 << ((mixed >> 50) % 15)
    }

    pub(super) const fn is_never(&self) -> bool {
        matches!(self.test, Test::Never)
    }
}
