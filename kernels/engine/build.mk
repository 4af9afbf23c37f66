# SPDX-License-Identifier: MIT
# engine: verified code. It knows no machine; the same sources go into both kernels, the tools and the tests.
ENGINE_SRC := $(wildcard kernels/engine/*/*.c)
# Kernels run verified programs only, so the interpreter that watches each step stays out of them, as do the checks of invariants.
ENGINE_KERNEL_SRC := $(filter-out $(addprefix kernels/engine/,run/interpreter_watch.c verify/state_check.c base/program_check.c),$(ENGINE_SRC))

# In kernels the engine is made small (tests/end/engine/engine_size_test.sh), but for the interpreter. Proofs take an eighth more instructions so
# than at -O2, and 30 KiB less.
# -fno-tree-sra: taking structures apart saves no stores here, and costs a percent; without -fno-ipa-sra and -fno-tree-dominator-opts there are
# another 500 bytes. Functions have no frames of their own and leave rbp alone:
# back traces step over them, from what they call to who called them.
ENGINE_QUICK := run/interpreter merge/merge_ask
ENGINE_SMALL := $(filter-out $(ENGINE_QUICK:%=kernels/engine/%.c),$(ENGINE_KERNEL_SRC))
$(ENGINE_SMALL:%.c=$(B)/guest/kernel/%.o): KERNEL_FLAGS += -Oz -fno-tree-sra -fno-ipa-sra -fno-tree-dominator-opts -fomit-frame-pointer -ffixed-rbp
$(ENGINE_KERNEL_SRC:%.c=$(B)/guest/kernel/%.o): kernels/engine/build.mk

$(B)/host/engine.a: $(ENGINE_SRC:%.c=$(B)/host/%.o)
	$(Q)rm -f $@ && ar rcs $@ $^

# Both are interpreter.c once more.
$(B)/%/kernels/engine/run/interpreter_watch.o $(B)/%/kernels/engine/run/interpreter_pausing.o: kernels/engine/run/interpreter.c
