#!/bin/bash
# SPDX-License-Identifier: MIT
# The tests' own runners, broken on purpose: what did not run, could not run or lacks its tool is a failure and never silence.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

program() { # NAME: a test program from standard input
    { echo '#!/bin/bash' && cat; } > "$tmp/$1"
    chmod +x "$tmp/$1"
}
# run NAME: tests/run from the folder where the programs lie.
run() {
    (cd "$tmp" && "$OLDPWD/tests/run" --log "log/one/${1-}.tap" "$@")
}
summary() {
    (cd "$tmp" && "$OLDPWD/tests/run" --summary log "$@")
}
# tried CLAIM STATUS PATTERN FUNCTION...: expect of one of this file's functions.
tried() {
    expect "$1" "$2" "$3" bash -c '"$@"' bash "${@:4}"
}
export -f run summary
export tmp

program good <<< 'echo "ok - one"; echo "ok 2 - two # SKIP no moon"'
program bad <<< 'echo "not ok - one"'
program status <<< 'echo "ok - one"; exit 3'
program signal <<< 'echo "ok - one"; echo "not ok - two"; kill -SEGV $$'
program unended <<< 'printf "ok - one"; exit 3'
program crashed <<< 'printf "ok - one"; kill -SEGV $$'
program nameless <<< 'echo "ok - one"; echo "not ok"'
program bails <<< 'echo "ok - one"; echo "Bail out! no moon"'
program planned <<< 'echo "1..2 # of the moon"; echo "ok - one"'
program silent <<< 'true'
program short <<< 'echo 1..3; echo "ok 1 - one"; echo "ok 2 - two"'
tried "a good program" 0 '^# good took [0-9.]+ s, of processors [0-9.]+ s$' run good
tried "a failed test" 1 '^not ok - one$' run bad
verdict "how to run it again stands below" grep -q '^# again: bad$' "$tmp/out"
tried "a status without a failed test" 1 'not ok - status ended with status 3' run status
tried "death by a signal, though a test failed before" 1 'not ok - signal was ended by signal 11' run signal
tried "a status behind a line without an end" 1 '^not ok - unended ended with status 3' run unended
tried "death in the middle of a line" 1 '^not ok - crashed was ended by signal 11' run crashed
tried "a failed test without a name" 1 '^not ok$' run nameless
tried "a program that gives up" 1 '^Bail out! no moon$' run bails
tried "a number of tests with a word behind it" 1 'not ok - planned announced 2 tests and ran 1' run planned
tried "a program without a test" 1 'not ok - silent ran no test' run silent
tried "fewer tests than announced" 1 'not ok - short announced 3 tests and ran 2' run short
tried "a program that was not built" 1 'not ok - missing is not there: it was not built' run missing
tried "no program at all" 64 'usage' run

rm -r "$tmp/log" && run good > "$tmp/out"
tried "the summary of one stage" 0 '^1 passed, 0 failed, 1 skipped$' summary one
tried "a stage that left no log" 1 '^1 passed, 1 failed, 1 skipped$' summary one lint
verdict "is named" grep -q "not ok - stage 'lint' left no result" "$tmp/out"
: > "$tmp/log/one/empty.tap"
tried "a log that is empty beside others" 0 '^1 passed, 0 failed, 1 skipped$' summary one
mkdir "$tmp/log/empty" && : > "$tmp/log/empty/empty.tap"
tried "a stage whose log is empty" 1 "stage 'empty' left no result" summary one empty
run bad > "$tmp/out"
tried "a failure stands in the summary" 1 '^1 passed, 1 failed, 1 skipped$' summary one
verdict "with its line and how to run it again" grep -qzP '\nnot ok - one\n# again: bad\n' "$tmp/out"
run bails > "$tmp/out"
tried "and so does giving up" 1 '^Bail out! no moon$' summary one
rm -r "$tmp/log"
tried "no log of a stage" 1 '^0 passed, 1 failed$' summary one

# By the real rules: one unit test that cannot be made, and one that no rule of ours makes: it stays what it is, however old.
touch -d '2000-01-01' "$tmp/good"
expect "make unit: a test that cannot be made fails, and no other" 2 'none_test is not there: it was not built' \
    make unit UNITS="build/tests/none_test $tmp/good" TAP="$tmp/log"
verdict "the others ran" grep -q '^ok - one' "$tmp/log/unit/good.tap"
touch -d '2000-01-01' "$tmp/bad"
expect "make unit: what failed stands in the sum" 2 '^2 passed, 1 failed, 1 skipped$' make unit UNITS="$tmp/bad $tmp/good" TAP="$tmp/log2"
verdict "that not all was built is a failure of its own" grep -q '^not ok - all that these tests need is built' "$tmp/log/build/build.tap"

# One test of a unit program alone.
cat > "$tmp/some_test.c" << 'END'
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
static void red_holds(void **state) { (void)state; }
static void red_fails(void **state) { (void)state; assert_true(0); }
static void blue_holds(void **state) { (void)state; }
int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(red_holds), cmocka_unit_test(red_fails), cmocka_unit_test(blue_holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
END
expect "a unit program is made as ours are" 0 '' "${CC:-cc}" -D_GNU_SOURCE -o "$tmp/some_test" "$tmp/some_test.c" tests/unit/only.c -lcmocka \
    -Wl,--wrap=_cmocka_run_group_tests
some=(env CMOCKA_MESSAGE_OUTPUT=TAP "$tmp/some_test")
expect "all of its tests" 1 '^not ok 2 - red_fails' "${some[@]}"
expect "--only NAME: that one" 0 '^ok 1 - blue_holds' "${some[@]}" --only blue_holds
verdict "and no other" bash -c "! grep -E 'red_' '$tmp/out'"
expect "--only with a pattern: those that fit" 1 '^not ok 2 - red_fails' "${some[@]}" --only 'red_*'
verdict "and no others" bash -c "! grep blue_ '$tmp/out'"
expect "--only with a name that no test has, and those that there are" 1 "no test fits 'green'; there are: red_holds red_fails blue_holds" \
    "${some[@]}" --only green
expect "another command line" 64 'usage: .*some_test \[--only NAME\]' "${some[@]}" blue_holds
mkdir -p "$tmp/build/tests" && cp "$tmp/some_test" "$tmp/build/tests/"
tried "beside a failure stands how to run it alone" 1 \
    '^# again: make build/tests/some_test && build/tests/some_test --only red_fails$' run build/tests/some_test

# The kernels' checks, of an exospin that says what it is told.
mkdir -p "$tmp/kernels/tests/kernel"
cp tests/kernel/run "$tmp/kernels/tests/kernel/run"
kernels_told() { # SUMMARY STATUS
    printf '#!/bin/bash\n%s\nexit %s\n' "mkdir -p build/tests/kernel-run; [ -z '$1' ] || echo '$1' > build/tests/kernel-run/summary.json" "$2" \
        > "$tmp/kernels/exospin"
    chmod +x "$tmp/kernels/exospin"
    tests/run --log "$tmp/log/kernel/run.tap" "$tmp/kernels/tests/kernel/run"
}
export -f kernels_told
pass='{"name": "exo:a", "verdict": "pass"}'
tried "a check that passes" 0 '^ok - exo:a$' kernels_told "{\"checks\": [$pass]}" 0
tried "a check that fails" 1 '^not ok - exo:b: why' \
    kernels_told "{\"checks\": [$pass, {\"name\": \"exo:b\", \"verdict\": \"fail\", \"why\": \"why\"}]}" 0
tried "a check without a verdict" 1 '^not ok - exo:b' kernels_told "{\"checks\": [$pass, {\"name\": \"exo:b\"}]}" 0
tried "a status that no check explains" 1 'run ended with status 11' kernels_told "{\"checks\": [$pass]}" 11
tried "a summary that cannot be read to its end" 1 'not ok - the checks cannot be read' kernels_told "{\"checks\": [$pass, 7]}" 0
tried "no summary" 1 'left no summary' kernels_told '' 31
tried "no check" 1 'ran no test' kernels_told '{"checks": []}' 0

# lint and analyze in a small tree of its own, without each of their tools in turn, and with tools that only fail.
mkdir -p "$tmp"/tree/{tests,harness,kernels,experiments,tools} "$tmp/bin"
cp tests/{lint,tidy,analyze} "$tmp/tree/tests/"
prose_ends() { printf '#!/bin/bash\n# SPDX-License-Identifier: MIT\nexit %s\n' "$1" > "$tmp/tree/tests/prose" && chmod +x "$tmp/tree/tests/prose"; } # its own test is prose_test.sh
prose_ends 0
cp .clang-format .clang-tidy "$tmp/tree/"
for part in harness kernels experiments tools; do
    printf '/* SPDX-License-Identifier: MIT */\nint one(void);\nint one(void) {\n    return 1;\n}\n' > "$tmp/tree/$part/one.c"
    for file in $part/{one,two,three}.c; do
        echo "{\"directory\": \"$tmp/tree\", \"file\": \"$file\", \"command\": \"cc -std=gnu11 -c $file\"}"
    done
done | jq -s . > "$tmp/tree/compile_commands.json"
git -C "$tmp/tree" init -q && git -C "$tmp/tree" add . 2> /dev/null
without() { # PROGRAM TOOL [ITS STAND-IN]: PATH has links to all that is needed but TOOL
    rm -f "$tmp"/bin/*
    for tool in bash dirname mktemp rm git sort head grep xargs sed cat nproc sha256sum awk cut mv mkdir touch tee jq cc clang clang-format clang-tidy shellcheck ccache; do
        [ "$tool" = "$2" ] || ! command -v $tool > /dev/null || ln -s "$(command -v $tool)" "$tmp/bin/$tool"
    done
    [ $# -eq 2 ] || { echo "#!$(command -v bash)"; echo "$3"; } > "$tmp/bin/$2"
    chmod +x "$tmp/bin/$2" 2> /dev/null
    PATH=$tmp/bin "$tmp/tree/tests/$1"
}
export -f without
tried "lint with all its tools" 0 '^ok - clang-tidy finds nothing in 4 sources' without lint nothing
prose_ends 1
tried "lint whose pages name what is not there" 1 '^ok - clang-tidy finds nothing in 4 sources' without lint nothing
prose_ends 0
for tool in git clang clang-format clang-tidy shellcheck; do
    tried "lint without $tool" 1 "# $tool is not installed" without lint $tool
done
tried "a clang-tidy that only fails has found nothing" 1 'tools/one.c: clang-tidy ended with status 1' without lint clang-tidy 'exit 1'
tried "a clang-format that only fails" 1 'not ok - sources have the form' without lint clang-format 'exit 1'
tried "a shellcheck that only fails" 1 'not ok - shellcheck' without lint shellcheck 'exit 1'
tried "a git that lists nothing" 1 'not ok - git tells what there is to look at' without lint git 'exit 1'
kept() { find "$tmp/tree/build/tests/analyzed" -type f | wc -l; }
tried "an analyzer that only fails has found nothing" 1 'tools/one.c: clang-tidy ended with status 1' without analyze clang-tidy 'exit 1'
verdict "and no verdict is kept of it" test "$(kept)" -eq 0
tried "an analyzer without sources" 1 '^not ok - the analyzer finds nothing in tools ' without analyze git 'exit 1'
tried "the analyzer" 0 '^ok - the analyzer finds nothing in tools \(shallow, 1 sources\)$' without analyze nothing
verdict "keeps what it found" test "$(kept)" -eq 4
tried "and asks no more" 0 '^ok - the analyzer finds nothing in tools' without analyze clang-tidy 'exit 1'
for part in harness kernels experiments tools; do cp "$tmp/tree/$part/one.c" "$tmp/tree/$part/two.c" && cp "$tmp/tree/$part/one.c" "$tmp/tree/$part/three.c"; done
expect "--third: at one of three sources" 0 '^ok - the analyzer finds nothing in tools \(shallow, 1 sources\)$' "$tmp/tree/tests/analyze" --third
verdict "of each part, and it was not asked before" test "$(kept)" -eq 8
rm "$tmp/tree"/*/{two,three}.c
printf '/* SPDX-License-Identifier: MIT */\nint one(int *p);\nint one(int *p) {\n    return p ? 0 : *p;\n}\n' > "$tmp/tree/tools/one.c"
tried "but of what changed" 1 'tools/one.c:4:.*Dereference of null pointer' without analyze nothing

echo "tmp=\$(mktemp -d); rm -r \$tmp; echo \$unset_one" > "$tmp/tree/part.sh" # to be sourced: without a first line of its own
git -C "$tmp/tree" add . 2> /dev/null
tried "a part of a script is looked at, too" 1 '^not ok - shellcheck finds nothing' without lint nothing

# arrows in a copy of the sources, with one run for all that is planted in it; each claim is about the lines that name its own file.
mkdir "$tmp/modules"
cp -r harness kernels tools tests experiments "$tmp/modules/"
n=0
claims=() wanted=()
planted() { # CLAIM FOLDER LINE WANTED [LINE OF ANOTHER SOURCE]: WANTED is what is said, an expression; none if nothing should be
    n=$((n + 1))
    mkdir -p "$tmp/modules/$2"
    printf '#include <stdint.h>\n#include <linux/reboot.h>\n#include "own%d.h"\n%s\n' $n "$3" > "$tmp/modules/$2/it$n.c"
    printf '%s\n' "${5-}" > "$tmp/modules/$2/own$n.c"
    touch "$tmp/modules/$2/own$n.h" "$tmp/modules/$2/it$n.h"
    claims+=("$1")
    wanted+=("${4:-!$2/(it|own)$n\\.}")
}
points() { # FOLDER LINE: an include that is as it should be
    planted "along an arrow: $1, $2" "$1" "$2" ''
}
turns() { # FOLDER LINE WHY
    planted "against an arrow: $1, $2" "$1" "$2" "^# $1/it$((n + 1)).c$3"
}
judge_planted() {
    (cd "$tmp/modules" && tests/arrows) > "$tmp/out" 2>&1 # fails: nothing is there to be linked
    for ((i = 0; i < ${#claims[@]}; i++)); do
        case ${wanted[i]} in
        !*) verdict "${claims[i]}" bash -c '! grep -E -- "$1" "$2"' bash "${wanted[i]#!}" "$tmp/out" ;;
        *) verdict "${claims[i]}" grep -E -- "${wanted[i]}" "$tmp/out" ;;
        esac
    done
    claims=() wanted=()
}
points kernels/spin/services '#include "spin/core/event.h"'
points kernels/exo/libos '#include "machine/memory/page.h"'
points tests/kernel '#include "machine/memory/page.h"'
points tests/kernel/spin '#include "spin/core/event.h"'
points tests/unit/engine/run '#include "../../../soundness/world.h"'
points tests/fuzz '#include "run/run.h"'
for line in '#include "machine/memory/page.h"' '#include <machine/memory/page.h>' '  #  include  <machine/memory/page.h>'; do
    turns kernels/measure "$line" ' includes machine/memory/page.h: kernels/measure does not lean on kernels/machine'
done
turns kernels/measure '#include "tools/x.h"' ': "tools/x.h" is nowhere'
turns kernels/measure '#include "../machine/memory/page.h"' ' includes ../machine/memory/page.h'
turns kernels/machine/memory '#include "machine/trap/trap.h"' ' includes machine/trap/trap.h: kernels/machine/memory does not lean on kernels/machine/trap'
turns kernels/spin/core '#include "spin/services/public.h"' ' includes spin/services/public.h'
turns kernels/exo/kernel '#include "exo/libos/exposed.h"' ' includes exo/libos/exposed.h'
turns kernels/engine/types '#include "engine/object.h"' ' includes engine/object.h: kernels/engine/types does not lean on kernels/engine/object'
turns harness/base '#include "run/run.h"' ' includes run/run.h'
turns tools/vcode '#include "run/run.h"' ' includes run/run.h'
turns tests/unit/lib '#include "machine/memory/page.h"' ' includes machine/memory/page.h: tests/unit/lib does not lean on kernels/machine/memory'
turns tests/unit/harness '#include "engine/object.h"' ' includes engine/object.h: tests/unit/harness does not lean on kernels/engine/object'
turns tests/unit/engine/types '#include "machine/memory/page.h"' ' includes machine/memory/page.h'
turns tests/kernel/machine '#include "exo/kernel/env/env.h"' ' includes exo/kernel/env/env.h'
turns tests/kernel/exo '#include "spin/core/event.h"' ' includes spin/core/event.h'
turns tests/kernel/spin '#include "exo/kernel/env/env.h"' ' includes exo/kernel/env/env.h'
turns tests/fuzz '#include "spin/core/event.h"' ' includes spin/core/event.h'
turns kernels/machine/memory '#include "../../../tests/kernel/frames.h"' ' includes ../../../tests/kernel/frames.h: .* does not lean on tests/kernel'
turns tests/new '' ': its folder tests/new has no arrows'
turns kernels/new '' ': its folder kernels/new has no arrows'
pair="kernels/measure/(it|own)$((n + 1)).c"
planted "two sources that lean on each other" kernels/measure '' "^# sources that lean on each other: $pair $pair\$" "#include \"it$((n + 1)).h\""
planted "the harness and a guest's header" harness '#include <measure/bench.h>' "^# harness/it$((n + 1)).c measure/bench.h\$"
judge_planted
verdict "each of these is a failure" test "$(grep -cE '^not ok - (each folder|the harness shares)' "$tmp/out")" -eq 2

# Two files of one name in a module, and where they may be.
rm -r "$tmp/modules"/{harness,kernels,tools,tests,experiments}
cp -r harness kernels tools tests experiments "$tmp/modules/"
twins() { # CLAIM WANTED FILE ANOTHER
    mkdir -p "$tmp/modules/${4%/*}"
    cp "$tmp/modules/$3" "$tmp/modules/$4"
    claims+=("$1: $4")
    wanted+=("$2")
}
for pair in 'kernels/exo/kernel/env/env.h kernels/exo/libos/env.h' 'harness/base/text.c harness/run/text.c' 'tests/kernel/exo/rights/cap.c tests/kernel/exo/time/cap.c'; do
    # shellcheck disable=SC2086
    twins "two files of one name in a module" "^# ${pair/ / and }\$" $pair
done
for pair in 'kernels/exo/abi.h kernels/common/abi.h' 'harness/base/text.c harness/cmd/text.c' 'tests/kernel/exo/rights/cap.c tests/kernel/spin/cap.c'; do
    # shellcheck disable=SC2086
    twins "the same name in another module" "!^# .* and ${pair#* }\$|^# ${pair#* } and " $pair
done
judge_planted
verdict "two of one name are a failure" grep -q '^not ok - no two files of a module have the same name' "$tmp/out"

# arrows with a linker that only fails, or says nothing.
arrows_with() { # TOOL ITS-STAND-IN
    rm -f "$tmp"/bin/*
    printf '#!/bin/bash\n%s\n' "$2" > "$tmp/bin/$1"
    chmod +x "$tmp/bin/$1"
    PATH=$tmp/bin:$PATH tests/arrows
}
export -f arrows_with
expect "arrows as they are" 0 '^ok - kernels/engine links alone with lib' tests/arrows
tried "arrows with a linker that only fails" 1 'not ok - kernels/lib links alone with lib.*ld failed' arrows_with ld 'exit 1'
tried "arrows with an nm that only fails" 1 'not ok - kernels/lib links alone with lib.*nm failed' arrows_with nm 'exit 1'
tried "arrows with an nm that finds nothing" 1 'nm failed' arrows_with nm 'exit 0'
