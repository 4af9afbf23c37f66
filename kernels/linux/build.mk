# SPDX-License-Identifier: MIT
# The Linux baseline: Debian's kernel as it is, and an initramfs with our one static init. An experiment's linux.c is linked into init. What
# init is as large as, its forks cost: so those of experiments with disks are only in the one that boots beside disks, and those with network
# interfaces in a third one.
#   build/guest/linux/{vmlinuz,package,init,initramfs.cpio,cmdline/*}   build/guest/linux-{devices,nics}/{init,initramfs.cpio}   build/guest/linux.rows
LINUX_DIR    := $(B)/guest/linux
LINUX_KERNEL ?=
LINUX_NIC_DIRS := $(dir $(shell grep -l '^ *nics:' experiments/*/experiment.yaml))
LINUX_DISK_DIRS := $(filter-out $(LINUX_NIC_DIRS),$(dir $(shell grep -l '^devices:' experiments/*/experiment.yaml)))
linux_rows_of = $(wildcard $(addsuffix linux.c,$(1)) $(addsuffix linux-*.c,$(1)))
LINUX_DEVICE_SRC := kernels/linux/devices.c $(call linux_rows_of,$(LINUX_DISK_DIRS))
LINUX_NIC_SRC := kernels/linux/namespaces.c kernels/linux/peer.c kernels/protocol/impair.c $(call linux_rows_of,$(LINUX_NIC_DIRS))
LINUX_SRC    := $(filter-out $(LINUX_DEVICE_SRC) $(LINUX_NIC_SRC),$(wildcard kernels/linux/*.c))
LINUX_INITS  := $(LINUX_DIR) $(LINUX_DIR)-devices $(LINUX_DIR)-nics
linux_objects = $(patsubst %,$(B)/guest/linux/%.o,$(basename $(1)))
# string.c stays out: the C library has these functions.
LINUX_INIT_SRC := $(LINUX_SRC) $(wildcard kernels/measure/*.c) $(filter-out kernels/lib/string.c,$(wildcard kernels/lib/*.c))
LINUX_CMDLINES := $(patsubst kernels/linux/%,$(LINUX_DIR)/%,$(wildcard kernels/linux/cmdline/*))

linux: $(LINUX_DIR)/vmlinuz $(foreach i,$(LINUX_INITS),$i/init $i/initramfs.cpio) $(LINUX_CMDLINES) $(B)/guest/linux.rows ## the Linux baseline
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
endef
# $(eval $(call linux_rows,NAME,INIT)): build/guest/NAME.rows, of build/guest/INIT/init
define linux_rows
$(B)/guest/$(1).rows: $(B)/guest/$(2)/init
	$$(Q)$$(GUEST_COPY) -O binary -j .rows $$< $$@.new && tr '\0' '\n' < $$@.new | sed '/^$$$$/d' > $$@ && rm $$@.new
endef
LINUX_ROWS_SRC := $(LINUX_INIT_SRC) $(filter-out $(LINUX_DEVICE_SRC) $(LINUX_NIC_SRC),$(call linux_rows_of,experiments/*/))
$(eval $(call linux_init,linux,$(call linux_objects,$(LINUX_ROWS_SRC))))
# A row has the same number in all: those of the others come first.
$(eval $(call linux_init,linux-devices,$(call linux_objects,$(LINUX_ROWS_SRC) $(LINUX_DEVICE_SRC))))
$(eval $(call linux_init,linux-nics,$(call linux_objects,$(LINUX_ROWS_SRC) $(LINUX_DEVICE_SRC) $(LINUX_NIC_SRC))))
$(eval $(call linux_rows,linux,linux-nics))

$(LINUX_DIR)/cmdline/%: kernels/linux/cmdline/%
	$(Q)mkdir -p $(@D) && cp $< $@
