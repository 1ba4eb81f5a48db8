#!/usr/bin/env bash
# Brings in what the tests use beside Node and Terraform: shellcheck, the Python modules of cloud-init's schema check, what machines
# are booted with, Redis, Postgres, GitHub's API description, and what runs and checks workflows. What cannot be had is said, and the tests that need it say that they are skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -d node_modules ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci
fi

binary=${TERRAFORM_BINARY_NAME:-terraform}
if ! command -v "$binary" >/dev/null; then
  echo "$binary was not found on PATH: install Terraform $(cat .terraform-version) or OpenTofu (then TERRAFORM_BINARY_NAME=tofu)" >&2
  exit 1
fi

# what a machine is booted with (docs/boot.md), on Linux only
machine_packages() {
  [ "$(uname -s)" = Linux ] || return 0
  command -v systemd-nspawn >/dev/null || echo systemd-container
  command -v mmdebstrap >/dev/null || echo mmdebstrap
  command -v ip >/dev/null || echo iproute2
  command -v openssl >/dev/null || echo openssl
  command -v nft >/dev/null || [ -x /usr/sbin/nft ] || echo nftables
  command -v pebble >/dev/null || echo pebble
  command -v nmap >/dev/null || echo nmap
  command -v go >/dev/null || [ -x /usr/local/go/bin/go ] || echo golang-go
  [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || echo debian-archive-keyring
}

packages=()
# what reads the users that a machine's Redis gets, and the statements that its Postgres gets
command -v redis-server >/dev/null || packages+=(redis-server)
[ -d /usr/lib/postgresql ] || packages+=(postgresql)
while read -r package; do packages+=("$package"); done < <(machine_packages)
command -v shellcheck >/dev/null || packages+=(shellcheck)
for module in requests yaml jsonschema jinja2 configobj oauthlib jsonpatch; do
  [ -x /usr/bin/python3 ] && /usr/bin/python3 -c "import $module" 2>/dev/null || packages+=("python3-$module")
done
if [ ${#packages[@]} -gt 0 ]; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${packages[@]}" >/dev/null
  else
    echo "not here, and not installable by this user: ${packages[*]}; the tests that need them are skipped" >&2
  fi
fi

bash scripts/fetch-openapi.sh || echo "GitHub's API description cannot be had; the test that needs it is skipped" >&2

# what runs workflows here, and what checks them: each once, kept for every checkout
tools=${XDG_CACHE_HOME:-$HOME/.cache}/berth/tools
go_tool() {
  [ -x "$tools/$1-$2" ] && return
  PATH=$PATH:/usr/local/go/bin GOBIN=$tools GOFLAGS='' go install "$3@v$2" && mv "$tools/$1" "$tools/$1-$2"
}
zizmor() {
  [ -x "$tools/zizmor-$1/bin/zizmor" ] && return
  python3 -m venv "$tools/zizmor-$1.part" && "$tools/zizmor-$1.part/bin/pip" --quiet --disable-pip-version-check install "zizmor==$1" && mv "$tools/zizmor-$1.part" "$tools/zizmor-$1"
}
mkdir -p "$tools"
go_tool actionlint 1.7.12 github.com/rhysd/actionlint/cmd/actionlint || echo 'actionlint cannot be had: workflows are not checked' >&2
go_tool act 0.2.89 github.com/nektos/act || echo 'act cannot be had: the tests that run workflows are skipped' >&2
zizmor 1.32.0 || echo 'zizmor cannot be had: workflows are not audited' >&2
ln -sfn "actionlint-1.7.12" "$tools/actionlint"
ln -sfn "act-0.2.89" "$tools/act"
ln -sfn "zizmor-1.32.0/bin/zizmor" "$tools/zizmor"

# the proxy of machines that boot here, from its published sources: about two minutes, once
if [ "$(uname -s)" = Linux ] && [ "$(id -u)" = 0 ]; then
  node --require ./bin/typescript.js --eval "require('./scenario/host-settings'); require('./simulator/registry/caddy-image').caddyProgram(console.error)" || echo 'Caddy cannot be compiled: machines have no proxy here' >&2
fi
