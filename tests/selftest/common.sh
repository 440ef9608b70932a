# shellcheck shell=bash
# What the scripts share that build with another toolchain than the machine's own: tests/selftest/{run,check}, tests/boot/run,
# tests/musl/run.

selftest=$(realpath "$(dirname "${BASH_SOURCE[0]}")")

fail() {
    echo "$0: $*" >&2
    exit 1
}

# The rows of a table, all or those that are named: table FILE [NAME…].
table() {
    local rows name
    rows=$(grep -v -e '^#' -e '^$' "$1")
    [ $# != 1 ] || { echo "$rows" && return; }
    for name in "${@:2}"; do
        grep "^$name " <<<"$rows" || fail "$name is not in the table of $(basename "$1")"
    done
}

targets() { table "$selftest/targets" "$@"; }

# Debian's toolchain brings the source of the standard library, so that it can be built for every target:
# toolchain FOLDER [PACKAGE…] makes it the one that cargo uses, builds in FOLDER unless told otherwise, and installs it
# with what else is needed.
toolchain() {
    local folder=$1 packages=(rustc-web cargo-web rust-web-src "${@:2}")
    if ! dpkg --status "${packages[@]}" &>/dev/null; then
        [ "$(id -u)" = 0 ] || fail "needs the packages ${packages[*]}, which it installs itself if run as root"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null
    fi
    export RUSTC=/usr/bin/rustc RUSTDOC=/usr/bin/rustdoc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$folder}
    unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
}

cargo() { /usr/bin/cargo "$@"; }

# The self-test for a target.
program() { echo "$CARGO_TARGET_DIR/$1/release/butter-selftest"; }

# Builds the self-test for rows of the table of targets, at once, so that cargo has work for every core. A program that
# cannot be built is not there afterwards.
build() {
    local lld name target linker own flavor flags arguments=()
    lld=$(find "$(env -u RUSTC rustc --print sysroot)" -name rust-lld -print -quit)
    [ -n "$lld" ] || fail "the Rust toolchain in the path has no rust-lld"
    while read -r name target _ linker own; do
        rm -f "$(program "$target")"
        [ "$linker" != - ] || continue
        arguments+=(--target "$target")
        flavor=ld
        [ "$linker" != lld ] || { flavor=ld.lld && linker=$lld; }
        flags="-Clinker-flavor=$flavor -Clinker=$linker ${own%%#*} -Crelocation-model=static -Ctarget-feature=+crt-static"
        export "CARGO_TARGET_$(tr a-z- A-Z_ <<<"$target")_RUSTFLAGS=$flags"
    done <<<"$1"
    cargo build --manifest-path "$selftest/Cargo.toml" --release --quiet --keep-going -Zbuild-std=core "${arguments[@]}" || true
}

# What the self-test said in a file: the checks that passed, those that it skipped, and why, those that did not pass, and
# how many there are.
passed() { sed -n '/ # SKIP /d; s/^ok [0-9]* - //p' "$1"; }
skipped() { sed -n 's/^ok [0-9]* - \(.*\) # SKIP \(.*\)/\2: \1/p' "$1"; }
not_passed() { sed -n 's/^not ok [0-9]* - \(.*\) # .*/\1/p' "$1"; }
planned() { sed -n 's/^1\.\.//p' "$1"; }
