#!/bin/bash
# SPDX-License-Identifier: MIT
# curl against SPIN's web server, by QEMU's user networking on 127.0.0.1, with files of an ext2: GET, HEAD, ranges, connections that are kept, requests
# ahead of answers, a path with .. , a file that is changed meanwhile, 100 at once, 100 MiB by hash, connections that say nothing; the capture has
# nothing that is malformed.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
PATH=$PATH:/sbin:/usr/sbin

lines() { seq -f %063.0f 0 "$(($1 - 1))"; } # of 64 bytes
mkdir "$tmp/files"
lines 10 > "$tmp/files/index.html"
lines 16 > "$tmp/files/small"
lines 1600 > "$tmp/files/medium"
lines 1638400 > "$tmp/files/large"
truncate -s 144M "$tmp/disk"
mke2fs -q -F -t ext2 -b 4096 -d "$tmp/files" "$tmp/disk"

# shellcheck source=tests/end/wires.sh
. "$(dirname "$0")/../wires.sh"
port=$(free_port 0)
mkfifo "$tmp/in"
timeout 200 $exospin boot spin --no-build --disk "$tmp/disk" --net "user,tcp:$port:80" --pcap "$tmp/pcap" < "$tmp/in" > "$tmp/out" 2>&1 &
exec 9> "$tmp/in"
printf 'connections tcp\nmount ext2 disk0 /svc/volumes/web\nload http\n' >&9
for _ in $(seq 300); do
    grep -qs 'http is ' "$tmp/out" && break
    sleep 0.2
done
verdict "the server is loaded" grep -q 'http is loaded' "$tmp/out"

web=http://127.0.0.1:$port
get=(curl -s -m 60 --path-as-is)
same() { # CLAIM: what came by `get > $tmp/is` is $tmp/wanted
    verdict "$1" cmp "$tmp/is" "$tmp/wanted"
}
lines 16 > "$tmp/wanted"
"${get[@]}" "$web/small" > "$tmp/is"
same "a file"
"${get[@]}" "$web/small" > "$tmp/is"
same "from the cache"
lines 10 > "$tmp/wanted"
"${get[@]}" "$web/" > "$tmp/is"
same "no path is index.html"
lines 1600 > "$tmp/wanted"
"${get[@]}" "$web/medium" > "$tmp/is"
same "a file that is larger than the cache keeps"
lines 1600 | head -c 50001 | tail -c +1001 > "$tmp/wanted"
"${get[@]}" -r 1000-50000 "$web/medium" > "$tmp/is"
same "a range"
lines 16 | tail -c 77 > "$tmp/wanted"
"${get[@]}" -r -77 "$web/small" > "$tmp/is"
same "a range from the end"
expect "HEAD has a length and no bytes" 0 'Content-Length: 102400' curl -sI -m 60 "$web/medium"
expect "a range beyond the end" 0 '^416$' "${get[@]}" -o /dev/null -w '%{http_code}\n' -r 200000- "$web/medium"
expect "what there is not" 0 '^404$' "${get[@]}" -o /dev/null -w '%{http_code}\n' "$web/none"
expect "a path with .." 0 '^400$' "${get[@]}" -o /dev/null -w '%{http_code}\n' "$web/../small"
expect "a connection is kept" 0 'Re-us' bash -c "curl -s -v -m 60 $web/small $web/medium -o $tmp/one -o $tmp/two 2>&1"
ask='GET /small HTTP/1.1\r\nHost: a\r\n\r\n'
expect "three requests at once have three answers" 0 '^3$' bash -c "exec 3<>/dev/tcp/127.0.0.1/$port && printf '$ask$ask${ask/Host/Connection: close\\r\\nHost}' >&3 && timeout 60 grep -ac 'HTTP/1.1 200' <&3"
lines 1600 > "$tmp/wanted"
seq 100 | xargs -P 100 -I{} curl -s -m 60 --retry 3 "$web/medium" -o "$tmp/of-{}"
count=0
for i in $(seq 100); do cmp -s "$tmp/of-$i" "$tmp/wanted" && count=$((count + 1)); done
verdict "100 at once have their bytes ($count)" test "$count" = 100

lines 1638400 | sha256sum > "$tmp/wanted"
"${get[@]}" "$web/large" | sha256sum > "$tmp/is"
same "100 MiB, by hash"

silent() { # more connections than the server has, which ask nothing
    local i fd
    for i in $(seq 150); do exec {fd}<> "/dev/tcp/127.0.0.1/$port" || return; done
    "${get[@]}" "$web/small" | cmp - <(lines 16)
}
verdict "150 that ask nothing keep nobody out" silent

printf 'append /svc/volumes/web/small more\n' >&9
sleep 2
{ lines 16; echo more; } > "$tmp/wanted"
"${get[@]}" "$web/small" > "$tmp/is"
same "a file that was changed is not the cache's any more"
printf 'unload http\nhalt\n' >&9
exec 9>&-
wait
verdict "nothing that passed is malformed, and each sum is right" test -z "$(tshark -n -c 20000 -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -r "$tmp/pcap" \
    -Y '_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0' 2> /dev/null)"
