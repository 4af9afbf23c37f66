# SPDX-License-Identifier: MIT
# The part of tests/mutate that reads C.
host: $(B)/host/mutation-sites
$(B)/host/mutation-sites: $(B)/host/tests/mutation/sites.o
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^
