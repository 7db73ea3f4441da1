#!/usr/bin/env bash
# What it costs to generate code and to compile it, three runs of each: median and spread. The machine should have nothing else
# to do. Writes docs/performance.md between its markers, with `--print` only prints.
# Usage: tests/compile-time.sh [--print] [REGISTERS…]
set -euo pipefail
cd "$(dirname "$0")/.."

target_page=docs/performance.md
if [ "${1-}" = --print ]; then
  target_page=
  shift
fi
counts=("$@")
[ ${#counts[@]} -gt 0 ] || counts=(1000 10000)
# GNU format: wall time, then peak memory in KiB.
[ -x /usr/bin/time ] || { echo "GNU time is missing" >&2; exit 1; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo build --quiet --release -p modbus-bindgen --example synthetic
generator=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release/examples/synthetic

# Seconds of three runs after one that is not counted, as `median (shortest–longest)`, then the most MiB.
measure() {
  "$@" >"$folder/out" 2>"$folder/log" || { cat "$folder/log" >&2; exit 1; }
  for _ in 1 2 3; do
    [ ! -f src/lib.rs ] || touch src/lib.rs
    /usr/bin/time -f "%e %M" -o "$folder/time" "$@" >"$folder/out" 2>/dev/null
    cat "$folder/time"
  done | sort -n | awk '{ time[NR] = $1; if ($2 > most) most = $2 }
    END { printf "%s (%s–%s)|%d\n", time[2], time[1], time[3], most / 1024 }'
}

package() { # FOLDER NAME DEPENDENCIES
  mkdir -p "$1/src"
  cat >"$1/Cargo.toml" <<TOML
[package]
name = "$2"
version = "0.1.0"
edition = "2024"

[profile.release]
lto = "thin"
strip = true

[dependencies]
$3

[workspace]
TOML
  cp Cargo.lock "$1"
}

# The yardstick: Python's csv.DictReader reads 10,000 rows ten times.
"$generator" table 10000 mixed "$folder/yardstick"
yardstick=$(for _ in 1 2 3; do
  python3 - "$folder/yardstick/registers.csv" <<'PYTHON'
import csv, sys, time
start = time.perf_counter()
for _ in range(10):
    with open(sys.argv[1], newline='', encoding='utf-8') as file:
        rows = list(csv.DictReader(file))
print(time.perf_counter() - start)
PYTHON
done | sort -n | sed -n 2p)

runtime="modbus-bindgen-runtime = { path = \"$PWD/runtime\" }"
report="$folder/report"
{
  echo "Seconds, the median of three runs (shortest–longest). Yardstick, \`csv.DictReader\` over 10,000 rows ten times: $(printf '%.3f' "$yardstick") s."
  echo
  echo "| registers | table | generate | of the yardstick | MiB | tokens only | lines a register | \`cargo check\` | release build | program with 10 points: check | KiB |"
  echo "|---|---|---|---|---|---|---|---|---|---|---|"
} >"$report"
export CARGO_TARGET_DIR="$folder/target"
for count in "${counts[@]}"; do
  for shape in plain mixed shared; do
    table="$folder/$shape-$count"
    "$generator" table "$count" "$shape" "$table"
    IFS='|' read -r generate memory < <(measure "$generator" code "$table/device.toml")
    IFS='|' read -r tokens _ < <(measure "$generator" tokens "$table/device.toml")
    library="$folder/lib-$shape-$count"
    package "$library" device "$runtime"
    "$generator" code "$table/device.toml" >"$library/src/lib.rs"
    lines=$(awk -v count="$count" 'END { printf "%.1f", NR / count }' "$library/src/lib.rs")
    IFS='|' read -r check _ < <(cd "$library" && measure cargo check --quiet)
    IFS='|' read -r release _ < <(cd "$library" && measure cargo build --quiet --release)
    program="$folder/bin-$shape-$count"
    package "$program" program "device = { path = \"$library\" }
$runtime
tokio = { version = \"1\", features = [\"macros\", \"net\", \"rt\"] }"
    # The first ten points, without the handle of the device, which knows them all.
    points=$(grep -m 10 -o 'pub const [A-Z0-9_]*: rt::Point' "$library/src/lib.rs" | sed 's/pub const \(.*\): rt::Point/points::\1/' | paste -sd,)
    cat >"$program/src/main.rs" <<RUST
use device::points;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bus = modbus_bindgen_runtime::Bus::tcp("127.0.0.1:502").await?;
    println!("{:?}", bus.unit(1).read(($points)).await?);
    Ok(())
}
RUST
    IFS='|' read -r used _ < <(cd "$program" && measure sh -c 'touch src/main.rs && cargo check --quiet')
    (cd "$program" && cargo build --quiet --release)
    size=$(($(stat -c %s "$CARGO_TARGET_DIR/release/program") / 1024))
    share=$(awk -v time="${generate%% *}" -v yardstick="$yardstick" 'BEGIN { printf "%.2f", time / yardstick }')
    echo "| $count | $shape | $generate | $share | $memory | $tokens | $lines | $check | $release | $used | $size |" | tee -a "$report"
  done
done

if [ -n "$target_page" ]; then
  awk -v report="$report" '
    /^<!-- measured -->/ { print; print ""; while ((getline line < report) > 0) print line; print ""; skipping = 1 }
    /^<!-- end -->/ { skipping = 0 }
    !skipping || /^<!-- end -->/ { if (!/^<!-- measured -->/) print }
  ' "$target_page" >"$folder/page" && cp "$folder/page" "$target_page"
else
  cat "$report"
fi
