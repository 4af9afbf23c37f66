# SPDX-License-Identifier: MIT
# Types of exports, from the headers by the compiler: build/exports/PATH.btf is what GUEST_CC's -gbtf says of PATH.c, and
# build/exports/PATH.txt lists its exports as C. Both exist only if the former describes each EXPORT of the file.
HOST_EXPORTS := $(B)/host/tools/exports/exports

$(HOST_EXPORTS): $(B)/host/tools/exports/main.o $(B)/host/tools/vcode/host_hooks.o $(B)/host/engine.a $(B)/host/lib.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^

$(B)/exports/%.o: %.c Makefile
	$(Q)mkdir -p $(@D) && $(ANYWHERE) $(GUEST_CC) $(KERNEL_FLAGS) -DEXPORTS_TYPES_ONLY -gbtf -c $< -o $@
$(B)/exports/%.btf: $(B)/exports/%.o $(HOST_EXPORTS)
	$(call say,EXPORTS,$*.c)
	$(Q)$(GUEST_COPY) -O binary -j .BTF --set-section-flags .BTF=alloc $< $@
	$(Q)$(GUEST_NM) $< | sed -n 's/.* [a-zA-Z] entry_//p' | sort > $(@:.btf=.names)
	$(Q)$(HOST_EXPORTS) $@ < $(@:.btf=.names) > $(@:.btf=.txt)
