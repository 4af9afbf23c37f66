#!/bin/bash
# SPDX-License-Identifier: MIT
# The verifier's numbers, compiled for 6 and 4 bits, against all their members: sound, and as precise as tests/domain/precision says; and
# every known mistake that is planted in their sources is found. Of 6 bits every 11th number meets all others, of drawn pairs there are some
# 500,000: `make domain` tries all, and 20,000,000. UPDATE=1 writes the precision down: look at the diff.
# shellcheck source=tests/end/alive.sh
set -u
cd "$(dirname "$0")/../../.." || exit 1
. tests/end/alive.sh
failed=0
precision=tests/domain/precision
run build/host/domain6 views 2 $precision/6-views-11.txt 11 || failed=1
run build/host/domain4 views 2 $precision/4-views.txt || failed=1
log=$(mktemp)
trap 'rm -f "$log" "$log".*' EXIT
rm "$log"
run build/host/domain4 drawn 500000 2 $precision/4-drawn.txt "$log" "these sources" > "$log.whole" || failed=1
cat "$log.whole"

# Killed while it wrote its last line, it makes that chunk again and no other, and says the same.
chunks=$(wc -l < "$log")
truncate -s -5 "$log"
run build/host/domain4 drawn 500000 2 $precision/4-drawn.txt "$log" "these sources" > "$log.again" || failed=1
if cmp -s "$log.whole" "$log.again" && [ "$(wc -l < "$log")" -eq "$chunks" ]; then
    echo "ok - what was killed goes on where it was"
else
    echo "not ok - what was killed goes on where it was: $(wc -l < "$log") lines of $chunks"
    echo "# at $0:$LINENO"
    failed=1
fi

mapfile -t mistakes < <(grep -oh 'MUTANT([A-Z0-9_]*)' kernels/engine/verify/scalar*.c | sed 's/MUTANT(\(.*\))/\1/' | sort -u)
[ ${#mistakes[@]} -gt 0 ] || echo "not ok - no mistake can be planted in kernels/engine/verify/scalar*.c"
run build/host/domain4_mutants mutants "${mistakes[@]}" || failed=1
exit $failed
