#!/bin/bash
# SPDX-License-Identifier: MIT
# A minute of everything at once in spin: tests/kernel/spin/soak.c.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

verdict "everything at once for a minute leaves nothing behind" bash -c "timeout 300 tests/kernel/campaign soak 60 > '$tmp/out' 2>&1"
verdict "and says how far it is" grep -Eq '^soak: 60 s, [1-9][0-9]+ operations' "$tmp/out"
