//! The checker against the kernel, and the interpreter against what the checker accepts.

use super::kernel::in_child;
use super::*;
use butter::signal::ChildStatus;
use butter::syscall;

const RETURN: Instruction = Instruction::new(0x06, 0, 0, 0x7fff_0000);

fn with(instruction: Instruction) -> Vec<Instruction> {
    vec![instruction, RETURN, RETURN]
}

#[test]
fn each_reason_to_refuse_is_told() {
    assert_eq!(check(&[]), Err(Refusal::Empty));
    assert_eq!(check(&vec![RETURN; 4096]), Ok(()));
    assert_eq!(check(&vec![RETURN; 4097]), Err(Refusal::TooLong));
    assert_eq!(check(&with(Instruction::new(0x07, 0, 0, 0))[..1]), Err(Refusal::NoReturn));
    let refusals = [
        // A remainder, a byte, a packet's header length, and what is nothing.
        (0x94, 1, Refusal::Unknown(0)),
        (0x30, 0, Refusal::Unknown(0)),
        (0xb1, 0, Refusal::Unknown(0)),
        (0xffff, 0, Refusal::Unknown(0)),
        (0x0d, 0, Refusal::Unknown(0)),
        (0x8c, 0, Refusal::Unknown(0)),
        (0x20, 64, Refusal::Load(0)),
        (0x20, 2, Refusal::Load(0)),
        (0x20, 0xffff_f000, Refusal::Load(0)),
        (0x02, 16, Refusal::Memory(0)),
        (0x03, 16, Refusal::Memory(0)),
        (0x60, 16, Refusal::Memory(0)),
        (0x60, 0, Refusal::NotStored(0)),
        (0x61, 15, Refusal::NotStored(0)),
        (0x34, 0, Refusal::Division(0)),
        (0x64, 32, Refusal::Shift(0)),
        (0x74, 32, Refusal::Shift(0)),
        (0x05, 2, Refusal::Jump(0)),
        (0x05, u32::MAX, Refusal::Jump(0)),
    ];
    for (code, k, refusal) in refusals {
        assert_eq!(check(&with(Instruction::new(code, 0, 0, k))), Err(refusal), "{code:#x} {k}");
    }
    for (jt, jf, expected) in [(1, 1, Ok(())), (2, 0, Err(Refusal::Jump(0))), (0, 2, Err(Refusal::Jump(0)))] {
        assert_eq!(check(&with(Instruction::new(0x15, jt, jf, 0))), expected);
    }
    assert_eq!(Refusal::Jump(3).to_string(), "instruction 3: jumps beyond the end");
}

#[test]
fn memory_counts_as_stored_if_every_way_has_stored_it() {
    let store = Instruction::new(0x02, 0, 0, 3);
    let fetch = Instruction::new(0x60, 0, 0, 3);
    let branch = |jt, jf| Instruction::new(0x15, jt, jf, 0);
    assert_eq!(check(&[store, fetch, RETURN]), Ok(()));
    assert_eq!(check(&[store, branch(1, 0), RETURN, fetch, RETURN]), Ok(()));
    assert_eq!(check(&[branch(0, 1), store, fetch, RETURN]), Err(Refusal::NotStored(2)));
    assert_eq!(check(&[branch(0, 2), store, Instruction::new(0x05, 0, 0, 1), store, fetch, RETURN]), Ok(()));
}

/// Programs that are nearly right.
fn any_program(random: &mut Random) -> Vec<Instruction> {
    const CODES: [u16; 46] = [
        0x20, 0x80, 0x00, 0x60, 0x81, 0x01, 0x61, 0x02, 0x03, 0x06, 0x16, 0x07, 0x87, 0x84, 0x05, 0x15, 0x1d, 0x25,
        0x2d, 0x35, 0x3d, 0x45, 0x4d, 0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x44, 0x4c, 0x54, 0x5c, 0xa4,
        0xac, 0x64, 0x6c, 0x74, 0x7c, 0x02, 0x02, 0x02, 0x03, 0x03,
    ];
    let length = 1 + random.below(12);
    let mut program: Vec<_> = (0..length)
        .map(|_| {
            let code = if random.one_in(40) { random.next() as u16 & 0xff } else { random.of(&CODES) };
            let k = match random.below(6) {
                0 => random.next() as u32,
                1 => 4 * random.below(20) as u32,
                2 => random.below(3) as u32,
                _ => random.below(8) as u32,
            };
            Instruction::new(code, random.below(5) as u8, random.below(5) as u8, k)
        })
        .collect();
    if !random.one_in(10) {
        program.extend([RETURN, random.of(&[RETURN, Instruction::new(0x16, 0, 0, 0)])]);
    }
    program
}

#[test]
fn the_kernel_takes_what_is_accepted_and_nothing_else() {
    const SECCOMP_FILTER_FLAG_NEW_LISTENER: u32 = 1 << 3;
    let mut random = Random::new(20);
    let mut programs: Vec<_> = (0..20000).map(|_| any_program(&mut random)).collect();
    programs.extend((0..=u16::MAX).map(|code| with(Instruction::new(code, 0, 0, 1))));
    programs.extend((0..=256_u16).flat_map(|code| (0..70).map(move |k| with(Instruction::new(code, 0, 0, k)))));
    let accepted: Vec<_> = programs.iter().map(|program| check(program).is_ok()).collect();
    let count = accepted.iter().filter(|accepted| **accepted).count();
    assert!(count > 2000, "{count}");
    let listen = |program: &[Instruction]| super::kernel::install(program, SECCOMP_FILTER_FLAG_NEW_LISTENER);
    // A process has one listener: the kernel looks at the second program before it says so.
    let status = in_child(|| {
        if listen(&[RETURN]).is_err() {
            return 2;
        }
        for (program, accepted) in programs.iter().zip(&accepted) {
            let expected = if *accepted { Errno::EBUSY } else { Errno::EINVAL };
            if listen(program) != Err(expected) {
                let text = if *accepted { c"not taken\n" } else { c"taken\n" };
                // SAFETY: the kernel reads the text.
                let _ = unsafe { syscall!(WRITE, 2, text.as_ptr(), text.count_bytes()) };
                return 1;
            }
        }
        0
    });
    assert_eq!(status, ChildStatus::Exited(0));
}

#[test]
fn what_is_accepted_runs_to_a_return() {
    let mut random = Random::new(21);
    let (mut ran, mut lost) = (0, 0);
    for _ in 0..20000 {
        let program = any_program(&mut random);
        let data = Data::new(Arch::NATIVE, random.next() as u32).with_args([0; 6].map(|_: u64| random.next()));
        match (check(&program), run(&program, &data)) {
            (Ok(()), Some(outcome)) => {
                assert!(outcome.executed <= program.len());
                ran += 1;
            }
            (Ok(()), None) => panic!("{}", Listing(&program)),
            (Err(_), None) => lost += 1,
            (Err(_), Some(_)) => {}
        }
    }
    assert!(ran > 1000 && lost > 1000, "{ran} {lost}");
}

#[test]
fn every_instruction_does_what_the_kernel_does_with_it() {
    // What is returned of A = 0x8000_0007 and X = 5.
    let cases = [
        (0x04, 3, 0x8000_000a),
        (0x0c, 0, 0x8000_000c),
        (0x14, 8, 0x7fff_ffff),
        (0x1c, 0, 0x8000_0002),
        (0x24, 2, 14),
        (0x2c, 0, 0x8000_0023),
        (0x34, 2, 0x4000_0003),
        (0x3c, 0, 0x8000_0007_u32 / 5),
        (0x44, 8, 0x8000_000f),
        (0x4c, 0, 0x8000_0007),
        (0x54, 6, 6),
        (0x5c, 0, 5),
        (0xa4, 1, 0x8000_0006),
        (0xac, 0, 0x8000_0002),
        (0x64, 1, 14),
        (0x6c, 0, 0xe0),
        (0x74, 1, 0x4000_0003),
        (0x7c, 0, 0x0400_0000),
        (0x84, 0, 0x7fff_fff9),
        (0x00, 9, 9),
        (0x80, 0, 64),
        (0x87, 0, 5),
        (0x02, 0, 0x8000_0007),
    ];
    for (code, k, expected) in cases {
        let program = [
            Instruction::new(0x00, 0, 0, 0x8000_0007),
            Instruction::new(0x01, 0, 0, 5),
            Instruction::new(code, 0, 0, k),
            Instruction::new(0x16, 0, 0, 0),
        ];
        check(&program).unwrap();
        assert_eq!(
            outcome(&program, &Data::new(Arch::NATIVE, 0)),
            Outcome { value: expected, executed: 4 },
            "{code:#x}"
        );
    }
    // To divide by an X of 0 returns 0, and to shift by 33 is to shift by 1.
    let by_x = |code, x| {
        [Instruction::new(0, 0, 0, 6), Instruction::new(0x01, 0, 0, x), Instruction::new(code, 0, 0, 0), RETURN]
    };
    assert_eq!(outcome(&by_x(0x3c, 0), &Data::new(Arch::NATIVE, 0)), Outcome { value: 0, executed: 3 });
    let mut shift = by_x(0x6c, 33);
    shift[3] = Instruction::new(0x16, 0, 0, 0);
    assert_eq!(outcome(&shift, &Data::new(Arch::NATIVE, 0)).value, 12);
}

#[test]
fn a_program_loads_every_word_of_the_data() {
    let data = Data::new(Arch::NATIVE, 0x1122_3344).with_instruction_pointer(0x0102_0304_0506_0708).with_args([
        1 << 32 | 2,
        3 << 32 | 4,
        5 << 32 | 6,
        7 << 32 | 8,
        9 << 32 | 10,
        11 << 32 | 12,
    ]);
    // SAFETY: it has no padding, and is as the kernel gives it to a program.
    let bytes: [u8; 64] = unsafe { std::mem::transmute(data) };
    for (index, word) in bytes.chunks(4).enumerate() {
        let program = [Instruction::new(0x20, 0, 0, 4 * index as u32), Instruction::new(0x16, 0, 0, 0)];
        assert_eq!(outcome(&program, &data).value, u32::from_ne_bytes(word.try_into().unwrap()), "{index}");
    }
}
