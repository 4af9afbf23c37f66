# SPDX-License-Identifier: MIT
# engine: verified code. It knows no machine; the same sources go into both kernels, the tools and the tests.
ENGINE_SRC := $(wildcard kernels/engine/*.c)
# Kernels run verified programs only, so the interpreter that watches each step stays out of them.
ENGINE_KERNEL_SRC := $(filter-out kernels/engine/interpreter_watch.c,$(ENGINE_SRC))

$(B)/host/engine.a: $(ENGINE_SRC:%.c=$(B)/host/%.o)
	$(Q)rm -f $@ && ar rcs $@ $^

# interpreter_watch.c is interpreter.c once more.
$(B)/%/kernels/engine/interpreter_watch.o: kernels/engine/interpreter.c

# Soundness (tests/soundness): the verifier against the interpreter on random programs, and the same with known mistakes planted.
SOUNDNESS_SRC := $(wildcard tests/soundness/*.c) tools/vcode/host_hooks.c
SOUNDNESS_LOG := $(B)/soundness.log

host: $(B)/host/soundness $(B)/host/mutants

$(B)/host/soundness: $(SOUNDNESS_SRC:%.c=$(B)/host/%.o) $(B)/host/engine.a $(B)/host/lib.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^

$(B)/mutants/%.o: %.c
	$(call say,CC,$< (mutants))
	$(Q)mkdir -p $(@D) && $(CC) $(HOST_FLAGS) -DENGINE_MUTANTS -c $< -o $@
$(B)/host/mutants: $(patsubst %.c,$(B)/mutants/%.o,$(SOUNDNESS_SRC) $(ENGINE_SRC)) $(B)/host/lib.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^

soundness: $(B)/host/soundness ## check N (10,000) more accepted programs, where the last campaign stopped
	$(Q)set -o pipefail; seed=$$(sed -n 's/.*go on with seed //p' $(SOUNDNESS_LOG) 2>/dev/null | tail -1); \
	    $< $(or $(N),10000) $${seed:-0} | tee -a $(SOUNDNESS_LOG)

.PHONY: soundness
