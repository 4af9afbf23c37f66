#!/bin/bash
# SPDX-License-Identifier: MIT
# What never ends, or grows without end, is refused or ended with a sentence (docs/harness.md, "Limits on everything"): files that are
# none, programs that sleep or print for ever, guests that flood the serial line. tamper_qemu stands in for such a QEMU.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
run=(./exospin run syscall --no-build --quiet --systems floor)

# The slow ones side by side: each takes ten seconds or more, and waits for nothing of the others.
in_background() { # NAME COMMAND...: its status to $tmp/NAME.status, its words to $tmp/NAME.said
    local name=$1
    shift
    {
        timeout 120 "$@" > "$tmp/$name.said" 2>&1 < /dev/null
        echo $? > "$tmp/$name.status"
    } &
}
ended() { # CLAIM NAME STATUS PATTERN
    cp "$tmp/$2.said" "$tmp/out"
    verdict "$1: $3" was "$(cat "$tmp/$2.status")" "$3" "$4"
}
was() { [ "$1" -eq "$2" ] && { [ -z "$3" ] || grep -Eq -- "$3" "$tmp/out"; }; }
bounded() { [ "$(stat -c %s "$1")" -le $((256 << 20)) ]; }
in_background version env QEMU=tests/end/run/tamper_qemu TAMPER=version-sleeps "${run[@]}" --out "$tmp/version"
in_background late env QEMU=tests/end/run/tamper_qemu TAMPER=late "TMPDIR=$tmp" "${run[@]}" --filter 'null$' --out "$tmp/late"
in_background asleep env QEMU=tests/end/run/tamper_qemu TAMPER=sleeps "${run[@]}" --out "$tmp/asleep"
mkdir -p "$tmp/tree/build/host" "$tmp/tree/build/guest"
ln -s "$PWD"/* "$tmp/tree/" 2> /dev/null
cp build/guest/*.rows "$tmp/tree/build/guest/"
cat > "$tmp/tree/build/host/bench-syscall" << 'END'
#!/bin/sh
case $1 in --benchmark_list_tests=true) echo syscall/null ;; *) sleep 1000 ;; esac
END
chmod +x "$tmp/tree/build/host/bench-syscall"
in_background host env "EXOSPIN_TREE=$tmp/tree" ./exospin run syscall --no-build --quiet --systems host --bench-limit 1 --out "$tmp/host"
# A harness that is stopped for longer than a guest may stand still, and whose guest was silent for as long before: had its clock not been
# forgiven, too, the guest would stand.
env --default-signal=INT,HUP ./exospin run syscall --no-build --systems floor --inject hang --bench-limit 100000 --out "$tmp/stopped" \
    > "$tmp/stopped.said" 2>&1 &
stopped=$!
(
    for _ in $(seq 100); do
        grep -qs 'plan count=' "$tmp/stopped/raw/floor.0.log" && break
        sleep 0.1
    done
    sleep 11
    kill -STOP $stopped && sleep 12 && kill -CONT $stopped
    sleep 1
    kill -TERM $stopped
) &
# And one that is stopped while its guest goes on: how long that computed is known by two answers only, one of them an old one.
./exospin run engine --no-build --quiet --systems exo --filter 'way:|size' --samples 2000 --bench-limit 1 --out "$tmp/gone" > "$tmp/gone.said" 2>&1 &
gone=$!
(
    for _ in $(seq 100); do
        grep -qs ' bench ' "$tmp/gone/raw/exo.0.log" && break
        sleep 0.1
    done
    kill -STOP $gone && sleep 5 && kill -CONT $gone
) &

mkfifo "$tmp/fifo"
expect "a FIFO is no log" 64 'cannot read the log .*/fifo: no regular file stands there' ./exospin import "$tmp/fifo" --out "$tmp/i"
expect "a device is no log" 64 'cannot read the log /dev/zero: no regular file' ./exospin import /dev/zero --out "$tmp/i"
expect "a folder is no log" 64 'Is a directory' ./exospin import "$tmp" --out "$tmp/i"
truncate -s 257M "$tmp/large"
expect "a log that is too large is not read" 64 'it is larger than 256 MiB' ./exospin import "$tmp/large" --out "$tmp/i"
mkdir "$tmp/deep" && { printf '{"exospin":1,"boots":'; head -c 100000 /dev/zero | tr '\0' '['; } > "$tmp/deep/run.json"
expect "a run.json of 100,000 brackets" 17 'maximum parsing depth' ./exospin report "$tmp/deep"
expect "a kernel that is a FIFO" 1 'no such file; name a bzImage' boot/linux.sh "$tmp/kernel" "$tmp/fifo"

mkdir "$tmp/yes" && printf '#!/bin/sh\nexec yes\n' > "$tmp/yes/gnuplot" && chmod +x "$tmp/yes/gnuplot"
cp -r tests/golden/hand "$tmp/plots"
expect "a gnuplot that prints for ever" 40 'plots/(builtin|then).gp: gnuplot did not end within 60 s, or wrote more than 16 MiB' \
    env "PATH=$tmp/yes:$PATH" ./exospin report "$tmp/plots"

expect "QEMU's --version prints for ever" 30 'did not end within 10 s, or printed without end' \
    env QEMU=tests/end/run/tamper_qemu TAMPER=version-prints "${run[@]}" --out "$tmp/v"
expect "a guest floods its serial line" 15 'silent before hello .*more than 64 MiB came over its serial line' \
    env QEMU=tests/end/run/tamper_qemu TAMPER=floods "${run[@]}" --out "$tmp/f"
verdict "the log of a flood is bounded" bounded "$tmp/f/raw/floor.0.log"
rm -rf "$tmp/f"
expect "QEMU prints for ever" 31 'QEMU itself wrote more than 16 MiB' env QEMU=tests/end/run/tamper_qemu TAMPER=prints "${run[@]}" --out "$tmp/p"

# make may print as much as it likes: the last words are kept, memory stays small, and a signal ends it with all it started.
cp "$tmp/yes/gnuplot" "$tmp/yes/make"
env --default-signal=INT "PATH=$tmp/yes:$PATH" ./exospin run syscall --systems floor --out "$tmp/m" > "$tmp/out" 2>&1 &
pid=$!
sleep 2
peak=$(awk '/^VmHWM/ {print $2}' /proc/$pid/status)
kill -INT $pid
wait $pid
status=$?
verdict "a make that prints for ever is ended by a signal: 130" [ $status -eq 130 ]
verdict "its words do not fill the memory" [ "${peak:-0}" -gt 1000 -a "${peak:-0}" -lt 100000 ]

wait $stopped
status=$?
cp "$tmp/stopped.said" "$tmp/out"
verdict "a harness that was stopped for 12 s takes that for no silence" [ $status -eq 143 ]
wait $gone
status=$?
cp "$tmp/gone.said" "$tmp/out"
verdict "nor what its guest did meanwhile" [ $status -eq 0 ]
wait
ended "QEMU's --version sleeps for ever" version 30 'did not end within 10 s, or printed without end; set QEMU'
ended "a QEMU that only sleeps" asleep 15 'silent before hello .*nothing heard since its start, and its clock stands still'
ended "one that is not asleep is waited for, as on a host that has no time for it" late 0 ''
ended "a host bench that never ends" host 16 'build/host/bench-syscall did not end within 6 s'
