#!/bin/bash
# SPDX-License-Identifier: MIT
# Both kernels on one wire, in two QEMUs: echoes of every length, in pieces too, datagrams, and 8 MiB there and back by hash. tshark has nothing to
# say against a frame, and hardly anything is sent twice.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/wires.sh
. "$(dirname "$0")/../wires.sh"

start "$tmp/exo" exo --archive build/guest/exo-with-net.cpio --net "peer,$tmp/link" --pcap "$tmp/pcap"
verdict "exo has one end" said "$tmp/exo" '^net: 10.0.0.1'
start "$tmp/spin" spin --net "peer,$tmp/link"
for line in 'connections tcp' 'load echo' 'load inetd'; do
    typed "$tmp/spin" "$line"
done
verdict "spin the other" said "$tmp/spin" 'inetd is loaded'
asked() { # CLAIM LINE ANSWER
    typed "$tmp/exo" "$2"
    verdict "$1" said "$tmp/exo" "$3"
}
asked "echoes of every length come back" 'ping 10.0.0.2 0-1472' '^ping: echoes of 1473 lengths came back of 1473'
asked "in two pieces, too" 'ping 10.0.0.2 1473-1490' '^ping: echoes of 18 lengths came back of 18'
asked "and in three" 'ping 10.0.0.2 3890-3900' '^ping: echoes of 11 lengths came back of 11'
asked "datagrams likewise" 'carry 10.0.0.2 0-100' '^carry: datagrams of 101 lengths came back of 101'
asked "up to the longest" 'carry 10.0.0.2 1440-1472' '^carry: datagrams of 33 lengths came back of 33'
asked "8 MiB come back by a connection, by hash" 'carry 10.0.0.2 8192' "^carry: 8388608 bytes came back, SHA-256 $(hash_of_lines 131072)"
leave
verdict "no frame is malformed, and each sum is right" sound "$tmp/pcap"
verdict "hardly anything was sent again" patient "$tmp/pcap"
