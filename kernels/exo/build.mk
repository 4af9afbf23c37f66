# SPDX-License-Identifier: MIT
# exo: the kernel, and the programs of its environments, which kernel/programs.S embeds. Experiments' exo.c and the checks run in the first
# environment, their exo-kernel.c and tests/kernel/exo/kernel inside the kernel; tests/kernel/exo/program is the environment they create, called
# attacker-exo and not exo-*, for the harness takes the symbols of those to be the measured code's.
EXO_LIBOS_SRC := $(PROGRAM_SRC) kernels/exo/libos/program.c
EXO_FIRST_OBJECTS := $(call user_objects,$(PROGRAM_AGENT_SRC) $(wildcard kernels/exo/libos/*.c kernels/exo/libos/*.S) \
                         kernels/exo/apps/first.c $(wildcard experiments/*/exo-user.c tests/kernel/exo/*.c) \
                         tests/kernel/hostile.c tests/kernel/registers.S kernels/exo/kernel/cap.c)
EXO_ATTACKER_OBJECTS := $(call user_objects,$(EXO_LIBOS_SRC) $(wildcard tests/kernel/exo/program/*.c) \
                            tests/kernel/random_calls.c tests/kernel/registers.S)
EXO_OBJECTS := $(call kernel_objects,kernels/exo/main.c $(wildcard kernels/exo/kernel/*.c kernels/exo/kernel/*.S) \
                   $(wildcard kernels/common/*.c) $(ENGINE_KERNEL_SRC) \
                   $(wildcard experiments/*/exo.c tests/kernel/exo/kernel/*.c) tests/kernel/frames.c tests/kernel/freed.c)

$(eval $(call guest_program,exo-first,$(EXO_FIRST_OBJECTS)))
$(eval $(call guest_program,attacker-exo,$(EXO_ATTACKER_OBJECTS)))
$(eval $(call guest_image,exo,$(EXO_OBJECTS),exo-first))

$(B)/guest/kernel/kernels/exo/kernel/programs.o: AS_FLAGS += -Wa,-I$(B)/guest
$(B)/guest/kernel/kernels/exo/kernel/programs.o: $(B)/guest/exo-first.elf $(B)/guest/attacker-exo.elf $(B)/guest/overlap-info.elf $(B)/guest/overlap-stack.elf

# Programs that no kernel may load: they lie at the information page (EXO_INFO), and in the stack, which is at the same place in spin.
$(B)/guest/overlap-info.elf: OVERLAP := 0x7ffe00000000
$(B)/guest/overlap-stack.elf: OVERLAP := 0x7ffffffe0000
$(B)/guest/overlap-info.elf $(B)/guest/overlap-stack.elf: $(B)/guest/user/tests/kernel/overlap.o
	$(call say,LD,$@)
	$(Q)$(GUEST_LD) $(GUEST_LDFLAGS) -Ttext=$(OVERLAP) -o $@ $<

# The types of what functions may be linked to; and the functions that the checks hand in.
$(B)/guest/kernel/kernels/exo/kernel/function_exports.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/kernels/exo/kernel/function_exports.o: $(B)/exports/kernels/exo/kernel/function_exports.btf
$(B)/guest/user/tests/kernel/exo/function.o: USER_FLAGS += -Wa,-I$(B)
$(B)/guest/user/tests/kernel/exo/function.o: $(B)/tests/engine/function.gcc-O2.o $(B)/tests/engine/function.clang-O2.o $(B)/tests/engine/caller.gcc-O2.o \
    $(B)/tests/engine/deep.clang-O2.o $(patsubst %.bpf.c,$(B)/%.clang-O2.o,$(wildcard tests/kernel/exo/attack/*.bpf.c)) \
    $(foreach f,$(patsubst %.bpf.c,$(B)/%,$(wildcard tests/kernel/exo/function/*.bpf.c)),$(f).clang-O2.o $(f).gcc-O2.o)
