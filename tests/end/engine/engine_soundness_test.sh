#!/bin/bash
# SPDX-License-Identifier: MIT
# A short soundness campaign, in which the verifier is met in all that it does; every known mistake of kernels/engine/base/mutant.h planted and
# found; and a program that dies on the way is a failure, whatever it has printed before.
# shellcheck source=tests/end/alive.sh
set -u
cd "$(dirname "$0")/../../.." || exit 1
. tests/end/alive.sh

failed=0
run build/host/soundness 20000 2 || failed=1
run build/host/soundness --mistakes 20000 || failed=1

# shellcheck disable=SC2016 # expanded by the program
dies=(bash -c 'echo "ok - one thing"; kill -SEGV $$')
if said=$(run "${dies[@]}" 2> /dev/null) || ! grep -q '^not ok .* ended with status 139$' <<< "$said"; then
    echo "not ok - a program that dies of a signal is a failure"
    echo "# at $0:$LINENO"
    failed=1
else
    echo "ok - a program that dies of a signal is a failure"
fi
exit $failed
