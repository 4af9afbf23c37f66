#!/bin/bash
# SPDX-License-Identifier: MIT
# docs/writing-a-filesystem.md: its commands print what it says, and its source is the tree's.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

mkdir "$tmp/tree" && ln -s "$PWD/build" "$PWD/kernels" "$tmp/tree/"
sed -n '/^```console$/,/^```$/p' docs/writing-a-filesystem.md | grep -v '^```' > "$tmp/wanted"
verdict "the page has commands" [ "$(grep -c '^\$ ' "$tmp/wanted")" -gt 20 ]
while IFS= read -r command; do
    printf '%s\n' "$command"
    (cd "$tmp/tree" && bash -c "${command#\$ }" 2>&1)
done < <(grep '^\$ ' "$tmp/wanted") > "$tmp/printed"
diff "$tmp/wanted" "$tmp/printed" > "$tmp/out"
verdict "they print what it says" [ ! -s "$tmp/out" ]
sed -n '/^```c$/,/^```$/p' docs/writing-a-filesystem.md | grep -v '^```' > "$tmp/source"
verdict "its function is the tree's" diff "$tmp/source" <(sed '1,/\*\//d' kernels/exo/libos/notes/udf/notes.bpf.c)
expect "an image that is none" 2 'Is a directory|Invalid' build/host/notes list "$tmp/tree" < /dev/null
truncate -s 1M "$tmp/empty"
expect "a disk without a volume" 2 'no volume' build/host/notes list "$tmp/empty"
expect "no such command" 64 'usage: notes' build/host/notes burn "$tmp/empty"
