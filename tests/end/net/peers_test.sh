#!/bin/bash
# SPDX-License-Identifier: MIT
# Stock Linux and a kernel of ours on one wire, in two QEMUs: what Linux's own programs (busybox) ask of Cheetah comes whole, and tshark has nothing
# to say against a frame.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

mkfifo "$tmp/in"
timeout 170 $exospin boot exo --no-build --archive build/guest/exo-with-web.cpio --net "peer,$tmp/link" --pcap "$tmp/pcap" < "$tmp/in" > "$tmp/exo" 2>&1 &
guest=$!
exec 4> "$tmp/in"
for _ in $(seq 300); do
    grep -qs 'web: serves' "$tmp/exo" && break
    sleep 0.2
done
verdict "a server waits on the first end" grep -q 'web: serves port 80' "$tmp/exo"

lines() { seq -f %063.0f 0 "$(($1 - 1))"; } # of 64 bytes
ask() { # LINES OF SHELL: what Linux's busybox prints of them
    { printf '%s\n' "$@" exit; } | timeout 170 $exospin boot linux --no-build --net "peer,$tmp/link" --words shell=1 > "$tmp/out" 2>&1
}
get='/busybox wget -q -O - http://10.0.0.1'
ask "$get/medium | /busybox sha256sum" "$get/small | /busybox sha256sum" "for i in 1 2 3 4 5 6 7 8; do $get/medium; done | /busybox wc -c" \
    "$get/nothing || echo refused"
verdict "Linux has the other end" grep -q 'eth0 has 10.0.0.2' "$tmp/out"
verdict "a file of 100 KiB has its hash" grep -q "$(lines 1600 | sha256sum | cut -c 1-64)" "$tmp/out"
verdict "and so has a small one" grep -q "$(lines 16 | sha256sum | cut -c 1-64)" "$tmp/out"
verdict "eight more come whole" grep -q "^> *$((8 * 102400))" "$tmp/out"
verdict "one that is not there is refused" grep -q 'refused' "$tmp/out"
kill $guest 2> /dev/null
exec 4>&-
wait $guest 2> /dev/null
shown() { tshark -n -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -r "$tmp/pcap" -Y "$1" 2> /dev/null; }
verdict "the wire had both directions" test -n "$(shown 'eth.src == 02:00:00:00:00:02 && http.request')" -a -n "$(shown 'eth.src == 02:00:00:00:00:01 && http.response')"
verdict "no frame is malformed, and each sum is right" test -z "$(shown '_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0')"
verdict "nothing was sent twice" test -z "$(shown 'tcp.analysis.retransmission || tcp.analysis.fast_retransmission')"
