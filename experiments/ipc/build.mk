# SPDX-License-Identifier: MIT
# ipc: the two extensions of spin's kernel, and the process that is called.
$(B)/guest/kernel/experiments/ipc/spin.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/experiments/ipc/spin.o: $(B)/experiments/ipc/callee.clang-O2.o $(B)/experiments/ipc/caller.clang-O2.o
