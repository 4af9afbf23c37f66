# SPDX-License-Identifier: MIT
# xn-formats: twelve on-disk formats tried on each of XN's designs (docs/exo/xn-types.md).
#   build/host/xn-formats
FORMATS_SRC := $(wildcard tools/formats/*.c)
FORMATS_UDF := $(patsubst %.bpf.c,$(B)/%.clang-O2.o,$(wildcard tools/formats/udf/*.bpf.c))

host: $(B)/host/xn-formats
$(B)/host/xn-formats: $(FORMATS_SRC:%.c=$(B)/host/%.o) $(B)/host/tools/formats/objects.o $(B)/host/tools/vcode/host_hooks.o $(B)/host/pure.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^
$(B)/host/tools/formats/objects.o: tools/formats/objects.S $(FORMATS_UDF)
	$(Q)mkdir -p $(@D) && $(CC) -Wa,-I$(B) -c $< -o $@
$(B)/tools/formats/udf/%.o: BPF_HEADERS := -Ikernels -Itools/formats/udf -ffreestanding
