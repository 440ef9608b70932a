use super::stat::id;
use super::*;
use butter::mount::{MntIdReq, StatmountMask, mountinfo, statmount};

#[test]
fn the_text_says_what_statmount_tells() {
    in_own_mounts(|| {
        let stage = Stage::new();
        let dir = stage.dir("a place,\twith\n#\\ in it");
        mount::mount(c"a source", &dir, c"tmpfs", MountFlags::NODEV, c"size=1m").unwrap();
        mount::make_shared(&dir, Reach::Mount).unwrap();
        let text = fs::read("/proc/self/mountinfo").unwrap();
        let mut lines = mountinfo::parse(&text);
        let (mut path, mut buffer) = ([0; 4096], [0; 4096]);
        let line = lines
            .find(|line| line.mount_point().unwrap().unescape(&mut path) == Some(dir.as_os_str().as_bytes()))
            .unwrap();
        let told = statmount(&MntIdReq::new(id(&dir)), StatmountMask::ALL, &mut buffer).unwrap();
        assert_eq!((line.id(), line.parent_id()), (told.old_id(), told.old_parent_id()));
        assert_eq!(line.device(), told.device());
        assert!(line.root().unwrap() == *told.root().unwrap());
        assert!(line.source().unwrap() == *told.source().unwrap());
        assert!(line.fs_type().unwrap() == *told.fs_type().unwrap());
        assert_eq!(line.options(), Some(b"rw,nodev,relatime".as_slice()));
        assert_eq!(line.peer_group().map(u64::from), told.peer_group());
        assert!(line.fs_options().unwrap().as_bytes().ends_with(told.options().unwrap()));

        assert_eq!(
            lines.by_ref().count() + 1,
            text.split(|byte| *byte == b'\n').skip_while(|other| *other != line.as_bytes()).count() - 1
        );
        assert!(lines.remainder().is_empty());
    });
}
