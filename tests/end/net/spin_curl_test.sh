#!/bin/bash
# SPDX-License-Identifier: MIT
# curl against SPIN's web server, with files of an ext2: what tests/end/curl.sh asks, a file that is changed meanwhile, connections that say nothing;
# the capture has nothing that is malformed.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
PATH=$PATH:/sbin:/usr/sbin

# shellcheck source=tests/end/wires.sh
. "$(dirname "$0")/../wires.sh"

port=$(free_port 0)
# shellcheck source=tests/end/curl.sh
. "$(dirname "$0")/../curl.sh"

mkdir "$tmp/files"
lines 10 > "$tmp/files/index.html"
lines 16 > "$tmp/files/small"
lines 1600 > "$tmp/files/medium"
lines 1638400 > "$tmp/files/large"
truncate -s 144M "$tmp/disk"
mke2fs -q -F -t ext2 -b 4096 -d "$tmp/files" "$tmp/disk"
start "$tmp/out" spin --disk "$tmp/disk" --net "user,tcp:$port:80" --pcap "$tmp/pcap"
for line in 'connections tcp' 'mount ext2 disk0 /svc/volumes/web' 'load http'; do
    typed "$tmp/out" "$line"
done
verdict "the server is loaded" said "$tmp/out" 'http is loaded'
asks_in_turn
asks_at_once

silent() { # more connections than the server has, which ask nothing
    local i fd
    for i in $(seq 150); do exec {fd}<> "/dev/tcp/127.0.0.1/$port" || return; done
    "${get[@]}" "$web/small" | cmp - <(lines 16)
}
verdict "150 that ask nothing keep nobody out" silent

typed "$tmp/out" 'append /svc/volumes/web/small more'
sleep 2
{ lines 16; echo more; } | gives "a file that was changed is not the cache's any more" "$web/small"
typed "$tmp/out" 'unload http'
leave
verdict "nothing that passed is malformed, and each sum is right" begins_sound "$tmp/pcap"
