#!/bin/bash
# SPDX-License-Identifier: MIT
# curl against Cheetah: what tests/end/curl.sh asks, and /status; the capture has nothing that is malformed.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

# shellcheck source=tests/end/wires.sh
. "$(dirname "$0")/../wires.sh"

port=$(free_port 0)
# shellcheck source=tests/end/curl.sh
. "$(dirname "$0")/../curl.sh"

start "$tmp/out" exo --archive build/guest/exo-with-web.cpio --net "user,tcp:$port:80" --pcap "$tmp/pcap"
verdict "it serves" said "$tmp/out" 'web: serves port 80'
asks_in_turn
expect "/status names this environment" 0 'environment [0-9]* web' "${get[@]}" "$web/status"
asks_at_once
kill "${guests[@]}" # it has no console
wait "${guests[@]}"
verdict "nothing that passed is malformed, and each sum is right" begins_sound "$tmp/pcap"
