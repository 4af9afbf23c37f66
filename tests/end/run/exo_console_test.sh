#!/bin/bash
# SPDX-License-Identifier: MIT
# The console of exo, typed into by a script: programs are started and killed, and the machine is looked at.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

# says CLAIM PATTERN: a line of what it said fits.
says() {
    verdict "$1" grep -Eq -- "$2" "$tmp/out"
}

printf '%s\n' help programs ps vmstat 'start exos-server' 'start ipc-server 3' ps top 'kill 1025' 'kill 9' 'kill 1024' 'kill x' \
    'start' 'start nobody' 'start first 1x' 'ps ps ps ps' ps halt | timeout 120 ./exospin boot exo --no-build > "$tmp/out" 2>&1
status=$?
verdict "it halts while what it started still runs" test $status = 0
says "its commands are listed" '^start NAME \[N\] '
says "the archive's programs are" '^ +[0-9]+ bytes exos-server$'
says "it has all of the time at first" '^ +1024 first +ready +128 '
says "memory is told" '^ +[0-9]+ free$'
says "a program is started" '^exos-server has the id 1025$'
says "and another" '^ipc-server has the id 1026$'
says "each has its part of the time" '^ +1026 ipc-server +ready +42 '
says "whose slices ended is told" '^[0-9]+ slices ended since the last look$'
says "one is killed" '^ +1025 exos-server +killed +0 '
says "and its time dealt out" '^ +1026 ipc-server +ready +64 '
says "an environment that there is not" '^9: the object exists no more$'
says "itself" '^1024: the caller has no right to do this$'
says "what is no id" '^kill what\?'
says "nothing" '^start what\?'
says "a program that there is not" '^nobody: there is no such thing$'
verdict "a number that is none" test "$(grep -c '^start what?' "$tmp/out")" = 2
says "too many words" '^no such command: [a-z]+; .help. lists them$'
