#!/bin/bash
# SPDX-License-Identifier: MIT
# Two runs that must build at once: one waits and says for whom; a lock that nobody holds any more holds nobody up. The tree is of our
# own, and its Makefile notices two builds at a time.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
tree=$tmp/tree
mkdir -p "$tree/build"
ln -s "$PWD"/* "$tree/" 2> /dev/null
rm "$tree/Makefile"
cp -rL build/guest "$tree/build/guest"
cat > "$tree/Makefile" << 'END'
build/guest/floor.rows: build/guest/floor.elf
build/guest/floor.elf: FORCE
	@mkdir build/busy || { echo two makes at once; false; }
	@echo "MAKEFLAGS=$(MAKEFLAGS) B=$(B)" > build/flags
	@delay=$$(cat build/delay); touch build/started; sleep $$delay; rmdir build/busy
FORCE:
END
export EXOSPIN_TREE=$tree
run=(env --default-signal=INT ./exospin run syscall --quiet --systems floor --filter 'null$')
not() { ! "$@"; }
started() {
    for _ in $(seq 200); do
        [ -e "$tree/build/started" ] && rm "$tree/build/started" && return 0
        sleep 0.05
    done
    return 1
}

echo 3 > "$tree/build/delay"
"${run[@]}" --out "$tmp/first" > "$tmp/first.said" 2>&1 &
first=$!
verdict "a run that builds has begun" started
echo 0 > "$tree/build/delay"
expect "a second one waits and says for whom" 0 "waiting for process $first, \./exospin run syscall --quiet .*first, which builds in this tree" \
    "${run[@]}" --out "$tmp/second"
wait $first
status=$?
cp "$tmp/first.said" "$tmp/out"
verdict "the first one never knew" [ $status -eq 0 ]
rm "$tree/build/started"

echo 1000 > "$tree/build/delay"
"${run[@]}" --out "$tmp/third" > "$tmp/third.said" 2>&1 &
third=$!
verdict "a run that builds for ever has begun" started
"${run[@]}" --out "$tmp/fourth" > "$tmp/out" 2>&1 &
fourth=$!
for _ in $(seq 200); do
    grep -q 'waiting for process' "$tmp/out" && break
    sleep 0.05
done
kill -INT $fourth
wait $fourth
status=$?
verdict "Ctrl-C ends the waiting" [ $status -eq 130 ]
verdict "with its reason" grep -q 'interrupted while another exospin built' "$tmp/out"
builder=$(pgrep -P $third)
kill -KILL $third
wait $third 2> /dev/null
kill -KILL -- "-$builder" 2> /dev/null # what a killed make's shell leaves: the test's own sleep
echo 0 > "$tree/build/delay"
rmdir "$tree/build/busy" 2> /dev/null
verdict "the lock of a killed run still has its name" grep -q "process $third" "$tree/build/lock"
expect "and holds nobody up" 0 '' "${run[@]}" --out "$tmp/fifth"
verdict "nobody was waited for" not grep -q waiting "$tmp/out"

expect "what a make above says is not for this one" 0 '' env MAKEFLAGS=n MAKELEVEL=2 B=elsewhere MAKEFILES=/nowhere "${run[@]}" --out "$tmp/sixth"
verdict "it builds, and where it should" not grep -q 'elsewhere\|MAKEFLAGS=n' "$tree/build/flags"
