# SPDX-License-Identifier: MIT
# An experiment's files by system; nobody lists experiments. SYSTEM-user.c runs in ring 3 of the system,
# exo-kernel.c in the kernel of the exokernel, whose exo.c is an environment's.
EXPERIMENTS := $(patsubst experiments/%/experiment.yaml,%,$(wildcard experiments/*/experiment.yaml))

FLOOR_EXPERIMENTS      := $(wildcard experiments/*/floor.c)
FLOOR_USER_EXPERIMENTS := $(wildcard experiments/*/floor-user.c)
SPIN_EXPERIMENTS       := $(wildcard experiments/*/spin.c)
SPIN_USER_EXPERIMENTS  := $(wildcard experiments/*/spin-user.c)
EXO_EXPERIMENTS        := $(wildcard experiments/*/exo-user.c)
EXO_KERNEL_EXPERIMENTS := $(wildcard experiments/*/exo.c)
LINUX_EXPERIMENTS      := $(wildcard experiments/*/linux.c)
HOST_EXPERIMENTS       := $(wildcard experiments/*/host.cc)

# The machine one sits at: one Google Benchmark program an experiment. The build id ties a host run to its program, as with images.
host: $(patsubst experiments/%/host.cc,$(B)/host/bench-%,$(HOST_EXPERIMENTS))

$(B)/host/bench-%: experiments/%/host.cc
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D) && $(CXX) -std=c++17 -O2 -g $(SAME) -Wall -Wextra -Werror -Wl,--build-id=sha1 -MMD -MP -MF $@.d -MT $@ -o $@ $< -lbenchmark -lpthread

# What an experiment needs beyond one file a system.
include $(wildcard experiments/*/build.mk)
