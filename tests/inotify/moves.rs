use super::*;

/// What the events turn out to be, in words.
fn steps(inotify: &Inotify) -> Vec<String> {
    let (mut moves, mut told) = (Moves::new(), Vec::new());
    drain(inotify, |event| {
        let (gone, step) = moves.step(event);
        told.extend(gone.map(|from| format!("gone {}", from.name().escape_ascii())));
        told.extend(match step {
            Step::Event(event) => Some(words(event)),
            Step::Kept => None,
            Step::Renamed { from, to } => {
                assert!(from.cookie() != 0 && from.cookie() == to.cookie());
                assert_eq!(from.is_dir(), to.is_dir());
                let place = if from.wd() == to.wd() { "renamed" } else { "moved" };
                Some(format!("{place} {} {}", from.name().escape_ascii(), name(&to)))
            }
        });
    });
    while let Some(from) = moves.finish() {
        told.push(format!("left {}", from.name().escape_ascii()));
    }
    told
}

fn name<'a>(event: &WatchEvent<'a>) -> &'a str {
    std::str::from_utf8(event.name().unwrap()).unwrap()
}

const MASK: Mask = Mask::MOVE.union(Mask::CREATE).union(Mask::DELETE);

#[test]
fn bring_the_halves_of_a_rename_together() {
    let watched = Watched::with(MASK, |dir| {
        touch(dir.join("a"));
        fs::create_dir(dir.join("x")).unwrap();
    });
    fs::rename(watched.path("a"), watched.path("b")).unwrap();
    fs::rename(watched.path("x"), watched.path("y")).unwrap();
    assert_eq!(steps(&watched.inotify), ["renamed a b", "renamed x y"]);
}

#[test]
fn bring_them_together_over_two_watches() {
    let (watched, other) = (Watched::new(MASK), TempDir::new());
    watched.inotify.add_watch(&*other, MASK).unwrap();
    touch(watched.path("a"));
    fs::rename(watched.path("a"), other.join("b")).unwrap();
    assert_eq!(steps(&watched.inotify), ["create a", "moved a b"]);
}

#[test]
fn keep_a_file_that_went_where_nobody_watches_to_the_end() {
    let (watched, other) = (Watched::new(MASK), TempDir::new());
    for name in ["a", "b", "c"] {
        touch(watched.path(name));
        fs::rename(watched.path(name), other.join(name)).unwrap();
    }
    assert_eq!(steps(&watched.inotify), ["create a", "create b", "create c", "left a", "left b", "left c"]);
}

#[test]
fn tell_that_a_file_is_gone_before_another_takes_its_name() {
    let (watched, other) = (Watched::with(MASK, |dir| touch(dir.join("a"))), TempDir::new());
    fs::rename(watched.path("a"), other.join("a")).unwrap();
    touch(watched.path("b"));
    touch(watched.path("a"));
    assert_eq!(steps(&watched.inotify), ["create b", "gone a", "create a"]);
}

#[test]
fn keep_eight_and_the_oldest_makes_room() {
    let other = TempDir::new();
    let watched = Watched::with(MASK, |dir| (1..=9).for_each(|number| touch(dir.join(number.to_string()))));
    for number in 1..=9 {
        fs::rename(watched.path(&number.to_string()), other.join(number.to_string())).unwrap();
    }
    touch(watched.path("a"));
    let expected = "gone 1, create a, left 2, left 3, left 4, left 5, left 6, left 7, left 8, left 9";
    assert_eq!(steps(&watched.inotify).join(", "), expected);
}

#[test]
fn leave_a_file_that_came_from_where_nobody_watches_as_it_is() {
    let (watched, other) = (Watched::new(MASK), TempDir::new());
    touch(other.join("a"));
    fs::rename(other.join("a"), watched.path("a")).unwrap();
    assert_eq!(steps(&watched.inotify), ["moved_to a"]);
}

#[test]
fn do_not_take_an_arrival_for_the_second_half_of_a_departure() {
    let (watched, other) = (Watched::with(MASK, |dir| touch(dir.join("a"))), TempDir::new());
    touch(other.join("b"));
    fs::rename(watched.path("a"), other.join("a")).unwrap();
    fs::rename(other.join("b"), watched.path("b")).unwrap();
    assert_eq!(steps(&watched.inotify), ["moved_to b", "left a"]);
}

#[test]
fn keep_the_longest_name() {
    let long = "x".repeat(255);
    let watched = Watched::with(MASK, |dir| touch(dir.join(&long)));
    fs::rename(watched.path(&long), watched.path("a")).unwrap();
    assert_eq!(steps(&watched.inotify), [format!("renamed {long} a")]);
}
