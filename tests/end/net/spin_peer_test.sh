#!/bin/bash
# SPDX-License-Identifier: MIT
# Stock Linux and spin on one wire, in two QEMUs: what Linux's own programs (busybox) ask of spin. Echoes of many lengths, in pieces too; 8 MiB to an echo
# server and back, and 8 MiB of a source, by hash. tshark has nothing to say against a frame, and hardly anything is sent twice.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/wires.sh
. "$(dirname "$0")/../wires.sh"

start "$tmp/spin" spin --net "peer,$tmp/link" --pcap "$tmp/pcap"
for line in 'connections tcp' 'load inetd'; do
    typed "$tmp/spin" "$line"
done
verdict "spin has one end" said "$tmp/spin" 'inetd is loaded'
# LINES OF SHELL, the last of which ends it: what Linux's busybox prints of them. nc takes what else is typed.
ask() {
    printf '%s\n' "$@" | timeout 100 $exospin boot linux --no-build --net "peer,$tmp/link" --words shell=1 > "$tmp/out" 2>&1
}
ask "came=0; for i in 0 1 2 3 4 5 6 7 8 15 16 17 18 19 55 56 57 63 64 255 256 511 512 1023 1024 1471 1472 1473 1480 1481 2952 2953 3800; do /busybox ping -q -c 1 -W 5 -s \$i 10.0.0.1 | /busybox grep -q '1 packets received' && came=\$((came + 1)); done; echo echoes: \$came" \
    "/busybox nc 10.0.0.1 19 < /dev/null | /busybox head -c 8388608 > /lines; /busybox sha256sum < /lines; /busybox nc 10.0.0.1 7 < /lines | /busybox sha256sum; exit"

leave
hash=$(hash_of_lines 131072)
verdict "Linux has the other end" grep -q 'eth0 has 10.0.0.2' "$tmp/out"
verdict "echoes of all lengths come back" grep -q '^> *echoes: 33' "$tmp/out"
verdict "8 MiB of a source have their hash, and so they have when they came back from an echo server" test "$(grep -c "$hash" "$tmp/out")" -eq 2
verdict "no frame is malformed, and each sum is right" sound "$tmp/pcap"
verdict "hardly anything was sent again" patient "$tmp/pcap"
