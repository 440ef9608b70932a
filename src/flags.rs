//! Sets of flags: one macro gives each the same operations. Bits that we do not know are kept.

use core::fmt;

/// Makes a set of flags of a kernel's word. Inside, `const NAME = VALUE;` as often as there are flags; a name may
/// stand for several bits.
macro_rules! flags {
    (
        $(#[$outer:meta])*
        $name:ident: $bits:ty {
            $($(#[$inner:meta])* const $flag:ident = $value:expr;)*
        }
    ) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        #[repr(transparent)]
        pub struct $name($bits);

        impl $name {
            $($(#[$inner])* pub const $flag: Self = Self($value);)*

            /// No flag.
            #[inline]
            pub const fn empty() -> Self {
                Self(0)
            }

            /// Any bits, also such as have no name here.
            #[inline]
            pub const fn from_bits(bits: $bits) -> Self {
                Self(bits)
            }

            /// The bits.
            #[inline]
            pub const fn bits(self) -> $bits {
                self.0
            }

            /// Whether no bit is set.
            #[inline]
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// Whether every bit of `other` is set.
            #[inline]
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Whether any bit of `other` is set.
            #[inline]
            pub const fn intersects(self, other: Self) -> bool {
                self.0 & other.0 != 0
            }

            /// The bits of both: `|` for constants.
            #[inline]
            pub const fn union(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// The bits that `other` does not have: `-` for constants.
            #[inline]
            pub const fn difference(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }
        }

        $crate::flags::operators! {
            $name, BitOr bitor BitOrAssign bitor_assign |, BitAnd bitand BitAndAssign bitand_assign &
        }

        impl core::ops::Sub for $name {
            type Output = Self;
            #[inline]
            fn sub(self, other: Self) -> Self {
                self.difference(other)
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                let named: &[(&str, u64)] = &[$((stringify!($flag), $name::$flag.0 as u64)),*];
                $crate::flags::debug(f, stringify!($name), self.0 as u64, named)
            }
        }
    };
}

macro_rules! operators {
    ($name:ident, $($operator:ident $function:ident $assign:ident $assign_function:ident $sign:tt),*) => {
        $(
            impl core::ops::$operator for $name {
                type Output = Self;
                #[inline]
                fn $function(self, other: Self) -> Self {
                    Self(self.0 $sign other.0)
                }
            }

            impl core::ops::$assign for $name {
                #[inline]
                fn $assign_function(&mut self, other: Self) {
                    *self = *self $sign other;
                }
            }
        )*
    };
}

pub(crate) use {flags, operators};

/// `Mask(CREATE | DELETE | 0x10000)`: the names of single flags, then what has no name; of two names for the same bits
/// the first.
#[cold]
pub(crate) fn debug(f: &mut fmt::Formatter<'_>, set: &str, bits: u64, named: &[(&str, u64)]) -> fmt::Result {
    let mut rest = bits;
    let mut separator = "";
    write!(f, "{set}(")?;
    for &(name, flag) in named {
        if flag.count_ones() == 1 && rest & flag != 0 {
            write!(f, "{separator}{name}")?;
            rest &= !flag;
            separator = " | ";
        }
    }
    if rest != 0 {
        write!(f, "{separator}{rest:#x}")?;
    }
    f.write_str(")")
}
