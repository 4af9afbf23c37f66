#!/bin/bash
# SPDX-License-Identifier: MIT
# Each way in which a guest can go wrong has its own exit status and message, and nothing measured is lost: the floor goes
# wrong (boot option inject=), the exokernel beside it does not.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

# shellcheck disable=SC2054 # commas are exospin's
run=(./exospin run syscall hardware --no-build --quiet --systems exo,floor --filter ':(call|syscall/(null|args:6)$)' --boot-limit 1 --bench-limit 1)

# injected FAULT STATUS PATTERN CLAIM [ROW]: also checks that the run is partial and exo's figures, and ROW's, are kept.
injected() {
    local dir=$tmp/$1 fault=$1 status=$2 pattern=$3 claim=$4 follows=20
    [ "$fault" != cut ] || follows='19|20' # its last record is cut, so `done` is, too
    shift 4
    expect "$claim" "$status" "$pattern" "${run[@]}" --inject "floor:$fault" --out "$dir"
    verdict "$claim: nothing else is said but rows that never came" no_status_but "$status" "$follows"
    verdict "$claim: the run says that it is partial" partial "$dir"
    verdict "$claim: what was measured is kept" kept "$dir" exo:syscall/null "$@"
}

injected panic 11 'guest panic \(exit status 11\): raw/floor.0.log:.* where=kernel .*trace=' "a guest panic, with its fault record"
injected user-fault 12 'user fault \(exit status 12\): .*where=user .*trap=invalid opcode .*rip=0x' \
    "a fault in user code, with its fault record" floor:call/direct
injected triple 13 'triple fault \(exit status 13\): .*RIP=ffffffff8[0-9a-f]* .*, in call/direct \(row 1 of' "a triple fault, with its registers"
injected reset 14 'reset \(exit status 14\): .*, in call/direct' "a reset"
injected mute 15 'silent before hello \(exit status 15\): .*nothing heard for 1 s of guest time' "silence before hello"
injected hang 16 'silent in a bench \(exit status 16\): .*1 s of guest time .*, in call/direct \(row 1 of' "a bench that hangs"
injected corrupt 17 'damaged record \(exit status 17\): raw/floor.0.log:[0-9]+: bad CRC' "a changed byte" floor:call/indirect
injected lose 18 'lost or cut record \(exit status 18\): raw/floor.0.log:[0-9]+: gap' "a lost record" floor:call/indirect
injected cut 18 'lost or cut record \(exit status 18\): raw/floor.0.log:[0-9]+: cut' "a guest that stops in the middle of a record"
injected early 19 'ended early \(exit status 19\): .*without .done.' "an orderly end without done" floor:syscall/null
injected unplanned 20 'plan not met \(exit status 20\): .* never came: .*floor:syscall/args:6' "a planned row that never comes" floor:call/direct
injected no-sample 21 'no sample \(exit status 21\): .*floor:call/direct returned no sample' "a bench without a sample" floor:call/indirect

# Of several the lowest counts, and each is named.
expect "of several failures the lowest counts" 11 'lost or cut record \(exit status 18\)|guest panic' \
    "${run[@]}" --inject panic --out "$tmp/two"
verdict "the failure of each guest is named" grep -q 'raw/exo.0.log: ' "$tmp/out"

# Linux goes wrong in its own words. (A fault of its user code: linux_test.sh.)
expect "Linux panics" 11 'Kernel panic - not syncing' ./exospin run syscall --no-build --quiet --systems linux --filter 'null$' \
    --boot-limit 3 --bench-limit 1 --inject panic --linux-args 'mitigations=auto nosmap' --out "$tmp/linux"
verdict "arguments of its own stood behind its command line" \
    jq -e 'all(.boots[]; .command_line | endswith(" mitigations=auto nosmap"))' "$tmp/linux/run.json"
