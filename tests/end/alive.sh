# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What tests share that are programs' own lines (source it).

# run PROGRAM ARGUMENT...: its lines; if it ends badly one more where none is a failure, and how to run it again.
run() {
    local status out
    out=$("$@") && status=0 || status=$?
    printf '%s\n' "$out"
    [ $status -eq 0 ] && return
    grep -q '^not ok ' <<< "$out" || echo "not ok - $* ended with status $status"
    grep -q '^# again: ' <<< "$out" || echo "# again: $*"
    return $status
}
