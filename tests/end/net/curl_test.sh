#!/bin/bash
# SPDX-License-Identifier: MIT
# curl against Cheetah, by QEMU's user networking on 127.0.0.1: GET, HEAD, ranges, connections that are kept, requests ahead of answers, 100 at once,
# 100 MiB by hash, /status; the capture has nothing that is malformed.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

# shellcheck source=tests/end/wires.sh
. "$(dirname "$0")/../wires.sh"

port=$(free_port 0)
timeout 150 $exospin boot exo --no-build --archive build/guest/exo-with-web.cpio --net "user,tcp:$port:80" --pcap "$tmp/pcap" < /dev/null > "$tmp/out" 2>&1 &
guest=$!
for _ in $(seq 300); do
    grep -qs 'web: serves' "$tmp/out" && break
    sleep 0.2
done
verdict "it serves" grep -q 'web: serves port 80' "$tmp/out"

web=http://127.0.0.1:$port
get=(curl -s -m 60 --path-as-is)
lines() { seq -f %063.0f 0 "$(($1 - 1))"; } # of 64 bytes
same() { cmp "$tmp/is" "$tmp/wanted"; }
got() { # CLAIM: what came by `get > $tmp/is` is $tmp/wanted
    verdict "$1" same
}
lines 16 > "$tmp/wanted"
"${get[@]}" "$web/small" > "$tmp/is"
got "a file"
lines 10 > "$tmp/wanted"
"${get[@]}" "$web/" > "$tmp/is"
got "no path is index.html"
lines 1600 | head -c 50001 | tail -c +1001 > "$tmp/wanted"
"${get[@]}" -r 1000-50000 "$web/medium" > "$tmp/is"
got "a range"
lines 1600 | tail -c 777 > "$tmp/wanted"
"${get[@]}" -r -777 "$web/medium" > "$tmp/is"
got "a range from the end"
expect "HEAD has a length and no bytes" 0 'Content-Length: 102400' curl -sI -m 60 "$web/medium"
expect "a range beyond the end" 0 '^416$' "${get[@]}" -o /dev/null -w '%{http_code}\n' -r 200000- "$web/medium"
expect "what there is not" 0 '^404$' "${get[@]}" -o /dev/null -w '%{http_code}\n' "$web/none"
expect "a path with .." 0 '^400$' "${get[@]}" -o /dev/null -w '%{http_code}\n' "$web/../small"
expect "a connection is kept" 0 'Re-us' bash -c "curl -s -v -m 60 $web/small $web/medium -o $tmp/one -o $tmp/two 2>&1"
verdict "and both files are right" bash -c "[ \$(stat -c %s $tmp/one) = 1024 ] && [ \$(stat -c %s $tmp/two) = 102400 ]"
ask='GET /small HTTP/1.1\r\nHost: a\r\n\r\n'
expect "three requests at once have three answers" 0 '^3$' bash -c "exec 3<>/dev/tcp/127.0.0.1/$port && printf '$ask$ask${ask/Host/Connection: close\\r\\nHost}' >&3 && timeout 60 grep -ac 'HTTP/1.1 200' <&3"
expect "/status names this environment" 0 'environment [0-9]* web' "${get[@]}" "$web/status"

lines 1600 > "$tmp/wanted"
seq 100 | xargs -P 100 -I{} curl -s -m 60 --retry 3 "$web/medium" -o "$tmp/of-{}"
count=0
for i in $(seq 100); do cmp -s "$tmp/of-$i" "$tmp/wanted" && count=$((count + 1)); done
verdict "100 at once have their bytes ($count)" test "$count" = 100

lines 1638400 | sha256sum > "$tmp/wanted"
"${get[@]}" "$web/large" | sha256sum > "$tmp/is"
got "100 MiB, by hash"

kill "$guest"
wait "$guest"
verdict "nothing that passed is malformed, and each sum is right" test -z "$(tshark -n -c 20000 -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -r "$tmp/pcap" \
    -Y '_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0' 2> /dev/null)"
