# SPDX-License-Identifier: MIT
# engine: verified code. It knows no machine; the same sources go into both kernels, the tools and the tests.
ENGINE_SRC := $(wildcard kernels/engine/*.c)
# Kernels run verified programs only, so the interpreter that watches each step stays out of them.
ENGINE_KERNEL_SRC := $(filter-out kernels/engine/interpreter_watch.c,$(ENGINE_SRC))

$(B)/host/engine.a: $(ENGINE_SRC:%.c=$(B)/host/%.o)
	$(Q)rm -f $@ && ar rcs $@ $^

# interpreter_watch.c is interpreter.c once more.
$(B)/%/kernels/engine/interpreter_watch.o: kernels/engine/interpreter.c
