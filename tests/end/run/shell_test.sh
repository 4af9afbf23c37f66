#!/bin/bash
# SPDX-License-Identifier: MIT
# The shell of spin, typed into by a script: extensions come and go, names and events are looked at and changed.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

# type LINE...: what the shell says, from the boot to the halt, in $tmp/out.
type_lines() {
    printf '%s\n' "$@" halt | timeout 180 ./exospin boot spin --no-build > "$tmp/out" 2>&1
}
# says CLAIM PATTERN: a line of it fits.
says() {
    verdict "$1" grep -Eq -- "$2" "$tmp/out"
}

type_lines 'load keys' 'extensions' 'call keys keys_lines' 'domains' 'bindings Console.Key' 'load keys' 'load nobody' 'call keys count_line' \
    'unload keys' 'call keys keys_lines' 'bindings Console.Key'
says "an extension is loaded" '^keys is loaded$'
says "and listed, with its number" '^[0-9]+ keys$'
says "among the objects" '^1 objects$'
says "it has counted the lines since, this one included" '^2$'
says "its domain has a name" '^keys +domain$'
says "its handler is bound, and its guard" '^1: by keys, 1 guards'
says "it is not loaded twice" '^keys is not loaded: there is something already$'
says "nor one that the archive does not have" '^nobody is not loaded: there is no such thing$'
says "a function that is no service is not called" '^keys has no function count_line without arguments$'
says "it goes" '^keys is (unloaded|going, when a raise that is under way has ended)$'
says "and is not there then" '^no extension keys is loaded$'
says "nor in the way of a raise" '^Console.Key: direct: '

type_lines 'names /' 'names /../svc/domains' 'names /none' 'names here' 'events' 'level Console.Key stub' 'level Console.Key better' \
    'bindings Nothing.There' 'times Console.Read on' 'bindings Console.Read' 'load loaded' 'names /svc/loaded' 'unload loaded' 'load one two' 'unload' 'sweep' 'audit'
says "names are walked" '^devices +directory$'
says "by SPIN's paths" '^SpinTrusted +domain$'
says "a name that is not there" '^there is no such thing$'
says "a path that is none" '^an argument is out of its range$'
says "events and who has them" '^Trap.Syscall +merged +6 bindings, by Trap.Syscall$'
says "a level that is none" '^there is no level better$'
says "an event that is none" '^there is no event Nothing.There$'
says "a watched event counts its raises" '^0: by Console, .* [1-9][0-9]* runs, [1-9][0-9]* ticks$'
says "a command with too many words" "^load: too many words; 'help' tells which\$"
says "or too few" "^unload: too few words; 'help' tells which\$"
says "a directory that an extension implements" '^[0-9]+ +alias$'
says "nothing is idle" '^0 went$'

type_lines 'load keys' 'time on' 'accounts' 'time off' 'quotas keys' 'quota keys bindings 1' 'quotas keys' 'quota keys bindings -1' 'quota keys none 1' \
    'quotas nobody' 'unload keys' 'accounts'
says "what modules use is a table" '^keys +[1-9][0-9]+ +[1-9][0-9]* +2 +0 +0 '
says "the time of their strands, too" '^Thread .* [1-9][0-9]+ +0 +0$'
says "with their sum, and what the kernel uses for all" '^[0-9]+ bytes of the heap are used, [0-9]+ of them by the kernel for all$'
says "an extension has quotas" '^bindings +2 of 64, 0 refused$'
says "which can be set" '^bindings +2 of 1, 0 refused$'
says "to numbers" '^-1 is no number$'
says "of what there is" '^there is no resource none$'
says "by who is there" '^there is no module nobody$'
verdict "its account goes with it" [ "$(grep -Ec '^keys +[0-9]' "$tmp/out")" = 1 ]

type_lines 'load rtc' 'audit' 'policy none' 'policy boot'
says "the boot's policy is asked, and its answers are kept" '^subject other install Interrupt.Raised of object interrupt: allowed$'
says "a policy that the archive does not have" '^policy none: there is no such thing$'

type_lines "$(printf 'x%.0s' {1..64})" 'load a b c d' 'not/a/command'
verdict "what is no command is told so, each time" [ "$(grep -cE "^no such command: (x{64}|load|not/a/command); 'help' lists them$" "$tmp/out")" = 3 ]
