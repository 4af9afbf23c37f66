# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What curl asks of any web server of ours, sourced by tests behind wires.sh: GET, HEAD, ranges, connections that are kept, requests ahead of answers,
# a path with .. , 100 at once, 100 MiB by hash. The server is at 127.0.0.1:$port, by QEMU's user networking, and has files of lines that are numbers:
# index.html of 10, small of 16, medium of 1600, large of 1638400.
: "${port:?the test has it}" "${tmp:?expect.sh makes it}"
web=http://127.0.0.1:$port
get=(curl -s -m 60 --path-as-is)

gives() { # CLAIM CURL'S WORDS... < WHAT IS TO COME
    cat > "$tmp/wanted"
    "${get[@]}" "${@:2}" > "$tmp/is"
    verdict "$1" cmp "$tmp/is" "$tmp/wanted"
}
status() { # CLAIM STATUS CURL'S WORDS...
    expect "$1" 0 "^$2\$" "${get[@]}" -o /dev/null -w '%{http_code}\n' "${@:3}"
}

asks_in_turn() {
    local ask='GET /small HTTP/1.1\r\nHost: a\r\n\r\n'
    lines 16 | gives "a file" "$web/small"
    lines 16 | gives "the same once more" "$web/small"
    lines 1600 | gives "a larger file" "$web/medium"
    lines 10 | gives "no path is index.html" "$web/"
    lines 1600 | head -c 50001 | tail -c +1001 | gives "a range" -r 1000-50000 "$web/medium"
    lines 16 | tail -c 77 | gives "a range from the end" -r -77 "$web/small"
    lines 1600 | tail -c 777 | gives "of a larger file" -r -777 "$web/medium"
    expect "HEAD has a length and no bytes" 0 'Content-Length: 102400' curl -sI -m 60 "$web/medium"
    status "a range beyond the end" 416 -r 200000- "$web/medium"
    status "what there is not" 404 "$web/none"
    status "a path with .." 400 "$web/../small"
    expect "a connection is kept" 0 'Re-us' bash -c "curl -s -v -m 60 $web/small $web/medium -o $tmp/one -o $tmp/two 2>&1"
    verdict "and both files are right" bash -c "[ \$(stat -c %s $tmp/one) = 1024 ] && [ \$(stat -c %s $tmp/two) = 102400 ]"
    expect "three requests at once have three answers" 0 '^3$' \
        bash -c "exec 3<>/dev/tcp/127.0.0.1/$port && printf '$ask$ask${ask/Host/Connection: close\\r\\nHost}' >&3 && timeout 60 grep -ac 'HTTP/1.1 200' <&3"
}

asks_at_once() {
    local i count=0
    lines 1600 > "$tmp/wanted"
    seq 100 | xargs -P 100 -I{} curl -s -m 60 --retry 3 "$web/medium" -o "$tmp/of-{}"
    for i in $(seq 100); do cmp -s "$tmp/of-$i" "$tmp/wanted" && count=$((count + 1)); done
    verdict "100 at once have their bytes ($count)" test "$count" = 100
    expect "100 MiB, by hash" 0 "^$(hash_of_lines 1638400)" bash -c "${get[*]} $web/large | sha256sum"
}

# The same as `sound`, of the first 20,000 frames.
begins_sound() { # CAPTURE
    [ -z "$(tshark -n -c 20000 -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -r "$1" \
        -Y '_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0' 2> /dev/null)" ]
}
