#!/bin/bash
# SPDX-License-Identifier: MIT
# A capture as a guest's input: its frames pass as they are in it, whichever way the guest was booted; who of both kernels gets them is the same;
# and what is no capture is told before anything is measured.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

capture=experiments/replay/linux.pcap
run() { # DIR SYSTEMS OPTIONS...
    local dir=$1 systems=$2
    shift 2
    expect "a run: $(basename "$dir")" 0 '' $exospin run replay --systems "$systems" --quick --no-build --quiet --out "$dir" "$@"
}
hashes() { # CAPTURE: of each frame
    tshark -n -o frame.generate_md5_hash:TRUE -r "$1" -T fields -e frame.md5_hash 2> /dev/null
}
run "$tmp/run" exo,spin,floor
hashes "$capture" > "$tmp/sent"
for system in exo spin floor; do
    hashes "$tmp/run/captures/$system.devices-replay.0.a.pcap" > "$tmp/passed"
    turns=$(($(wc -l < "$tmp/passed") / 64))
    for ((i = 0; i < turns; i++)); do cat "$tmp/sent"; done > "$tmp/expected"
    verdict "$system: the frames of the capture pass, in their order, turn by turn" cmp "$tmp/expected" "$tmp/passed"
    verdict "$system: in several turns" test "$turns" -ge 3
done
# By another reader: IP and ARP for the first interface, or for all.
owned=$(tshark -n -r "$capture" -Y '(eth.dst == 02:00:00:00:00:01 || eth.dst == ff:ff:ff:ff:ff:ff) && (eth.type == 0x0800 || eth.type == 0x0806)' 2> /dev/null | wc -l)
for system in exo spin; do
    verdict "$system: somebody's are those that are" test "$(median "$tmp/run" "$system:replay/count/of:owned")" = "$owned"
    verdict "$system: and nobody's the others" test "$(median "$tmp/run" "$system:replay/count/of:others")" = $((64 - owned))
done
verdict "the run tells which capture it was" jq -e --arg hash "$(sha256sum < "$capture" | cut -c 1-64)" \
    'all(.boots[]; .nics == ["hub=a link_ns=1", "hub=a link_ns=1 sends=linux.pcap sha256=" + $hash])' "$tmp/run/run.json"
run "$tmp/grub" floor --via grub-bios
verdict "by GRUB the figure is the same" test "$(median "$tmp/grub" floor:replay/all/to:driver)" = "$(median "$tmp/run" floor:replay/all/to:driver)"

# What is wrong: file, line and key; 40, and no folder of a run.
mkdir "$tmp/tree"
ln -s "$PWD"/* "$tmp/tree/"
rm "$tmp/tree/experiments"
cp -r experiments "$tmp/tree/experiments"
yaml=$tmp/tree/experiments/replay/experiment.yaml
bad=$tmp/tree/experiments/replay/linux.pcap
line=$(grep -n 'linux.pcap' "$yaml" | cut -d: -f1)
refused() { # CLAIM WHY
    expect "$1" 40 "experiments/replay/experiment.yaml:$line: devices\.$2" env "EXOSPIN_TREE=$tmp/tree" \
        $exospin run replay syscall --systems floor --quick --no-build --quiet --out "$tmp/wrong"
    verdict "before anything is measured" test ! -e "$tmp/wrong/raw"
    expect "\`list\` says so too" 40 "experiments/replay/experiment.yaml:$line: devices\.$2" env "EXOSPIN_TREE=$tmp/tree" $exospin list
    expect "so does \`run --list\`" 40 "experiments/replay/experiment.yaml:$line: devices\.$2" env "EXOSPIN_TREE=$tmp/tree" $exospin run replay --list --no-build
}
sends='nics\[1\]\.sends: .*/experiments/replay/linux.pcap: '
echo 'no capture, but long enough to be one' > "$bad"
refused "a capture that is no pcap" "${sends}it does not begin as a pcap does"
head -c 100 "$capture" > "$bad"
refused "one that is cut" "${sends}its last record is cut short"
head -c 24 "$capture" > "$bad"
refused "one without a frame" "${sends}it has no frame"
rm "$bad"
refused "one that is missing" "${sends}No such file"
sed -i "${line}s/.*/  nics: [{hub: a}, {hub: b, sends: linux.pcap}]/" "$yaml"
refused "a hub that no other interface is on" "nics: \[0\]\.hub: nobody else is on 'a'"
sed -i "${line}s/.*/  nics: [{hub: a}, {hub: a, sends: linux.pcap}]\n  link_ns: 0/" "$yaml"
line=$((line + 1))
refused "a wire that takes no time" 'link_ns: a frame is on the wire for 1 to'

booted() { expect "$1" "$2" "$3" $exospin boot floor --no-build "${@:4}"; }
booted "a capture of one's own" 0 'bench name=replay/all/to:driver clock=icount .*' --sends "$capture" --pcap "$tmp/own.pcap" --words 'run=replay/* samples=1'
hashes "$tmp/own.pcap" | head -n 64 > "$tmp/passed"
verdict "passes as it is" cmp "$tmp/sent" "$tmp/passed"
booted "one that is missing" 32 '--sends .*/nothing.pcap: No such file' --sends "$tmp/nothing.pcap"
booted "a file that is none" 64 '--sends README.md: it does not begin as a pcap does' --sends README.md
booted "one beside the world" 64 '--sends: its wire is the guest.s own' --sends "$capture" --net user
