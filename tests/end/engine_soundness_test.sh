#!/bin/bash
# SPDX-License-Identifier: MIT
# A short soundness campaign, and every known mistake of kernels/engine/mutant.h planted and found.
set -u
cd "$(dirname "$0")/../.." || exit 1
build/host/soundness 10000 2
build/host/mutants 20000
