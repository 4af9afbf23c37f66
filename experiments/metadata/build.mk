# SPDX-License-Identifier: MIT
# The functions of the types of this experiment, proven and signed, in exo's image.
METADATA_FILES := $(foreach n,8 64,$(addprefix $(B)/guest/metadata/pointers_$n.,bpf.o signed))
METADATA_NEEDS := experiments/metadata/pointers.h kernels/exo/xn/type/udf.h

$(B)/guest/metadata/%.bpf.o: experiments/metadata/%.udf.c $(METADATA_NEEDS)
	$(call say,CLANG,$< (bpf))
	$(Q)mkdir -p $(@D) && $(CLANG) -target bpf -mcpu=v3 -O2 -g $(BPF_SAME) -Ikernels -ffreestanding -Wall -Werror -c $< -o $@
$(B)/guest/metadata/%.native.o: experiments/metadata/%.udf.c $(METADATA_NEEDS) Makefile tools/exports/order.c | $(B)/host/tools/exports/btf-order
	$(call say,CC,$< (native))
	$(Q)mkdir -p $(@D) && $(call native_object,$<,$@)
$(B)/guest/metadata/%.signed: $(B)/guest/metadata/%.native.o $(B)/host/vsign $(B)/guest/signing_key.c
	$(Q)$(call signed_object,$<,xn,$@)

$(B)/guest/exo.elf: $(B)/guest/kernel/experiments/metadata/objects.o
$(B)/guest/kernel/experiments/metadata/objects.o: AS_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/experiments/metadata/objects.o: $(METADATA_FILES)
$(B)/guest/user/experiments/metadata/exo-user.o: USER_FLAGS += -Wa,-I$(B)
$(B)/guest/user/experiments/metadata/exo-user.o: $(METADATA_FILES)
