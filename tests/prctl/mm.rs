//! Where the parts of the process are.

use super::*;
use butter::fd::AsFd;
use prctl::{MmField, MmMap};

/// What `/proc/self/stat` says of the code, the stack, the data, the heap, the arguments and the environment.
fn fields() -> Vec<(MmField, u64)> {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit(')').next().unwrap();
    // The third field is the first behind the name.
    let field = |number: usize| after.split_whitespace().nth(number - 3).unwrap().parse::<u64>().unwrap();
    // SAFETY: it asks where the heap ends, and changes nothing.
    let brk = unsafe { syscall!(BRK, 0_usize) }.unwrap() as u64;
    vec![
        (MmField::StartCode, field(26)),
        (MmField::EndCode, field(27)),
        (MmField::StartStack, field(28)),
        (MmField::StartData, field(45)),
        (MmField::EndData, field(46)),
        (MmField::StartBrk, field(47)),
        (MmField::Brk, brk),
        (MmField::ArgStart, field(48)),
        (MmField::ArgEnd, field(49)),
        (MmField::EnvStart, field(50)),
        (MmField::EnvEnd, field(51)),
    ]
}

fn address(number: u64) -> *const () {
    std::ptr::without_provenance(number as usize)
}

#[test]
fn each_address_is_set() {
    if !has_capability(CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE") {
        return;
    }
    alone([], || {
        // The arguments are those of another place.
        // What is mapped from a file is not shown.
        let text = b"another\0name\0".to_vec();
        let start = text.as_ptr() as u64;
        let end = start + text.len() as u64;
        let before = fields();
        // As it is.
        for (field, value) in &before {
            // SAFETY: nothing changes.
            unsafe { prctl::set_mm(*field, address(*value)) }.unwrap_or_else(|errno| panic!("{field:?}: {errno}"));
        }
        assert_eq!(fields(), before);
        // SAFETY: these are shown only.
        unsafe {
            // Not an end before its beginning, whichever lies higher.
            let (first, last) = if start > before[8].1 {
                (MmField::ArgEnd, MmField::ArgStart)
            } else {
                (MmField::ArgStart, MmField::ArgEnd)
            };
            let value = |field| address(if field == MmField::ArgStart { start } else { end });
            prctl::set_mm(first, value(first)).unwrap();
            prctl::set_mm(last, value(last)).unwrap();
            assert_errno(prctl::set_mm(MmField::ArgEnd, address(start - 1)), Errno::EINVAL);
            assert_errno(prctl::set_mm(MmField::ArgStart, address(1)), Errno::EINVAL);
            if cfg!(target_arch = "x86_64") {
                // The last page that a program could have.
                assert_errno(prctl::set_mm(MmField::ArgEnd, address(0x7fff_ffff_e000)), Errno::EFAULT);
            }
        }
        assert_eq!(fs::read("/proc/self/cmdline").unwrap(), text);
    });
}

#[test]
fn addresses_need_a_capability() {
    without_capability(CAP_SYS_RESOURCE, || {
        // SAFETY: it fails.
        assert_errno(unsafe { prctl::set_mm(MmField::StartCode, address(1 << 20)) }, Errno::EPERM);
        assert_errno(prctl::set_mm_auxv(&[[0; 2]]), Errno::EPERM);
        assert_errno(prctl::set_mm_exe_file(fs::File::open("/bin/true").unwrap()), Errno::EPERM);
    });
}

#[test]
fn another_auxiliary_vector_is_shown() {
    if !has_capability(CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE") {
        return;
    }
    alone([], || {
        prctl::set_mm_auxv(&[[6, 4096], [17, 100], [0, 0]]).unwrap();
        let shown = fs::read("/proc/self/auxv").unwrap();
        assert!(shown.starts_with(&6_usize.to_ne_bytes()) && shown.len() == 6 * size_of::<usize>());
        assert_errno(prctl::set_mm_auxv(&[[1; 2]; 500]), Errno::EINVAL);
    });
}

#[test]
fn a_file_that_is_no_program_is_not_executed() {
    if !has_capability(CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE") {
        return;
    }
    alone([], || {
        assert_errno(prctl::set_mm_exe_file(not_open()), Errno::EBADF);
        assert_errno(prctl::set_mm_exe_file(fs::File::open("/etc/passwd").unwrap()), Errno::EACCES);
        assert_errno(prctl::set_mm_exe_file(fs::File::open("/").unwrap()), Errno::EACCES);
        // The program itself is mapped.
        assert_errno(prctl::set_mm_exe_file(fs::File::open("/bin/true").unwrap()), Errno::EBUSY);
    });
}

#[test]
fn all_addresses_are_set_at_once() {
    const PR_SET_MM: u32 = 35;
    const PR_SET_MM_MAP_SIZE: u32 = 15;
    let mut size = 0_u32;
    let arguments = [PR_SET_MM_MAP_SIZE.into(), (&raw mut size).into(), 0.into(), 0.into()];
    // SAFETY: the kernel writes the number.
    if known(unsafe { prctl::prctl(PR_SET_MM, arguments) }, "CONFIG_CHECKPOINT_RESTORE").is_none() {
        return;
    }
    alone([], || {
        let text = b"all at once\0".to_vec();
        let start = text.as_ptr() as u64;
        let mut map = fields().into_iter().fold(MmMap::new(), |map, (field, value)| map.with(field, value));
        map = map.with(MmField::ArgStart, start).with(MmField::ArgEnd, start + text.len() as u64);
        // SAFETY: the heap stays where it is, and the rest is shown only.
        unsafe {
            prctl::set_mm_map(&map).unwrap();
            assert_eq!(fs::read("/proc/self/cmdline").unwrap(), text);
            let auxv = [[6, 4096], [0, 0]];
            prctl::set_mm_map(&map.auxv(&auxv)).unwrap();
            assert_eq!(fs::read("/proc/self/auxv").unwrap().len(), 4 * size_of::<usize>());
            assert_errno(prctl::set_mm_map(&map.auxv(&[[1; 2]; 500])), Errno::EINVAL);
            assert_errno(prctl::set_mm_map(&MmMap::default()), Errno::EINVAL);
            assert_errno(prctl::set_mm_map(&map.with(MmField::EnvStart, u64::MAX)), Errno::EINVAL);
            let program = fs::File::open("/bin/true").unwrap();
            assert_errno(prctl::set_mm_map(&map.exe_fd(program.as_fd())), Errno::EBUSY);
            let text = fs::File::open("/etc/passwd").unwrap();
            assert_errno(prctl::set_mm_map(&map.exe_fd(text.as_fd())), Errno::EACCES);
        }
        assert!(format!("{map:?}").contains("MmMap"));
    });
}
