# SPDX-License-Identifier: MIT
# vcode: the verified-code engine as a command on the host. All but main.c and the commands serves the engine's tests, too.
VCODE_SRC  := $(wildcard tools/vcode/*.c)
VCODE_TEST_SRC := tools/vcode/host_hooks.c tools/vcode/assemble.c tools/vcode/raw.c tests/soundness/generate.c tests/soundness/random.c
HOST_FLAGS += -Itools/vcode

host: $(B)/host/vcode

$(B)/host/vcode: $(VCODE_SRC:%.c=$(B)/host/%.o) $(B)/host/engine.a $(B)/host/lib.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^
$(B)/host/lib.a: $(patsubst %.c,$(B)/host/%.o,$(filter-out kernels/lib/string.c,$(LIB_SRC)))
	$(Q)rm -f $@ && ar rcs $@ $^

# The engine's tests use the tool's hooks, assembler and raw runner.
$(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/engine_*_test.c)): $(VCODE_TEST_SRC:%.c=$(B)/asan/%.o)
