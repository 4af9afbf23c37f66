#!/bin/bash
# SPDX-License-Identifier: MIT
# tests/prose in a tree of one page, one source and one row: what it finds, each thing alone, and nothing else.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tree=${tmp:?expect.sh makes it}/tree

mkdir -p "$tree"/{tests,docs,kernels,results/reference}
cp tests/prose "$tree/tests/"
echo '{ "name": "spin:syscall/null" }' > "$tree/results/reference/summary.json"
printf '# --shard\n' > "$tree/tests/options.sh"
git init -q "$tree"

# page TEXT, source TEXT, assembly TEXT: the tree has these, and what is good besides.
long=$(printf 'word %.0s' {1..25})
plant() { # PAGE COMMENT ASSEMBLY
    # shellcheck disable=SC2016 # backticks of a page
    printf 'See `docs/page.md`, `--shard`, `spin:syscall/null`, `tests/NAME_test.c`, `docs/*.md`.\n%s\n' "$1" > "$tree/docs/page.md"
    printf '/* As docs/page.md says.%s */\nint one;\n' "$2" > "$tree/kernels/one.c"
    printf '/* one */ %s\n' "$3" > "$tree/kernels/one.S"
    cp "$tree/docs/page.md" "$tree/docs/spin.md" # a kernel's page is looked at for more
    git -C "$tree" add -A
}
planted() { # CLAIM PATTERN PAGE COMMENT ASSEMBLY
    plant "$3" "$4" "$5"
    expect "$1" 1 "$2" "$tree/tests/prose"
    verdict "... and nothing else" test "$(grep -c '^not ok' "$tmp/out")" = 1
}
plant '' '' ''
expect "what is there is not complained of" 0 '^ok - files that pages name' "$tree/tests/prose"
planted "a page names a file that is not there" '^# docs/page.md:2:docs/none.md$' 'See docs/none.md.' '' ''
planted "a comment names one" '^# kernels/one.c:1:kernels/none.c$' '' ' See kernels/none.c.' ''
planted "an option" '^# docs/page.md:2:--none-such$' 'Give --none-such to it.' '' ''
planted "a row" '^# docs/page.md:2:spin:syscall/nil$' 'As spin:syscall/nil shows.' '' ''
# shellcheck disable=SC2016 # backticks of a page
planted "a test of a kernel, in its page" '^# docs/spin.md:2:family/a_check_that_is_none$' 'As `family/a_check_that_is_none`.' '' ''
# shellcheck disable=SC2016
planted "a source, by its last name" '^# docs/spin.md:2:none.c$' 'See `none.c` and `one.c`.' '' ''
# shellcheck disable=SC2016
planted "one that is cut short" '^# docs/spin.md:2:family/a_check_that_$' 'As `family/a_check_that_...`.' '' ''
# shellcheck disable=SC2016
planted "a rule that is left out" '^# docs/spin.md:2:NO_RULE$' 'Without `NO_RULE`.' '' ''
planted "a long line of a page" '^# docs/page.md:2: 125 columns$' "$long" '' ''
planted "a long line of assembly" '^# kernels/one.S:1: 135 columns$' '' '' "$long"
planted "a closing mark that stands alone" '^# kernels/one.c:2: \*/$' '' $'\n' ''
