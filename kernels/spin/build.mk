# SPDX-License-Identifier: MIT
# spin: the kernel with its services, and the program of its user process `agent`. Experiments' spin.c run in
# the kernel, their spin-user.c in that process.
SPIN_PROGRAM_SRC := $(PROGRAM_SRC) kernels/spin/user/program.c
SPIN_AGENT_SRC   := $(SPIN_PROGRAM_SRC) kernels/user/agent.c kernels/user/follow.c
# The dispatcher knows no machine: it runs in tests on the host as well.
SPIN_PURE_SRC    := $(wildcard kernels/spin/core/dispatch/*.c)
SPIN_KERNEL_SRC  := kernels/spin/main.c $(wildcard kernels/spin/core/*.c kernels/spin/core/space/*.[cS] kernels/spin/services/*.c kernels/common/*.c) $(SPIN_PURE_SRC) \
                    $(ENGINE_KERNEL_SRC)

$(eval $(call guest_program,spin-agent,$(call user_objects,$(SPIN_AGENT_SRC) $(wildcard experiments/*/spin-user.c))))
$(eval $(call guest_system,spin,$(call kernel_objects,$(SPIN_KERNEL_SRC) $(wildcard experiments/*/spin.c)),spin-agent))
$(eval $(call guest_archive,spin,kernels/spin/boot,agent=spin-agent))

# The types of what extensions may be linked to.
$(B)/guest/kernel/kernels/spin/services/public.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/kernels/spin/services/public.o: $(B)/exports/kernels/spin/services/public.btf
