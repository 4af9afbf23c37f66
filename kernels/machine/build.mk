# SPDX-License-Identifier: MIT
MACHINE_SRC := $(wildcard kernels/machine/*.c kernels/machine/*.S)
