#!/bin/bash
# SPDX-License-Identifier: MIT
# iperf and nc against our servers, by QEMU's user networking on 127.0.0.1: iperf both ways, against a sink and a source; nc sends to an echo server
# and takes from a source, each time all bytes by hash. What passed is looked through by tshark.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
# shellcheck source=tests/end/wires.sh
. "$(dirname "$0")/../wires.sh"

echo_port=$(free_port 0)
sink_port=$(free_port 1)
source_port=$(free_port 2)
wire=user,tcp:$echo_port:7,tcp:$sink_port:9,tcp:$source_port:19
hash=$(hash_of_lines 16384)
# iperf tells what passed in its own way of commas: the bytes are the last field but one.
iperf() {
    timeout 60 /usr/bin/iperf -c 127.0.0.1 -n 2M -y C "$@" 2> "$tmp/out" | cut -d , -f 8
}
asked() { # NAME OUT
    verdict "$1: iperf sends, and all of it is taken" test "$(iperf -p "$sink_port")" -ge 2097152
    verdict "$1: iperf receives as much as it wants" test "$(iperf -p "$source_port" -R)" -ge 2097152
    expect "$1: nc has all that it sends to an echo server back" 0 "$hash" \
        bash -c "seq -f %063.0f 0 16383 | timeout 60 nc -N 127.0.0.1 $echo_port | sha256sum"
    expect "$1: nc has what a source sends, from the first byte on" 0 "$hash" \
        bash -c "timeout 60 nc -d 127.0.0.1 $source_port | head -c 1048576 | sha256sum"
    expect "$1: four at once have theirs" 0 '^ *4 ' \
        bash -c "seq 4 | xargs -P 4 -I{} bash -c 'timeout 60 head -c 1048576 < /dev/tcp/127.0.0.1/$source_port | sha256sum' | sort | uniq -c | grep $hash"
    leave
    verdict "$1: nothing that passed is malformed, and each sum is right" sound "$2.pcap"
}

start "$tmp/exo" exo --archive build/guest/exo-with-net.cpio --net "$wire" --pcap "$tmp/exo.pcap"
verdict "exo's servers run" said "$tmp/exo" 'source: runs'
asked exo "$tmp/exo"

start "$tmp/spin" spin --net "$wire" --pcap "$tmp/spin.pcap"
typed "$tmp/spin" 'connections tcp'
typed "$tmp/spin" 'load inetd'
verdict "spin's servers run" said "$tmp/spin" 'inetd is loaded'
asked spin "$tmp/spin"
