# SPDX-License-Identifier: MIT
# The crash campaign (docs/crash.md): programs that work on a disk whose writes are logged, in boots of the real kernels with another archive,
# and in those without a rule each; and what judges the disks that a power cut may leave, on the host.
#   build/guest/crash/{exo,spin}.cpio    build/guest/crash/SYSTEM-without-RULE.elf    build/host/crashcheck
CRASH_WORK_SRC := $(wildcard tests/crash/*.c)
$(eval $(call guest_program,crash/exo-first,$(call user_objects,$(sort $(EXO_LIBOS_SRC) $(EXO_CFFS_SRC) kernels/exo/libos/xcp/xcp.c) $(CRASH_WORK_SRC) $(wildcard tests/crash/exo/*.c))))
$(eval $(call guest_archive,crash/exo,kernels/exo/boot,first=crash/exo-first))
$(eval $(call guest_program,crash/spin-agent,$(call user_objects,$(filter-out kernels/user/rows.c,$(SPIN_AGENT_SRC)) $(CRASH_WORK_SRC) $(wildcard tests/crash/spin/*.c))))
$(eval $(call guest_archive,crash/spin,kernels/spin/boot,agent=crash/spin-agent,$(call extension_files,kernels/spin/extensions)))
guests: $(B)/guest/crash/exo.cpio $(B)/guest/crash/spin.cpio

# What judges: the file systems' own sources, once more.
CRASHCHECK_SRC := $(wildcard tests/crash/check/*.c) tests/ext2/disk.c tests/wfs/check.c
host: $(B)/host/crashcheck
$(B)/host/crashcheck: $(CRASHCHECK_SRC:%.c=$(B)/host/%.o) $(B)/host/tools/xn/host_volume.o $(B)/host/tools/xn/host_store.o $(B)/host/tools/vcode/host_hooks.o $(B)/host/harness.a $(B)/host/pure.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^ -lcrypto
# Two libraries have a function of this name.
$(B)/host/tests/ext2/disk.o $(B)/host/tests/crash/check/recover_ext2.o: HOST_FLAGS += -Dfile_remove=ext2_file_remove
$(foreach f,host asan fuzz,$(B)/$f/tests/crash/check/%.o): HOST_FLAGS += -Itools/xn

# Mutants: the real kernel without one of XN's rules, the library without one of C-FFS's, and what recovers without any that
# CRASHCHECK_WITHOUT names.
$(B)/host/chosen/%.o: %.c Makefile
	$(call say,CC,$< (rules at will))
	$(Q)mkdir -p $(@D) && $(CC) $(HOST_FLAGS) -include tests/unit/exo/xn/xn_without.h -DWITHOUT=CHOSEN -c $< -o $@
$(B)/host/crashcheck-mutant: $(CRASHCHECK_SRC:%.c=$(B)/host/%.o) $(EXO_XN_SRC:%.c=$(B)/host/chosen/%.o) $(B)/host/tools/xn/host_volume.o $(B)/host/tools/xn/host_store.o $(B)/host/tools/vcode/host_hooks.o $(B)/host/harness.a $(B)/host/pure.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^ -lcrypto
CRASH_RULES := $(foreach r,WILL_FREE FREE_AT_END FLUSHED TAINT TAINT_TRANSITIVE TAINT_COUNT MOVE_EDGE WAITS UNCLEAN_FIRST CLEAN_LAST HELD,XN_$r)
define crash_rule # RULE
$(B)/guest/crash/without-$1/%.o: %.c Makefile
	$$(call say,CC,$$< (without $1))
	$$(Q)mkdir -p $$(@D) && $$(GUEST_CC) $$(KERNEL_FLAGS) -DWITHOUT=$1 -c $$< -o $$@
$(B)/guest/crash/exo-without-$1.elf: $(patsubst %.c,$(B)/guest/crash/without-$1/%.o,$(shell grep -l 'DEFENDED($1)' $(EXO_XN_SRC))) $(B)/guest/exo.elf
	$$(call say,LINK,$$@)
	$$(Q)objects=$$$$(< $(B)/guest/exo.elf.objects); for o in $$(filter %.o,$$^); do objects=$$$$(sed "s|[^ ]*/guest/kernel/$$$${o#$(B)/guest/crash/without-$1/}|$$$$o|" <<< "$$$$objects"); done; $$(GUEST_LINK) 0 $$@ $$$$objects
crash-mutants: $(B)/guest/crash/exo-without-$1.elf
endef
$(foreach r,$(CRASH_RULES),$(eval $(call crash_rule,$r)))
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
undefended: $(foreach r,TAINT WAITS UNCLEAN_FIRST,$(B)/guest/crash/exo-without-XN_$r.elf)

crash: all crash-mutants ## the crash campaign whole (docs/crash.md): all workloads, 200 cuts, each rule's mutant; some 45 minutes on two processors
	$(Q)status=0; tests/crash/run || status=1; tests/crash/cuts || status=1; tests/crash/mutants || status=1; exit $$status
.PHONY: crash crash-mutants
