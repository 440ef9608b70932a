use super::*;

#[test]
fn a_step_that_fails_says_which_and_why() {
    as_each_user(|place| {
        let none = "no such file or directory";
        place.fails(&["--root", "/none", "true"], 125, &format!("contain: --root /none: {none}"));
        place.fails(&["--root", "/etc/passwd", "true"], 125, "contain: --root /etc/passwd: not a directory");
        place.fails(&["--bind", "/none:/tmp/x", "true"], 125, &format!("contain: --bind /none: {none}"));
        place.fails(&["--dir", "/none", "true"], 125, &format!("contain: --dir /none: {none}"));
        // In the words of the file system.
        for (option, why) in [("size=much", "Bad value for 'size'"), ("colour=blue", "Unknown parameter 'colour'")] {
            let option = format!("/tmp:{option}");
            let message = format!("contain: --tmpfs /tmp: invalid argument: tmpfs: {why}");
            place.fails(&["--tmpfs", &option, "true"], 125, &message);
        }
        place.fails(&["--hostname", &"x".repeat(65), "true"], 125, "contain: --hostname: invalid argument");
        place.fails(&["nothing-of-this-name"], 127, &format!("contain: nothing-of-this-name: {none}"));
        place.fails(&["/none/at/all"], 127, &format!("contain: /none/at/all: {none}"));
        place.fails(&["/etc/passwd"], 126, "contain: /etc/passwd: permission denied");
        place.fails(&["/etc"], 126, "contain: /etc: permission denied");
        // Nothing is made in a root that is not to be changed.
        let output = place.run(&["--tmpfs", "/none"], ":");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(125) && said.starts_with("contain: --tmpfs /none: "), "{said}");
        assert!(!Path::new("/none").exists());
    });
}

#[test]
fn a_wrong_command_line_is_explained() {
    as_each_user(|place| {
        for (arguments, message) in [
            (&[][..], "no command given"),
            (&["--"], "no command given"),
            (&["--what", "true"], "no option --what"),
            (&["--root"], "--root needs a value"),
            (&["--memory", "much", "true"], "--memory: much is not a size such as 512m"),
            (&["--memory", "0", "true"], "--memory: 0 is not a size such as 512m"),
            (&["--memory", "+1", "true"], "--memory: +1 is not a size such as 512m"),
            (&["--memory", "1mm", "true"], "--memory: 1mm is not a size such as 512m"),
            (&["--memory", "99999999999g", "true"], "--memory: 99999999999g is not a size such as 512m"),
            (&["--bind", "/tmp", "true"], "/tmp is not FROM:TO or FROM:TO:ro"),
            (&["--bind", "/tmp:/a:rw", "true"], "/tmp:/a:rw is not FROM:TO or FROM:TO:ro"),
            (&["--bind", "/tmp:a", "true"], "--bind: a does not begin with /"),
            (&["--tmpfs", "a", "true"], "--tmpfs: a does not begin with /"),
            (
                &["--busybox", "--overlay", "true"],
                "--busybox is a root of its own: --root and --overlay do not go with it",
            ),
        ] {
            let output = place.contain(arguments).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(125));
            assert!(said.starts_with(&format!("contain: {message}\nusage: contain ")), "{said}");
        }
    });
}
