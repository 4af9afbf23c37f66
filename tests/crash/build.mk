# SPDX-License-Identifier: MIT
# The crash campaign (docs/crash.md): programs that work on a disk whose writes are logged, in boots of the real kernels with another archive,
# and in those without a rule each; and what judges the disks that a power cut may leave, on the host.
#   build/guest/crash/{exo,spin}.cpio    build/guest/crash/exo-chosen.{elf,cpio} (rules at will)    build/host/crashcheck
CRASH_WORK_SRC := $(wildcard tests/crash/*.c)
# crash_exo ARCHIVE,LIBRARY,SOURCES: a program for exo of that library's sources and these, and the same with the library's rules at will.
define crash_exo
$(eval $(call guest_program,crash/$1-first,$(call user_objects,$(sort $(EXO_LIBOS_SRC) $2 $3) $(CRASH_WORK_SRC))))
$(eval $(call guest_archive,crash/$1,kernels/exo/boot,first=crash/$1-first))
$(eval $(call guest_program,crash/$1-chosen-first,$(patsubst %.c,$(B)/guest/crash/chosen/user/%.o,$(filter %.c,$2)) $(call user_objects,$(sort $(filter-out $2,$(EXO_LIBOS_SRC)) $(filter-out %.c,$2) $3) $(CRASH_WORK_SRC) tests/crash/chosen/chosen.c tests/crash/chosen/chosen_program.c)))
$(eval $(call guest_archive,crash/$1-chosen,kernels/exo/boot,first=crash/$1-chosen-first))
guests: $(B)/guest/crash/$1.cpio
crash-mutants: $(B)/guest/crash/$1-chosen.cpio
endef
$(eval $(call crash_exo,exo,$(EXO_CFFS_SRC),kernels/exo/libos/xcp/xcp.c $(wildcard tests/crash/exo/*.c)))
$(eval $(call crash_exo,alfs,$(EXO_ALFS_SRC),tests/crash/exo/crash_volume.c $(wildcard tests/crash/alfs/*.c)))
$(eval $(call guest_program,crash/spin-agent,$(call user_objects,$(filter-out kernels/user/rows.c,$(SPIN_AGENT_SRC)) $(CRASH_WORK_SRC) $(wildcard tests/crash/spin/*.c))))
$(eval $(call guest_archive,crash/spin,kernels/spin/boot,agent=crash/spin-agent,$(call extension_files,kernels/spin/extensions)))
guests: $(B)/guest/crash/spin.cpio

# What judges: the file systems' own sources, once more.
CRASHCHECK_SRC := $(wildcard tests/crash/check/*.c) tests/ext2/disk.c tests/wfs/check.c
host: $(B)/host/crashcheck
$(B)/host/crashcheck: $(CRASHCHECK_SRC:%.c=$(B)/host/%.o) $(B)/host/tools/xn/host_volume.o $(B)/host/tools/xn/host_store.o $(B)/host/tools/vcode/host_hooks.o $(B)/host/harness.a $(B)/host/pure.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^ -lcrypto
# Two libraries have a function of this name.
$(B)/host/tests/ext2/disk.o $(B)/host/tests/crash/check/recover_ext2.o: HOST_FLAGS += -Dfile_remove=ext2_file_remove
$(foreach f,host asan fuzz,$(B)/$f/tests/crash/check/%.o): HOST_FLAGS += -Itools/xn

# Mutants: what recovers without the rule that CRASHCHECK_WITHOUT names.
$(B)/host/chosen/%.o: %.c Makefile
	$(call say,CC,$< (rules at will))
	$(Q)mkdir -p $(@D) && $(CC) $(HOST_FLAGS) -include tests/unit/exo/xn/xn_without.h -DWITHOUT=CHOSEN -c $< -o $@
$(B)/host/crashcheck-mutant: $(CRASHCHECK_SRC:%.c=$(B)/host/%.o) $(patsubst %.c,$(B)/host/chosen/%.o,$(filter %.c,$(EXO_XN_SRC) $(EXO_CFFS_SRC))) $(B)/host/tools/xn/host_volume.o $(B)/host/tools/xn/host_store.o $(B)/host/tools/vcode/host_hooks.o $(B)/host/harness.a $(B)/host/pure.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^ -lcrypto
# The kernel with XN's rules at will, and libraries with theirs (above): a machine is told which one it has not (tests/crash/chosen).
$(B)/guest/crash/chosen/%.o: %.c tests/crash/chosen/chosen.h Makefile
	$(call say,CC,$< (rules at will))
	$(Q)mkdir -p $(@D) && $(GUEST_CC) $(KERNEL_FLAGS) -include tests/crash/chosen/chosen.h -DWITHOUT=CHOSEN -c $< -o $@
$(B)/guest/crash/chosen/user/%.o: %.c tests/crash/chosen/chosen.h Makefile
	$(call say,CC,$< (rules at will))
	$(Q)mkdir -p $(@D) && $(GUEST_CC) $(USER_FLAGS) -include tests/crash/chosen/chosen.h -DWITHOUT=CHOSEN -c $< -o $@
CRASH_XN := $(EXO_XN_SRC:%.c=$(B)/guest/crash/chosen/%.o)
$(B)/guest/crash/exo-chosen.elf: $(B)/guest/exo.elf $(CRASH_XN) $(call kernel_objects,tests/crash/chosen/chosen.c tests/crash/chosen/chosen_kernel.c)
	$(call say,LINK,$@)
	$(Q)$(GUEST_LINK) 0 $@ $(filter-out $(EXO_XN_SRC:%.c=$(B)/guest/kernel/%.o),$(shell cat $(B)/guest/exo.elf.objects)) $(filter %.o,$^)
crash-mutants: $(B)/guest/crash/exo-chosen.elf
# With all others, so that tools find its command.
guests: $(call kernel_objects,tests/crash/chosen/chosen_kernel.c)
# The same of ext2's, in an archive of another extension.
EXT2_RULES := POINTER_FIRST FREED_WAITS NAME_FIRST INODE_FIRST NEW_NAME_FIRST
ext2_files = $(foreach f,volume lookup files names,$(B)/guest/crash/without-$1/$f.o)
define ext2_rule # RULE
$(B)/guest/crash/without-$1/%.o: kernels/spin/extensions/ext2/%.bpf.c $(wildcard kernels/spin/extensions/ext2/*.[ch]) Makefile
	$$(call say,CC,$$< (without $1))
	$$(Q)mkdir -p $$(@D) && $$(CLANG) -target bpf -mcpu=v3 -O2 -g $$(BPF_SAME) -Ikernels -ffreestanding -Wall -Werror -DWITHOUT=$1 -c $$< -o $$@
$(B)/guest/crash/spin-without-$1.cpio: $(call ext2_files,$1) $(B)/guest/crash/spin.cpio
	$$(Q)COPY='$$(GUEST_COPY)' boot/archive $$@ kernels/spin/boot agent=$(B)/guest/crash/spin-agent.elf \
	    $$(filter-out ext2/%,$$(call extension_files,kernels/spin/extensions)) $(foreach f,volume lookup files names,$(foreach c,clang gcc,ext2/$f.$c.o:$(B)/guest/crash/without-$1/$f.o))
crash-mutants: $(B)/guest/crash/spin-without-$1.cpio
endef
$(foreach r,$(EXT2_RULES),$(eval $(call ext2_rule,$r)))
crash-mutants: $(B)/host/crashcheck-mutant
# What the share in `make test` boots.
undefended: crash-mutants

crash: all crash-mutants ## the crash campaign whole (docs/crash.md): all workloads, 200 cuts, each rule's mutant; goes on where it was stopped
	$(Q)tests/crash/campaign
.PHONY: crash crash-mutants
