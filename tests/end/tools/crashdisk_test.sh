#!/bin/bash
# SPDX-License-Identifier: MIT
# crashdisk as one uses it: logs that this test writes, of an ext2 disk that debugfs changes, judged by e2fsck; what is found is repeatable, can be
# stopped and gone on with, and is the same by several workers and by a server; what is no log has a message.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
PATH=$PATH:/usr/sbin:/sbin
crashdisk=build/host/crashdisk
[ -x $crashdisk ] || { echo "not ok - $crashdisk is missing; make host"; exit 1; }

little() { # NUMBER BYTES
    local i number=$1
    # shellcheck disable=SC2059 # the format is the byte
    for ((i = 0; i < $2; i++)); do printf "\\x$(printf %02x $((number >> 8 * i & 255)))"; done
}
super() { # ENTRIES
    little $((0x6a736677736872)) 8
    little 1 8
    little "$1" 8
    little 512 4
    head -c 484 /dev/zero
}
entry() { # SECTOR SECTORS FLAGS
    little "$1" 8
    little "$2" 8
    little "$3" 8
    head -c 488 /dev/zero
}

# changes BEFORE AFTER FLUSHED: the entries that lead from one image to the other, a block each, in their order on the disk; the second image's
# number of entries goes to $tmp/count. FLUSHED: a flush behind each.
changes() {
    local block count=0
    for block in $(cmp -l "$1" "$2" | awk '{print int(($1 - 1) / 4096)}' | uniq); do
        entry $((block * 8)) 8 0
        dd if="$2" bs=4096 skip="$block" count=1 status=none
        count=$((count + 1))
        [ ! "$3" ] || { entry 0 0 1; count=$((count + 1)); }
    done
    echo $count > "$tmp/count"
}

truncate -s 1M "$tmp/base"
boot/disk.sh "$tmp/base" ext2
cp "$tmp/base" "$tmp/after"
head -c 9000 /dev/urandom > "$tmp/file"
printf 'mkdir d\nwrite %s d/f\nwrite %s g\n' "$tmp/file" "$tmp/file" | debugfs -w "$tmp/after" > /dev/null 2>&1
changes "$tmp/base" "$tmp/after" '' > "$tmp/entries"
{ super "$(cat "$tmp/count")"; cat "$tmp/entries"; } > "$tmp/log"
changes "$tmp/base" "$tmp/after" 1 > "$tmp/entries"
{ super "$(cat "$tmp/count")"; cat "$tmp/entries"; } > "$tmp/log-flushed"

# mends IMAGE: e2fsck makes the disk sound, and it stays so.
cat > "$tmp/mends" << 'END'
#!/bin/bash
PATH=$PATH:/usr/sbin
e2fsck -fy "$1" > /dev/null 2>&1
[ $? -le 1 ] && e2fsck -fn "$1" > /dev/null 2>&1
END
chmod +x "$tmp/mends"
summary() { sed 's/before=[0-9]* //' "$1" | tail -n 1; }

expect "e2fsck mends each disk that the changes may leave" 0 'bad=0$' $crashdisk --most=60 "$tmp/log" "$tmp/base" "$tmp/mends"
expect "the first and the last state are sound as they are, and others are not" 1 '^bad: state [0-9]+: .* status 4' \
    $crashdisk --most=60 "$tmp/log" "$tmp/base" e2fsck -fn
cp "$tmp/out" "$tmp/one"
verdict "good and bad ones are found" test "$(grep -c '^bad: ' "$tmp/one")" -gt 10
expect "several workers find the same" 1 'bad=' $crashdisk -j3 --most=60 "$tmp/log" "$tmp/base" e2fsck -fn
verdict "each of them" cmp <(sort "$tmp/one") <(sort "$tmp/out")
expect "another seed draws others" 1 'bad=' $crashdisk -j2 --most=60 --seed=2 "$tmp/log" "$tmp/base" e2fsck -fn
verdict "they are others" test "$(sort "$tmp/one" | md5sum)" != "$(sort "$tmp/out" | md5sum)"

# A flush behind each write: the states are the beginnings, and torn ones.
expect "flushes leave fewer states" 1 'distinct=' $crashdisk --most=1 "$tmp/log-flushed" "$tmp/base" false
fewer=$(grep -o 'distinct=[0-9]*' "$tmp/out" | cut -d= -f2)
blocks=$(($(cat "$tmp/count") / 2))
verdict "at most one a write, fourteen tears of it, and the first" test "$fewer" -gt "$blocks" -a "$fewer" -le $((blocks * 15 + 1))

# What a check is told, and its own image.
cat > "$tmp/told" << 'END'
#!/bin/bash
echo "$CRASHDISK_STATE $CRASHDISK_TORN $CRASHDISK_FLUSHES $(sha256sum < "$1" | cut -c 1-16)" >> "$TOLD"
dd if=/dev/urandom of="$1" bs=4096 seek=7 count=3 conv=notrunc status=none
END
chmod +x "$tmp/told"
export TOLD=$tmp/heard
expect "a check may change its image" 0 'bad=0' $crashdisk --most=40 "$tmp/log-flushed" "$tmp/base" "$tmp/told"
both() { grep -q ' 0 ' "$tmp/heard" && grep -q ' 1 ' "$tmp/heard"; }
verdict "it is told of torn states, and others" both
read -r number _ _ hash < <(sort -n "$tmp/heard" | tail -n 1)
expect "a state is built alone, by its number" 0 "^state $number: [0-9]+ flushes, then" $crashdisk --image="$number:$tmp/state" "$tmp/log-flushed" "$tmp/base"
verdict "it has the bytes that the check saw" test "$(sha256sum < "$tmp/state" | cut -c 1-16)" = "$hash"
expect "one that there is not" 2 'no state 99999999' $crashdisk --image="99999999:$tmp/state" "$tmp/log-flushed" "$tmp/base"

# A server answers for all.
cat > "$tmp/server" << 'END'
#!/bin/bash
while read -r number torn flushes; do
    case $number in *[37]) echo "number $number, torn $torn, flushes $flushes: bad by its number" ;; *9) exit 5 ;; *) echo good ;; esac
done
END
chmod +x "$tmp/server"
expect "a server judges them" 1 'bad by its number' $crashdisk --server "$tmp/log-flushed" "$tmp/base" "$tmp/server"
as_it_said() {
    local bad
    bad=$(grep -c '^bad: ' "$tmp/out")
    grep -q '^bad: state [0-9]*9: .*ended with status 5' "$tmp/out" && [ "$bad" -gt 5 ] && [ "$bad" = "$(grep -c '^bad: state [0-9]*[379]:' "$tmp/out")" ]
}
verdict "one at which it ends is bad, and it goes on" as_it_said
expect "a check that does not end is bad" 1 'status 124' $crashdisk --most=1 --seconds=0.2 "$tmp/log" "$tmp/base" sh -c 'sleep 20'
expect "a server that does not answer" 1 'no answer within 0.2 s' $crashdisk --server --most=1 --seconds=0.2 "$tmp/log" "$tmp/base" sh -c 'sleep 20'
expect "the first bad one is enough" 1 'judged=[1-9] ' $crashdisk --until-bad "$tmp/log" "$tmp/base" false

# Stopped, and gone on with.
cat > "$tmp/slow" << 'END'
#!/bin/bash
PATH=$PATH:/usr/sbin
sleep 0.1
exec e2fsck -fn "$1"
END
chmod +x "$tmp/slow"
whole=("$crashdisk" -q --most=60 --resume="$tmp/judged" "$tmp/log" "$tmp/base" "$tmp/slow")
"${whole[@]}" > "$tmp/out" 2>&1 & pid=$!
sleep 2
kill -TERM $pid
wait $pid
status=$?
told() { [ $status -eq 143 ] && grep -q 'judged=[1-9].* stopped$' "$tmp/out"; }
verdict "what was done is told when it is stopped" told
verdict "and some is left" test "$(grep -o 'judged=[0-9]*' "$tmp/out" | cut -d= -f2)" -lt 60
printf '0123' >> "$tmp/judged" # a line whose end was not written
expect "it goes on, and has judged all then" 1 'judged=60 before=[1-9]' "${whole[@]}"
verdict "and found the same" test "$(summary "$tmp/out")" = "$(summary "$tmp/one")"
expect "all of it again is nothing" 1 'judged=60 before=60 ' "${whole[@]}"
expect "another log is another campaign" 2 'of another campaign' $crashdisk -q --resume="$tmp/judged" "$tmp/log-flushed" "$tmp/base" "$tmp/slow"

# What cannot be.
expect "no log" 2 'base: byte 0: no log of dm-log-writes' $crashdisk "$tmp/base" "$tmp/base" true
head -c 5200 "$tmp/log" > "$tmp/cut" # behind the first entry
expect "a log that is cut" 2 'cut: byte 5120: entry 1: the log ends .*--entries=1 takes those before it' $crashdisk "$tmp/cut" "$tmp/base" true
expect "what is before the cut is judged" 0 '^entries=1 writes=1 .* bad=0' $crashdisk --entries=1 "$tmp/cut" "$tmp/base" true
expect "not more than that" 2 'entry 1: ' $crashdisk --entries=2 "$tmp/cut" "$tmp/base" true
head -c 8192 "$tmp/base" > "$tmp/small"
expect "a disk that is too small" 2 'entry [0-9]+: sectors [0-9]+ and 8 behind it do not lie on a disk of 16: is BASE the disk' $crashdisk "$tmp/log" "$tmp/small" true
head -c 1000 "$tmp/base" > "$tmp/odd"
expect "what is no disk" 2 '1000 bytes are no disk' $crashdisk "$tmp/log" "$tmp/odd" true
expect "a file that is missing" 2 'nowhere: No such file' $crashdisk "$tmp/nowhere" "$tmp/base" true
super 0 > "$tmp/empty"
expect "a log of nothing" 2 'nothing was written' $crashdisk "$tmp/empty" "$tmp/base" true
expect "a check that is not there" 2 'nowhere: No such file' $crashdisk "$tmp/log" "$tmp/base" "$tmp/nowhere"
expect "nor a command" 2 'no-such-check: there is no such command' $crashdisk "$tmp/log" "$tmp/base" no-such-check
expect "no check" 64 'wanted are LOG, BASE and CHECK' $crashdisk "$tmp/log" "$tmp/base"
expect "a number that is none" 64 '--jobs=x: wanted is a number from 1' $crashdisk -j x "$tmp/log" "$tmp/base" true
