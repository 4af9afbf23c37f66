#!/bin/bash
# SPDX-License-Identifier: MIT
# Linux with network interfaces: its rows, and what passed on its wires, are the same on an idle and on a loaded host, to the byte.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

run() { # DIR OPTIONS...
    local dir=$1
    shift
    expect "linux with interfaces: $(basename "$dir")" 0 '' $exospin run packet classify --systems linux --filter "$rows" --quick --no-build --quiet --out "$dir" "$@"
}
log=raw/linux.devices-packet.0.log
rows='raw_rtt|icmp_rtt|udp_rtt|tcp_(rtt|connect)|forward|loss:1|filters:10$'
loaded() {
    yes > /dev/null & one=$!
    yes > /dev/null & two=$!
    run "$1" -j2
    kill $one $two
}
alike() { cmp -s "$1/$log" "$2/$log" && diff -rq "$1/captures" "$2/captures"; }
run "$tmp/idle"
loaded "$tmp/loaded"
verdict "one boot, without mitigations, for all experiments with these devices" jq -e --arg log "$log" '.boots | length == 1 and .[0].raw == $log' "$tmp/idle/run.json"
verdict "rows are there" test "$(grep -ac ' samples name=.*phase=steady' "$tmp/idle/$log")" -eq 16
# On a loaded host one run in many is another by a few instructions (docs/wires.md): then two of three must be alike.
third() { loaded "$tmp/third" && { alike "$tmp/idle" "$tmp/third" || alike "$tmp/loaded" "$tmp/third"; }; }
verdict "logs, and what passed on its wires, are the same, to the byte" eval 'alike "$tmp/idle" "$tmp/loaded" || third'
less() { jq -e --arg less "$1" --arg more "$2" '[.benchmarks[] | {(.name): .median}] | add | .[$less] < .[$more]' "$tmp/idle/summary.json"; }
verdict "the wire costs more than the loopback" less linux:packet/udp_rtt/bytes:16/over:loopback linux:packet/udp_rtt/bytes:16/over:wire
verdict "who forwards by sockets takes longer than the kernel" less linux:packet/forward_udp/bytes:16/by:kernel linux:packet/forward_udp/bytes:16/by:user
