#!/bin/bash
# SPDX-License-Identifier: MIT
# A share of the crash campaign (docs/crash.md): some disks of a few workloads of each system, drawn by the revision; each rule of the order of writes,
# whose absence it must notice; and guests that are cut off.
cd "$(dirname "$0")/../../.." || exit 1
seed=$(git rev-parse HEAD 2> /dev/null | tr -dc 0-9 | tail -c 4)
seed=$((10#${seed:-1}))
tests/crash/run --most=100 --some=150 --seed="$seed" --each=0 --pairs=20 exo/rename_directory exo/delete_tree exo/neighbours exo/freed exo/attach \
    exo/leave exo/pairs exo-udf/growth exo-udf/move exo-self/create alfs/overwrite alfs/churn spin/rename_over spin/link spin/truncate spin/beside spin/pairs
tests/crash/mutants
tests/crash/cuts --count=5 --seed="$seed" exo/move
tests/crash/cuts --count=2 --seed="$seed" spin/move
if QEMU=false tests/crash/mutants NAME_FIRST > /dev/null; then
    echo "not ok - a guest that says nothing shows no rule to be needed"
else
    echo "ok - a guest that says nothing shows no rule to be needed"
fi
