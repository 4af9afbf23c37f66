#!/bin/bash
# SPDX-License-Identifier: MIT
# An ExOS on a network: its servers by ports of this machine, its tools on its console; and beside a Linux on one wire. What passed is looked
# through by tshark.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

# shellcheck source=tests/end/wires.sh
. "$(dirname "$0")/../wires.sh"

exo=(exo --archive build/guest/exo-with-net.cpio)
echo_port=$(free_port 0)
sink_port=$(free_port 1)
source_port=$(free_port 2)
web_port=$(free_port 3)
start "$tmp/user" "${exo[@]}" --net "user,tcp:$echo_port:7,tcp:$sink_port:9,tcp:$source_port:19,tcp:$web_port:80" --pcap "$tmp/user.pcap"
verdict "each server of the table says in a line that it runs" said "$tmp/user" 'source: runs, port 19'
expect "echo" 0 '^hello$' bash -c "exec 3<>/dev/tcp/127.0.0.1/$echo_port && echo hello >&3 && timeout 60 head -n 1 <&3 | grep -x hello"
hello="exec 3<>/dev/tcp/127.0.0.1/$echo_port && echo hello >&3 && timeout 60 head -n 1 <&3 | grep -x hello"
expect "six that say nothing make place for who comes, once they have been quiet for a while" 0 '^hello$' \
    bash -c "for fd in 4 5 6 7 8 9; do eval \"exec \$fd<>/dev/tcp/127.0.0.1/$echo_port\"; done; for try in {1..60}; do $hello && exit; sleep 1; done"
head -c 300000 /dev/urandom > "$tmp/bytes"
expect "one that reads nothing of what is sent back keeps nobody waiting" 0 '^hello$' \
    bash -c "exec 4<>/dev/tcp/127.0.0.1/$echo_port; timeout 60 cat /dev/zero >&4 & sleep 5; $hello; kill \$!"
expect "300,000 bytes come back as they were" 0 '^same$' \
    bash -c "exec 3<>/dev/tcp/127.0.0.1/$echo_port && { cat $tmp/bytes >&3 & timeout 60 head -c 300000 <&3 | cmp - $tmp/bytes && echo same; }"
expect "sink takes them" 0 '^taken$' bash -c "timeout 60 cat $tmp/bytes > /dev/tcp/127.0.0.1/$sink_port && echo taken"
expect "source sends as many as are wanted" 0 '^500000$' bash -c "timeout 60 head -c 500000 < /dev/tcp/127.0.0.1/$source_port | wc -c"
for line in 'run none' 'run echo' 'stop sink' 'stop sink' 'run sink 9' 'tcpdump 2' 'ping 10.0.0.1 2 3000' netstat ifconfig; do
    typed "$tmp/user" "$line"
done
verdict "a server that there is not has its message" said "$tmp/user" '^no such server: none; there are: echo, sink, source'
verdict "one that runs is not started twice" said "$tmp/user" '^echo: it runs'
verdict "one is stopped" said "$tmp/user" '^sink: stopped'
verdict "and not twice" said "$tmp/user" '^sink: it does not run'
verdict "and runs again" test "$(said "$tmp/user" '^ +in: ' && grep -c 'sink: runs, port 9' "$tmp/user")" = 2
verdict "the host itself answers pings, in pieces too" said "$tmp/user" '^ping: 2 of 2 came back'
verdict "netstat tells of listeners" said "$tmp/user" '^listen  *19 '
verdict "ifconfig of the interface, from what is exposed" said "$tmp/user" '^nic 0: ether 02:00:00:00:00:01, link up'
verdict "and of whom ExOS is there" said "$tmp/user" '^  address 10\.0\.0\.1, mask 255\.255\.255\.0'
expect "what is captured by the console's tcpdump are frames that pass" 0 '' bash -c "timeout 60 head -c 1000 < /dev/tcp/127.0.0.1/$source_port > /dev/null"
verdict "so many" said "$tmp/user" 'tcpdump: 2 frames in /tcpdump.pcap'
verdict "each has its line: when, from whom, to whom, what" said "$tmp/user" '^(> )?[0-9]+\.[0-9]{6} 10\.0\.0\.254:[0-9]+ > 10\.0\.0\.1:19 tcp, [0-9]+ bytes'
typed "$tmp/user" 'tcpdump 3 bytes'
timeout 60 head -c 1000 < /dev/tcp/127.0.0.1/"$source_port" > /dev/null
verdict "their bytes, too, if they are wanted" said "$tmp/user" 'tcpdump: 3 frames in /tcpdump.pcap'
tr -d '\r' < "$tmp/user" | grep -E '^[0-9a-f]{6}( [0-9a-f]{2})+$' > "$tmp/hex"
text2pcap -q "$tmp/hex" "$tmp/seen.pcap" > "$tmp/out" 2>&1
hashes() { tshark -n -o frame.generate_md5_hash:TRUE -r "$1" -T fields -e frame.md5_hash 2> /dev/null; }
hashes "$tmp/seen.pcap" > "$tmp/seen"
hashes "$tmp/user.pcap" > "$tmp/passed"
verdict "from which the host makes a capture of the frames that passed" test "$(sort -u "$tmp/seen" | grep -cxFf - "$tmp/passed")" -ge 3
verdict "of these and no others" test "$(wc -l < "$tmp/seen")" = 3
typed "$tmp/user" 'run web'
verdict "the web server of sockets runs" said "$tmp/user" 'web: runs, port 80'
web=http://127.0.0.1:$web_port get=(curl -s -m 60 --path-as-is)
"${get[@]}" "$web/boot/servers" > "$tmp/is"
verdict "it serves a file" cmp "$tmp/is" kernels/exo/apps/net.servers
expect "a range of it" 0 "^$(head -c 8 kernels/exo/apps/net.servers | tail -c 4)\$" "${get[@]}" -r 4-7 "$web/boot/servers"
expect "what there is not" 0 '^404$' "${get[@]}" -o /dev/null -w '%{http_code}\n' "$web/none"
expect "a path with .." 0 '^400$' "${get[@]}" -o /dev/null -w '%{http_code}\n' "$web/../boot/servers"
leave
verdict "all stop cleanly" said "$tmp/user" '^source: stopped'
verdict "nothing that passed is malformed, and each sum is right" sound "$tmp/user.pcap"

# A table that names what there is not, or no port: each line its message, and the others run. A component that there is not ends the boot.
printf 'echo 7\nnosuch 1\nsink 70000\necho 8\nsource 19\n' > "$tmp/servers"
own() { # LIST: $tmp/own.cpio
    COPY="${CROSS:-x86_64-linux-gnu-}objcopy" boot/archive "$tmp/own.cpio" "$1" net=build/guest/exo-net.elf "servers:$tmp/servers"
}
own kernels/exo/apps/net.boot
start "$tmp/own" exo --archive "$tmp/own.cpio" --net user
verdict "a server of the table that there is not is told" said "$tmp/own" '^no such server: nosuch 1; there are: echo, sink, source, web'
verdict "with its line" said "$tmp/own" '^servers, line 2: not started'
verdict "so is a port that there is not" said "$tmp/own" '^sink: a port is a number below 65536'
verdict "with its line, too" said "$tmp/own" '^servers, line 3: not started'
verdict "and a server that runs already" said "$tmp/own" '^servers, line 4: not started'
verdict "those behind them run" said "$tmp/own" 'source: runs, port 19'
leave
printf 'net 10.0.0.1/24\nnosuch 10.0.0.2/24\n' > "$tmp/list"
own "$tmp/list"
expect "a component of the boot table that there is not ends the boot" 11 "^panic: boot: line 2: there is no program 'nosuch'" \
    $exospin boot exo --no-build --archive "$tmp/own.cpio" --net user

start "$tmp/linux" linux --net "peer,$tmp/link" --pcap "$tmp/peer.pcap"
verdict "Linux has one end" said "$tmp/linux" 'eth0 has 10.0.0.1'
start "$tmp/peer" "${exo[@]}" --net "peer,$tmp/link" --words 'address=10.0.0.2/24'
verdict "ExOS has the other" said "$tmp/peer" '^net: 10.0.0.2, 24 bits'
for bytes in 0 1 56 1472 1473 4000; do
    typed "$tmp/peer" "ping 10.0.0.1 1 $bytes"
    verdict "Linux answers $bytes bytes" said "$tmp/peer" "^ping: $bytes bytes from 10.0.0.1: seq 1"
done
leave
verdict "nothing between them is malformed" sound "$tmp/peer.pcap"
