# shellcheck shell=bash
# What the scripts share that build with another toolchain than the machine's own: tests/selftest/{run,check}, tests/musl/run.

fail() {
    echo "$0: $*" >&2
    exit 1
}

# The rows of the table of targets, all or those that are named: targets [ARCHITECTURE…].
targets() {
    local rows name
    rows=$(grep -v -e '^#' -e '^$' targets)
    [ $# != 0 ] || { echo "$rows" && return; }
    for name in "$@"; do
        grep "^$name " <<<"$rows" || fail "$name is not in the table of targets"
    done
}

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
