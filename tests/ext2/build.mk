# SPDX-License-Identifier: MIT
# ext2's sources on the host: over an image in memory (disk.c), as programs to be proven (kinds.c), crashed and damaged.
EXT2_HOST_SRC := tests/ext2/disk.c tests/ext2/image.c

$(patsubst %.c,$(B)/tests/%,$(notdir $(wildcard tests/unit/spin/ext2/spin_ext2*_test.c))): $(EXT2_HOST_SRC:%.c=$(B)/asan/%.o)
$(B)/tests/spin_ext2_fuzz: $(B)/fuzz/tests/ext2/disk.o
$(B)/tests/spin_ext2_proof_test $(B)/tests/spin_wfs_proof_test: $(addprefix $(B)/asan/tests/ext2/,kinds.o prove.o) | $(B)/exports/tests/ext2/kinds.btf
$(B)/tests/spin_ext2_proof_test: | $(foreach f,volume lookup files names,$(foreach c,clang gcc,$(B)/kernels/spin/extensions/ext2/$f.$c-O2.o))
# Handlers, and what is proven by itself, have no declarations: nothing calls them from elsewhere.
$(foreach k,asan fuzz host,$(B)/$k/tests/ext2/disk.o): HOST_FLAGS += -Wno-missing-prototypes
# Each source names all that it needs: it compiles alone, too, where clang's tools read it.
EXT2_ALONE := $(patsubst %.c,$(B)/asan/%.o,$(filter-out %.bpf.c,$(wildcard kernels/spin/extensions/ext2/*.c)))
$(EXT2_ALONE): HOST_FLAGS += -Wno-missing-prototypes
unit-programs: $(EXT2_ALONE)
