# SPDX-License-Identifier: MIT
# The Linux baseline: Debian's kernel as it is, and an initramfs with our one static init. An experiment's linux.c and the checks of
# tests/kernel/linux are linked into init.
#   build/guest/linux/{vmlinuz,package,init,initramfs.cpio,cmdline/*}   build/guest/linux.rows
LINUX_DIR    := $(B)/guest/linux
LINUX_KERNEL ?=
LINUX_SRC    := $(wildcard kernels/linux/*.c)
# string.c stays out: the C library has these functions.
LINUX_OBJ    := $(patsubst %.c,$(B)/guest/linux/%.o,$(LINUX_SRC) $(wildcard kernels/measure/*.c) \
                    $(filter-out kernels/lib/string.c,$(wildcard kernels/lib/*.c)) \
                    $(wildcard experiments/*/linux.c) $(wildcard tests/kernel/linux/*.c))
LINUX_CMDLINES := $(patsubst kernels/linux/%,$(LINUX_DIR)/%,$(wildcard kernels/linux/cmdline/*))

linux: $(LINUX_DIR)/vmlinuz $(LINUX_DIR)/init $(LINUX_DIR)/initramfs.cpio $(LINUX_CMDLINES) $(B)/guest/linux.rows ## the Linux baseline
.PHONY: linux

# Which kernel was asked for; its time moves only when the answer changes.
$(LINUX_DIR)/source: FORCE
	$(Q)mkdir -p $(@D); echo '$(LINUX_KERNEL)' | cmp -s - $@ || echo '$(LINUX_KERNEL)' > $@
FORCE:
.PHONY: FORCE

$(LINUX_DIR)/vmlinuz: $(LINUX_DIR)/source $(LINUX_KERNEL) boot/linux.sh
	$(call say,FETCH,$@)
	$(Q)boot/linux.sh $(LINUX_DIR) '$(LINUX_KERNEL)'

# One loadable file at fixed addresses, so that init's code lies the same in every boot.
$(eval $(call guest_list,linux/init,$(LINUX_OBJ)))
$(LINUX_DIR)/init: $(LINUX_OBJ) $(LINUX_DIR)/init.list
	$(call say,LD,$@)
	$(Q)$(LINUX_CC) -static -no-pie -Wl,--build-id=sha1 -o $@ $(filter %.o,$^)

# Owner, times, inode numbers and order are fixed: the same init gives the same archive.
$(LINUX_DIR)/initramfs.cpio: $(LINUX_DIR)/init
	$(call say,CPIO,$@)
	$(Q)rm -rf $(LINUX_DIR)/root && mkdir -p $(LINUX_DIR)/root/dev $(LINUX_DIR)/root/proc $(LINUX_DIR)/root/sys
	$(Q)cp $< $(LINUX_DIR)/root/init && $(GUEST_COPY) --strip-all $(LINUX_DIR)/root/init
	$(Q)cd $(LINUX_DIR)/root && chmod 755 . dev proc sys init && touch -d @0 dev proc sys init && \
	    printf '%s\n' dev proc sys init | cpio --quiet -o -H newc --reproducible -R 0:0 > ../initramfs.new
	$(Q)mv $(LINUX_DIR)/initramfs.new $@ && rm -rf $(LINUX_DIR)/root

$(LINUX_DIR)/cmdline/%: kernels/linux/cmdline/%
	$(Q)mkdir -p $(@D) && cp $< $@

$(B)/guest/linux.rows: $(LINUX_DIR)/init
	$(Q)$(GUEST_COPY) -O binary -j .rows $< $@.new && tr '\0' '\n' < $@.new | sed '/^$$/d' > $@ && rm $@.new
