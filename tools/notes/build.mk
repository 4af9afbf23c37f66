# SPDX-License-Identifier: MIT
# notes: the file system of docs/writing-a-filesystem.md, tried on the host, above the kernel's own XN.
#   build/host/notes
host: $(B)/host/notes
$(B)/host/notes: $(patsubst %,$(B)/host/tools/%.o,notes/main xn/host_store xn/host_volume vcode/host_hooks) $(B)/host/pure.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^
$(B)/host/tools/notes/%.o: HOST_FLAGS += -Itools/xn
