# SPDX-License-Identifier: MIT
# Nobody lists experiments: a system's build.mk takes the files that are called after it, SYSTEM.c for its kernel, SYSTEM-user.c for ring 3,
# exo-LIBOS.c for an environment with that library.

# The machine one sits at: one Google Benchmark program an experiment. The build id ties a host run to its program, as with images.
host: $(patsubst experiments/%/host.cc,$(B)/host/bench-%,$(wildcard experiments/*/host.cc))

$(B)/host/bench-%: experiments/%/host.cc
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D) && $(CXX) -std=c++17 -O2 -g $(SAME) -Wall -Wextra -Werror -Wl,--build-id=sha1 -MMD -MP -MF $@.d -MT $@ -o $@ $< -lbenchmark -lpthread

# What an experiment needs beyond one file a system.
include $(wildcard experiments/*/build.mk)
