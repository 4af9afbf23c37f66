#!/bin/bash
# SPDX-License-Identifier: MIT
# The verifier's numbers at 64 bits, proven by z3; and every known mistake that is planted in what is proven has a counterexample. Those in
# what is left out are engine_domain_test.sh's to find. Of the six longest steps the revision says which one is proven: `make proof` proves all.
# shellcheck source=tests/end/alive.sh
set -u
cd "$(dirname "$0")/../../.." || exit 1
. tests/end/alive.sh
mapfile -t mistakes < <(grep -oh 'MUTANT([A-Z0-9_]*)' kernels/engine/verify/scalar*.c | sed 's/MUTANT(\(.*\))/\1/' | sort -u)
[ ${#mistakes[@]} -gt 0 ] || { echo "not ok - no mistake can be planted in kernels/engine/verify/scalar*.c"; exit 1; }
run build/host/domain_prove --sample $((16#$(git rev-parse --short=7 HEAD 2> /dev/null || echo 0))) "${mistakes[@]}"
