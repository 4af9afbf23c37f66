#!/bin/bash
# SPDX-License-Identifier: MIT
# The tables that say what tests what (docs/exo/tests.md and others): each file, check and test that they name is there.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

find kernels harness tools tests experiments boot docs -type f | sed 's/^/\//' > "$tmp/files"
grep -rhoE '"[a-z0-9_]+/[a-zA-Z0-9_/:,.%-]+"' tests/kernel experiments kernels | tr -d '"' | sort -u > "$tmp/checks"
cut -d/ -f1 "$tmp/checks" | sort -u > "$tmp/families"
{
    cut -d/ -f2- "$tmp/checks"
    grep -rhoE 'cmocka_unit_test[a-z_]*\([a-zA-Z0-9_]+|^static void [a-zA-Z0-9_]+' tests/unit | sed -E 's/.*[( ]//; s/^test_//'
} | sort -u > "$tmp/tests"

# there NAME: what it names is there; also where it is none of these.
there() {
    local name=$1 start=${1%...}
    case $name in
    *[!a-zA-Z0-9_./-]* | *...?*) return 0 ;;
    *.c | *.h | *.S | *.sh) grep -q "/$name$" "$tmp/files" ;;
    */) grep -q "/$name" "$tmp/files" ;;
    *_test | *_fuzz) grep -qE "/${name##*/}\.(c|sh)$" "$tmp/files" ;;
    [a-z]*/*_*) ! grep -qx "${name%%/*}" "$tmp/families" || grep -q "/$name" "$tmp/files" || grep -q "^$start" "$tmp/checks" ;;
    [A-Z]*_[A-Z]*) grep -rqw "$name" kernels tools tests --include='*.[chS]' --include=build.mk ;;
    [a-z]*_*_*_*) grep -qE "^$start" "$tmp/tests" || grep -rqw "$start" kernels tools harness tests --include='*.[chS]' ;;
    esac
}
for page in docs/exo/tests.md docs/exo/attacks.md docs/exo/cache.md docs/exo/disk.md docs/exo/xn.md docs/spin/tests.md docs/spin/files.md docs/spin/ext2.md docs/disk.md docs/crash.md; do
    # shellcheck disable=SC2016 # quotes of the page
    grep '^|' "$page" | grep -o '`[^`]*`' | tr -d '`' | sort -u > "$tmp/named"
    while IFS= read -r name; do
        there "$name" || echo "$page: $name"
    done < "$tmp/named" > "$tmp/out"
    verdict "what tables of $page name is there" [ ! -s "$tmp/out" ]
done
verdict "what is not there is found" eval '! there no_such.c && ! there xn/no_such_... && ! there exo_no_such_test && ! there no_such_test_at_all && ! there NO_SUCH_RULE'
