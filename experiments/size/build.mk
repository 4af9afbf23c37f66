# SPDX-License-Identifier: MIT
# size: what the sources and objects of spin and exo come to, measured when they are built.
# (private: the objects that it measures are compiled without what comes out.)
SIZE_PARTS_spin := experiments/size/parts
SIZE_PARTS_exo  := experiments/size/exo-parts
SIZE_OF_spin := $(foreach f,$(SPIN_KERNEL_SRC) $(KERNEL_ROOMS_SRC) experiments/vm/spin.c,$f=$(B)/guest/kernel/$(basename $f).o) \
                $(foreach f,$(wildcard kernels/spin/extensions/*/*.bpf.c),$f=$(B)/$(f:.bpf.c=.clang-O2.o))
SIZE_OF_exo  := $(foreach f,$(filter kernels/exo/%,$(EXO_KERNEL_SRC)),$f=$(B)/guest/kernel/$(basename $f).o) \
                $(foreach f,$(filter kernels/exo/%,$(sort $(EXO_LIBOS_SRC) $(EXO_EXOS_SRC) $(EXO_CFFS_SRC) $(EXO_ALFS_SRC) $(EXO_CACHE_SRC) $(wildcard kernels/exo/libos/volume/*.c kernels/exo/libos/tools/*.c kernels/exo/libos/xcp/*.c kernels/exo/libos/sockets/*.c kernels/exo/libos/nettools/*.c) $(EXO_NET_SRC) $(EXO_CHEETAH_SRC) $(EXO_SECOND_SRC) $(EXO_THIRD_SRC))),$f=$(B)/guest/user/$(basename $f).o)
SIZE_HEADERS := $(wildcard kernels/*.h kernels/*/*.h kernels/*/*/*.h kernels/*/*/*/*.h kernels/*/*/*/*/*.h)

define size_of # SYSTEM
$(B)/guest/kernel/experiments/size/$1.o: private KERNEL_FLAGS += -include $(B)/experiments/size/$1-sizes.h
$(B)/guest/kernel/experiments/size/$1.o: $(B)/experiments/size/$1-sizes.h
$(B)/experiments/size/$1-sizes.h: $(SIZE_PARTS_$1) experiments/size/measure experiments/size/lines.awk experiments/size/build.mk $(SIZE_HEADERS) \
    $(foreach p,$(SIZE_OF_$1),$(lastword $(subst =, ,$p)))
	$$(call say,SIZES,$$@)
	$$(Q)mkdir -p $$(@D) && SIZE='$(CROSS)size' experiments/size/measure $$< $(SIZE_OF_$1) > $$@
endef
$(foreach s,spin exo,$(eval $(call size_of,$s)))
