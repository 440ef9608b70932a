//! What the kernel lays on the stack.

use butter::Errno;
use butter::rt::{Aux, Start, Status};
use std::ffi::CStr;
use std::iter;

/// A stack as the kernel lays it: arguments, environment, auxiliary vector.
fn stack(args: &[&'static CStr], env: &[&'static CStr], auxv: &[(usize, usize)]) -> Vec<usize> {
    let pointers = |strings: &[&'static CStr]| strings.iter().map(|s| s.as_ptr().addr()).collect::<Vec<_>>();
    iter::once(args.len())
        .chain(pointers(args))
        .chain([0])
        .chain(pointers(env))
        .chain([0])
        .chain(auxv.iter().flat_map(|&(key, value)| [key, value]))
        .chain([0, 0])
        .collect()
}

#[test]
fn arguments_environment_and_auxiliary_vector() {
    let args = [c"program", c"", c"two words"];
    let env = [c"PATH=/bin", c"PATHS=1", c"EMPTY=", c"PATH=/second", c"no equals sign"];
    let stack = stack(&args, &env, &[(6, 4096), (9999, 7), (23, 0)]);
    // SAFETY: the strings are static, and the stack lives as long as it is used.
    let start = unsafe { Start::new(stack.as_ptr()) };

    assert!(start.args().iter().eq(args));
    assert!(start.env().iter().eq(env));
    assert_eq!(start.var("PATH"), Some(c"/bin"));
    assert_eq!(start.var("EMPTY"), Some(c""));
    assert_eq!(start.var("PAT"), None);
    assert_eq!(start.var("no equals sign"), None);
    assert!(start.auxv().eq([(Aux::PAGESZ, 4096), (Aux::new(9999), 7), (Aux::SECURE, 0)]));
    assert_eq!(start.aux(Aux::SECURE), Some(0));
    assert_eq!(start.aux(Aux::SYSINFO_EHDR), None);
    assert_eq!(format!("{:?} {:?}", Aux::PAGESZ, Aux::new(9999)), "AT_PAGESZ Aux(9999)");
}

#[test]
fn nothing_at_all() {
    let stack = stack(&[], &[], &[]);
    // SAFETY: the stack lives as long as it is used.
    let start = unsafe { Start::new(stack.as_ptr()) };
    assert_eq!((start.args().iter().count(), start.env().iter().count(), start.auxv().count()), (0, 0, 0));
    assert_eq!(start.var("PATH"), None);
}

#[test]
fn statuses() {
    assert_eq!((().status(), 7_u8.status(), butter::Result::Ok(255_u8).status()), (0, 7, 255));
    // This one says so on standard error.
    assert_eq!(butter::Result::<()>::Err(Errno::ENOENT).status(), 1);
}
