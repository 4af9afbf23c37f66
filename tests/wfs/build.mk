# SPDX-License-Identifier: MIT
# wfs's sources on the host, as ext2's (tests/ext2/build.mk).
$(patsubst %.c,$(B)/tests/%,$(notdir $(wildcard tests/unit/spin/spin_wfs*_test.c))): $(addprefix $(B)/asan/tests/wfs/,check.o disk.o) $(B)/asan/tools/wfs/wfs_fsck.o
$(B)/tests/spin_wfs_fuzz: $(B)/fuzz/tests/wfs/disk.o $(B)/fuzz/tools/wfs/wfs_fsck.o
$(B)/tests/spin_wfs_proof_test: | $(foreach f,volume files names,$(foreach c,clang gcc,$(B)/kernels/spin/extensions/wfs/wfs_$f.$c-O2.o))
$(foreach k,asan fuzz host,$(B)/$k/tests/wfs/disk.o): HOST_FLAGS += -Wno-missing-prototypes
