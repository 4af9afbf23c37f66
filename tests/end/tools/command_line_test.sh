#!/bin/bash
# SPDX-License-Identifier: MIT
# What a user can mistype or lack, before anything runs: commands, options, names, experiment files, images and tools. Each is one line
# that names what is wrong and how to mend it.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

x=./exospin
expect "no command: the help" 64 'usage: exospin COMMAND' $x
expect "an unknown command, with the one meant" 64 "no command 'rnu'; did you mean 'run'" $x rnu
expect "an unknown option, with the one meant" 64 "no option '--sytems'; did you mean '--systems'" $x run --sytems=exo
expect "a page that is nearly one" 64 "no command 'exits'; did you mean 'exit'" $x help exits
expect "an option in a command's place" 64 "no command '--vresion'; did you mean '--version'" $x --vresion
expect "an option without its value" 64 'requires an argument' $x run --systems
expect "a number out of its range" 64 "--boots '0' is not a number from 1 to 1000" $x run --boots 0
expect "no number at all" 64 "--boots 'many'" $x run --boots many
expect "an unknown clock" 64 "none of: icount, tsc$" $x run --clock sundial
expect "a clock that is nearly one" 64 "none of: icount, tsc; did you mean 'icount'" $x run --clock icont
expect "a clock that there is not: what it would be" 64 '--clock model: cycles as a model of a processor .* would count' $x run --clock model
expect "an unknown route" 64 'none of: kernel, grub-bios, grub-uefi' $x run --via floppy
expect "a filter that is no regular expression" 64 'not an extended regular expression' $x run --filter '('
expect "an unknown fault to inject" 64 'none of: panic, ' $x run --inject gremlins
expect "a fault for a system that does not run" 64 '--inject spin:...: that system does not run' $x run --systems floor --inject spin:panic
expect "a fault for the host" 64 '--inject host:...: the host is no guest' $x run --systems host,floor --inject host:panic
expect "a fault where no guest runs" 64 '--inject: no guest runs' $x run --systems host --inject panic
expect "arguments for a Linux that does not run" 64 '--linux-args: linux does not run' $x run --systems floor --linux-args quiet
expect "layouts of nothing that has any" 64 '--layouts: none of our kernels runs' $x run --systems linux --layouts 2
expect "two numbers of samples" 64 '--quick and --samples: ' $x run --quick --samples 5
expect "less and all at once" 64 '--quiet and --json: ' $x run --quiet --json
expect "less and all at once, imported" 64 '--quiet and --json: ' $x import --quiet --json nowhere
expect "--force with nothing to replace" 64 '--force without --out: ' $x run --force
for option in --out --systems --clock --filter --via --boots; do
    expect "$option twice" 64 "$option stands twice; leave one out" $x run $option 1 --systems=floor $option=2
done
expect "an option twice, once by its beginning" 64 '--systems stands twice' $x run --sys floor --systems spin
expect "jobs twice" 64 '--jobs stands twice' $x run -j 1 -j 2
for number in 0x2 +2 ' 2' 2.0 2e0 ''; do
    expect "'$number' is no number of boots" 64 "--boots '.*' is not a number from 1 to 1000" $x run --boots "$number"
done
expect "icount under UEFI is refused" 64 'takes minutes under icount' $x run --via grub-uefi --clock icount
expect "linux has no GRUB route" 64 'linux boots by --via kernel only' $x run --via grub-bios --systems linux
expect "nor on this terminal" 64 'linux boots by --via kernel only' $x boot linux --via grub-bios
expect "linux has no archive of programs" 64 '--archive: linux has no archive' $x boot linux --archive build/guest/exo.cpio
expect "an archive that is not there" 32 'cannot read /nowhere: No such file' $x boot exo --no-build --archive /nowhere
expect "an archive that is none" 64 'README.md is no archive of programs' $x boot exo --no-build --archive README.md
expect "an archive that is a folder" 32 'cannot read docs: ' $x boot exo --no-build --archive docs
expect "linux has no image with checks" 64 '--tests: linux has no checks' $x boot linux --tests
claim="tsc without real KVM is refused with the reason"
if grep -qwE 'vmx|svm' /proc/cpuinfo; then
    echo "ok - $claim # SKIP this processor has what real KVM needs"
else
    expect "$claim" 64 'needs real KVM: .*neither vmx nor svm' $x run --clock tsc
fi

expect "an unknown experiment" 41 "no experiment 'sycall'; did you mean 'syscall'\? there are: .*syscall" $x run sycall --no-build
expect "an unknown system" 41 "no system 'linus'; did you mean 'linux'\? there are: exo, spin, linux, floor, host" $x run --systems linus
expect "no row fits" 41 "no row of .* fits --filter 'nothing'" $x run --filter nothing --no-build
expect "an unknown row to trace" 41 "floor has no bench 'syscall/nul'; did you mean 'syscall/null'\? .exospin list" $x trace floor:syscall/nul --no-build
expect "an unknown system to trace" 41 "no row 'syscall/null'" $x trace syscall/null
expect "the host's rows, by a sanitized build" 0 '^host:syscall/' build/tests/exospin run syscall --systems host --list --no-build
expect "an unknown system to boot" 41 "no system 'windows' to boot; there are: exo, spin" $x boot windows
expect "one that is nearly one" 41 "no system 'spn' to boot; did you mean 'spin'" $x boot spn
expect "a guest's command line that it would not take" 64 'would have 3[0-9]{3} bytes; one takes at most 2047' \
    $x run syscall --systems linux --no-build --out "$tmp/long" --linux-args "$(printf 'x%.0s' {1..3000})"
verdict "and nothing is left behind" test ! -e "$tmp/long"
expect "the same of boot's words" 64 'would have 2048 bytes; one takes at most 2047' \
    $x boot floor --no-build --words "run=0 $(printf 'x%.0s' {1..2029})"
for words in run=nosuch run=0,nosuch run=1-0 'run=syscall/nul[l]' run=9999 run=8000-9000; do
    expect "boot $words: no such row" 41 "floor has no row '[^']*'; .exospin list. prints all" $x boot floor --no-build --words "$words"
done
expect "boot run=LIST of rows that are there" 0 ' done benches=2 ' $x boot floor --no-build --words 'run=0,syscall/nul?'
expect "nothing to merge" 64 'wanted: DIR...' $x merge
expect "a log that is not there" 64 'cannot read the log' $x import "$tmp/none"

for command in list run report compare verify history merge import boot trace doctor new; do
    expect "help $command" 0 "Usage: exospin $command" $x help $command
    expect "$command --help is the same page" 0 "Usage: exospin $command" $x $command --help
done
version=$(sed -n 's/^version: *//p' CITATION.cff)
expect "--version is CITATION.cff's" 0 "^exospin ${version:?}\$" $x --version
for word in -V version; do
    expect "$word too" 0 "^exospin $version\$" $x $word
done
expect "--version takes no word" 64 '--version takes no word' $x --version extra
expect "help names it" 0 'exospin --version' $x help
verdict "and the newest in the change log" [ "$(sed -nE 's/^## ([0-9.]+) \(.*/\1/p' CHANGELOG.md | head -n 1)" = "$version" ]
expect "list: every experiment" 0 '^dispatch: ' $x list
verdict "and the kernels' own checks" grep -Eq '^  exo:env/[a-z_]+  \(check\)$' "$tmp/out"
./exospin run checks --list --no-build | grep -v '/mitigations:default$' | sort > "$tmp/planned"
verdict "the very rows that run would make" cmp "$tmp/planned" <(sed -nE '/^checks: /,$s/^  (.*)  \(check\)$/\1/p' "$tmp/out" | sort)
verdict "and says what is behind the others" grep -q '^linux is booted twice: /mitigations:default behind a row' "$tmp/out"
expect "list EXPERIMENT: its rows" 0 '^  exo:syscall/null$' $x list syscall
verdict "and no other's" bash -c '! grep -q "dispatch\|(check)" "$0"' "$tmp/out"
expect "list checks: no experiment" 0 '\(check\)$' $x list checks
verdict "but them" bash -c '! grep -q "^syscall: " "$0"' "$tmp/out"
expect "list of an unknown experiment" 41 "no experiment 'sycall'; did you mean 'syscall'" $x list sycall
expect "list EXPERIMENT --json" 0 '"name": "syscall"' $x list syscall --json
verdict "the same for a program" jq -e '(.experiments | map(.name)) == ["syscall"] and .checks == [] and .labels.linux == ["mitigations:default"]' "$tmp/out"
expect "help exit lists every status" 0 '^ *43  disk full' $x help exit
expect "a filter knows the label of Linux's second boot" 0 '^linux:syscall/null/mitigations:default$' \
    $x run syscall --systems linux --list --no-build --filter 'null/mitigations:default$'
expect "what is not exact runs only where it is asked for" 0 '^linux:disk/raw_read/bytes:4096/device:virtio$' \
    $x run disk --systems linux --list --no-build --inexact
expect "and not otherwise" 0 '^0$' bash -c "$x run disk --systems linux --list --no-build | grep -c device:virtio || true"
expect "--list names rows and runs nothing" 0 '^floor:syscall/null$' $x run syscall --systems floor --list --no-build

# A tree of our own, with the images of this one.
tree() { # NAME: links to everything, but a copy of experiments/
    mkdir "$tmp/$1"
    ln -s "$PWD"/* "$tmp/$1/"
    rm "$tmp/$1/experiments"
    cp -r experiments "$tmp/$1/experiments"
}
in_tree() { # NAME COMMAND...
    local name=$1
    shift
    expect "$1" "$2" "$3" env "EXOSPIN_TREE=$tmp/$name" "${@:4}"
}
tree yaml
sed -i 's/^systems:.*/systems: [exo, spin, linx]/' "$tmp/yaml/experiments/syscall/experiment.yaml"
in_tree yaml "a malformed experiment.yaml: file, line, key, what is allowed" 40 \
    "syscall/experiment.yaml:[0-9]+: systems\[2\]: 'linx' is none of these: " $x run syscall --no-build --out "$tmp/r"
(cd / && env "EXOSPIN_TREE=$tmp/yaml" "$tmp/yaml/exospin" run syscall --no-build --out "$tmp/r") > "$tmp/out" 2>&1
verdict "from elsewhere the file is named as it is found from there" grep -q "$tmp/yaml/experiments/syscall/experiment.yaml:[0-9]*: " "$tmp/out"
(cd "$tmp/yaml" && env "EXOSPIN_TREE=$tmp/yaml" ./exospin run syscall --no-build --out "$tmp/r") > "$tmp/out" 2>&1
verdict "in the tree's root by its name there" grep -q " experiments/syscall/experiment.yaml:[0-9]*: " "$tmp/out"
tree claim
sed -i 's|row: exo:syscall/null,|row: exo:syscall/nil,|' "$tmp/claim/experiments/syscall/experiment.yaml"
in_tree claim "a claim about a row that does not exist" 40 'exo:syscall/nil' $x run syscall --no-build --out "$tmp/r"

tree image
rm "$tmp/image/build"
mkdir -p "$tmp/image/build/guest"
cp build/guest/*.rows "$tmp/image/build/guest/"
in_tree image "an image that is missing" 32 "floor's image is missing: build/guest/floor.elf.*make" \
    $x run syscall --systems floor --no-build --out "$tmp/r"
rm "$tmp/image/build/guest/floor.rows"
in_tree image "rows that are missing" 32 'build/guest/floor.rows' $x run syscall --systems floor --no-build --out "$tmp/r"

tree broken
rm "$tmp/broken/Makefile"
printf 'build/guest/%%:\n\t@echo the compiler weeps; false\n' > "$tmp/broken/Makefile"
rm "$tmp/broken/build"
in_tree broken "a build that fails shows make's words" 33 'the compiler weeps' $x run syscall --systems floor --out "$tmp/r"
verdict "a build that fails is named" grep -q 'make ended with status 2 while it built build/guest/floor.elf' "$tmp/out"

# Only what a plain run needs, so that one tool after the other is missing.
mkdir "$tmp/bin"
for tool in bash sh env git uname gnuplot dpkg-query qemu-system-x86_64 xorriso mformat grub-file; do
    ln -s "$(command -v $tool)" "$tmp/bin/$tool" 2> /dev/null
done
expect "the tool that makes ISOs is missing" 32 "'grub-mkrescue' is missing.*exospin doctor" \
    env "PATH=$tmp/bin" $x run syscall --systems floor --no-build --via grub-bios --out "$tmp/iso"
mkdir "$tmp/interrupting"
printf '#!/bin/sh\nkill -INT $PPID\nexit 2\n' > "$tmp/interrupting/make" && chmod +x "$tmp/interrupting/make"
expect "Ctrl-C while images are built" 130 'interrupted while images were built' \
    env --default-signal=INT "PATH=$tmp/interrupting:$PATH" $x run syscall --systems floor --out "$tmp/r"
expect "make is missing" 32 "'make' is missing" env "PATH=$tmp/bin" $x run syscall --systems floor --out "$tmp/r"
# A machine without any package: every one is named with its reason, and one command mends all.
mkdir "$tmp/bare"
printf '#!/bin/sh\nexit 1\n' > "$tmp/bare/dpkg-query"
chmod +x "$tmp/bare/dpkg-query"
expect "doctor where packages are missing" 32 'apt-get install -y --no-install-recommends .*qemu-system-x86 .*xorriso' \
    env "PATH=$tmp/bare:$PATH" $x doctor
verdict "doctor names each with its reason" grep -Eq '^MISSING +cpio +- +the Linux' "$tmp/out"
expect "doctor without QEMU" 30 'MISSING +QEMU .*no .nowhere. to run' env QEMU=nowhere $x doctor
expect "doctor on this machine" 0 '^ok .*7.2 or newer' $x doctor
cp "$tmp/out" "$tmp/doctor"
expect "doctor --json says the same" 0 '"findings"' $x doctor --json
verdict "line by line" [ "$(jq '.findings | length' "$tmp/out")" -eq "$(grep -Ec '^(ok|no|MISSING) ' "$tmp/doctor")" ]
cp "$tmp/doctor" "$tmp/out"
verdict "doctor tells whether KVM is real, and why" grep -Eq '^(ok|no) +KVM .*(ticks|/dev/kvm|x86-64)' "$tmp/out"

# Random command lines of real and made-up words, by a sanitized build in an empty tree: each ends with a documented status.
make -s build/tests/exospin > "$tmp/out" 2>&1
verdict "a sanitized exospin builds" test -x build/tests/exospin
mkdir "$tmp/empty" "$tmp/empty/results"
# shellcheck disable=SC2054 # commas are exospin's
words=(run list report compare verify history merge import boot trace doctor new help exit --systems --clock --boots -j --out --filter --quick
    --shard --all --in --format md csv --layouts --via --linux-args --list --quiet --json --no-build --inject --gdb --from-raw --force --trust-plots --help --usage --version - -- ''
    exo spin,floor linux host tsc icount model 0 1 -1 99999999999999999999 '(' '[a' '.*' ':' exo: :null exo:syscall/null ../x
    "$tmp/empty" nowhere 'a b' $'\n' $'\377' "$(printf 'x%.0s' {1..300})")
RANDOM=1
wrong=0
for ((i = 0; i < 300; i++)); do
    line=()
    for ((n = RANDOM % 5 + 1; n > 0; n--)); do line+=("${words[RANDOM % ${#words[@]}]}"); done
    (cd "$tmp/empty" && EXOSPIN_TREE=$tmp/empty QEMU=nowhere timeout 20 "$OLDPWD/build/tests/exospin" "${line[@]}") > "$tmp/line" 2>&1 < /dev/null
    case $? in
    0 | 1 | 2 | 3 | 15 | 17 | 3[0-3] | 4[0-3] | 64) grep -q 'Sanitizer\|runtime error' "$tmp/line" || continue ;;
    esac
    wrong=$((wrong + 1))
    { printf '# %q' "${line[@]}"; echo; grep -m 2 'ERROR\|runtime error\|SUMMARY' "$tmp/line"; } >> "$tmp/out"
done
verdict "300 random command lines end in order" [ $wrong -eq 0 ]
