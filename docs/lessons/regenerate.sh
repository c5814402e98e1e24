#!/usr/bin/env bash
# Runs every lesson in release, saves the results in docs/lessons/saved/, and
# writes pages, pictures and index from them. Takes about a minute after the
# build. Run it on an idle machine, because readers see these numbers.
# `regenerate.sh 09 12` runs only the lessons whose file names start so.
set -euo pipefail
shopt -s failglob
cd "$(dirname "$0")/../.."

cargo build --release --locked --bin regatta
target="${CARGO_TARGET_DIR:-target}"

# Keep the user's own guesses separate.
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
  # Try again if another program kept the machine busy.
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
