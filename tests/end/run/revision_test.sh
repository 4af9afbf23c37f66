#!/bin/bash
# SPDX-License-Identifier: MIT
# The revision in a run is that of the tree it was built in, or `unknown` with a reason on the page: whatever repository lies around the
# tree, whose it is, and wherever the user's environment points git.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
git() { command git -c user.name=a -c user.email=a@b "$@"; }

# A repository of somebody else's, and in it a tree as a tarball leaves it.
command git init -q "$tmp/outer"
mkdir "$tmp/outer/tree"
ln -s "$PWD"/* "$tmp/outer/tree/"
git -C "$tmp/outer" commit -q --allow-empty -m outer
outer=$(command git -C "$tmp/outer" rev-parse --short=12 HEAD)
log=$PWD/tests/golden/hand/raw/spin.1.log

# said CLAIM REVISION REASON [VARIABLE=VALUE...]: what an imported run says of its revision; its page has the reason.
said() {
    local claim=$1 revision=$2 reason=$3
    shift 3
    rm -rf "$tmp/run"
    env "EXOSPIN_TREE=$tmp/outer/tree" PATH="$tmp/path:$PATH" "$@" ./exospin import "$log" --quiet --out "$tmp/run" > "$tmp/out" 2>&1
    jq -r '.revision, .dirty, .revision_why' "$tmp/run/run.json" >> "$tmp/out"
    verdict "$claim" jq -e --arg revision "$revision" --arg why "$reason" '.revision == $revision and .revision_why == $why' "$tmp/run/run.json"
    [ -z "$reason" ] || verdict "$claim: the page says why" grep -qF "<code>unknown</code> ($reason)" "$tmp/run/report.html"
}
clean() { jq -e --argjson dirty "$1" '.dirty == $dirty' "$tmp/run/run.json"; }
mkdir "$tmp/path"
printf '#!/bin/sh\nexit 127\n' > "$tmp/path/gnuplot" && chmod +x "$tmp/path/gnuplot" # no plots are wanted

none='the tree is no git repository of its own'
said "a tarball inside another repository" unknown "$none"
said "a tarball, with GIT_DIR of another repository" unknown "$none" "GIT_DIR=$tmp/outer/.git" "GIT_WORK_TREE=$tmp/outer"
mkdir "$tmp/outer/tree/.git"
said "a .git that is none, inside another repository" unknown "git cannot read the tree's repository"
rmdir "$tmp/outer/tree/.git"
command git init -q "$tmp/outer/tree"
said "a repository without a commit" unknown "the tree's repository has no commit"
git -C "$tmp/outer/tree" add -A
git -C "$tmp/outer/tree" commit -q -m tree
tree=$(command git -C "$tmp/outer/tree" rev-parse --short=12 HEAD)
said "a repository of its own inside another" "$tree" ''
verdict "it is clean" clean false
said "GIT_DIR and GIT_INDEX_FILE of another repository" "$tree" '' "GIT_DIR=$tmp/outer/.git" "GIT_WORK_TREE=$tmp/outer" "GIT_INDEX_FILE=$tmp/none"
verdict "it is clean all the same" clean false
verdict "the other repository has another revision" test "$tree" != "$outer"
echo > "$tmp/outer/tree/new"
said "a new file is a change, though the user has git hide it" "$tree" '' \
    GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=status.showUntrackedFiles GIT_CONFIG_VALUE_0=no
verdict "it is dirty" clean true
rm "$tmp/outer/tree/new"
printf '#!/bin/sh\nexit 127\n' > "$tmp/path/git" && chmod +x "$tmp/path/git"
said "no git" unknown 'git is not there'
rm "$tmp/path/git"
if [ "$(id -u)" -eq 0 ]; then
    chown -R 65534 "$tmp/outer/tree/.git" && chown -h 65534 "$tmp/outer/tree"
    said "another user's tree" unknown "the tree is another user's, and git reads it only where safe.directory names it"
    said "another user's tree that the user trusts" "$tree" '' \
        GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="$tmp/outer/tree"
else
    echo "ok - another user's tree # SKIP only root can make one"
fi
