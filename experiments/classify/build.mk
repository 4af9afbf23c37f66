# SPDX-License-Identifier: MIT
# classify: the filters and packets, and the other ways to ask; the engine's samples are linked by experiments/engine.
$(B)/guest/exo.elf: $(call kernel_objects,$(addprefix experiments/classify/,traffic.c mpf.c verified.c port.c))
$(B)/guest/classify/port.bpf.o: experiments/classify/port.bpf.c
	$(call say,CLANG,$< (bpf))
	$(Q)mkdir -p $(@D) && $(CLANG) -target bpf -mcpu=v3 -O2 -g $(BPF_SAME) -Wall -Werror -c $< -o $@
$(B)/guest/kernel/experiments/classify/exo.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/experiments/classify/exo.o: $(B)/guest/classify/port.bpf.o
$(B)/tests/exo_dpf_program_test: $(B)/asan/experiments/classify/port.o | $(B)/guest/classify/port.bpf.o

# On the machine one sits at, with libpcap for its filters; code of the kernel's model lies below 2 GiB.
$(B)/host/bench-classify: experiments/classify/host.cc $(patsubst %,$(B)/host/%.o,experiments/classify/traffic tools/vcode/host_hooks $(basename $(EXO_DPF_SRC))) $(B)/host/engine.a $(B)/host/lib.a
	$(call say,CXX,$<)
	$(Q)mkdir -p $(@D) && $(CXX) -std=c++17 -O2 -g $(SAME) -Wall -Wextra -Werror -Ikernels -Itools/vcode -no-pie -Wl,-Ttext-segment=0x28000000 -Wl,--build-id=sha1 \
	    -MMD -MP -MF $@.d -MT $@ -o $@ $(filter %.cc %.o %.a,$^) -lbenchmark -lpthread -lpcap
