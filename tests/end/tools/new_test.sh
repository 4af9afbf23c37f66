#!/bin/bash
# SPDX-License-Identifier: MIT
# exospin new: what it makes builds, runs, holds and is drawn on every guest system and the host, and nothing outside its folder
# changes. It works on a copy of the tree, so that no other build sees the new experiment.
set -u
cd "$(dirname "$0")/../../.." || exit 1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

verdict() { # STATUS CLAIM: ok if STATUS is 0
    if [ "$1" -eq 0 ]; then echo "ok - $2"; else
        echo "not ok - $2"
        echo "# at $0:${BASH_LINENO[0]}"
        sed 's/^/# /' "$tmp/said" | tail -20
    fi
}
refuses() { # STATUS WORDS NAME...
    local wanted=$1 words=$2
    shift 2
    ./exospin new "$@" > "$tmp/said" 2>&1
    [ $? -eq "$wanted" ] && grep -qF "$words" "$tmp/said"
}

tree=$tmp/tree
mkdir "$tree"
cp -a .clang-format Makefile boot experiments harness kernels plots tests tools build "$tree" 2> /dev/null
cd "$tree" || exit 1
ln -s build/host/exospin exospin
unset EXOSPIN_TREE
export GIT_DIR=$tmp/none # the copy is no repository

refuses 64 "'Fast' cannot name an experiment; allowed: a-z, 0-9 and '_', a letter first, at most 32" Fast
verdict $? "a name with a capital is refused, with what is allowed"
refuses 64 "'../up' cannot name an experiment" ../up
verdict $? "a name outside the folder is refused"
refuses 64 "'papers' means something else here; choose another name" papers
verdict $? "a folder that is no experiment is refused"
refuses 64 'experiments/syscall is there already; choose another name' syscall
verdict $? "an experiment that exists is refused"
refuses 64 'wanted: NAME' && ! ls -d experiments/.[a-z]* > "$tmp/said" 2>&1
verdict $? "no name is refused, and none of these left anything behind"

find . -path ./build -prune -o -type f -print0 | sort -z | xargs -0 sha256sum > "$tmp/before"
build/tests/exospin new turns > "$tmp/said" 2>&1
verdict $? "a new experiment, by a sanitized build"
find . -path ./build -prune -o -path ./experiments/turns -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | diff "$tmp/before" - > "$tmp/said"
verdict $? "nothing outside its folder changes"
grep -rn '@NAME@' experiments/turns > "$tmp/said"
[ ! -s "$tmp/said" ]
verdict $? "its name is filled in everywhere"
clang-format --dry-run -Werror experiments/turns/*.c experiments/turns/*.cc > "$tmp/said" 2>&1
verdict $? "its sources have the form of .clang-format"

./exospin run turns --systems exo,spin,linux,floor,host --filter 'n:[0-9]+$' --quick --quiet --out "$tmp/run" > "$tmp/said" 2>&1
verdict $? "it builds and runs on every system"
for system in exo spin linux floor host; do
    jq -e --arg row "^$system:turns/loop/n:[0-9]+$" \
        '[.benchmarks[] | select(.name | test($row)) | .median] | length == 3 and (.[2] > .[0])' \
        "$tmp/run/summary.json" > "$tmp/said" 2>&1
    verdict $? "its three rows on $system have figures that grow with n"
done
ls "$tmp"/run/plots/turns-loop.{icount,host}.{svg,png} > "$tmp/said" 2>&1
verdict $? "its plot is drawn, the host's apart"
grep -q 'turns/same-loop' "$tmp/run/report.html"
verdict $? "its claim is judged in the report"
