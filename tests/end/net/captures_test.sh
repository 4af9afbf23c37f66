#!/bin/bash
# SPDX-License-Identifier: MIT
# What passed on the wires of a run: captures that tcpdump, tshark and libpcap read, the same on a loaded host, and told with each row.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

run() { # DIR OPTIONS...
    local dir=$1
    shift
    expect "a run with interfaces: $(basename "$dir")" 0 '' $exospin run packet --systems exo,floor --filter raw_rtt --quick --no-build --quiet --out "$dir" "$@"
}
loaded() {
    yes > /dev/null & one=$!
    yes > /dev/null & two=$!
    run "$1" -j2
    kill $one $two
}
alike() { diff -rq "$1/captures" "$2/captures" && diff -rq "$1/raw" "$2/raw"; }
run "$tmp/idle"
loaded "$tmp/loaded"
# On a loaded host one run in many is another by a few instructions (docs/wires.md): then two of three must be alike.
third() { loaded "$tmp/third" && { alike "$tmp/idle" "$tmp/third" || alike "$tmp/loaded" "$tmp/third"; }; }
verdict "logs and captures are the same on a loaded host, to the byte" eval 'alike "$tmp/idle" "$tmp/loaded" || third'
verdict "one a wire and a boot" test "$(find "$tmp/idle/captures" -name '*.pcap' | wc -l)" -eq 4
capture=$tmp/idle/captures/floor.devices-packet.0.a.pcap

# Both lengths, two frames a sample: the cold one, and those that a row is said to have.
frames() { jq --arg row "$1" '.benchmarks[] | select(.name == $row) | .wires.frames' "$tmp/idle/summary.json"; }
samples() { jq --arg row "$1" '.benchmarks[] | select(.name == $row) | .wires.samples' "$tmp/idle/summary.json"; }
told=$(frames floor:packet/raw_rtt/bytes:60)
verdict "each row says how many frames it took" test "$told" -eq $((2 * $(samples floor:packet/raw_rtt/bytes:60)))
tcpdump -tt -n -r "$capture" > "$tmp/frames" 2> "$tmp/out"
verdict "tcpdump, by libpcap, reads the capture" grep -q 'EN10MB' "$tmp/out"
verdict "their times are the guest's: it began in 2020" grep -q '^157783680[0-9]\.' "$tmp/frames"
tshark -n -r "$capture" -T fields -e frame.len > "$tmp/lengths" 2> "$tmp/out"
verdict "and so does tshark, as many frames" test "$(wc -l < "$tmp/lengths")" -eq "$(wc -l < "$tmp/frames")"
verdict "which has those and the cold ones" test "$(grep -cx 60 "$tmp/lengths")" -eq "$((told + 2))"
verdict "and finds nothing malformed" test -z "$(tshark -n -r "$capture" -Y _ws.malformed 2> /dev/null)"
verdict "the report tells frames and bytes" grep -q 'What passed on the wires' "$tmp/idle/report.html"

# The same figures from the folder alone; a damaged capture is told, and costs no figure.
expect "a run is reported again" 0 '' $exospin report "$tmp/idle"
verdict "with the same frames" test "$(frames floor:packet/raw_rtt/bytes:60)" -eq "$told"
truncate -s -1 "$capture"
expect "a capture that is cut" 0 '' $exospin report "$tmp/idle"
problem() { grep -q "captures/floor.devices-packet.0.a.pcap: no capture of a wire: $1" "$tmp/idle/report.html"; }
verdict "which is told" problem 'its last record is cut short'
echo "no capture" > "$capture"
expect "a file that is none" 0 '' $exospin report "$tmp/idle"
verdict "likewise" problem 'it is shorter'
verdict "figures are there, also so" kept "$tmp/idle" floor:packet/raw_rtt/bytes:60
