# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What tests share that are programs' own lines (source it).

# run PROGRAM ARGUMENT...: its lines, and one more if it ends badly without a failure of its own.
run() {
    local status out
    out=$("$@") && status=0 || status=$?
    printf '%s\n' "$out"
    [ $status -eq 0 ] || grep -q '^not ok ' <<< "$out" || echo "not ok - $* ended with status $status"
    return $status
}
