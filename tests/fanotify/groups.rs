use super::*;
use std::process::Command;

#[test]
fn mounts_come_and_go() {
    if !privileged() {
        return;
    }
    common::in_own_namespaces(|| {
        let run = |program: &str, args: &[&str]| {
            assert!(common::Running::spawn(Command::new(program).args(args)).wait().unwrap().success());
        };
        let (group, dir) = (Fanotify::builder().report_mnt().nonblocking().build().unwrap(), TempDir::new());
        let path = dir.to_str().unwrap();
        group.add(MarkFlags::MNTNS, Mask::MNT_ATTACH | Mask::MNT_DETACH, c"/proc/self/ns/mnt").unwrap();
        run("mount", &["-t", "tmpfs", "none", path]);
        run("umount", &[path]);
        let told = drain(&group, |event| {
            let event = notification(event);
            assert!(event.pid().is_none() && matches!(event.file(), EventFile::None));
            (words(&event), event.mnt().unwrap())
        });
        let [(attach, attached), (detach, detached)] = told.try_into().unwrap();
        assert_eq!((attach.as_str(), detach.as_str(), attached), ("mnt_attach", "mnt_detach", detached));
        assert!(attached > 1 << 31, "unique ids begin there: {attached}");
    });
}

#[test]
fn a_reader_waits_for_events() {
    let marked = Marked::names(Mask::CREATE);
    let mut buffer = [0; 8192];
    let mut reader = Reader::new(&marked.group, &mut buffer).unwrap();
    assert_errno(reader.wait(Some(std::time::Duration::ZERO)), Errno::ETIMEDOUT);
    touch(marked.path("a"));
    touch(marked.path("b"));
    for name in ["create a", "create b"] {
        assert_eq!(words(&notification(reader.wait(Some(LONG)).unwrap())), name);
    }
}
