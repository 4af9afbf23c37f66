# SPDX-License-Identifier: MIT
# vcode: the verified-code engine as a command on the host. All but main.c and the commands serves the engine's tests, too.
VCODE_SRC  := $(wildcard tools/vcode/*.c)
VCODE_TEST_SRC := tools/vcode/host_hooks.c tools/vcode/assemble.c tools/vcode/raw.c tests/soundness/generate.c tests/soundness/random.c
HOST_FLAGS += -Itools/vcode

host: $(B)/host/vcode

$(B)/host/tools/vcode/main.o: HOST_FLAGS += -DEXOSPIN_VERSION='"$(VERSION)"'
$(B)/host/tools/vcode/main.o: CITATION.cff

# Near misses are told as exospin tells them.
VCODE_HARNESS := $(foreach o,text memory assert,$(B)/host/harness/base/$o.o)

$(B)/host/vcode: $(VCODE_SRC:%.c=$(B)/host/%.o) $(VCODE_HARNESS) $(B)/host/engine.a $(B)/host/lib.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^
$(B)/host/lib.a: $(patsubst %.c,$(B)/host/%.o,$(filter-out kernels/lib/string.c,$(LIB_SRC)))
	$(Q)rm -f $@ && ar rcs $@ $^

# The tests of the engine, and of spin's dispatcher, use the tool's hooks, assembler and raw runner.
$(patsubst %.c,$(B)/tests/%,$(notdir $(wildcard tests/unit/engine/*/*_test.c tests/unit/spin/*_test.c tests/unit/spin/*/*_test.c))): $(VCODE_TEST_SRC:%.c=$(B)/asan/%.o)

# The types of the tool's own small kernel, linked in: what the compiler says of kinds.c.
KINDS_BTF := $(B)/exports/tools/vcode/kinds.btf.o
$(KINDS_BTF): $(B)/exports/tools/vcode/kinds.btf
	$(Q)cd $(<D) && $(LD) -r -b binary -z noexecstack -o $(notdir $@) $(notdir $<)
$(B)/host/vcode: $(KINDS_BTF)

# Tests, fuzzers and benchmarks that load programs of these kinds.
BPF_WAYS_OF_KINDS := $(foreach o,programs refused stored visited doubled,$(foreach c,clang gcc,$(foreach l,O0 O1 O2 Os,$(B)/tests/engine/$o.$c-$l.o)))
KINDS_SRC := tools/vcode/kinds.c tools/vcode/kinds_open.c
$(B)/tests/engine_load_test $(B)/tests/engine_load_units_test $(B)/tests/engine_load_damage_test $(B)/tests/engine_refusals_test $(B)/tests/engine_document_test: $(KINDS_SRC:%.c=$(B)/asan/%.o) $(KINDS_BTF) | $(BPF_WAYS_OF_KINDS)
$(B)/tests/engine_limits_test: | $(B)/exports/tests/engine/types/typed.btf
$(B)/tests/engine_typing_test: | $(B)/exports/tests/engine/types/typed.btf $(B)/exports/tests/engine/types/typed_other.btf
$(B)/tests/engine_load_fuzz: $(KINDS_SRC:%.c=$(B)/fuzz/%.o) $(B)/fuzz/tools/vcode/host_hooks.o $(KINDS_BTF)
$(B)/tests/engine_bench: $(B)/host/tests/bench/engine_work.o $(B)/host/experiments/engine/lengths.o $(KINDS_SRC:%.c=$(B)/host/%.o) $(B)/host/tools/vcode/host_hooks.o $(KINDS_BTF) $(B)/host/engine.a $(B)/host/lib.a \
    | $(foreach o,thousand programs refused,$(B)/tests/engine/$o.clang-O2.o $(B)/tests/engine/$o.gcc-O2.o)
