//! Patterns for names and paths.

/// Whether a path below the directory matches. A pattern without a slash is one of names, and is held against the last
/// part of the path; one with a slash against all of it, and a slash at its beginning has no other meaning than that.
///
/// `?` is any character but a slash, `*` any number of them, `**` any number of any characters. All else is itself.
pub fn matches(pattern: &[u8], path: &[u8]) -> bool {
    if pattern.contains(&b'/') {
        return fits(pattern.strip_prefix(b"/").unwrap_or(pattern), path);
    }
    fits(pattern, path.rsplit(|byte| *byte == b'/').next().unwrap_or(path))
}

/// It goes back to the last `*`, or if that has come to a slash to the last `**`. Going further back would not help: what
/// stands between two of them was found as early as it can be. So it is never slow, whatever somebody calls a file.
fn fits(mut pattern: &[u8], mut text: &[u8]) -> bool {
    // What stands behind the last one, and the text that it does not take.
    let (mut star, mut stars) = (None, None);
    loop {
        match (pattern, text) {
            ([b'*', b'*', rest @ ..], _) => {
                (star, stars, pattern) = (None, Some((rest, text)), rest);
                continue;
            }
            ([b'*', rest @ ..], _) => {
                (star, pattern) = (Some((rest, text)), rest);
                continue;
            }
            ([], []) => return true,
            ([b'?', rest @ ..], [first, left @ ..]) if *first != b'/' => {
                // What follows in UTF-8 belongs to the same character.
                let more = left.iter().take_while(|byte| **byte & 0xc0 == 0x80).count();
                (pattern, text) = (rest, &left[more..]);
                continue;
            }
            ([same, rest @ ..], [first, left @ ..]) if same == first && *same != b'?' => {
                (pattern, text) = (rest, left);
                continue;
            }
            _ => {}
        }
        // It takes one byte more.
        match (star, stars) {
            (Some((behind, [first, left @ ..])), _) if *first != b'/' => {
                star = Some((behind, left));
                (pattern, text) = (behind, left);
            }
            (_, Some((behind, [_, left @ ..]))) => {
                (star, stars) = (None, Some((behind, left)));
                (pattern, text) = (behind, left);
            }
            _ => return false,
        }
    }
}
