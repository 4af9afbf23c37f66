# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Sourced after expect.sh: an attack comes to nothing because of one defence, if its check passes and fails in an image of the checks that was
# built without it (kernels/lib/defence.h; UNDEFENDED in tests/kernel/build.mk).

: "${tmp:?expect.sh makes it}"
# shellcheck source=tests/end/boots.sh
. "$(dirname "${BASH_SOURCE[0]}")/boots.sh"

# Without it the check fails, or the kernel ends or never comes back.
fails_without() { # SYSTEM DEFENCE CHECK
    boot "$1" "$1" "$3" > "$tmp/out" 2>&1
    verdict "$3" grep -Eq "^@X1 [0-9]+ check .*verdict=pass" "$tmp/out"
    boot "$1" "$1-without-$2" "$3" > "$tmp/out" 2>&1
    verdict "$3: fails without $2" bash -c "grep -Eq '^@X1 [0-9]+ plan ' $tmp/out && ! grep -Eq '^@X1 [0-9]+ check .*verdict=pass' $tmp/out"
}
