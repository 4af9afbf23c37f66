# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the end-to-end tests of outcomes share (source it): a temporary folder $tmp, and verdicts as TAP lines.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The harness under ASan, LSan and UBSan: what it reads beyond an array, or loses, ends it with a status of theirs.
# shellcheck disable=SC2034 # for the tests
exospin=build/tests/exospin
if [ ! -x $exospin ]; then
    echo "not ok - $exospin is missing; make all $exospin"
    exit 1
fi

# Which lines of the test led to this, a line each, innermost first.
where() {
    local i
    for ((i = 2; i < ${#FUNCNAME[@]}; i++)); do echo "# at ${BASH_SOURCE[i]}:${BASH_LINENO[i - 1]}"; done
}

# verdict CLAIM CONDITION...: ok if the command CONDITION succeeds; else what the last command under test said.
verdict() {
    local claim=$1
    shift
    if "$@" > /dev/null; then
        echo "ok - $claim"
    else
        echo "not ok - $claim"
        where
        echo "# failed: $*"
        tail -n 15 "$tmp/out" | sed 's/^/# /'
    fi
}

# expect CLAIM STATUS PATTERN COMMAND...: COMMAND ends with STATUS and a line it prints fits the extended regular expression.
expect() {
    local claim=$1 status=$2 pattern=$3 got
    shift 3
    timeout 180 "$@" > "$tmp/out" 2>&1 < /dev/null
    got=$?
    if [ "$got" -eq "$status" ] && { [ -z "$pattern" ] || grep -Eq -- "$pattern" "$tmp/out"; }; then
        echo "ok - $claim: $status"
    else
        echo "not ok - $claim: status $got, wanted $status and /$pattern/"
        where
        echo "# $*"
        tail -n 15 "$tmp/out" | sed 's/^/# /'
    fi
}

# The end of a filter that leaves out the rows of Linux's second boot, /mitigations:default: a boot takes 12 s of processor.
# shellcheck disable=SC2034 # for the tests
once='([^l]t|[^t])$'

# partial DIR [WHY]: the run says that it is partial, and why.
partial() {
    jq -e --arg why "${2:-}" '.complete == false and (.partial | contains($why)) and .partial != ""' "$1/run.json" > "$tmp/jq"
}

# no_status_but STATUS STATUS: no problem was told of another status than these.
no_status_but() {
    ! grep -o 'exit status [0-9]*' "$tmp/out" | grep -vwE "$1|$2"
}

# median DIR ROW: its figure, or null.
median() {
    jq -r --arg row "$2" '.benchmarks[] | select(.name == $row) | .median' "$1/summary.json"
}

# kept DIR ROW...: each has a figure.
kept() {
    local dir=$1 row
    shift
    for row; do
        [[ $(median "$dir" "$row") =~ ^[0-9.]+$ ]] || return 1
    done
}
