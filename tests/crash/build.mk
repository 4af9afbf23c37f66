# SPDX-License-Identifier: MIT
# The crash campaign (docs/crash.md): programs that work on a disk whose writes are logged, in boots of the real kernels with another archive,
# and in those without a rule each; and what judges the disks that a power cut may leave, on the host.
#   build/guest/crash/{exo,spin}.cpio    build/guest/crash/SYSTEM-without-RULE.elf    build/host/crashcheck
CRASH_WORK_SRC := $(wildcard tests/crash/*.c)
$(eval $(call guest_program,crash/exo-first,$(call user_objects,$(EXO_LIBOS_SRC) $(EXO_CFFS_SRC) $(CRASH_WORK_SRC) $(wildcard tests/crash/exo/*.c))))
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
