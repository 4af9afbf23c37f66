#!/bin/bash
# SPDX-License-Identifier: MIT
# `exospin boot --net`: a guest's ports on this machine, two guests on a link of their own, what passed captured; and each mistake has its message.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

# shellcheck source=tests/end/wires.sh
. "$(dirname "$0")/../wires.sh"

echo_port=$(free_port 0)
bytes_port=$(free_port 1)
start "$tmp/user" linux --net "user,tcp:$echo_port:7,tcp:$bytes_port:19" --pcap "$tmp/user.pcap"
verdict "a guest has an interface" said "$tmp/user" 'eth0 has 10.0.0.1'
# Linux says its address before each of its servers listens.
expect "its port is one of this machine" 0 '^hello$' \
    bash -c "for try in 1 2 3 4 5; do exec 3<>/dev/tcp/127.0.0.1/$echo_port && echo hello >&3 && timeout 60 head -n 1 <&3 | grep -x hello && break; sleep 1; done"
expect "and another is another" 0 '^100000$' bash -c "timeout 60 head -c 100000 < /dev/tcp/127.0.0.1/$bytes_port | wc -c"
expect "a port that the guest has cannot be had twice" 44 "port $echo_port of 127.0.0.1: Address already in use" $exospin boot floor --no-build --net "user,tcp:$echo_port:7"
leave
tshark -n -r "$tmp/user.pcap" -Y 'tcp.port == 7 && tcp.len > 0' > "$tmp/shown" 2> /dev/null
verdict "what passed is captured" test "$(wc -l < "$tmp/shown")" -ge 2
verdict "nothing in it is malformed, and each sum is right" sound "$tmp/user.pcap"

start "$tmp/one" linux --net "peer,$tmp/link" --pcap "$tmp/one.pcap"
verdict "the first of two has the first end" said "$tmp/one" 'eth0 has 10.0.0.1'
start "$tmp/two" linux --net "peer,$tmp/link"
verdict "the second has the other" said "$tmp/two" 'eth0 has 10.0.0.2'
expect "a third has none" 44 'both ends of .*/link are taken' $exospin boot floor --no-build --net "peer,$tmp/link"
sleep 2
leave
verdict "what the second says comes to the first" test -n "$(tshark -n -r "$tmp/one.pcap" -Y 'eth.src == 02:00:00:00:00:02' 2> /dev/null)"

wrong() { expect "$1" "$2" "$3" $exospin boot floor --no-build "${@:4}"; }
wrong "another wire" 64 "no such wire; allowed: user\[,tcp" --net tap
wrong "a port that there is not" 64 "'tcp:0:80' forwards nothing; allowed" --net user,tcp:0:80
wrong "nor this one" 64 "'tcp:80:65536' forwards nothing" --net user,tcp:80:65536
wrong "words behind a port" 64 "'tcp:8080:80x' forwards nothing" --net user,tcp:8080:80x
wrong "two links that are one" 64 'or two different ones' --net "peer,$tmp/link,$tmp/link"
wrong "three links" 64 'a guest has one link, or two' --net "peer,$tmp/a,$tmp/b,$tmp/c"
wrong "udp" 64 "'udp:8080:80' forwards nothing" --net user,udp:8080:80
wrong "a link's name that is too long" 64 'longer than the name of a socket may be' --net "peer,/tmp/$(printf 'x%.0s' {1..200})"
wrong "a capture without a wire" 64 '--pcap: there is no wire' --pcap "$tmp/pcap"
wrong "a capture where there is no folder" 42 'nowhere/pcap: No such file' --net user --pcap "$tmp/nowhere/pcap"
wrong "a cut where no instruction has a number" 64 '--cut: not with' --net user --cut 5
