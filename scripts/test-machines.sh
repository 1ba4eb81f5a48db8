#!/usr/bin/env bash
# npm run test:machines: machines that boot, workflows that run, and what else takes minutes. Arguments go to jest.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/prerequisites.sh
exec node_modules/.bin/jest "$@" --selectProjects machines
