# SPDX-License-Identifier: MIT
# dispatch: the programs that handle and guard events in spin's kernel, and their types.
$(B)/guest/kernel/experiments/dispatch/spin.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/experiments/dispatch/spin.o: $(B)/experiments/dispatch/handlers.clang-O2.o $(B)/exports/experiments/dispatch/handlers_types.btf
