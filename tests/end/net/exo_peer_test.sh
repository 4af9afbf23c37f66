#!/bin/bash
# SPDX-License-Identifier: MIT
# Stock Linux and exo on one wire, in two QEMUs: what Linux's own programs (busybox) ask of ExOS. Echoes of many lengths, in pieces too; bytes of a
# source by hash, and 8 MiB each way, to an echo server and back. tshark has nothing to say against a frame, and hardly anything is sent twice. Then with a bad
# network between them, which costs time and no byte.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/wires.sh
. "$(dirname "$0")/../wires.sh"

start "$tmp/exo" exo --archive build/guest/exo-with-net.cpio --net "peer,$tmp/link" --pcap "$tmp/pcap"
verdict "exo has one end, and its servers run" said "$tmp/exo" 'source: runs, port 19'
linux_does "$tmp/link" "$(pings '0 1 2 3 4 5 6 7 8 15 16 17 18 19 55 56 57 63 64 255 256 511 512 1023 1024 1471 1472 1473 1480 1481 2006 2007 2952 2953 3800' 5)" "$(carried 1048576 8388608)"
leave
verdict "Linux has the other" grep -q 'eth0 has 10.0.0.2' "$tmp/out"
verdict "echoes of all lengths come back" grep -q '^> *echoes: 35' "$tmp/out"
verdict "1 MiB of a source has its hash" grep -q "$(hash_of_lines 16384)" "$tmp/out"
verdict "8 MiB came to an echo server and back, and have the hash that they had" grep -q '^same: 8388608' "$tmp/out"
verdict "no frame is malformed, and each sum is right" sound "$tmp/pcap"
verdict "hardly anything was sent again" patient "$tmp/pcap"

start "$tmp/near" exo --archive build/guest/exo-with-net.cpio --net "peer,$tmp/a" --pcap "$tmp/near.pcap"
verdict "exo has one end of another wire" said "$tmp/near" 'source: runs, port 19'
start "$tmp/between" exo --archive build/guest/exo-with-between.cpio --net "peer,$tmp/a,$tmp/b" --words impair=14,100,100,200,50,2000
verdict "a bad network stands between" said "$tmp/between" '^between: passes on, seed 14'
linux_does "$tmp/b" "$(pings '0 1 7 8 56 64 512 1471 1472 1473 1480 1481 2953' 1)" "$(carried 65536 1048576)"
kill "${guests[1]}" # it has no end of its own
leave
verdict "Linux has the end behind it" grep -q 'eth0 has 10.0.0.2' "$tmp/out"
verdict "its echoes come back, those that were lost again" grep -q '^> *echoes: 13' "$tmp/out"
verdict "bytes of a source have their hash" grep -q "$(hash_of_lines 1024)" "$tmp/out"
verdict "and 1 MiB that came back has it" grep -q '^same: 1048576' "$tmp/out"
bad='_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0'
from() { # STATION FILTER: how many of its frames
    shown "$tmp/near.pcap" "eth.src == 02:00:00:00:00:0$1 && ($2)" | wc -l
}
verdict "what exo sent was sound" test "$(from 1 "$bad")" -eq 0
verdict "the network damaged what came to it" test "$(from 2 "$bad")" -gt 0
verdict "and lost some of what went, which went again" test "$(from 1 tcp.analysis.retransmission)" -gt 0
