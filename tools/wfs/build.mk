# SPDX-License-Identifier: MIT
# wfs: looks through a volume of wfs on the host, and mends it (docs/spin/files.md).
#   build/host/wfs
host: $(B)/host/wfs
$(B)/host/wfs: $(patsubst %.c,$(B)/host/%.o,$(wildcard tools/wfs/*.c))
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^
