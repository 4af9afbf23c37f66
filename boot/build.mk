# SPDX-License-Identifier: MIT
# How every bootable image and every program inside one is linked. A system's build.mk says what goes in:
#
#   $(eval $(call guest_program,NAME,OBJECTS))            build/guest/NAME.elf, for ring 3; NAME is SYSTEM-something
#   $(eval $(call guest_archive,SYSTEM,LIST,NAME=PROGRAM...)) build/guest/SYSTEM.cpio: what the image boots with, the components of LIST
#                                                         and under each NAME a guest_program; a fourth argument may list files that are
#                                                         taken as they are, PATH:FILE...
#   $(eval $(call guest_image,SYSTEM,OBJECTS,PROGRAM))    build/guest/SYSTEM.elf and SYSTEM.rows; PROGRAM (may be empty) is the NAME of
#                                                         the program whose rows follow the kernel's
#   $(eval $(call guest_system,SYSTEM,OBJECTS,PROGRAM))   the same of an image that measures: it is on the ISO, and has other layouts, too
#
# OBJECTS are the system's own; the modules that all share (machine, drivers, measure, lib) are added here. In build/layout-N/guest/SYSTEM.elf are the
# same objects, their functions in another order, which N alone determines.
GUEST_SYSTEMS :=

KERNEL_ROOMS_SRC := $(wildcard kernels/machine/*/*.c kernels/machine/*/*.S kernels/drivers/*.c kernels/measure/*.c kernels/lib/*.c)
USER_ROOMS_SRC   := $(wildcard kernels/measure/*.c kernels/lib/*.c)
# What the systems of kernels/common have for sessions of measurement alone; what a kernel has of its own besides, its build.mk says.
MEASURED_SRC := kernels/common/kernel_session.c kernels/common/inject.c
# What a program in ring 3 begins with, and what one links that has rows: each system adds how its programs speak to it.
PROGRAM_SRC       := kernels/user/crt0.S
PROGRAM_AGENT_SRC := $(PROGRAM_SRC) kernels/user/agent.c
kernel_objects    = $(patsubst %,$(B)/guest/kernel/%.o,$(basename $(1)))
user_objects      = $(patsubst %,$(B)/guest/user/%.o,$(basename $(1)))

GUEST_LDFLAGS := -nostdlib -static -z noexecstack -z max-page-size=0x1000 --fatal-warnings

# The names of what is linked; the file's time moves only when they change, so that an image loses the rows of a source that was removed.
define guest_list
$(B)/guest/$(1).list: FORCE
	$$(Q)mkdir -p $$(@D); echo '$(2)' | cmp -s - $$@ || echo '$(2)' > $$@
endef

define guest_program
$(call guest_list,$(1),$(2) $(USER_ROOMS_SRC))
$(B)/guest/$(1).elf: $(2) $(call user_objects,$(USER_ROOMS_SRC)) boot/user.ld $(B)/guest/$(1).list
	$$(call say,LD,$$@)
	$$(Q)mkdir -p $$(@D) && $$(GUEST_LD) $$(GUEST_LDFLAGS) -T boot/user.ld -o $$@ $$(filter %.o,$$^)
endef

# The build id is the hash of the image's contents. boot/link links twice: the table of symbols for back traces is made from the first image and lies behind the code in the second.
define guest_archive
$(call guest_list,$(1).cpio,$(3) $(4))
$(B)/guest/$(1).cpio: $(2) boot/archive $(B)/guest/$(1).cpio.list $(foreach p,$(3),$(B)/guest/$(lastword $(subst =, ,$p)).elf) \
    $(foreach f,$(4),$(lastword $(subst :, ,$f)))
	$$(call say,CPIO,$$@)
	$$(Q)COPY='$$(GUEST_COPY)' boot/archive $$@ $(2) $(foreach p,$(3),$(firstword $(subst =, ,$p))=$(B)/guest/$(lastword $(subst =, ,$p)).elf) $(4)
guests $(B)/guest/$(1).elf: | $(B)/guest/$(1).cpio
endef

define guest_image
guests: $(B)/guest/$(1).elf $(B)/guest/$(1).rows
$(call guest_list,$(1),$(2) $(KERNEL_ROOMS_SRC))
$(B)/guest/$(1).elf: $(2) $(call kernel_objects,$(KERNEL_ROOMS_SRC)) boot/kernel.ld boot/link boot/symbols $(B)/guest/$(1).list
	$$(call say,LINK,$$@)
	$$(Q)$$(GUEST_LINK) 0 $$@ $$(filter %.o,$$^)
$(B)/guest/$(1).rows: $(B)/guest/$(1).elf $(if $(3),$(B)/guest/$(3).elf)
	$$(Q)for f in $$^; do $$(GUEST_COPY) -O binary -j .rows $$$$f $$@.new && tr '\0' '\n' < $$@.new | sed '/^$$$$/d'; done > $$@.text
	$$(Q)rm -f $$@.new && mv $$@.text $$@
endef

define guest_system
$(call guest_image,$(1),$(2),$(3))
GUEST_SYSTEMS += $(1)
$(B)/layout-%/guest/$(1).elf: $(B)/guest/$(1).elf
	$$(call say,LINK,$$@)
	$$(Q)$$(GUEST_LINK) $$* $$@ $$$$(< $$<.objects)
$(B)/exospin.iso: $(B)/guest/$(1).elf $(B)/guest/$(1).cpio
endef

GUEST_LINK = CC='$(GUEST_CC)' LD='$(GUEST_LD) $(GUEST_LDFLAGS) $(IMAGE_LDFLAGS) --build-id=sha1 --gc-sections' NM='$(GUEST_NM)' OBJDUMP='$(CROSS)objdump' boot/link

guests: linux

# One ISO with a menu of the systems, for BIOS and UEFI. (A run by --via grub-* makes its own, with the command line of that boot.)
iso: $(B)/exospin.iso ## one ISO with a menu of the systems, for BIOS and UEFI
$(B)/exospin.iso: boot/iso.sh boot/grub.cfg
	$(call say,ISO,$@)
	$(Q)boot/iso.sh $@ $(foreach s,$(GUEST_SYSTEMS),$s $(B)/guest/$s.elf $(B)/guest/$s.cpio '')
.PHONY: iso
