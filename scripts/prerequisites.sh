#!/usr/bin/env bash
# Brings in what the tests use beside Node and Terraform: shellcheck, the Python modules of cloud-init's schema check, what
# machines are booted with and GitHub's API description. What cannot be had is said, and the tests that need it say that they are skipped.
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
