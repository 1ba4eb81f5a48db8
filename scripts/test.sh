#!/usr/bin/env bash
# npm test: every test that takes no root and no minutes. Arguments go to jest: npm test -- definition
set -euo pipefail
cd "$(dirname "$0")/.."
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci
fi
bash scripts/fetch-openapi.sh || echo "GitHub's API description cannot be fetched; the test that needs it is skipped" >&2
exec node_modules/.bin/jest "$@" --selectProjects unit simulator terraform
