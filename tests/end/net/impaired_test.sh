#!/bin/bash
# SPDX-License-Identifier: MIT
# A guest between two others is a bad network (kernels/exo/apps/between.c): of each hundred frames one is lost, one comes twice, two are overtaken, and
# half a one has a wrong bit. Echoes, datagrams and a connection of both kernels come through it whole; what each of them sends is sound.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/wires.sh
. "$(dirname "$0")/../wires.sh"

start "$tmp/exo" exo --archive build/guest/exo-with-net.cpio --net "peer,$tmp/a" --pcap "$tmp/exo.pcap"
verdict "exo has one end" said "$tmp/exo" '^net: 10.0.0.1'
start "$tmp/between" exo --archive build/guest/exo-with-between.cpio --net "peer,$tmp/a,$tmp/b" --words impair=14,100,100,200,50,2000
verdict "a bad network stands between" said "$tmp/between" '^between: passes on, seed 14'
start "$tmp/spin" spin --net "peer,$tmp/b" --pcap "$tmp/spin.pcap"
for line in 'connections tcp' 'load echo' 'load inetd'; do
    typed "$tmp/spin" "$line"
done
verdict "spin has the other end" said "$tmp/spin" 'inetd is loaded'
asked() { # CLAIM LINE ANSWER
    typed "$tmp/exo" "$2"
    verdict "$1" said "$tmp/exo" "$3"
}
asked "echoes come back, those that were lost again" 'ping 10.0.0.2 0-200' '^ping: echoes of 201 lengths came back of 201'
asked "in pieces, too" 'ping 10.0.0.2 3800-3820' '^ping: echoes of 21 lengths came back of 21'
asked "datagrams likewise" 'carry 10.0.0.2 0-100' '^carry: datagrams of 101 lengths came back of 101'
asked "2 MiB come back by a connection, by hash" 'carry 10.0.0.2 2048' "^carry: 2097152 bytes came back, SHA-256 $(hash_of_lines 32768)"
kill "${guests[1]}" # it has no end of its own
leave
bad='_ws.malformed || tcp.checksum.status == 0 || udp.checksum.status == 0 || ip.checksum.status == 0'
from() { # STATION CAPTURE FILTER: how many of its frames
    shown "$2" "eth.src == 02:00:00:00:00:0$1 && ($3)" | wc -l
}
verdict "what exo sent was sound" test "$(from 1 "$tmp/exo.pcap" "$bad")" -eq 0
verdict "and what spin sent" test "$(from 2 "$tmp/spin.pcap" "$bad")" -eq 0
verdict "the network damaged what came to each" test "$(from 2 "$tmp/exo.pcap" "$bad")" -gt 0 -a "$(from 1 "$tmp/spin.pcap" "$bad")" -gt 0
verdict "and lost some" test "$(from 1 "$tmp/spin.pcap" tcp)" -ne "$(from 1 "$tmp/exo.pcap" tcp)"
verdict "so both had to send again" test "$(from 1 "$tmp/exo.pcap" tcp.analysis.retransmission)" -gt 0 -a "$(from 2 "$tmp/spin.pcap" tcp.analysis.retransmission)" -gt 0
