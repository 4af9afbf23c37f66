#!/bin/bash
# SPDX-License-Identifier: MIT
# Replacing exo's library operating system never touches its kernel: one image boots with archives of other first environments, each of
# which says which kernel it runs on. And the page that shows how one is written (docs/writing-a-libos.md) says what is there.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
image=build/guest/exo.elf
kernel=$("${CROSS:-x86_64-linux-gnu-}readelf" -n $image | sed -n 's/.*Build ID: //p')
sum=$(sha256sum $image)

booted() { # CLAIM ARCHIVE PATTERN
    expect "$1" 0 "$3" $exospin boot exo --no-build --archive "$2"
}
booted "ExOS: all its processes spoke and ended, though one alone owns slices and waits for what they say" build/guest/exo-with-exos.cpio "^exos: processes that spoke and ended: 20; kernel $kernel"
booted "the second library: within 10 per mille of its plan" build/guest/exo-with-second.cpio "^stride: per mille from the plan: [0-9]; kernel $kernel"
booted "the third library: no period missed" build/guest/exo-with-third.cpio "^periodic: periods missed: 0; kernel $kernel"
verdict "and the image is what it was" test "$sum" = "$(sha256sum $image)"

# docs/writing-a-libos.md has a library of its own, and what that says.
sed -n '/^```console$/,/^```$/p' docs/writing-a-libos.md | grep -v '^```' | sed 's/each: [0-9]*/each: N/' > "$tmp/said"
booted "the library that the page writes" build/guest/exo-with-example.cpio '^1 example: environment'
verdict "says what the page has" diff "$tmp/said" <(sed -n '/^1 example/,$p' "$tmp/out" | tr -d '\r' | sed 's/each: [0-9]*/each: N/; /^exo: Ctrl-A/d')

# What only the kernel can tell of an archive, it tells before anything is started.
head -c 700 build/guest/exo-with-third.cpio > "$tmp/cut.cpio"
expect "an archive that is cut" 11 '^panic: boot: the archive of programs: a member' $exospin boot exo --no-build --archive "$tmp/cut.cpio"
expect "an archive that is Linux's" 11 '^panic: boot: .*a member is no regular file' $exospin boot exo --no-build --archive build/guest/linux/initramfs.cpio
