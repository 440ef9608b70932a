#[path = "../../examples/sandbox/docker.rs"]
mod docker;
use butter::seccomp::*;
use docker::*;
static D: Program<{ DOCKER.length() }> = DOCKER.compile();
static M: Program<{ DOCKER_MIXED.length() }> = DOCKER_MIXED.compile();
#[test]
fn t() {
    println!("{D}");
    println!("{} {}", D.len(), M.len());
    let mut sum = vec![];
    let mut den = vec![];
    for n in 0..472 {
        let o = run(&D, &Data::new(Arch::X86_64, n)).unwrap();
        match o.action() {
            Action::Allow if ![41, 56, 135].contains(&n) => sum.push(o.executed),
            Action::Errno(_) => den.push(o.executed),
            _ => {}
        }
    }
    println!(
        "{} mean {} worst {} denied mean {} worst {}",
        sum.len(),
        sum.iter().sum::<usize>() as f64 / sum.len() as f64,
        sum.iter().max().unwrap(),
        den.iter().sum::<usize>() as f64 / den.len() as f64,
        den.iter().max().unwrap()
    );
    for (name, a) in [
        ("read", 0),
        ("write", 0),
        ("socket", 2),
        ("socket", 16),
        ("socket", 45),
        ("socket", 40),
        ("personality", 0xffff_ffff),
        ("personality", 5),
        ("clone", 0),
        ("clone", 0x20000),
        ("mount", 0),
        ("io_uring_enter", 0),
        ("clone3", 0),
    ] {
        println!(
            "{name} {a} {:?}",
            run(&D, &Data::named(Arch::X86_64, name).unwrap().with_arguments([a, 0, 0, 0, 0, 0]))
                .map(|o| (o.action(), o.executed))
        );
    }
    println!("600 {:?}", run(&D, &Data::new(Arch::X86_64, 600)));
    check(&D).unwrap();
    check(&M).unwrap();
}
