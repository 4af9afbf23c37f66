# SPDX-License-Identifier: MIT
# floor: the bare machine. Experiments' floor.c run in its kernel mode, their floor-user.c in its ring-3 program.
FLOOR_AGENT_SRC  := $(PROGRAM_AGENT_SRC) kernels/user/rows.c $(wildcard kernels/floor/user/*.c)
FLOOR_KERNEL_SRC := $(wildcard kernels/floor/*.c kernels/floor/*.S) $(filter-out kernels/common/engine.c,$(wildcard kernels/common/*.c))

$(eval $(call guest_program,floor-user,$(call user_objects,$(FLOOR_AGENT_SRC) $(wildcard experiments/*/floor-user.c))))
$(eval $(call guest_system,floor,$(call kernel_objects,$(FLOOR_KERNEL_SRC) $(wildcard experiments/*/floor.c)),floor-user))
$(eval $(call guest_archive,floor,kernels/floor/boot,user=floor-user))
