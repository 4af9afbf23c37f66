#!/bin/bash
# SPDX-License-Identifier: MIT
# A share of the crash campaign (docs/crash.md): disks of a few workloads of each system, drawn by the revision; rules of the order of writes whose
# absence it must notice; and guests that are cut off.
cd "$(dirname "$0")/../../.." || exit 1
seed=$(git rev-parse HEAD 2> /dev/null | tr -dc 0-9 | tail -c 4)
seed=$((10#${seed:-1}))
tests/crash/run --most=250 --seed="$seed" --each=0 --jobs=1 --pairs=20 exo/create exo/move exo/rename_directory exo/delete_tree exo/growth exo/freed exo/attach \
    exo/leave exo/pairs spin/create spin/rename_over spin/link spin/delete_tree spin/truncate spin/beside spin/pairs
CRASH_MOST=1500 tests/crash/mutants XN_TAINT XN_WAITS XN_UNCLEAN_FIRST
tests/crash/cuts --count=5 --seed="$seed" exo
tests/crash/cuts --count=5 --seed="$seed" spin
