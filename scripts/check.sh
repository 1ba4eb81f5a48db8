#!/usr/bin/env bash
# npm run check: everything that CI runs.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/prerequisites.sh
echo 'types'
node_modules/.bin/tsc --noEmit
echo 'format'
node_modules/.bin/prettier --check --cache --log-level warn .
echo 'lint'
node_modules/.bin/eslint . --max-warnings 0
echo 'shell'
command -v shellcheck >/dev/null && shellcheck scripts/*.sh .ci/run bin/terraform-sealed simulator/bin/terraform-overridden templates/boot/root/usr/local/lib/berth/* simulator/machines/*.sh simulator/registry/*.sh
echo 'workflows'
tools=${XDG_CACHE_HOME:-$HOME/.cache}/berth/tools
[ ! -x "$tools/actionlint" ] || "$tools/actionlint"
[ ! -x "$tools/zizmor" ] || "$tools/zizmor" --offline --quiet --no-progress .github
if command -v go >/dev/null; then
  echo 'go'
  (cd simulator/registry && test -z "$(gofmt -l .)" && go vet ./...)
fi
echo 'tests'
exec node_modules/.bin/jest "$@"
