# SPDX-License-Identifier: MIT
# size: what the kernel's sources and objects come to, measured when they are built.
# (private: the objects that it measures are compiled without what comes out.)
SIZE_OBJECTS := $(foreach f,$(SPIN_KERNEL_SRC) $(KERNEL_ROOMS_SRC) experiments/vm/spin.c,$f=$(B)/guest/kernel/$(basename $f).o) \
                $(foreach f,$(wildcard kernels/spin/extensions/*/*.bpf.c),$f=$(B)/$(f:.bpf.c=.clang-O2.o))
SIZE_HEADERS := $(wildcard kernels/*.h kernels/*/*.h kernels/*/*/*.h kernels/*/*/*/*.h kernels/*/*/*/*/*.h)

$(B)/guest/kernel/experiments/size/spin.o: private KERNEL_FLAGS += -include $(B)/experiments/size/sizes.h
$(B)/guest/kernel/experiments/size/spin.o: $(B)/experiments/size/sizes.h
$(B)/experiments/size/sizes.h: experiments/size/parts experiments/size/measure experiments/size/lines.awk experiments/size/build.mk $(SIZE_HEADERS) \
    $(foreach p,$(SIZE_OBJECTS),$(lastword $(subst =, ,$p)))
	$(call say,SIZES,$@)
	$(Q)mkdir -p $(@D) && SIZE='$(CROSS)size' experiments/size/measure $< $(SIZE_OBJECTS) > $@
