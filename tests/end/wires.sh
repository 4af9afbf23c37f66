# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the tests of guests on a wire share (source it after expect.sh): guests whose consoles are held open, ports of this machine, captures.

# free_port N: a port of this machine that nobody has, the N-th of a test's, from 0 to 9. Tests that run at the same time have ten each to choose
# from, none of which the system gives to who wants any.
free_port() {
    local port
    for ((port = 20000 + $$ % 1200 * 10 + $1; ; port += 10)); do
        { true < "/dev/tcp/127.0.0.1/$port"; } 2> /dev/null || break
    done
    echo "$port"
}

# start OUT SYSTEM OPTIONS...: a guest; what it says goes to OUT. `typed OUT LINE` is a line of its console, `leave` ends all there are, by `halt`.
declare -A hold
guests=()
start() {
    local out=$1 fd
    mkfifo "$out.in"
    timeout 150 "${exospin:?expect.sh has it}" boot "${@:2}" --no-build < "$out.in" > "$out" 2>&1 &
    guests+=($!)
    exec {fd}> "$out.in"
    hold[$out]=$fd
}
typed() {
    echo "$2" >&"${hold[$1]}"
}
leave() {
    local out fd
    for out in "${!hold[@]}"; do
        (trap '' PIPE && typed "$out" halt) 2> /dev/null # it may have ended
        fd=${hold[$out]}
        exec {fd}>&-
        rm "$out.in"
    done
    wait "${guests[@]}"
    guests=()
    hold=()
}

# linux_does LINK LINES OF SHELL: a stock Linux on that link, whose busybox does so; what it prints goes to $tmp/out. nc takes what else is typed, so
# the last line ends it.
linux_does() {
    printf '%s\n' "${@:2}" | timeout 140 "${exospin:?expect.sh has it}" boot linux --no-build --net "peer,$1" --words shell=1 > "${tmp:?expect.sh makes it}/out" 2>&1
}
# pings LENGTHS SECONDS: a line for it: `echoes: N` of those that 10.0.0.1 answers, of which each is asked for five times at most.
pings() {
    echo "came=0; for i in $1; do for try in 1 2 3 4 5; do /busybox ping -q -c 1 -W $2 -s \$i 10.0.0.1 | /busybox grep -q '1 packets received' && came=\$((came + 1)) && break; done; done; echo echoes: \$came"
}
# carried BYTES BYTES: a line for it: the SHA-256 of so many of 10.0.0.1's source; and `same: BYTES` where so many of Linux's own come back from its
# echo server as they were.
carried() {
    echo "/busybox nc 10.0.0.1 19 < /dev/null | /busybox head -c $1 | /busybox sha256sum; /busybox head -c $2 /dev/urandom > /bytes; a=\$(/busybox sha256sum < /bytes); b=\$(/busybox nc 10.0.0.1 7 < /bytes | /busybox sha256sum); [ \"\$a\" = \"\$b\" ] && echo same: $2; exit"
}

# said OUT PATTERN: it has said so, or does within two minutes.
said() {
    for _ in $(seq 600); do
        grep -qsE -- "$2" "$1" && return
        sleep 0.2
    done
    return 1
}

# lines COUNT: what our sources send, of 64 bytes each: numbers from 0 on.
lines() {
    seq -f %063.0f 0 "$(($1 - 1))"
}
# hash_of_lines COUNT: their SHA-256.
hash_of_lines() {
    lines "$1" | sha256sum | cut -c 1-64
}

# shown CAPTURE FILTER: what tshark has to say of the frames.
shown() {
    tshark -n -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE -o ip.check_checksum:TRUE -r "$1" -Y "$2" 2> /dev/null
}
# sound CAPTURE: it has frames, none is malformed, and each sum is right.
sound() {
    [ -n "$(tshark -n -r "$1" -c 1 2> /dev/null)" ] &&
        [ -z "$(shown "$1" '_ws.malformed || tcp.checksum.status == 0 || udp.checksum.status == 0 || ip.checksum.status == 0')" ]
}
# patient CAPTURE: of a hundred segments one at most was sent again. Where the host lets a guest wait, its buffers are full, or its peer's patience is
# at its end: that explains some, and no more.
patient() {
    [ $((100 * $(shown "$1" tcp.analysis.retransmission | wc -l))) -le "$(shown "$1" tcp | wc -l)" ]
}
