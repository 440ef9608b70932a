//! Lists of C strings.

use super::*;
use butter::process::CStringsArg;
use common::assert_errno;
use static_assertions::{assert_eq_size, assert_impl_all};

assert_impl_all!(CStrings<'static>: Copy, Send, Sync);
assert_eq_size!(CStrings<'static>, usize);

#[test]
fn a_list_holds_the_strings_it_was_made_of() {
    let strings = [c"one", c"", c"three"];
    let mut memory = [ptr::null(); 4];
    let list = CStrings::collect(&mut memory, strings).unwrap();
    assert_eq!(list.into_iter().collect::<Vec<_>>(), strings);
    assert_eq!(format!("{list:?}"), r#"["one", "", "three"]"#);
    let seen = strings.with_strings(|list| Ok(list.iter().map(CStr::to_owned).collect::<Vec<_>>()));
    assert_eq!(seen.unwrap(), strings.map(CStr::to_owned));
}

#[test]
fn behind_the_end_there_is_nothing_for_ever() {
    let mut memory = [ptr::null(); 2];
    let mut strings = CStrings::collect(&mut memory, [c"one"]).unwrap().iter();
    assert_eq!(strings.next(), Some(c"one"));
    assert_eq!((strings.next(), strings.next()), (None, None));
}

#[test]
fn an_empty_list_has_no_string() {
    assert_eq!(CStrings::empty().iter().count(), 0);
    let mut memory = [ptr::null()];
    assert_eq!(CStrings::collect(&mut memory, []).unwrap().iter().count(), 0);
    assert_eq!([].with_strings(|list| Ok(list.iter().count())), Ok(0));
}

#[test]
fn a_list_needs_room_for_its_end() {
    let mut memory = [ptr::null(); 2];
    assert_errno(CStrings::collect(&mut memory, [c"one", c"two"]), Errno::E2BIG);
    assert_errno(CStrings::collect(&mut memory, [c"one", c"two", c"three"]), Errno::E2BIG);
    assert_errno(CStrings::collect(&mut [], []), Errno::E2BIG);
    assert_eq!(CStrings::collect(&mut memory, [c"one"]).unwrap().iter().count(), 1);
}

#[test]
fn the_environment_is_one() {
    let value = environment().iter().find_map(|variable| variable.to_str().ok()?.strip_prefix("PATH="));
    assert_eq!(value.map(str::to_owned), std::env::var("PATH").ok());
}
