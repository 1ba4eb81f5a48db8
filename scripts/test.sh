#!/usr/bin/env bash
# npm test: brings in what is needed and runs every test. Arguments go to jest: npm test -- definition
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/prerequisites.sh
exec node_modules/.bin/jest "$@"
