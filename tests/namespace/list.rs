//! `listns`.

use super::*;
use butter::namespace::{ListRequest, listns};
use common::linux;

#[test]
fn which_there_are() {
    if !linux(6, 19) {
        return;
    }
    let mut memory = [0; 512];
    let ids = listns(&ListRequest::new(), &mut memory).unwrap();
    assert!(ids.is_sorted());
    let own = Namespace::open(None, Link::Uts).unwrap().id().unwrap();
    assert!(ids.contains(&own));
}

#[test]
fn in_parts() {
    if !linux(6, 19) {
        return;
    }
    let request = ListRequest::new().kinds(Kinds::UTS | Kinds::USER);
    let mut all = [0; 512];
    let all = listns(&request, &mut all).unwrap();
    for size in [1, 2, 3, 512] {
        let mut memory = vec![0; size];
        let ids: Vec<u64> = request.iter(&mut memory).map(|id| id.unwrap()).collect();
        // Others come and go meanwhile.
        let own = Namespace::open(None, Link::Uts).unwrap().id().unwrap();
        assert!(ids.is_sorted() && ids.contains(&own) && all.contains(&own), "{size}");
    }
}

#[test]
fn those_of_the_own_user_namespace() {
    in_own_namespaces(|| {
        if !linux(6, 19) {
            return;
        }
        let mut memory = [0; 16];
        let ids = listns(&ListRequest::new().owned_by_own(), &mut memory).unwrap();
        assert_eq!(ids, [Namespace::open(None, Link::Mnt).unwrap().id().unwrap()]);
    });
}

#[test]
fn errors() {
    let mut memory = [0; 16];
    if !linux(6, 19) {
        return assert_errno(listns(&ListRequest::new(), &mut memory), Errno::ENOSYS);
    }
    assert_errno(listns(&ListRequest::new().kinds(Kinds::from_bits(1)), &mut memory), Errno::EOPNOTSUPP);
    let uts = Namespace::open(None, Link::Uts).unwrap().id().unwrap();
    assert_errno(listns(&ListRequest::new().owned_by(uts), &mut memory), Errno::EINVAL);
    assert_errno(listns(&ListRequest::new().after(u64::MAX - 1), &mut memory), Errno::ENOENT);
}

/// As every call does on an older kernel.
#[test]
fn an_error_ends_the_list() {
    let mut memory = [0; 16];
    let mut list = ListRequest::new().kinds(Kinds::from_bits(1)).iter(&mut memory);
    assert!(matches!(list.next(), Some(Err(Errno::ENOSYS | Errno::EOPNOTSUPP))));
    assert!(list.next().is_none());
}

#[test]
fn it_prints_what_it_asks_for() {
    let request = ListRequest::default().after(3).kinds(Kinds::NET).owned_by(4);
    assert_eq!(format!("{request:?}"), "ListRequest { after: 3, kinds: Kinds(NET), owned_by: 4 }");
}
