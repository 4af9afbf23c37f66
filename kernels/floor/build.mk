# SPDX-License-Identifier: MIT
# floor: the bare machine. Experiments' floor.c and the checks of the machine run in its kernel mode, floor-user.c in its ring-3 program,
# which program.S embeds.
FLOOR_USER_OBJECTS := $(call user_objects,$(PROGRAM_AGENT_SRC) kernels/user/follow.c $(wildcard kernels/floor/user/*.c) \
                          $(wildcard experiments/*/floor-user.c) $(wildcard tests/kernel/floor/user/*.c tests/kernel/floor/user/*.S))
FLOOR_OBJECTS := $(call kernel_objects,$(filter-out kernels/common/engine.c,$(wildcard kernels/common/*.c)) $(wildcard kernels/floor/*.c kernels/floor/*.S experiments/*/floor.c tests/kernel/floor/*.c \
                     tests/kernel/machine/*.c tests/kernel/machine/*.S) tests/kernel/freed.c)

$(eval $(call guest_program,floor-user,$(FLOOR_USER_OBJECTS)))
$(eval $(call guest_image,floor,$(FLOOR_OBJECTS),floor-user))

$(B)/guest/kernel/kernels/floor/program.o: AS_FLAGS += -Wa,-I$(B)/guest
$(B)/guest/kernel/kernels/floor/program.o: $(B)/guest/floor-user.elf
