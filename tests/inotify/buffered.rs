use super::*;

#[test]
fn is_what_a_read_gives() {
    let watched = Watched::new(Mask::CREATE | Mask::OPEN);
    assert_eq!(watched.inotify.buffered(), Ok(0));
    touch(watched.path("a"));
    fs::read_dir(&*watched.dir).unwrap();
    // Two with a name, and one without.
    assert_eq!(watched.inotify.buffered(), Ok(32 + 32 + 16));
    assert_eq!(fd::read(&watched.inotify, &mut [0; 512]).unwrap().len(), 80);
    assert_eq!(watched.inotify.buffered(), Ok(0));
}
