//! Any bytes as what statmount fills in: every part is where the header says, and only if its bit says that it is there.

#![no_main]

use butter::mount::{IdExtent, StatMount, StatmountMask, Strings};
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;

const HEADER: usize = 512;

fuzz_target!(|bytes: &[u8]| {
    let told = StatMount::parse(bytes);
    assert_eq!(told.is_some(), bytes.len() >= HEADER);
    let Some(told) = told else { return };
    black_box(format!("{told:?}"));

    let word = |offset: usize| u32::from_ne_bytes(bytes[offset..offset + 4].try_into().unwrap());
    let long = |offset: usize| u64::from_ne_bytes(bytes[offset..offset + 8].try_into().unwrap());
    let mask = told.mask();
    assert_eq!(mask.bits(), long(8));
    let has = |part: StatmountMask| mask.contains(part);
    let if_told = |part, number| has(part).then_some(number);

    let (basic, fs) = (StatmountMask::MNT_BASIC, StatmountMask::SB_BASIC);
    assert_eq!(told.device(), has(fs).then(|| (word(16), word(20))));
    let numbers = [
        (told.magic().map(|magic| magic.number()), if_told(fs, long(24))),
        (told.fs_flags().map(|flags| flags.bits().into()), if_told(fs, word(32).into())),
        (told.id().map(|id| id.number()), if_told(basic, long(40))),
        (told.parent_id().map(|id| id.number()), if_told(basic, long(48))),
        (told.old_id().map(u64::from), if_told(basic, word(56).into())),
        (told.old_parent_id().map(u64::from), if_told(basic, word(60).into())),
        (told.attr().map(|attr| attr.bits()), if_told(basic, long(64))),
        (told.propagation().map(|kind| kind.bits()), if_told(basic, long(72))),
        (told.peer_group(), if_told(basic, long(80))),
        (told.master(), if_told(basic, long(88))),
        (told.propagate_from(), if_told(StatmountMask::PROPAGATE_FROM, long(96))),
        (told.namespace_id(), if_told(StatmountMask::MNT_NS_ID, long(112))),
        (told.supported_mask().map(|mask| mask.bits()), if_told(StatmountMask::SUPPORTED_MASK, long(144))),
    ];
    for (number, expected) in numbers {
        assert_eq!(number, expected);
    }

    let size = (word(0) as usize).clamp(HEADER, bytes.len());
    let behind = |offset: usize| bytes[HEADER..size].get(word(offset) as usize..);
    // The string that stands there, with a NUL behind it.
    let string = |part, offset| {
        let rest = behind(offset).filter(|_| has(part))?;
        rest.iter().position(|byte| *byte == 0).map(|end| &rest[..end])
    };
    assert_eq!(told.options(), string(StatmountMask::MNT_OPTS, 4));
    assert_eq!(told.fs_type(), string(StatmountMask::FS_TYPE, 36));
    assert_eq!(told.root(), string(StatmountMask::MNT_ROOT, 104));
    assert_eq!(told.mount_point(), string(StatmountMask::MNT_POINT, 108));
    assert_eq!(told.fs_subtype(), string(StatmountMask::FS_SUBTYPE, 120));
    assert_eq!(told.source(), string(StatmountMask::SB_SOURCE, 124));

    let list = |part, count: usize, offset| {
        let rest = behind(offset).filter(|_| has(part))?;
        let whole = rest.iter().filter(|byte| **byte == 0).count().min(word(count) as usize);
        Some(rest.split(|byte| *byte == 0).take(whole).collect::<Vec<_>>())
    };
    let strings = |told: Option<Strings<'_>>, expected: Option<Vec<&[u8]>>| {
        black_box(format!("{told:?}"));
        assert!(
            told.map(|told| told.map(<[u8]>::to_vec).collect::<Vec<_>>())
                == expected.map(|list| list.iter().map(|string| string.to_vec()).collect())
        );
    };
    strings(told.option_list(), list(StatmountMask::OPT_ARRAY, 128, 132));
    strings(told.security_option_list(), list(StatmountMask::OPT_SEC_ARRAY, 136, 140));
    for (map, part, count, offset) in
        [(told.uid_map(), StatmountMask::MNT_UIDMAP, 152, 156), (told.gid_map(), StatmountMask::MNT_GIDMAP, 160, 164)]
    {
        black_box(format!("{map:?}"));
        let lines = list(part, count, offset);
        let extents = lines.map(|lines| lines.iter().map_while(|line| IdExtent::parse(line)).collect::<Vec<_>>());
        assert_eq!(map.map(|map| map.collect()), extents);
    }
});
