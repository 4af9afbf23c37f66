#!/bin/bash
# SPDX-License-Identifier: MIT
# exospin(1) and vcode(1) say what help says, and are pages of man(7); the guide's first example of vcode works as it is typed.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

expect "help man is exospin(1)" 0 '^\.TH EXOSPIN 1 ' ./exospin help man
cp "$tmp/out" "$tmp/exospin.1"
verdict "which the build has made" cmp "$tmp/exospin.1" build/man/exospin.1
for command in $(./exospin help | sed -nE 's/^  ([a-z]+) .*/\1/p'); do
    ./exospin "$command" --help 2> /dev/null | grep -oE '^ +(-[a-z], )?--[a-z-]+' | grep -oE -- '--[a-z-]+' | grep -vE -- '--(help|usage)$' > "$tmp/options"
    sed -nE "/^\.SS exospin $command( |\$)/,/^\.S[SH] /p" "$tmp/exospin.1" | sed 's/\\-/-/g' > "$tmp/section"
    missing=
    while read -r option; do grep -qE -- "^\.B (-[a-z], )?$option(=|\$)" "$tmp/section" || missing+=" $option"; done < "$tmp/options"
    verdict "exospin(1) has $command and all its options" [ -s "$tmp/section" -a -z "$missing" ]
done
verdict "and every exit status" [ "$(grep -cE '^\.B [0-9]+$' "$tmp/exospin.1")" -eq "$(./exospin help exit | grep -cE '^ *[0-9]+  ')" ]

expect "vcode help man is vcode(1)" 0 '^\.TH VCODE 1 ' build/host/vcode help man
cp "$tmp/out" "$tmp/vcode.1"
verdict "which the build has made" cmp "$tmp/vcode.1" build/man/vcode.1
for word in check dump run types link isa asm; do
    verdict "vcode(1) has $word" grep -Fxq ".B $word" "$tmp/vcode.1"
done
verdict "and the kinds" grep -q '^kinds of programs, .*: guard handler' "$tmp/vcode.1"
expect "vcode --version is the release's" 0 "^vcode $(sed -n 's/^version: *//p' CITATION.cff)\$" build/host/vcode --version
for page in exospin vcode; do
    claim="groff has no complaint of $page(1)"
    if command -v groff > /dev/null; then
        groff -man -Tutf8 -ww -z "$tmp/$page.1" > "$tmp/out" 2>&1
        verdict "$claim" [ ! -s "$tmp/out" ]
    else
        echo "ok - $claim # SKIP groff is not there"
    fi
done
expect "make install-man puts them where man(1) looks" 0 '' make -s install-man DESTDIR="$tmp/root" PREFIX=/usr
verdict "both" test -s "$tmp/root/usr/share/man/man1/exospin.1" -a -s "$tmp/root/usr/share/man/man1/vcode.1"

# The guide's example: the file and the commands between two headings.
sed -n '/^## Prove a program of your own/,/^## On/s/^    //p' docs/guide.md > "$tmp/example"
mkdir "$tmp/tree" && ln -s "$PWD/build" "$PWD/tools" "$tmp/tree/"
sed -n '/^#include/,/^}/p' "$tmp/example" > "$tmp/tree/length.c"
printf '\x45\0\0\x54\0\0\0\0\x40\x01\0\0\x7f\0\0\x01\x7f\0\0\x01' > "$tmp/PACKET"
grep -E '^(clang|build)' "$tmp/example" | sed "s|--ctx PACKET|--ctx $tmp/PACKET|" > "$tmp/commands"
verdict "the guide has four commands for it" [ "$(wc -l < "$tmp/commands")" -eq 4 ]
expect "they work as they are typed" 0 'accepted as packet' env -C "$tmp/tree" bash -e "$tmp/commands"
verdict "and find the header's length" grep -q '^header_length: 20 ' "$tmp/out"
sed -i '/data + 20/,+1d' "$tmp/tree/length.c"
expect "without the comparison it is refused, with the line" 1 'length.c:[0-9]+' env -C "$tmp/tree" bash -e "$tmp/commands"
verdict "and the README's first command is one of them" grep -q "$(grep -oE 'build/host/vcode check [a-zA-Z.]+' README.md)" "$tmp/commands"
