#!/bin/bash
# SPDX-License-Identifier: MIT
# What a user's environment, terminal and folders may look like without a run becoming another one.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
run=(./exospin run syscall --no-build --systems floor --filter 'null$')
not() { ! "$@"; }

# ---- a terminal ----
# on_terminal TERM: how many escape sequences a run sends to such a terminal.
on_terminal() {
    rm -rf "$tmp/terminal"
    TERM=$1 script -qc "${run[*]} --out $tmp/terminal" /dev/null < /dev/null > "$tmp/out" 2>&1
    grep -c $'\033' "$tmp/out"
}
verdict "a terminal has a line that changes" [ "$(on_terminal xterm)" -gt 0 ]
TERM=xterm script -qc "stty cols 30; ${run[*]} --out $tmp/terminal --force" /dev/null < /dev/null > "$tmp/narrow" 2>&1
verdict "and that fits into its width" awk 'BEGIN {RS = "\r"} /\033\[K/ {n++; if (index($0, "\033") > 30) exit 1} END {if (!n) exit 1}' "$tmp/narrow"
verdict "a dumb terminal gets no escape sequence" [ "$(on_terminal dumb)" -eq 0 ]
verdict "but the lines" grep -q 'floor: 1 row in' "$tmp/out"
verdict "a terminal without a name gets none either" [ "$(on_terminal '')" -eq 0 ]
"${run[@]}" --out "$tmp/file" > "$tmp/out" 2>&1
verdict "neither does a file" not grep -q $'\033' "$tmp/out"

# What a guest prints is not for the terminal to obey.
cat > "$tmp/escape" << 'END'
#!/bin/bash
[ "$1" != --version ] || exec qemu-system-x86_64 --version
for argument; do case $argument in file:*) printf 'a\033[2Jb\rc\n' > "${argument#file:}" ;; esac; done
END
chmod +x "$tmp/escape"
expect "a guest's last words are told" 19 'it last said: a\?\[2Jb\?c' env "QEMU=$tmp/escape" "${run[@]}" --out "$tmp/escaped"
verdict "without the escape sequence in them" not grep -q $'\033' "$tmp/out"

# ---- the environment ----
"${run[@]}" --quiet --out "$tmp/plain" > "$tmp/out" 2>&1
figures() { jq 'del(.context.revision, .context.dirty)' "$tmp/$1/summary.json"; } # a tree of links is no repository
# same CLAIM COMMAND...: a run by COMMAND --out DIR is the plain one, but for its times.
same() {
    local claim=$1
    shift
    rm -rf "$tmp/other"
    expect "$claim" 0 '' "$@" --quiet --out "$tmp/other"
    verdict "$claim: it is the same run" cmp "$tmp/plain/raw/floor.0.log" "$tmp/other/raw/floor.0.log"
    verdict "$claim: and the same figures" cmp <(figures plain) <(figures other)
}
same "options behind an argument, with POSIXLY_CORRECT" env POSIXLY_CORRECT=1 "${run[@]}"
same "another language and time zone" env LC_ALL=de_DE.UTF-8 LANGUAGE=de TZ=Pacific/Kiritimati "${run[@]}"
same "no HOME and no TERM" env -u HOME -u TERM "${run[@]}"
same "no temporary folder" env TMPDIR=/nowhere "${run[@]}"
same "hardly any environment" env -i "PATH=$PATH" "${run[@]}"
same "a umask that hides everything" bash -c 'umask 077; exec "$@"' _ "${run[@]}"
verdict "the run is its owner's alone" [ "$(stat -c %a "$tmp/other/summary.json")" = 600 ]
mkdir "$tmp/deleted"
same "a current folder that is gone" bash -c 'root=$PWD; cd "$1" && rmdir "$1" && shift && exec "$root/$@"' _ "$tmp/deleted" "${run[@]}"
expect "no temporary folder for an ISO" 42 'cannot create /nowhere/exospin-.*No such file' \
    env TMPDIR=/nowhere "${run[@]}" --via grub-bios --quiet --out "$tmp/iso"

# ---- the tree's place ----
for name in 'with a space' "it's" 'q"uote' 'dollar$x' 'comma,equals=' 'star*[1]'; do
    mkdir -p "$tmp/trees/$name/build/host"
    ln -s "$PWD"/* "$tmp/trees/$name/" 2> /dev/null
    ln -s "$PWD/build/guest" "$tmp/trees/$name/build/guest"
    same "a tree whose name is $(printf %q "$name")" env "EXOSPIN_TREE=$tmp/trees/$name" "${run[@]}"
done
if unshare -rm true 2> /dev/null; then
    same "a tree that is read-only" unshare -rm bash -c 'mount --bind . . && mount -o remount,ro,bind . && cd "$PWD" && exec "$@"' _ "${run[@]}"
else
    echo "ok - a tree that is read-only # SKIP no user name spaces here"
fi
