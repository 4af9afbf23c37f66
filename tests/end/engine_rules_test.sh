#!/bin/bash
# SPDX-License-Identifier: MIT
# docs/engine-rules.md is what docs/engine-rules.sh makes of the rules and the cases, and every rule has a case.
set -u
cd "$(dirname "$0")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0
if docs/engine-rules.sh > "$tmp/page" 2> "$tmp/said"; then echo "ok - every rule of the verifier has a smallest program that breaks it"; else
    echo "not ok - every rule of the verifier has a smallest program that breaks it"
    sed 's/^/# /' "$tmp/said"
    status=1
fi
if diff docs/engine-rules.md "$tmp/page" > "$tmp/said"; then echo "ok - docs/engine-rules.md is up to date"; else
    echo "not ok - docs/engine-rules.md is up to date: run docs/engine-rules.sh > docs/engine-rules.md"
    head -20 "$tmp/said" | sed 's/^/# /'
    status=1
fi
exit $status
