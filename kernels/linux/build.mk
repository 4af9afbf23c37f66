# SPDX-License-Identifier: MIT
# The Linux baseline: Debian's kernel as it is, and an initramfs with our one static init. An experiment's linux.c is linked into init.
#   build/guest/linux/{vmlinuz,package,init,initramfs.cpio,cmdline/*}   build/guest/linux.rows
LINUX_DIR    := $(B)/guest/linux
LINUX_KERNEL ?=
LINUX_SRC    := $(wildcard kernels/linux/*.c)
linux_objects = $(patsubst %,$(B)/guest/linux/%.o,$(basename $(1)))
# string.c stays out: the C library has these functions.
LINUX_INIT_SRC := $(LINUX_SRC) $(wildcard kernels/measure/*.c) $(filter-out kernels/lib/string.c,$(wildcard kernels/lib/*.c))
LINUX_CMDLINES := $(patsubst kernels/linux/%,$(LINUX_DIR)/%,$(wildcard kernels/linux/cmdline/*))

linux: $(LINUX_DIR)/vmlinuz $(LINUX_DIR)/init $(LINUX_DIR)/initramfs.cpio $(LINUX_CMDLINES) $(B)/guest/linux.rows ## the Linux baseline
.PHONY: linux

# Which kernel was asked for; its time moves only when the answer changes.
$(LINUX_DIR)/source: FORCE
	$(Q)mkdir -p $(@D); echo '$(LINUX_KERNEL)' | cmp -s - $@ || echo '$(LINUX_KERNEL)' > $@

$(LINUX_DIR)/vmlinuz: $(LINUX_DIR)/source $(LINUX_KERNEL) boot/linux.sh
	$(call say,FETCH,$@)
	$(Q)boot/linux.sh $(LINUX_DIR) '$(LINUX_KERNEL)'

# $(eval $(call linux_init,NAME,OBJECTS)): build/guest/NAME/{init,initramfs.cpio} and build/guest/NAME.rows. init is one loadable file at fixed
# addresses, so that its code lies the same in every boot. Owner, times, inode numbers and order in the archive are fixed: the same init gives
# the same archive.
define linux_init
$(call guest_list,$(1)/init,$(2))
$(B)/guest/$(1)/init: $(2) $(B)/guest/$(1)/init.list
	$$(call say,LD,$$@)
	$$(Q)$$(LINUX_CC) -static -no-pie -Wl,--build-id=sha1 -o $$@ $$(filter %.o,$$^)
$(B)/guest/$(1)/initramfs.cpio: $(B)/guest/$(1)/init
	$$(call say,CPIO,$$@)
	$$(Q)rm -rf $$(@D)/root && mkdir -p $$(@D)/root/dev $$(@D)/root/proc $$(@D)/root/sys
	$$(Q)cp $$< $$(@D)/root/init && $$(GUEST_COPY) --strip-all $$(@D)/root/init
	$$(Q)cd $$(@D)/root && chmod 755 . dev proc sys init && touch -d @0 dev proc sys init && \
	    printf '%s\n' dev proc sys init | cpio --quiet -o -H newc --reproducible -R 0:0 > ../initramfs.new
	$$(Q)mv $$(@D)/initramfs.new $$@ && rm -rf $$(@D)/root
$(B)/guest/$(1).rows: $(B)/guest/$(1)/init
	$$(Q)$$(GUEST_COPY) -O binary -j .rows $$< $$@.new && tr '\0' '\n' < $$@.new | sed '/^$$$$/d' > $$@ && rm $$@.new
endef
$(eval $(call linux_init,linux,$(call linux_objects,$(LINUX_INIT_SRC) $(wildcard experiments/*/linux.c))))

$(LINUX_DIR)/cmdline/%: kernels/linux/cmdline/%
	$(Q)mkdir -p $(@D) && cp $< $@
