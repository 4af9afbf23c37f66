# SPDX-License-Identifier: MIT
# spin: the kernel with its services, and the programs of its user processes, which core/programs.S embeds. Experiments' spin.c and the
# checks in tests/kernel/spin run in the kernel, spin-user.c and tests/kernel/spin/user in the process `agent`; tests/kernel/spin/program is
# the process that misbehaves, called attacker-spin and not spin-*, for the harness takes the symbols of those to be the measured code's.
SPIN_CRT_SRC := $(PROGRAM_SRC) kernels/spin/user/program.c
SPIN_AGENT_OBJECTS := $(call user_objects,$(SPIN_CRT_SRC) kernels/user/agent.c kernels/user/follow.c $(wildcard experiments/*/spin-user.c) \
                          $(wildcard tests/kernel/spin/user/*.c) tests/kernel/hostile.c tests/kernel/registers.S)
SPIN_ATTACKER_OBJECTS := $(call user_objects,$(SPIN_CRT_SRC) $(wildcard tests/kernel/spin/program/*.c) tests/kernel/hostile.c \
                             tests/kernel/random_calls.c tests/kernel/registers.S)
SPIN_OBJECTS := $(call kernel_objects,kernels/spin/main.c $(wildcard kernels/spin/core/*.c kernels/spin/core/*.S kernels/spin/services/*.c) \
                    $(wildcard kernels/common/*.c) $(ENGINE_KERNEL_SRC) $(wildcard experiments/*/spin.c tests/kernel/spin/*.c) tests/kernel/frames.c tests/kernel/freed.c)

$(eval $(call guest_program,spin-agent,$(SPIN_AGENT_OBJECTS)))
$(eval $(call guest_program,attacker-spin,$(SPIN_ATTACKER_OBJECTS)))
$(eval $(call guest_image,spin,$(SPIN_OBJECTS),spin-agent))

$(B)/guest/kernel/kernels/spin/core/programs.o: AS_FLAGS += -Wa,-I$(B)/guest
$(B)/guest/kernel/kernels/spin/core/programs.o: $(B)/guest/spin-agent.elf $(B)/guest/attacker-spin.elf $(B)/guest/overlap-stack.elf

# The types of what extensions may be linked to.
$(B)/guest/kernel/kernels/spin/services/public.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/kernels/spin/services/public.o: $(B)/exports/kernels/spin/services/public.btf

# Extensions that the checks load, and the types of what they are linked to.
$(B)/guest/kernel/tests/kernel/spin/engine.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/tests/kernel/spin/engine.o: $(B)/exports/tests/engine/services.btf $(B)/tests/engine/library.gcc-O2.o \
    $(B)/tests/engine/caller.clang-O2.o $(B)/tests/engine/ends.clang-O2.o $(B)/tests/engine/callbacks.clang-O2.o $(B)/tests/engine/refuses.gcc-O2.o
SPIN_EXTENSIONS := $(patsubst %.bpf.c,$(B)/%,$(wildcard tests/kernel/spin/extension/*.bpf.c)) $(B)/tests/engine/deep
$(B)/guest/kernel/tests/kernel/spin/extension.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/tests/kernel/spin/extension.o: $(foreach e,$(SPIN_EXTENSIONS),$(e).clang-O2.o $(e).gcc-O2.o)

# Native code that the checks load, signed with the key of the build.
$(B)/tests/kernel/spin/native/%.o: tests/kernel/spin/native/%.c Makefile tools/exports/order.c | $(B)/host/tools/exports/btf-order
	$(call say,CC,$< (native))
	$(Q)mkdir -p $(@D) && $(call native_object,$<,$@)
$(B)/tests/kernel/spin/native/%.signed: $(B)/tests/kernel/spin/native/%.o $(B)/host/vsign
	$(Q)$(call signed_object,$<,extension,$@)
$(B)/guest/kernel/tests/kernel/spin/native.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/tests/kernel/spin/native.o: $(B)/tests/kernel/spin/native/digest.signed
