#!/usr/bin/env bash
# Brings GitHub's OpenAPI description into node_modules/.cache/openapi, for the tests that hold the simulated API against it.
# The package that carries it is 385 MB unpacked, so it is no dependency: only the one file is kept, and fetched once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

package='@octokit/openapi@23.0.2'
file='api.github.com.json'
target="node_modules/.cache/openapi/$file"

if [[ -s $target ]]; then
  echo "$target is there already"
  exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

echo "fetching $package for $target"
archive=$(npm pack --silent --pack-destination "$folder" "$package")
tar -xzf "$folder/$archive" -C "$folder" "package/generated/$file"
mkdir -p "$(dirname "$target")"
mv "$folder/package/generated/$file" "$target"
