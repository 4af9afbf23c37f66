# SPDX-License-Identifier: MIT
LIB_SRC := $(wildcard kernels/lib/*.c)
