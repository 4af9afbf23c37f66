# SPDX-License-Identifier: MIT
# xn: makes, recovers and shows XN's volumes on the host, by the kernel's own code (docs/exo/xn.md).
#   build/host/xn
host: $(B)/host/xn
$(B)/host/xn: $(patsubst %.c,$(B)/host/%.o,$(wildcard tools/xn/*.c)) $(B)/host/tools/vcode/host_hooks.o $(B)/host/pure.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^
$(B)/host/tools/xn/%.o $(B)/asan/tools/xn/%.o $(B)/fuzz/tools/xn/%.o $(B)/fuzz/tests/fuzz/exo_xn_volume_fuzz.o: HOST_FLAGS += -Itools/xn
$(B)/tests/exo_xn_volume_fuzz: $(B)/fuzz/tools/xn/host_volume.o $(B)/fuzz/tools/vcode/host_hooks.o
