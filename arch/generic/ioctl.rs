//! `asm-generic/ioctl.h`: how an ioctl number is put together.

const NONE: u32 = 0;
const WRITE: u32 = 1;
const READ: u32 = 2;

const fn number(direction: u32, kind: u8, nr: u8, size: usize) -> u32 {
    direction << 30 | (size as u32) << 16 | (kind as u32) << 8 | nr as u32
}

/// `_IO`: no memory.
pub(crate) const fn io(kind: u8, nr: u8) -> u32 {
    number(NONE, kind, nr, 0)
}

/// `_IOR`: the kernel writes a `T`.
pub(crate) const fn ior<T>(kind: u8, nr: u8) -> u32 {
    number(READ, kind, nr, size_of::<T>())
}

/// `_IOW`: the kernel reads a `T`.
pub(crate) const fn iow<T>(kind: u8, nr: u8) -> u32 {
    number(WRITE, kind, nr, size_of::<T>())
}

/// `_IOWR`: the kernel reads a `T`, and writes it.
/// `_IOWR`: the kernel reads and writes a `T`.
pub(crate) const fn iowr<T>(kind: u8, nr: u8) -> u32 {
    number(READ | WRITE, kind, nr, size_of::<T>())
}
