#!/usr/bin/env bash
# Packages what would be published, each built from its package alone, and uses the packages from a fresh workspace, in
# place of crates.io, as somebody would who follows README.
set -euo pipefail
cd "$(dirname "$0")/.."

# Cargo keeps what it unpacked under a version, which does not change from one run to the next.
rm -rf "${CARGO_HOME:-$HOME/.cargo}"/registry/{src,cache}/*/modbus-bindgen-*
packages=(modbus-bindgen modbus-bindgen-macros modbus-bindgen-runtime modbus-bindgen-cli)
cargo package --locked --allow-dirty "${packages[@]/#/--package=}"
cargo publish --dry-run --no-verify --locked --allow-dirty "${packages[@]/#/--package=}"
# The dry run takes its files away.
cargo package --no-verify --quiet --locked --allow-dirty "${packages[@]/#/--package=}"

# A folder cargo takes for crates.io: the packages, and of the others those that these and README's program need.
folder="$PWD/target/packages"
rm -rf "$folder"
mkdir -p "$folder"
unpack() {
  tar -xzf "$1" -C "$folder"
  printf '{"files":{},"package":"%s"}' "$(sha256sum "$1" | cut -d' ' -f1)" >"$folder/$(basename "$1" .crate)/.cargo-checksum.json"
}
cache=(${CARGO_HOME:-$HOME/.cargo}/registry/cache/*)
cargo tree --locked --workspace --all-features --target all -e normal,build --prefix none --format '{p}' |
  sed -nE 's/^([^ ]+) v([^ ]+)( \(proc-macro\))?$/\1-\2/p' | sort -u | while read -r package; do
  unpack "$(ls "${cache[@]/%//$package.crate}" 2>/dev/null | head -1)"
done
for package in "${packages[@]}"; do
  unpack target/package/"$package"-[0-9]*.crate
done

MODBUS_BINDGEN_PACKAGES="$folder" cargo test --locked --package integration-tests --test readme
rm -rf "$folder"
