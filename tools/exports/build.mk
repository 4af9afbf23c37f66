# SPDX-License-Identifier: MIT
# Types of exports, from the headers by the compiler: build/exports/PATH.btf is what GUEST_CC's -gbtf says of PATH.c, and
# build/exports/PATH.txt lists its exports as C. Both exist only if the former describes each EXPORT of the file.
HOST_EXPORTS := $(B)/host/tools/exports/exports
BTF_ORDER    := $(B)/host/tools/exports/btf-order

# Made under another name, so that a make beside this one never runs half a program.
$(HOST_EXPORTS): $(B)/host/tools/exports/main.o
$(BTF_ORDER): $(B)/host/tools/exports/order.o
$(HOST_EXPORTS) $(BTF_ORDER): $(B)/host/tools/vcode/host_hooks.o $(B)/host/engine.a $(B)/host/lib.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@.$$$$ $(filter %.o,$^) $(filter %.a,$^) && mv $@.$$$$ $@

# $(call ordered_types,OBJCOPY,OBJECT), where OBJECT needs $(ORDERS_TYPES): the command that puts an object's types into one order. GCC writes
# them in that of a table hashed by their addresses in the compiler, and the path of its folder beside them.
ORDERS_TYPES  = tools/exports/order.c | $(B)/host/tools/exports/btf-order
ordered_types = $(1) -O binary -j .BTF --set-section-flags .BTF=alloc $(2) $(2).btf && $(BTF_ORDER) $(2).btf && \
    $(1) --update-section .BTF=$(2).btf $(2) && rm $(2).btf

$(B)/exports/%.o: %.c Makefile
	$(Q)mkdir -p $(@D) && $(GUEST_CC) $(KERNEL_FLAGS) -DEXPORTS_TYPES_ONLY -gbtf -c $< -o $@
$(B)/exports/%.btf: $(B)/exports/%.o $(wildcard tools/exports/*.c) | $(HOST_EXPORTS) $(BTF_ORDER)
	$(call say,EXPORTS,$*.c)
	$(Q)$(GUEST_COPY) -O binary -j .BTF --set-section-flags .BTF=alloc $< $@.new && $(BTF_ORDER) $@.new
	$(Q)$(GUEST_NM) $< | sed -n 's/.* [a-zA-Z] entry_//p' | LC_ALL=C sort > $(@:.btf=.names)
	$(Q)$(HOST_EXPORTS) $@.new < $(@:.btf=.names) > $(@:.btf=.txt) && mv $@.new $@
