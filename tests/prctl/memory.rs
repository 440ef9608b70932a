//! The memory of the process.

use super::*;
use prctl::{Mdwe, Thp};

const PAGE: usize = 4096;
const PROT_READ: u32 = 1;
const PROT_WRITE: u32 = 2;
const PROT_EXEC: u32 = 4;

/// New anonymous memory.
fn map(protection: u32) -> butter::Result<usize> {
    const MAP_PRIVATE_ANONYMOUS: u32 = 0x22;
    // SAFETY: it is new memory.
    unsafe { syscall!(MMAP, 0_usize, 2 * PAGE, protection, MAP_PRIVATE_ANONYMOUS, -1, 0_usize) }
}

#[test]
fn huge_pages_are_disabled_but_for_those_that_are_asked_for() {
    alone([], || {
        assert_eq!(prctl::get_thp(), Ok(Thp::Enabled));
        prctl::set_thp(Thp::Disabled).unwrap();
        assert_eq!((prctl::get_thp(), status("THP_enabled")), (Ok(Thp::Disabled), "0".to_owned()));
        if known(prctl::set_thp(Thp::ExceptAdvised), "Linux 6.18").is_some() {
            assert_eq!(prctl::get_thp(), Ok(Thp::ExceptAdvised));
        }
        prctl::set_thp(Thp::Enabled).unwrap();
        assert_eq!(prctl::get_thp(), Ok(Thp::Enabled));
    });
}

#[test]
fn memory_that_is_written_is_not_executed() {
    alone([], || {
        let Some(none) = known(prctl::get_mdwe(), "Linux 6.3") else { return };
        assert!(none.is_empty());
        assert!(map(PROT_READ | PROT_WRITE | PROT_EXEC).is_ok());
        assert_errno(prctl::set_mdwe(Mdwe::NO_INHERIT), Errno::EINVAL);
        assert_errno(prctl::set_mdwe(Mdwe::from_bits(1 << 20)), Errno::EINVAL);
        prctl::set_mdwe(Mdwe::REFUSE_EXEC_GAIN).unwrap();
        assert_eq!(prctl::get_mdwe(), Ok(Mdwe::REFUSE_EXEC_GAIN));
        assert_errno(map(PROT_READ | PROT_WRITE | PROT_EXEC), Errno::EACCES);
        let writable = map(PROT_READ | PROT_WRITE).unwrap();
        // SAFETY: nobody else has the memory.
        assert_errno(unsafe { syscall!(MPROTECT, writable, PAGE, PROT_READ | PROT_EXEC) }, Errno::EACCES);
        assert_errno(prctl::set_mdwe(Mdwe::empty()), Errno::EPERM);
        assert_errno(prctl::set_mdwe(Mdwe::REFUSE_EXEC_GAIN | Mdwe::NO_INHERIT), Errno::EPERM);
        // SAFETY: the child makes system calls only, and ends.
        let Some(child) = (unsafe { fork() }).unwrap() else {
            butter::process::exit(i32::from(prctl::get_mdwe() != Ok(Mdwe::REFUSE_EXEC_GAIN)))
        };
        assert_eq!(wait(child), Ok(ChildStatus::Exited(0)));
    });
}

#[test]
fn a_child_does_not_inherit_what_is_not_to_be_inherited() {
    alone([], || {
        let both = Mdwe::REFUSE_EXEC_GAIN | Mdwe::NO_INHERIT;
        let Some(()) = known(prctl::set_mdwe(both), "Linux 6.6") else { return };
        assert_eq!(prctl::get_mdwe(), Ok(both));
        // SAFETY: the child makes system calls only, and ends.
        let Some(child) = (unsafe { fork() }).unwrap() else {
            butter::process::exit(i32::from(prctl::get_mdwe() != Ok(Mdwe::empty())))
        };
        assert_eq!(wait(child), Ok(ChildStatus::Exited(0)));
    });
}

#[test]
fn equal_pages_are_merged() {
    alone([], || {
        let Some(merge) = known(prctl::get_memory_merge(), "Linux 6.4, CONFIG_KSM") else { return };
        assert!(!merge);
        prctl::set_memory_merge(true).unwrap();
        assert_eq!(prctl::get_memory_merge(), Ok(true));
        prctl::set_memory_merge(false).unwrap();
        assert_eq!(prctl::get_memory_merge(), Ok(false));
    });
}

#[test]
fn memory_has_a_name() {
    alone([], || {
        let start = map(PROT_READ | PROT_WRITE).unwrap();
        let address = std::ptr::without_provenance(start);
        let shown = || {
            let maps = fs::read_to_string("/proc/self/maps").unwrap();
            let line = maps.lines().find(|line| line.starts_with(&format!("{start:x}-"))).unwrap().to_owned();
            line.split_whitespace().skip(5).collect::<Vec<_>>().join(" ")
        };
        let Some(()) = known(prctl::set_vma_anon_name(address, PAGE, Some(c"a name")), "CONFIG_ANON_VMA_NAME") else {
            return;
        };
        assert_eq!(shown(), "[anon:a name]");
        prctl::set_vma_anon_name(address, 2 * PAGE, None).unwrap();
        assert_eq!(shown(), "");

        let name = Some(c"a name");
        assert_errno(prctl::set_vma_anon_name(address.wrapping_byte_add(1), PAGE, name), Errno::EINVAL);
        assert_errno(prctl::set_vma_anon_name(address, PAGE, Some(c"no [name]")), Errno::EINVAL);
        assert_errno(prctl::set_vma_anon_name(address, PAGE, Some(c"\xff")), Errno::EINVAL);
        let long = std::ffi::CString::new(vec![b'x'; 80]).unwrap();
        assert_errno(prctl::set_vma_anon_name(address, PAGE, Some(&long)), Errno::EINVAL);
        assert_errno(prctl::set_vma_anon_name(std::ptr::without_provenance(PAGE), PAGE, name), Errno::ENOMEM);
        let code = (memory_has_a_name as fn() as usize) / PAGE * PAGE;
        assert_errno(prctl::set_vma_anon_name(std::ptr::without_provenance(code), PAGE, name), Errno::EBADF);
    });
}

#[test]
fn the_auxiliary_vector_is_what_proc_says() {
    let mut buffer = [[0; 2]; 64];
    let Some(auxv) = known(prctl::get_auxv(&mut buffer), "Linux 6.4") else { return };
    let words: Vec<usize> = fs::read("/proc/self/auxv")
        .unwrap()
        .chunks_exact(size_of::<usize>())
        .map(|word| usize::from_ne_bytes(word.try_into().unwrap()))
        .collect();
    let pairs: Vec<[usize; 2]> =
        words.chunks_exact(2).map(|pair| [pair[0], pair[1]]).take_while(|pair| pair[0] != 0).collect();
    assert_eq!(auxv, pairs);
    // Where there is not room for all, as many as fit.
    let mut small = [[7; 2]; 3];
    assert_eq!(prctl::get_auxv(&mut small[..2]).unwrap(), &pairs[..2]);
    assert_eq!(small[2], [7; 2]);
    assert_eq!(prctl::get_auxv(&mut small[..0]).unwrap().len(), 0);
}
