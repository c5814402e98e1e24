#!/usr/bin/env bash
# Plays every lesson in release, saves what it came to in docs/lessons/saved/,
# and writes pages, pictures and index anew from that. Takes about a minute once
# it is built. Run it on an idle machine: the figures are shown to readers.
# `regenerate.sh 09 12` plays only those whose files begin so.
set -euo pipefail
shopt -s failglob
cd "$(dirname "$0")/../.."

cargo build --release --locked --bin regatta
target="${CARGO_TARGET_DIR:-target}"

# Nobody's own guesses are mixed with these.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_DATA_HOME="$scratch"

mkdir -p docs/lessons/saved
lessons=()
for begins in "${@:-}"; do
  lessons+=(fixtures/lessons/"$begins"*.toml)
done
for lesson in "${lessons[@]}"; do
  name=$(basename "$lesson" .toml)
  id=${name#*-}
  saved="$scratch/$name.json"
  # Once more if something else kept the machine busy at that moment.
  for attempt in 1 2 3; do
    "$target/release/regatta" lesson "$id" --predict a --yes --quiet --save "$saved" \
      >"$scratch/said" && break
    echo "$name was not as expected (attempt $attempt of 3):" >&2
    grep '^! ' "$scratch/said" >&2 || true
    ((attempt < 3)) || exit 1
  done
  mv "$saved" "docs/lessons/saved/$name.json"
  echo "$name"
done

UPDATE_PAGES=1 cargo test --locked --test lesson_pages
