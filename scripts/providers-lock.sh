#!/usr/bin/env bash
# npm run providers:lock: adds the checksums of the pinned providers to .terraform.lock.hcl. Needs the provider registry.
set -euo pipefail
cd "$(dirname "$0")/.."
node --require ./bin/typescript.js main.ts
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# one stack names every provider; its backend is of no matter for a lock
stack=$(grep -l '"github"' cdktf.out/stacks/*/cdk.tf.json | head -n 1)
cp "$stack" "$folder/"
cp .terraform.lock.hcl "$folder/"
"${TERRAFORM_BINARY_NAME:-terraform}" -chdir="$folder" providers lock -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_arm64 -platform=darwin_amd64
cp "$folder/.terraform.lock.hcl" .terraform.lock.hcl
