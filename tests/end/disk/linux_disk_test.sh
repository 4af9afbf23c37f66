#!/bin/bash
# SPDX-License-Identifier: MIT
# Linux with disks: they are in its memory, and filled from the images that others have; its rows are the same on an idle and on a loaded host.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}

run() { # DIR FILTER OPTIONS...
    local dir=$1 filter=$2
    shift 2
    expect "linux with disks: $(basename "$dir")" 0 '' $exospin run disk files --systems linux --filter "$filter" --quick --no-build --quiet --out "$dir" "$@"
}
rows='raw_read/bytes:4096|files/(unlink|read_cold)'
run "$tmp/idle" "$rows"
yes > /dev/null & one=$!
run "$tmp/loaded" "$rows"
kill $one
verdict "one boot, without mitigations" jq -e '.boots | length == 1 and .[0].raw == "raw/linux.devices-disk.0.log"' "$tmp/idle/run.json"
verdict "QEMU has no disk of it" jq -e '.boots[0].qemu | tostring | contains("virtio") | not' "$tmp/idle/run.json"
verdict "its disks are told" jq -e '.boots[0].disks | length == 3 and (.[1] | test("content=ext2 backend=memory sha256="))' "$tmp/idle/run.json"
log=raw/linux.devices-disk.0.log
verdict "rows are there" test "$(grep -ac ' samples name=.*phase=steady' "$tmp/idle/$log")" -eq 5
verdict "and are the same, to the byte" cmp "$tmp/idle/$log" "$tmp/loaded/$log"
