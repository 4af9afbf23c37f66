#!/bin/bash
# SPDX-License-Identifier: MIT
# What each of XN's designs makes of each on-disk format is what docs/exo/xn-types.md says: the page has the tool's own output.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
: "${tmp:?expect.sh makes it}"

build/host/xn-formats > "$tmp/out"
missing=0
while read -r line; do
    [ -z "$line" ] || grep -qxF -- "$line" docs/exo/xn-types.md || { echo "# not in docs/exo/xn-types.md: $line"; missing=1; }
done < <(grep '^|' "$tmp/out")
verdict "docs/exo/xn-types.md has the table of formats and designs" [ $missing -eq 0 ]
verdict "functions protect more of the formats than fields do" \
    test "$(grep -c 'yes |$' "$tmp/out")" -gt "$(grep -c 'yes | [a-z]* |$' "$tmp/out")"
