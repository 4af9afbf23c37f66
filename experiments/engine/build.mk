# SPDX-License-Identifier: MIT
# The sample programs, each made from its one source in every way:
#   build/guest/engine/NAME.bpf.o      clang, for the BPF machine: what the guests load, verify and compile
#   build/guest/engine/NAME.bpf-gcc.o  GCC, for the same (the tests' second opinion)
#   build/guest/engine/NAME.text       the instructions of NAME.bpf.o: what Linux is given
#   build/guest/engine/NAME.signed     the kernel's compiler, signed as a native object
SAMPLE_DIR     := experiments/engine/programs
SAMPLE_NAMES   := $(patsubst $(SAMPLE_DIR)/%.c,%,$(wildcard $(SAMPLE_DIR)/*.c))
SAMPLE_OBJECTS := $(foreach n,$(SAMPLE_NAMES),$(addprefix $(B)/guest/engine/$(n).,bpf.o bpf-gcc.o signed))
SAMPLE_FILES   := $(filter-out %.bpf-gcc.o,$(SAMPLE_OBJECTS))
SAMPLE_HEADERS := $(wildcard $(SAMPLE_DIR)/*.h)

$(B)/guest/engine/%.bpf.o: $(SAMPLE_DIR)/%.c $(SAMPLE_HEADERS)
	$(call say,CLANG,$< (bpf))
	$(Q)mkdir -p $(@D) && $(CLANG) -target bpf -mcpu=v3 -O2 -g $(BPF_SAME) -Wall -Werror -c $< -o $@
# GCC 12 unrolls every loop for this machine, and keeps the same counter in several registers then: insertion_sort's bounds follow from how
# they are related, which the verifier does not know.
$(B)/guest/engine/%.bpf-gcc.o: $(SAMPLE_DIR)/%.c $(SAMPLE_HEADERS) tools/exports/order.c | $(B)/host/tools/exports/btf-order
	$(call say,BPFGCC,$< (bpf))
	$(Q)mkdir -p $(@D) && $(BPF_GCC) -O2 -fno-unroll-loops -g -gbtf $(BPF_SAME) -Wall -Werror -c $< -o $@ && $(call ordered_types,$(BPF_COPY),$@)
$(B)/guest/engine/%.native.o: $(SAMPLE_DIR)/%.c $(SAMPLE_HEADERS) Makefile tools/exports/order.c | $(B)/host/tools/exports/btf-order
	$(call say,CC,$< (native))
	$(Q)mkdir -p $(@D) && $(call native_object,$<,$@)
$(B)/guest/engine/%.signed: $(B)/guest/engine/%.native.o $(B)/host/vsign $(B)/guest/signing_key.c
	$(Q)$(call signed_object,$<,sample,$@)

# The test that runs every program in every way, linked as low (see below).
$(B)/tests/engine_programs_test: private SANITIZE += -no-pie -Wl,-Ttext-segment=0x28000000
$(B)/tests/engine_programs_test: $(patsubst %.c,$(B)/asan/%.o,experiments/engine/programs.c $(wildcard $(SAMPLE_DIR)/*.c)) | $(SAMPLE_OBJECTS)

$(B)/tests/engine_lengths_test: $(B)/asan/experiments/engine/lengths.o

# In an image: the files, the table, the key.
SAMPLE_IMAGE := $(call kernel_objects,$(addprefix experiments/engine/,programs.c ways.c lengths.c filters.c guards.c objects.S)) $(B)/guest/kernel/signing_key.o
$(B)/guest/spin.elf $(B)/guest/exo.elf: $(SAMPLE_IMAGE)
$(B)/guest/kernel/experiments/engine/objects.o: AS_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/experiments/engine/objects.o: $(SAMPLE_FILES)

# What an environment of the exokernel hands in.
$(B)/guest/engine/function.bpf.o: experiments/engine/function.bpf.c
	$(call say,CLANG,$< (bpf))
	$(Q)mkdir -p $(@D) && $(CLANG) -target bpf -mcpu=v3 -O2 -g $(BPF_SAME) -Wall -Werror -c $< -o $@
$(B)/guest/user/experiments/engine/exo-user.o: USER_FLAGS += -Wa,-I$(B)
$(B)/guest/user/experiments/engine/exo-user.o: $(B)/guest/engine/function.bpf.o

# In Linux's init, whose kernel takes instructions and no objects.
$(B)/guest/engine/%.text: $(B)/guest/engine/%.bpf.o
	$(Q)bpf-objcopy -O binary -j .text $< $@
LINUX_SAMPLES := $(patsubst %,$(B)/guest/linux/experiments/engine/%.o,linux_bpf programs lengths texts)
$(foreach i,$(LINUX_INITS),$i/init): $(LINUX_SAMPLES)
$(B)/guest/linux/experiments/engine/texts.o: experiments/engine/texts.S $(SAMPLE_DIR)/list.h $(patsubst %,$(B)/guest/engine/%.text,$(SAMPLE_NAMES))
	$(Q)mkdir -p $(@D) && $(LINUX_CC) -D__ASSEMBLER__ -Wa,-I$(B) -c $< -o $@

# On the machine one sits at: linked below 2 GiB, where code of the kernel's model can lie, too, and as far from address 0 as programs' memory
# has to be (hooks.h); with libpcap for its filters.
$(B)/host/signing_key.o: $(B)/guest/signing_key.c
	$(Q)$(CC) $(HOST_FLAGS) -c $< -o $@
$(B)/host/experiments/engine/objects.o: experiments/engine/objects.S $(SAMPLE_FILES)
	$(Q)mkdir -p $(@D) && $(CC) -D__ASSEMBLER__ -Wa,-I$(B) -c $< -o $@
$(B)/host/bench-engine: experiments/engine/host.cc $(patsubst %,$(B)/host/%.o,$(addprefix experiments/engine/,programs ways filters objects) \
                            $(basename $(wildcard $(SAMPLE_DIR)/*.c)) tools/vcode/host_hooks signing_key) $(B)/host/engine.a $(B)/host/lib.a
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D) && $(CXX) -std=c++17 -O2 -g $(SAME) -Wall -Wextra -Werror -Ikernels -Itools/vcode -no-pie -Wl,-Ttext-segment=0x28000000 -Wl,--build-id=sha1 \
	    -MMD -MP -MF $@.d -MT $@ -o $@ $(filter %.cc %.o %.a,$^) -lbenchmark -lpthread -lpcap
