# SPDX-License-Identifier: MIT
# exo: the kernel, and the programs of its environments, which kernel/programs.S embeds. Experiments' exo.c and the checks run in the first
# environment; tests/kernel/exo/program is the environment they create, called
# attacker-exo and not exo-*, for the harness takes the symbols of those to be the measured code's.
EXO_LIBOS_SRC := kernels/exo/libos/crt0.S kernels/exo/libos/env.c
EXO_FIRST_OBJECTS := $(call user_objects,$(EXO_LIBOS_SRC) $(filter-out $(EXO_LIBOS_SRC),$(wildcard kernels/exo/libos/*.c kernels/exo/libos/*.S)) \
                         kernels/exo/apps/first.c $(wildcard experiments/*/exo.c tests/kernel/exo/*.c) \
                         tests/kernel/hostile.c tests/kernel/registers.S kernels/exo/kernel/cap.c)
EXO_ATTACKER_OBJECTS := $(call user_objects,$(EXO_LIBOS_SRC) $(wildcard tests/kernel/exo/program/*.c) \
                            tests/kernel/random_calls.c tests/kernel/registers.S)
EXO_OBJECTS := $(call kernel_objects,$(wildcard kernels/exo/kernel/*.c kernels/exo/kernel/*.S))

$(eval $(call guest_program,exo-first,$(EXO_FIRST_OBJECTS)))
$(eval $(call guest_program,attacker-exo,$(EXO_ATTACKER_OBJECTS)))
$(eval $(call guest_image,exo,$(EXO_OBJECTS),exo-first))

$(B)/guest/kernel/kernels/exo/kernel/programs.o: AS_FLAGS += -Wa,-I$(B)/guest
$(B)/guest/kernel/kernels/exo/kernel/programs.o: $(B)/guest/exo-first.elf $(B)/guest/attacker-exo.elf
