#!/bin/bash
# SPDX-License-Identifier: MIT
# Where a run is written, and how it ends: two runs into one folder, folders that cannot be written (also for root), a full disk,
# signals, and a harness that is killed while guests run.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

good=(./exospin run syscall --no-build --quiet --systems floor)
# A guest that never ends by itself while we look: its limit is far away. Its SIGINT is not ignored, as a shell has it of what it
# starts in the background.
slow=(env --default-signal=INT ./exospin run syscall --no-build --systems floor --inject hang --bench-limit 100000)

# waits_for PATTERN: until the slow run's guest is in its bench.
started() {
    for _ in $(seq 100); do
        grep -qs 'plan count=' "$1/raw/floor.0.log" && return 0
        sleep 0.1
    done
    return 1
}

"${slow[@]}" --out "$tmp/busy" > "$tmp/slow" 2>&1 &
pid=$!
verdict "a run that lasts has begun" started "$tmp/busy"
expect "two runs into one folder" 42 "$tmp/busy is in use by another exospin" "${good[@]}" --out "$tmp/busy"
kill -INT $pid
wait $pid
verdict "Ctrl-C ends a run with 130" [ $? -eq 130 ]
verdict "Ctrl-C leaves a partial run that says so" partial "$tmp/busy" "signal 2"
verdict "its guest is named as interrupted" jq -e '.boots[0].status == 130' "$tmp/busy/run.json"

"${slow[@]}" --out "$tmp/term" > "$tmp/slow" 2>&1 &
pid=$!
verdict "another run that lasts has begun" started "$tmp/term"
kill -TERM $pid
wait $pid
verdict "SIGTERM ends a run with 143" [ $? -eq 143 ]
verdict "SIGTERM leaves a partial run, too" partial "$tmp/term" "signal 15"

# What the caller ignores stays ignored: the guest goes on to its own end.
(
    trap '' HUP INT
    exec ./exospin run syscall --no-build --systems floor --inject hang --bench-limit 3 --out "$tmp/nohup"
) > "$tmp/slow" 2>&1 &
pid=$!
verdict "a run under nohup has begun" started "$tmp/nohup"
kill -HUP $pid
kill -INT $pid
wait $pid
verdict "SIGHUP and SIGINT that are ignored do not end it" [ $? -eq 16 ]
verdict "it comes to its own end" jq -e '.boots[0].status == 16' "$tmp/nohup/run.json"

# A reader of its words who goes away ends nothing.
./exospin run syscall --no-build --systems floor --out "$tmp/pipe" 2>&1 | head -n 1 > "$tmp/slow"
verdict "a run whose reader has gone is finished all the same" jq -e .complete "$tmp/pipe/run.json"

# Standard streams that are closed or full, and few file descriptors.
expect "a run with its input and error closed" 0 '' bash -c '"$@" <&- 2>&-' _ "${good[@]}" --out "$tmp/closed"
expect "a quiet run with its output closed" 0 '' bash -c '"$@" >&-' _ "${good[@]}" --out "$tmp/quiet"
expect "what cannot be printed is a failure" 42 'cannot write standard output: Bad file descriptor' bash -c '"$@" >&-' _ ./exospin list
expect "and so it is on a full device" 43 'cannot write standard output: No space left' bash -c '"$@" > /dev/full' _ ./exospin list
cp -r tests/golden/full "$tmp/large"
rm -rf "$tmp/large/expected"
expect "and so it is with a long text" 43 'cannot write standard output: No space left' \
    bash -c '"$@" > /dev/full' _ ./exospin import tests/golden/full/raw/exo.0.log --out "$tmp/json" --json
expect "whose reader may go away" 141 '' \
    bash -c 'set -o pipefail; "$@" | true' _ ./exospin import tests/golden/full/raw/exo.0.log --out "$tmp/json" --json --force
expect "a failure that is told elsewhere, too, keeps its status" 1 'cannot write standard output: No space left' \
    bash -c '"$@" > /dev/full' _ ./exospin compare "$tmp/large" tests/golden/full
expect "a file that may grow no further is a full disk" 43 'cannot write .*/large/.*: File too large' \
    bash -c 'ulimit -f 4; "$@" 2>&1 | cat; exit "${PIPESTATUS[0]}"' _ ./exospin report "$tmp/large"
expect "a help page as well" 43 'cannot write standard output: No space left' bash -c '"$@" > /dev/full' _ ./exospin run --help
# shellcheck disable=SC2016 # for the other shell
expect "a reader who has gone ends a command by SIGPIPE" 141 '' bash -c './exospin list | true; exit ${PIPESTATUS[0]}'
for n in 26 28 32; do
    expect "$n file descriptors are enough" 0 '' bash -c 'ulimit -n "$1" && shift && exec "$@"' _ $n "${good[@]}" --out "$tmp/fd$n"
done
expect "with a lower soft limit they are raised" 0 '' bash -c 'ulimit -Sn 12 && exec "$@"' _ "${good[@]}" --out "$tmp/soft"
expect "too few are said before anything is made" 31 'too few file descriptors to follow a guest' \
    bash -c 'ulimit -n 14 && exec "$@"' _ "${good[@]}" --out "$tmp/few"
verdict "and nothing was made" test ! -e "$tmp/few"

# kill -9: nothing of ours can run any more, and yet no QEMU survives.
"${slow[@]}" --out "$tmp/killed" > "$tmp/slow" 2>&1 &
pid=$!
verdict "a third run that lasts has begun" started "$tmp/killed"
guest=$(pgrep -P $pid -f qemu-system)
verdict "its guest runs" test -d "/proc/$guest"
kill -KILL $pid
wait $pid 2> /dev/null
gone() {
    for _ in $(seq 50); do
        [ -d "/proc/$guest" ] && ! grep -q '^State:.*Z' "/proc/$guest/status" 2> /dev/null || return 0
        sleep 0.1
    done
    return 1
}
verdict "no guest survives a harness that was killed" gone
grep -qs "$tmp/killed" "/proc/$guest/cmdline" && kill -KILL "$guest" # a failed test leaves none behind either
verdict "a killed run says that it is partial" partial "$tmp/killed" "not finished"
expect "what a killed run measured is not lost to the next one" 42 'killed holds a run; .* --force' "${good[@]}" --out "$tmp/killed"
verdict "and is still there" partial "$tmp/killed" "not finished"
expect "the folder of a killed run can be used again" 0 '' "${good[@]}" --out "$tmp/killed" --force
verdict "now it holds a good one" jq -e .complete "$tmp/killed/run.json"

mkdir "$tmp/other" && echo mine > "$tmp/other/file"
expect "a folder that is no run is not touched" 42 'other' "${good[@]}" --out "$tmp/other"
verdict "what was in it is still there" grep -q mine "$tmp/other/file"
echo > "$tmp/file"
expect "a file is no run folder" 42 "$tmp/file" "${good[@]}" --out "$tmp/file"

# Mounts of our own: in a name space, so that root's rights and ours make no difference.
if unshare -rm true 2> /dev/null; then
    mkdir "$tmp/mount"
    expect "a read-only mount, also for root" 42 'Read-only file system' unshare -rm bash -c \
        'mount -t tmpfs -o ro none "$1/mount" && shift && exec "$@"' sh "$tmp" "${good[@]}" --out "$tmp/mount/run"
    expect "report --format writes nothing" 0 '^\\| syscall/null ' unshare -rm bash -c \
        'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && ./exospin report "$1" --format md' sh "$tmp/large"
    expect "a full disk" 43 'exit status 43|[Nn]o space|free' unshare -rm bash -c \
        'mount -t tmpfs -o size=64k none "$1/mount" && shift && exec "$@"' sh "$tmp" "${good[@]}" --out "$tmp/mount/run"
else
    echo "ok - a read-only mount, also for root # SKIP no user name spaces here"
    echo "ok - report --format writes nothing # SKIP no user name spaces here"
    echo "ok - a full disk # SKIP no user name spaces here"
fi

expect "a good run is not overwritten unasked" 42 'killed holds a run; name another with --out DIR, or replace that run with --force' \
    "${good[@]}" --out "$tmp/killed"
expect "a failed run never overwrites a good one" 13 'triple' "${good[@]}" --inject triple --out "$tmp/killed" --force
verdict "the good run is as it was" jq -e .complete "$tmp/killed/run.json"
verdict "the failed one lies beside it" partial "$tmp/killed.partial" "triple fault"

# What a user adds to a run stays there, whatever replaces the run.
mkdir "$tmp/killed/mine"
for file in notes.txt plots/mine.svg samples/mine.txt mine/deep; do echo "mine" > "$tmp/killed/$file"; done
before=$(stat -c %i "$tmp/killed/raw/floor.0.log")
expect "a good run replaces a good one where that is asked for" 0 '' "${good[@]}" --out "$tmp/killed" --force
verdict "it is a new one" [ "$(stat -c %i "$tmp/killed/raw/floor.0.log")" != "$before" ]
verdict "what was added to the old one is in it" [ "$(cd "$tmp/killed" && cat notes.txt plots/mine.svg samples/mine.txt mine/deep | grep -c mine)" = 4 ]
verdict "and nothing is left beside it" [ ! -e "$tmp/killed.partial" ]
listed() { (cd "$tmp/killed" && find . -type f | sed 's|^./||' | grep -v -e mine -e notes.txt -e '^manifest$' | LC_ALL=C sort | diff - manifest); }
verdict "the manifest lists what the harness wrote, and that alone" listed

ln -s killed "$tmp/latest"
expect "a link to a run is that run" 42 "$tmp/killed holds a run" "${good[@]}" --out "$tmp/latest"
expect "and it is replaced where it lies" 0 '' "${good[@]}" --out "$tmp/latest/" --force
verdict "the link is still one" [ "$(readlink "$tmp/latest")" = killed ]
others() { find "$tmp" -maxdepth 1 -name "*.partial" -o -maxdepth 1 -name "*.old" | grep .; }
verdict "and no other name came up" [ -z "$(others)" ]
verdict "the notes are still there" grep -q mine "$tmp/killed/notes.txt"

cp -r "$tmp/killed" "$tmp/links"
rm -r "$tmp/links/raw" && ln -s ../killed/raw "$tmp/links/raw"
expect "a run with a link in it is not replaced" 42 'links: a link stands there' "${good[@]}" --out "$tmp/links" --force
verdict "what the link leads to is untouched" [ -s "$tmp/killed/raw/floor.0.log" ]

odd="$tmp/run[1], x=y 'q' "$'two\nlines'
expect "a run into a folder with an odd name" 0 '' "${good[@]}" --out "$odd"
verdict "is drawn" test -s "$odd/plots/syscall-args.icount.svg"
verdict "as anywhere" diff "$odd/plots" "$tmp/killed/plots" --exclude mine.svg
mkdir "$odd/tree" && ln -s "$PWD"/* "$odd/tree/" && cp -r "$tmp/killed" "$tmp/drawn" && rm -r "$tmp/drawn/plots"
expect "drawn by a tree with an odd name" 0 '' env "EXOSPIN_TREE=$odd/tree" ./exospin report "$tmp/drawn"
verdict "it is the same, too" diff "$tmp/drawn/plots" "$tmp/killed/plots" --exclude mine.svg

# Ctrl-C while plots are drawn: all is measured, and the run says so. What a report leaves that is ended in the middle is no difference.
mkdir "$tmp/slowly"
echo "#!/bin/sh
[ \$1 = -d ] || exit 0 # asked for its version
touch '$tmp/drawing'; exec sleep 60" > "$tmp/slowly/gnuplot" && chmod +x "$tmp/slowly/gnuplot"
interrupted() { # COMMAND...: interrupted while it draws; its status
    rm -f "$tmp/drawing"
    env --default-signal=INT "PATH=$tmp/slowly:$PATH" "$@" > "$tmp/out" 2>&1 &
    pid=$!
    for _ in $(seq 200); do [ -e "$tmp/drawing" ] && break || sleep 0.1; done
    kill -INT $pid
    wait $pid
}
interrupted "${good[@]}" --out "$tmp/undrawn"
verdict "Ctrl-C while a run draws ends it with 130" [ $? -eq 130 ]
verdict "and says what is left to do" grep -q 'interrupted while plots were drawn; `exospin report` draws them' "$tmp/out"
verdict "the run is complete" jq -e .complete "$tmp/undrawn/run.json"
verdict "with its figures" kept "$tmp/undrawn" floor:syscall/null
verdict "and its page" test -s "$tmp/undrawn/report.html"
expect "report draws what was not drawn" 0 '' ./exospin report "$tmp/undrawn"
cp -r "$tmp/undrawn" "$tmp/halfway"
interrupted ./exospin report "$tmp/halfway"
verdict "Ctrl-C ends a report with 130" [ $? -eq 130 ]
expect "which is no difference between two runs" 0 '^all [0-9]+ files are the same' ./exospin compare "$tmp/undrawn" "$tmp/halfway"

# gnuplot is missing: all is measured, the page has no plots, and the status says so.
mkdir "$tmp/bin"
for tool in qemu-system-x86_64 git env bash; do ln -s "$(command -v $tool)" "$tmp/bin/$tool"; done
expect "a run without gnuplot" 32 'gnuplot is not there, so the report has no plots' env "PATH=$tmp/bin" "${good[@]}" --out "$tmp/plain"
verdict "is complete, with its page" test -s "$tmp/plain/report.html"
verdict "and its figures" kept "$tmp/plain" floor:syscall/null
verdict "and says that it is complete" jq -e .complete "$tmp/plain/run.json"
printf '#!/bin/sh\necho "gnuplot: no memory for a library" >&2; exit 127\n' > "$tmp/bin/gnuplot" && chmod +x "$tmp/bin/gnuplot"
expect "a gnuplot that is there and cannot start is not called missing" 32 'gnuplot does not start, .*: no memory for a library' \
    env "PATH=$tmp/bin" $exospin report "$tmp/plain"
