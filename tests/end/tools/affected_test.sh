#!/bin/bash
# SPDX-License-Identifier: MIT
# tests/affected in a small tree: what a change reaches by .d files, by what a program was linked from, and by the files that tests read.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

tree=$tmp/tree
mkdir -p "$tree"/{tests/unit/module,harness,kernels,build/asan/harness,build/asan/kernels,build/tests}
cp tests/affected "$tree/tests/"
cd "$tree" || exit 1
touch harness/{one,two}.{c,h} kernels/deep.c tests/unit/module/{one,two,deep}_test.c tests/unit/module/deep.case Makefile
printf '%s\n' 'build/asan/harness/one.o: harness/one.c harness/one.h \' ' harness/two.h' 'harness/one.h:' 'harness/two.h:' > build/asan/harness/one.d
printf '%s\n' 'build/asan/harness/two.o: \' ' harness/two.c harness/two.h' 'harness/two.h:' > build/asan/harness/two.d
printf '%s\n' 'build/asan/kernels/deep.o: kernels/deep.c' > build/asan/kernels/deep.d
printf '%s\n' build/asan/tests/unit/module/one_test.o 'build/asan/harness.a(one.o)' > build/tests/one_test.linked
printf '%s\n' build/asan/tests/unit/module/two_test.o 'build/asan/harness.a(two.o)' > build/tests/two_test.linked
printf '%s\n' build/asan/tests/unit/module/deep_test.o 'build/asan/pure.a(deep.o)' > build/tests/deep_test.linked
touch build/tests/{one,two,deep}_test
git init -q && echo /build > .gitignore && git add . 2> "$tmp/git" && git -c user.name=a -c user.email=a@b commit -qm one

# reaches WHAT FILES WANTED: with FILES changed, tests/affected WHAT prints these words.
reaches() {
    local file got
    for file in $2; do echo >> "$file"; done
    got=$(tests/affected "$1" 2>&1 | xargs)
    echo "$got" > "$tmp/out"
    verdict "${2:-nothing}: $1 ${3:-none}" test "$got" = "$3"
    git checkout -q . && git clean -qf
}
reaches sources '' ''
reaches units '' ''
reaches sources harness/one.c harness/one.c
reaches units harness/one.c build/tests/one_test
reaches sources harness/two.h 'harness/one.c harness/two.c'
reaches units harness/two.h 'build/tests/one_test build/tests/two_test'
reaches units kernels/deep.c build/tests/deep_test
reaches units tests/unit/module/one_test.c build/tests/one_test
reaches units tests/unit/module/deep.case 'build/tests/deep_test build/tests/one_test build/tests/two_test'
reaches units Makefile 'build/tests/deep_test build/tests/one_test build/tests/two_test'
reaches sources harness/new.c harness/new.c
reaches units README.md ''
echo >> harness/two.c
git -c user.name=a -c user.email=a@b commit -qam two
expect "what is committed counts since BASE" 0 '^build/tests/two_test$' tests/affected units HEAD~1
expect "a word that is none" 64 'tests/affected sources' tests/affected everything
