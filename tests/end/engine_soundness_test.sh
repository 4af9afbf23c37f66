#!/bin/bash
# SPDX-License-Identifier: MIT
# A short soundness campaign, and every known mistake of tests/soundness planted and found.
set -u
cd "$(dirname "$0")/../.." || exit 1
build/host/soundness 3000
build/host/mutants --mutants 20000
