# SPDX-License-Identifier: MIT
# measure: knows no machine; the same sources go into kernels, user programs, Linux's init and the unit tests.
MEASURE_SRC := $(wildcard kernels/measure/*.c)
