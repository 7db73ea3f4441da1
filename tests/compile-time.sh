#!/usr/bin/env bash
# What generated code costs to compile: seconds for `cargo check` and a release build of a generated crate alone, its
# dependencies built before, the shortest of three runs. The machine should have nothing else to do.
# Usage: tests/compile-time.sh [REGISTERS…]
set -euo pipefail
cd "$(dirname "$0")/.."

counts=("$@")
[ ${#counts[@]} -gt 0 ] || counts=(1000 4000 10000)
# GNU format: wall time, then peak memory in KiB.
[ -x /usr/bin/time ] || { echo "GNU time is missing" >&2; exit 1; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo build --quiet -p modbus-bindgen --example synthetic
generator=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug/examples/synthetic
export CARGO_TARGET_DIR="$folder/target"

# Shortest of three, after one run that builds the dependencies.
shortest() {
  "$@" >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
  for _ in 1 2 3; do
    touch src/lib.rs
    /usr/bin/time -f "%e %M" -o "$folder/time" "$@" 2>/dev/null
    cat "$folder/time"
  done | sort -n | head -1
}

printf '%10s %12s %12s %12s\n' registers 'check s' 'release s' 'check MiB'
for count in "${counts[@]}"; do
  package="$folder/synthetic-$count"
  mkdir -p "$package/src"
  "$generator" "$count" >"$package/src/lib.rs"
  cat >"$package/Cargo.toml" <<TOML
[package]
name = "synthetic-$count"
version = "0.1.0"
edition = "2024"

[dependencies]
modbus-bindgen-runtime = { path = "$PWD/runtime" }

[workspace]
TOML
  cp Cargo.lock "$package"
  (
    cd "$package"
    read -r check memory < <(shortest cargo check --quiet)
    read -r release _ < <(shortest cargo build --quiet --release)
    printf '%10s %12s %12s %12s\n' "$count" "$check" "$release" "$((memory / 1024))"
  )
done
