#!/bin/bash
# SPDX-License-Identifier: MIT
# dpf: libpcap's expressions as filters of atoms and as filters in C, on a capture: all three take the same frames.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
: "${tmp:?expect.sh makes it}"
dpf=build/host/dpf

bytes() { # HEX
    local hex=${1// /} i
    for ((i = 0; i < ${#hex}; i += 2)); do printf '%b' "\\x${hex:i:2}"; done
}
capture=$tmp/frames.pcap
bytes 'd4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000' > "$capture"
frame() { # HEX
    local hex=${1// /} size
    printf -v size '%02x000000' $((${#hex} / 2))
    bytes "0000000000000000$size$size$hex" >> "$capture"
}
ethernet='020000000001 020000000002'
for port in 0050 0051 0035; do
    for protocol in 06 11 01; do
        for fragment in 0000 2000 0007; do
            frame "$ethernet 0800 45000028 0001 $fragment 40 $protocol 0000 0a000001 0a000002 03e8 $port 0000 0000 0000 0000 5002 0000 00000000"
            frame "$ethernet 0800 46000028 0001 $fragment 40 $protocol 0000 0a000002 0a000001 01010101 03e8 $port 0000 0000 5002 0000 00000000"
        done
        frame "$ethernet 86dd 60000000 0014 $protocol 40 $(printf '0%.0s' {1..64}) 03e8 $port 0000 0000 0000 0000 5002 0000"
    done
done
frame "$ethernet 0806 0001 0800 06 04 0001 020000000002 0a000001 000000000000 0a000002"
frame "$ethernet 0800 45"
frame "$ethernet"

expect "an expression is a filter of atoms" 0 '^    eq      2 bytes at 16: 0x50$' $dpf compile 'ip and tcp dst port 80'
expect "alternatives are several" 0 '^filter 4$' $dpf compile 'tcp port 80'
expect "what no atom says is named" 1 'not ip: no atom says .not.: 2 bytes at 12 & 0xffff is not 0x800' $dpf compile 'not ip'
expect "an order is none for atoms" 1 'portrange 80-90: no atom says .*jge' $dpf compile 'tcp portrange 80-90'
expect "what is no expression is libpcap's to say" 1 'bogus: .*syntax error' $dpf compile bogus
expect "a capture that is none is named" 2 'unknown file format' $dpf check Makefile ip
expect "a capture that is not there is named" 2 'No such file' $dpf check "$tmp/none" ip
expect "without a command there is the usage" 64 '^Usage' $dpf
expect "the trie is shown" 0 'as it lies 0x5100 -> .*= ip and tcp dst port 81 \(53 bits\)' \
    $dpf show 'ip and tcp dst port 80' 'ip and tcp dst port 81' arp

# EXPRESSION FRAMES, in atoms and in C
same() {
    expect "atoms: $1" 0 "^$2 of 66 frames" $dpf check "$capture" "$1"
    in_c "$1" "$2"
}
in_c() {
    $dpf source "$1" > "$tmp/filter.c"
    clang -target bpf -mcpu=v3 -O2 -g -c "$tmp/filter.c" -o "$tmp/filter.o"
    expect "in C: $1" 0 "^$2 of 66 frames" $dpf check --object "$tmp/filter.o" "$capture" "$1"
}
same 'ip and tcp dst port 80' 4
same 'tcp port 80' 5
same 'arp or icmp' 19
same 'host 10.0.0.1 and udp dst port 53' 4
in_c 'tcp portrange 80-81' 10
in_c 'ip and not tcp' 36
$dpf source 'greater 55' > "$tmp/filter.c"
clang -target bpf -mcpu=v3 -O2 -g -c "$tmp/filter.c" -o "$tmp/filter.o"
expect "what the engine refuses is named" 1 'pointer-arithmetic' $dpf check --object "$tmp/filter.o" "$capture" 'greater 55'
