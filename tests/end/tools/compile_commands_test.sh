#!/bin/bash
# SPDX-License-Identifier: MIT
# make compile_commands.json: every C and C++ source has its command, and clang's tools take one of each kind.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

make --no-print-directory -Bn V=1 all unit-programs fuzz-programs bench-programs 2> "$tmp/out" | tools/compile_commands > "$tmp/compile_commands.json"
git ls-files -- '*.c' '*.cc' | sort > "$tmp/sources"
jq -r '.[].file' "$tmp/compile_commands.json" | sort > "$tmp/listed"
comm -23 "$tmp/sources" "$tmp/listed" > "$tmp/out"
verdict "every source is listed" test ! -s "$tmp/out"
uniq -d "$tmp/listed" > "$tmp/out"
verdict "once" test ! -s "$tmp/out"
verdict "with a command that writes nothing" jq -e 'all(.command | test(" -(o|MMD|MP)( |$)") | not)' "$tmp/compile_commands.json"
for source in harness/main.c kernels/exo/main.c kernels/engine/verify/verify.c kernels/linux/init.c experiments/syscall/exo-user.c \
    tests/unit/harness/text_test.c tests/fuzz/rows_fuzz.c tests/domain/step.c tests/engine/calls.bpf.c; do
    expect "clang-tidy -p takes $source" 0 '' clang-tidy --quiet -p "$tmp" --extra-arg=-w '--checks=-*,misc-redundant-expression' "$source"
done
