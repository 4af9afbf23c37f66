# SPDX-License-Identifier: MIT
# Each NAME.bpf.c as both compilers make it, at four levels: build/NAME.{clang,gcc}-{O0,O1,O2,Os}.o. Those of the kernels' own checks
# (tests/kernel), and of the kernels themselves, include the kernels' headers.
BPF_CLANG ?= $(CLANG) -target bpf -mcpu=v3
BPF_GCC   ?= bpf-gcc
BPF_COPY  ?= bpf-objcopy
BPF_WAYS  := $(foreach compiler,clang gcc,$(foreach level,O0 O1 O2 Os,$(compiler)-$(level)))
BPF_TESTS := $(foreach way,$(BPF_WAYS),$(patsubst tests/engine/%.bpf.c,$(B)/tests/engine/%.$(way).o,$(wildcard tests/engine/*.bpf.c)))
BPF_SAME  := -ffile-prefix-map="$$PWD"=.

define bpf_level
$(B)/%.clang-$(1).o: %.bpf.c
	$$(call say,CLANG,$$< (-$(1)))
	$$(Q)mkdir -p $$(@D) && $$(BPF_CLANG) -$(1) -g $$(BPF_SAME) $$(BPF_HEADERS) -MMD -MP -Wall -Werror -c $$< -o $$@
$(B)/%.gcc-$(1).o: %.bpf.c $(ORDERS_TYPES)
	$$(call say,BPFGCC,$$< (-$(1)))
	$$(Q)mkdir -p $$(@D) && $$(BPF_GCC) -$(1) -g -gbtf $$(BPF_SAME) $$(BPF_HEADERS) -MMD -MP -Wall -Werror -c $$< -o $$@ && $$(call ordered_types,$$(BPF_COPY),$$@)
endef
$(foreach level,O0 O1 O2 Os,$(eval $(call bpf_level,$(level))))

$(B)/tests/kernel/%.o $(B)/kernels/%.o: BPF_HEADERS := -Ikernels -ffreestanding

# Not linked in, only there when the tests run.
$(filter $(B)/tests/engine_object% $(B)/tests/engine_refusals% $(B)/tests/engine_load_damage% $(B)/tests/engine_btf% $(B)/tests/engine_fingerprint% $(B)/tests/engine_lines% $(B)/tests/engine_link% $(B)/tests/engine_net% $(B)/tests/engine_callback% $(B)/tests/engine_references% $(B)/tests/engine_guard% $(B)/tests/engine_arguments%,$(UNITS)): | $(BPF_TESTS)
$(filter $(B)/tests/engine_link% $(B)/tests/engine_net% $(B)/tests/engine_callback% $(B)/tests/engine_references%,$(UNITS)): | $(B)/exports/tests/engine/services.btf
$(B)/tests/engine_arguments_test: | $(B)/exports/tests/engine/transfer_kind.btf

# Functions of templates, tried by XN's tests.
XN_UDFS := $(foreach way,clang-O2 gcc-O2,$(patsubst %.bpf.c,$(B)/%.$(way).o,$(wildcard tests/unit/exo/xn/udf/*.bpf.c kernels/exo/libos/cffs/udf/*.bpf.c kernels/exo/libos/alfs/udf/*.bpf.c kernels/exo/libos/notes/udf/*.bpf.c)))
$(B)/tests/unit/exo/%.o: BPF_HEADERS := -Ikernels -ffreestanding
$(filter $(B)/tests/exo_xn%,$(UNITS)): | $(XN_UDFS)
$(B)/tests/exo_xn_import_test: | $(B)/guest/metadata/pointers_8.signed
$(filter $(B)/tests/exo_xn% $(B)/tests/exo_dpf% $(B)/tests/exo_ash%,$(UNITS)): $(B)/asan/tools/vcode/host_hooks.o
$(filter $(B)/tests/exo_ash%,$(UNITS)): | $(EXO_ASH) $(B)/exports/kernels/exo/kernel/ash/ash_exports.btf
$(B)/tests/exo_xn_two_test $(B)/tests/exo_xn_third_test $(B)/tests/exo_xn_files_test $(B)/tests/exo_xn_notes_test $(B)/tests/exo_xn_damage_test: $(patsubst %,$(B)/asan/tools/xn/%.o,host_store host_volume)
$(patsubst %,$(B)/asan/tests/unit/exo/xn/exo_xn_%_test.o,two third notes files damage): HOST_FLAGS += -Itools/xn
$(B)/tests/exo_xn_body_fuzz $(B)/tests/exo_dpf_fuzz: $(B)/fuzz/tools/vcode/host_hooks.o

# The sample programs of experiment `engine`, each way too: build/tests/samples/NAME.{clang,gcc}-{O0,O1,O2,Os}.o.
define sample_level
$(B)/tests/samples/%.clang-$(1).o: experiments/engine/programs/%.c
	$$(Q)mkdir -p $$(@D) && $$(BPF_CLANG) -$(1) -g $$(BPF_SAME) -MMD -MP -Wall -Werror -c $$< -o $$@
$(B)/tests/samples/%.gcc-$(1).o: experiments/engine/programs/%.c
	$$(Q)mkdir -p $$(@D) && $$(BPF_GCC) -$(1) -g -gbtf $$(BPF_SAME) -MMD -MP -Wall -Werror -c $$< -o $$@
endef
$(foreach level,O0 O1 O2 Os,$(eval $(call sample_level,$(level))))
$(B)/tests/engine_acceptance_test: $(B)/asan/experiments/engine/programs.o \
    | $(foreach way,$(BPF_WAYS),$(patsubst experiments/engine/programs/%.c,$(B)/tests/samples/%.$(way).o,$(wildcard experiments/engine/programs/*.c)))
