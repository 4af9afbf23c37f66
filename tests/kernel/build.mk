# SPDX-License-Identifier: MIT
# The kernels' own checks: each system once more, with its checks in the place of experiments, in an image that measures nothing:
#   build/guest/test/SYSTEM.{elf,rows,cpio}  build/guest/test/linux/{init,initramfs.cpio}
# Their archives have the programs that misbehave, too.

# Frames that are freed become junk (freed.h); a check can keep the timer for itself (sampled_timer.h).
TEST_WRAPS := --wrap=frame_free --wrap=frame_unpin --wrap=timer_arm_ns --wrap=timer_stop
$(B)/guest/test/%.elf: IMAGE_LDFLAGS := $(TEST_WRAPS)
# exo's books are compared while environments run (exo/books_call.h).
$(B)/guest/test/exo%.elf $(B)/guest/test/exo.elf: IMAGE_LDFLAGS := $(TEST_WRAPS) \
    $(addprefix --wrap=,sys_env_self net_came fault_report copy_from_user heap_alloc heap_alloc_dirty frame_alloc frame_alloc_zeroed \
    exo_frame_set_acl exo_frame_pin sys_slot_set $(addprefix sys_,disk_request disk_wait disk_reset disk_latency disk_handler \
    xn_change xn_block xn_transfer xn_volume pxn_make pxn_change pxn_remove pxn_read pxn_request))

WRAPPERS := tests/kernel/freed.c tests/kernel/sampled_timer.c

# floor: checks of the machine in kernel mode.
$(eval $(call guest_program,test/floor-user,$(call user_objects,$(FLOOR_AGENT_SRC))))
$(eval $(call guest_image,test/floor,$(call kernel_objects,$(FLOOR_KERNEL_SRC) $(WRAPPERS) \
    tests/kernel/exact.c $(wildcard tests/kernel/floor/*.c tests/kernel/machine/*.c tests/kernel/machine/*/*.c tests/kernel/machine/*.S)),test/floor-user))
$(eval $(call guest_archive,test/floor,kernels/floor/boot,user=test/floor-user))

# exo: exo/*.c, alloc, pages, rights and time there in the first environment, exo/kernel inside the kernel; exo/program is the environment they create.
$(eval $(call guest_program,test/exo-first,$(call user_objects,$(EXO_LIBOS_SRC) $(EXO_CFFS_SRC) $(EXO_ALFS_SRC) kernels/exo/libos/extents/extents_ask.c kernels/exo/dpf/dpf_interpret.c kernels/exo/apps/first.c $(wildcard tests/kernel/exo/*.c $(patsubst %,tests/kernel/exo/%/*.c,alloc ash beside disk net pages rights time xn)) \
    tests/kernel/hostile.c tests/kernel/registers.S kernels/exo/kernel/memory/cap.c)))
# A packet filter in C.
$(B)/guest/user/tests/kernel/exo/net/c_filters.o: USER_FLAGS += -Wa,-I$(B)
$(B)/guest/user/tests/kernel/exo/net/c_filters.o: $(B)/guest/classify/port.bpf.o
ATTACKER_OBJECTS := $(call user_objects,$(EXO_PROGRAM_SRC) $(EXO_METHOD_SRC) $(wildcard tests/kernel/exo/program/*.c) \
    tests/kernel/random_calls.c tests/kernel/registers.S)
$(eval $(call guest_program,test/attacker-exo,$(ATTACKER_OBJECTS)))
PIPES_OBJECTS := $(call user_objects,$(EXO_PIPES_SRC))
$(eval $(call guest_program,test/pipes,$(PIPES_OBJECTS)))
$(eval $(call guest_program,test/execed,$(call user_objects,$(EXO_EXOS_SRC) $(wildcard tests/kernel/exo/execed/*.c))))
EXOS_TEST_OBJECTS := $(call user_objects,$(sort $(EXO_EXOS_SRC) $(EXO_METHOD_SRC)) kernels/exo/libos/time/timer.c kernels/exo/libos/time/timer_entry.S $(wildcard tests/kernel/exo/exos/*.c))
$(eval $(call guest_program,test/exos,$(EXOS_TEST_OBJECTS)))
$(eval $(call guest_program,test/hostile,$(call user_objects,$(EXO_PROGRAM_SRC) $(wildcard tests/kernel/exo/hostile/*.c) \
    tests/kernel/random_calls.c tests/kernel/registers.S)))
FILES_TEST_OBJECTS := $(call user_objects,$(EXO_EXOS_SRC) $(wildcard tests/kernel/exo/files/*.c))
$(eval $(call guest_program,test/files,$(FILES_TEST_OBJECTS)))
$(eval $(call guest_program,test/blocks,$(call user_objects,$(EXO_PROGRAM_SRC) $(EXO_CFFS_SRC) $(patsubst %,kernels/exo/libos/disk/%.c,store xn_store xn_bring xn_edit xn_write xn_core xn_window) kernels/exo/libos/pxn_lost.c $(wildcard tests/kernel/exo/blocks/*.c))))
CHEETAH_TEST_OBJECTS := $(call user_objects,$(sort $(filter-out %/port.c,$(EXO_WEB_SRC)) $(EXO_CACHE_SRC) $(wildcard tests/kernel/exo/cheetah/*.c) $(patsubst %,tests/unit/exo/cheetah/%.c,world cases cases_bounds)))
$(eval $(call guest_program,test/cheetah,$(CHEETAH_TEST_OBJECTS)))
SOCKETS_TEST_OBJECTS := $(call user_objects,$(EXO_SOCKETS_SRC) kernels/exo/libos/time/timer.c kernels/exo/libos/time/timer_entry.S $(wildcard tests/kernel/exo/sockets/*.c))
$(eval $(call guest_program,test/sockets,$(SOCKETS_TEST_OBJECTS)))
VOLUME_TEST_OBJECTS := $(call user_objects,$(EXO_TOOLS_SRC) $(wildcard tests/kernel/exo/volume/*.c))
$(eval $(call guest_program,test/volume,$(VOLUME_TEST_OBJECTS)))
$(eval $(call guest_program,test/exo-linux,$(call user_objects,$(EXO_PROGRAM_SRC) $(EXO_LINUX_SRC) kernels/exo/apps/linux.c)))
# Where words of a user's are read by loads of the kernel's own, they are others afterwards, too (exo/kernel/words_once.h).
WORDS_ONCE := $(B)/guest/once/kernels/exo/kernel/page_one.o
$(WORDS_ONCE): KERNEL_FLAGS += -fomit-frame-pointer -fno-caller-saves
$(WORDS_ONCE): kernels/exo/kernel/page_one.c Makefile
	$(call say,CC,$< (words once))
	$(Q)mkdir -p $(@D) && $(GUEST_CC) $(KERNEL_FLAGS) -include tests/kernel/exo/kernel/words_once.h -c $< -o $@
-include $(WORDS_ONCE:.o=.d)
$(eval $(call guest_image,test/exo,$(filter-out %/page_one.o,$(call kernel_objects,$(EXO_KERNEL_SRC) $(WRAPPERS) \
    $(wildcard tests/kernel/exo/kernel/*.c) tests/kernel/frames.c)) $(WORDS_ONCE),test/exo-first))
$(eval $(call guest_archive,test/exo,kernels/exo/boot,first=test/exo-first pipes=test/pipes stride=exo-stride periodic=exo-periodic attacker=test/attacker-exo \
    exos=test/exos execed=test/execed files=test/files blocks=test/blocks syncer=exo-syncer extents=exo-extents volume=test/volume cheetah=test/cheetah sockets=test/sockets linux=test/exo-linux foreign=test/foreign hostile=test/hostile \
    overlap-info=test/overlap-info overlap-stack=test/overlap-stack))

# spin: spin/*.c in the kernel, spin/user in the process `agent`; spin/program is the process that misbehaves.
$(eval $(call guest_program,test/spin-agent,$(call user_objects,$(SPIN_AGENT_SRC) $(wildcard tests/kernel/spin/user/*.c) \
    tests/kernel/hostile.c tests/kernel/registers.S)))
$(eval $(call guest_program,test/attacker-spin,$(call user_objects,$(SPIN_PROGRAM_SRC) $(SPIN_CTHREADS_SRC) $(wildcard tests/kernel/spin/program/*.c) \
    tests/kernel/hostile.c tests/kernel/random_calls.c tests/kernel/registers.S)))
$(eval $(call guest_image,test/spin,$(call kernel_objects,$(SPIN_KERNEL_SRC) $(WRAPPERS) \
    $(wildcard tests/kernel/spin/*.c tests/kernel/spin/dispatch/*.c tests/kernel/spin/thread/*.c tests/kernel/spin/memory/*.c tests/kernel/spin/process/*.c tests/kernel/spin/files/*.c tests/kernel/spin/net/*.c tests/kernel/spin/stream/*.c) $(addprefix tests/kernel/,frames.c exact.c tree.c) kernels/protocol/arp.c),test/spin-agent))
$(eval $(call guest_archive,test/spin,kernels/spin/boot,agent=test/spin-agent attacker=test/attacker-spin overlap-stack=test/overlap-stack,\
    $(call extension_files,kernels/spin/extensions) $(call extension_files,tests/kernel/spin/extensions)))

# A program for Linux, and for nothing of ours: it lies where exo's personality takes it (LINUX_FIRST).
$(B)/guest/test/foreign.elf: $(B)/guest/user/tests/kernel/exo/foreign/foreign.o
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(GUEST_LD) $(GUEST_LDFLAGS) -Ttext-segment=0x10000000 -o $@ $<

# Programs that no kernel may load: they lie at the information page (EXO_INFO), and in the stack, which is at the same place in spin.
$(B)/guest/test/overlap-info.elf: OVERLAP := 0x7ffe00000000
$(B)/guest/test/overlap-stack.elf: OVERLAP := 0x7ffffffe0000
$(B)/guest/test/overlap-info.elf $(B)/guest/test/overlap-stack.elf: $(B)/guest/user/tests/kernel/overlap.o
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(GUEST_LD) $(GUEST_LDFLAGS) -Ttext=$(OVERLAP) -o $@ $<

# What checks embed: the functions that exo's environment hands in, the extensions that spin's kernel loads, the types of what these are
# linked to; native code, signed with the key of the build.
$(B)/guest/user/tests/kernel/exo/function.o: USER_FLAGS += -Wa,-I$(B)
$(B)/guest/user/tests/kernel/exo/function.o: $(B)/tests/engine/function.gcc-O2.o $(B)/tests/engine/function.clang-O2.o $(B)/tests/engine/caller.gcc-O2.o \
    $(B)/tests/engine/deep.clang-O2.o $(patsubst %.bpf.c,$(B)/%.clang-O2.o,$(wildcard tests/kernel/exo/attack/*.bpf.c)) \
    $(foreach f,$(patsubst %.bpf.c,$(B)/%,$(wildcard tests/kernel/exo/function/*.bpf.c)),$(f).clang-O2.o $(f).gcc-O2.o)

ASH_TESTS := $(foreach f,$(patsubst %.bpf.c,$(B)/%,$(wildcard tests/kernel/exo/ash/handler/*.bpf.c)),$(f).clang-O2.o $(f).gcc-O2.o)
$(B)/guest/user/tests/kernel/exo/ash/%.o: USER_FLAGS += -Wa,-I$(B)
$(B)/guest/user/tests/kernel/exo/ash/ash.o $(B)/guest/user/tests/kernel/exo/ash/ash_burst.o $(B)/guest/user/tests/kernel/exo/program/ash_attack.o: $(ASH_TESTS)
$(B)/guest/user/tests/kernel/exo/program/ash_attack.o: USER_FLAGS += -Wa,-I$(B)

$(B)/guest/user/tests/kernel/exo/alloc/ways.o: USER_FLAGS += -Wa,-I$(B)
$(B)/guest/user/tests/kernel/exo/alloc/ways.o: $(B)/tests/engine/function.gcc-O2.o $(B)/tests/kernel/exo/ash/handler/small.clang-O2.o

$(B)/guest/user/tests/kernel/exo/predicate.o: USER_FLAGS += -Wa,-I$(B)
$(B)/guest/user/tests/kernel/exo/predicate.o: $(addprefix $(B)/tests/kernel/exo/predicate/wakes.,clang-O2.o gcc-O2.o)

$(B)/guest/kernel/tests/kernel/spin/engine.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/tests/kernel/spin/engine.o: $(B)/exports/tests/engine/services.btf $(B)/tests/engine/library.gcc-O2.o \
    $(B)/tests/engine/caller.clang-O2.o $(B)/tests/engine/ends.clang-O2.o $(B)/tests/engine/callbacks.clang-O2.o $(B)/tests/engine/refuses.gcc-O2.o \
    $(B)/tests/engine/held.gcc-O2.o
$(B)/guest/kernel/tests/kernel/spin/wide.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/tests/kernel/spin/wide.o: $(B)/exports/tests/engine/transfer_kind.btf $(B)/tests/engine/transfer.clang-O2.o $(B)/tests/engine/transfer.gcc-O2.o
$(B)/guest/kernel/tests/kernel/spin/dispatch/handles_kinds.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/tests/kernel/spin/dispatch/handles_kinds.o: $(B)/tests/kernel/spin/extension/handles.clang-O2.o $(B)/tests/kernel/spin/extension/handles.gcc-O2.o
$(B)/guest/kernel/tests/kernel/spin/dispatch/handles_services.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/tests/kernel/spin/dispatch/handles_services.o: $(B)/exports/tests/kernel/spin/dispatch/handles_services.btf
$(B)/guest/kernel/tests/kernel/spin/view.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/tests/kernel/spin/view.o: $(B)/tests/kernel/spin/extension/view.clang-O2.o $(B)/tests/kernel/spin/extension/view.gcc-O2.o
$(B)/guest/kernel/tests/kernel/spin/cells.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/tests/kernel/spin/cells.o: $(B)/tests/kernel/spin/extension/cells.clang-O2.o $(B)/tests/kernel/spin/extension/cells.gcc-O2.o
SPIN_EXTENSIONS := $(patsubst %.bpf.c,$(B)/%,$(wildcard tests/kernel/spin/extension/*.bpf.c)) $(B)/tests/engine/deep
$(B)/guest/kernel/tests/kernel/spin/extension.o $(B)/guest/kernel/tests/kernel/spin/domain.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/tests/kernel/spin/extension.o $(B)/guest/kernel/tests/kernel/spin/domain.o: $(foreach e,$(SPIN_EXTENSIONS),$(e).clang-O2.o $(e).gcc-O2.o)

$(B)/tests/kernel/spin/native/%.o: tests/kernel/spin/native/%.c Makefile tools/exports/order.c | $(B)/host/tools/exports/btf-order
	$(call say,CC,$< (native))
	$(Q)mkdir -p $(@D) && $(call native_object,$<,$@)
$(B)/tests/kernel/spin/native/%.signed: $(B)/tests/kernel/spin/native/%.o $(B)/host/vsign
	$(Q)$(call signed_object,$<,extension,$@)
$(B)/guest/kernel/tests/kernel/spin/native.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/tests/kernel/spin/native.o: $(B)/tests/kernel/spin/native/digest.signed
$(eval $(call signed_extensions,tests/kernel/spin/extensions))
$(B)/tests/kernel/spin/extensions/other_signed/other.signed: SIGNED_AS := sample
$(B)/guest/test/spin.elf: $(SPIN_SIGNED)

# Which rules there are, by number and name, for tests that try each: $(B)/rules/WHO.
RULES_exo      := kernels/exo/defence.h
RULES_spin     := kernels/spin/core/dispatch/binding/defence.h
RULES_ext2     := kernels/spin/extensions/ext2/ext2.h
RULES_protocol := kernels/protocol/rules.h
define rules # WHO
$(B)/rules/$1: $(RULES_$1) tests/rules
	$$(Q)mkdir -p $$(@D) && CC='$$(CC)' tests/rules $(RULES_$1) $$@
-include $(B)/rules/$1.d
undefended crash-mutants: $(B)/rules/$1
endef
$(foreach w,exo spin ext2 protocol,$(eval $(call rules,$w)))

# spin's checks in images without a defence each (kernels/spin/core/dispatch/binding/defence.h), where an attack must succeed: DEFENCE=SOURCE, the
# one whose object is another then.
UNDEFENDED := QUOTA=core/dispatch/binding/account CELLS=runtime/cells BOUNDED=services/loader/kinds FUEL=core/dispatch/binding/ephemeral \
    EPHEMERAL=core/dispatch/binding/ephemeral NET=core/dispatch_kernel LANDING=core/dispatch_kernel DRAIN=services/loader/loader \
    TIME=services/strand_time COST=core/dispatch/binding/ephemeral STACK=services/verified_raise POLICY=services/security/security
$(B)/guest/without/spin-FILE_EPOCH/services/files/blocks.o: KERNEL_FLAGS += -Wa,-I$(B)
UNDEFENDED += $(foreach d,TAKEN SNOOP PROTOCOL BOUND CLAIM KEY SHARE,PACKET_$d=services/net/claims) PACKET_SPOOF=services/net/send $(foreach d,SOURCE ASKED,PACKET_$d=services/net/down) $(foreach d,LOOPED PADDED,PACKET_$d=services/nic/nic_object) WAY_CHANGED=services/net/down \
    $(foreach d,CHANGED SHOWN FROM LENGTH PLAIN HOPS ONE,PASS_$d=services/net/passage) PASS_STATION=services/net/plexus $(foreach d,GROUP IP,PACKET_$d=services/net/plexus) $(foreach d,OWN ENDS,PASS_$d=services/net/send) \
    $(foreach d,TARGET WHOLE,TURN_$d=services/net/turn) \
    PACKET_WRITTEN=services/net/net_calls $(foreach d,KEPT ENDS,PACKET_$d=services/datagrams/datagram_calls)
$(B)/guest/without/spin-PACKET_WRITTEN/services/net/net_calls.o: KERNEL_FLAGS += -Wa,-I$(B)
UNDEFENDED += $(foreach d,GUARD DEAD ENTERED,FILE_$d=services/files/volume) $(foreach d,BOUNDS AHEAD WRITES HOLE END SHRUNK ONCE,FILE_$d=services/files/file_data) \
    FILE_EPOCH=services/files/blocks FILE_VICTIM=services/vm/cache_object FILE_INTEGER=services/files/file_table FILE_DOTS=services/files/file_walk FILE_FILLS=services/files/file_direct \
    FILE_MOUNTS=services/files/file_calls $(foreach d,CLAIMED USED ALONE,FILE_$d=services/files/mount) \
    $(foreach d,SEEN ROOT,FILE_$d=services/files/file_directory) FILE_INSIDE=services/files/file_paths FILE_READER=services/files/file_reads
$(B)/guest/without/spin-STREAM_OWN/services/stream/stream_calls.o $(B)/guest/without/spin-FILE_READER/services/files/file_reads.o: KERNEL_FLAGS += -Wa,-I$(B)
UNDEFENDED += $(foreach d,BELIEVED STATION UNREAD LEFT,STREAM_$d=services/stream/flow) STREAM_SNOOP=services/stream/owners STREAM_ALARM=services/stream/arrivals $(foreach d,FLOOD COOKIE,STREAM_$d=services/stream/beginnings) STREAM_OWN=services/stream/stream_calls STREAM_SENT=services/stream/segments STREAM_SECRET=services/stream/ports STREAM_READ=services/stream/table \
    $(foreach d,CHANGED FROM DAMAGED,SHORT_$d=services/stream/short_way)
UNDEFENDED += $(foreach d,OWN SHARE ENDS,CONNECTION_$d=services/connections/connection_table) $(foreach d,MEMORY DOORS,CONNECTION_$d=services/connections/connection_calls)
UNDEFENDED += $(foreach d,PIECE CLAIM BUSY WAIT,VIDEO_$d=services/video/video_calls) VIDEO_FILM=services/video/film $(foreach d,PIXEL RUN,VIDEO_$d=services/video/screen)
$(foreach d,PIECE CLAIM BUSY WAIT,$(B)/guest/without/spin-VIDEO_$d/services/video/video_calls.o): KERNEL_FLAGS += -Wa,-I$(B)
# The same of exo (kernels/exo/defence.h).
EXO_UNDEFENDED := EXCESS=kernel/time/slice REFLECT_SWITCH=kernel/env/env REFLECT_TRANSFER=kernel/entry/transfer_entry \
    REFLECT_ENTRY=kernel/entry/reflect_entry FS_END=kernel/env/env TRANSFER_NUMBER=kernel/entry/transfer_entry \
    FRAME_KERNEL=kernel/memory/exo_frame PIN_HELD=kernel/memory/exo_frame \
    $(foreach d,READY TAKES ENTRY LATE ID WORDS REPLY ONCE,TRANSFER_$d=kernel/entry/transfer_entry) \
    $(foreach d,FRAME WRITE PIN FULL ACL,RING_$d=kernel/env/ring) $(foreach d,SENDER FROM,RING_$d=kernel/ring_calls) \
    $(foreach d,CALLS ERROR TIME,BATCH_$d=kernel/syscall)
EXO_UNDEFENDED += EXCESS_POSITION=kernel/time/slice LAST_SLICE=kernel/time/slice \
    BUDGET=kernel/time/position KEEPS=kernel/time/position TERMS_RIGHT=kernel/time/slice SLOT_RIGHT=kernel/time/slice \
    TIMER_OWN=kernel/time/slice YIELD_LATE=kernel/env_calls YIELD_READY=kernel/entry/yield_entry YIELD_CLEARS=kernel/entry/yield_entry \
    UPCALL_ONCE=kernel/entry/upcall_gate UPCALL_ENTRY=kernel/entry/upcall_gate
EXO_UNDEFENDED += $(foreach d,PT_EXECUTE PT_TOP PT_BITS PT_OPENS PT_CLAIM PT_COPY PT_FREE PT_WRITE PT_RUN,$d=kernel/memory/pages) \
    $(foreach d,ONE_EXECUTE ONE_TOP ONE_BITS ONE_OPENS ONE_RIGHTS ONE_FLUSH,$d=kernel/page_one) \
    $(foreach d,TABLE_BUSY TABLE_FLUSH,$d=kernel/memory/space) TABLE_TOP=kernel/page_calls ENV_NAMED=kernel/env/env \
    $(foreach d,FRAME_CLEAR RESERVE,$d=kernel/memory/exo_frame) QUOTA=kernel/memory/account
EXO_UNDEFENDED += $(foreach d,FORGE_NAME FORGE_RIGHTS FORGE_GRANT SLOT_0 ACL_RIGHTS ACL_MODIFY ACL_OWNER ACL_WORDS,$d=kernel/memory/cap) \
    OFFER_TO=kernel/rights/cap_calls OFFER_KEY=kernel/rights/cap_calls LIMIT=kernel/memory/exo_frame PIN=kernel/rights/frame_calls \
    ACL_QUOTA=kernel/memory/acl REVOKE=kernel/rights/cap_revoke $(foreach d,COPY PAGES PREDICATE PIN RING NAME DEAD,REVOKED_$d=kernel/rights/cap_revoke) \
    $(foreach d,TIME DELAY OWED KEPT LEAST HOME,REVOKE_$d=kernel/rights/reclaim)
EXO_UNDEFENDED += VECTORS=kernel/env/env RESTART_CALLS=kernel/syscall CLONE_RIGHT=kernel/env_calls CLONE_ENDS=kernel/env/env CLONE_FLUSH=kernel/env/env
EXO_UNDEFENDED += $(foreach d,RANGE DEAD STILL,DISK_$d=kernel/disk/disk_io) \
    $(foreach d,OWNER LINEAGE EXTENT FROZEN ACL MAP,PXN_$d=kernel/disk/pxn) $(foreach d,ADD MODIFY,PXN_$d=kernel/disk/pxn_calls) PXN_TOLD=kernel/disk/pxn_loss PXN_SHARE=kernel/disk/pxn_loss \
    $(foreach d,RIGHT FRAMES,ASH_$d=kernel/disk/disk_handler) $(foreach d,RIGHT FRAME,DISK_ONE_$d=kernel/disk/disk_one) $(foreach d,RIGHT FRAME WORD RESET PIN QUOTA,DISK_$d=kernel/disk/disk_calls)
EXO_UNDEFENDED += $(foreach d,ACL TAKE WRITER PINNED,BLOCK_$d=kernel/memory/block_frame) XN_MOUNT=kernel/disk/xn_volume XN_PARTS_FIRST=xn/store/catalogue
EXO_UNDEFENDED += XN_LOCK=xn/store/target XN_ROOT_OWNER=xn/store/root $(foreach d,STALE SPECULATION EVICT_CLEAN EVICT_FLYING,XN_$d=xn/store/cache) XN_WRITTEN_AGAIN=xn/store/writeback
EXO_UNDEFENDED += $(foreach d,READ MODIFY MAPPED DIRTY,XN_REBIND_$d=xn/store/rebind) XN_NEED_OWN=kernel/disk/xn_kernel XN_IMPORT_VOLUME=kernel/disk/xn_volume
EXO_UNDEFENDED += $(foreach d,WRITE PIN ORDER,PACKET_$d=kernel/net/packet_ring) $(foreach d,ACL TAKEN DEAD,PACKET_$d=kernel/net/net_io) $(foreach d,READ WORD FORGED SENDS ENDED STILL FLIES MORE,PACKET_$d=kernel/net/packet_send) \
    FILTER_STEALS=kernel/net/filter FILTER_RING=kernel/net/net_io NET_TIME=kernel/net/net_io REVOKED_FILTER=kernel/net/filter \
    $(foreach d,FILTER_ROOT REVOKED_PACKETS,$d=kernel/net/net_calls) $(foreach d,TAP_RIGHT TAP_ENDED REVOKED_TAP,$d=kernel/net/net_tap) \
    $(foreach d,RIGHT NAMED,FILTER_$d=kernel/net/net_calls) $(foreach d,STEPS NEW SHARE,FILTER_$d=kernel/net/filter) NET_FEW=kernel/net/net_port NET_ONE=kernel/net/net_port TRANSFER_TELLS=kernel/entry/transfer_entry NIC_WHOLE=kernel/net/net_port REVOKED_ASH=kernel/ash/ash_run
EXO_UNDEFENDED += $(foreach d,WRITE PIN VARIABLES CLEAN DEAD ACL CHARGED,ASH_$d=kernel/ash/ash_run) $(foreach d,REGION BOUND ENDS DIVIDES,ASH_$d=kernel/ash/ash_kind) $(foreach d,OWN SENDER,ASH_$d=kernel/ash/ash_calls) \
    $(foreach d,FORGED SENDS,ASH_$d=kernel/ash/ash_send) $(foreach d,REGISTERS COST,PIPE_$d=kernel/ash/ash_pipe)
define undefended # DEFENCE, SOURCE, SYSTEM
$(B)/guest/without/$3-$1/$2.o: $(wildcard kernels/$3/$2.[cS]) Makefile
	$$(call say,CC,$$< (without $1))
	$$(Q)mkdir -p $$(@D) && $$(GUEST_CC) $$(KERNEL_FLAGS) -DWITHOUT=$1 -c $$< -o $$@
-include $(B)/guest/without/$3-$1/$2.d
$(B)/guest/test/$3-without-$1.elf: $(B)/guest/without/$3-$1/$2.o $(B)/guest/test/$3.elf
	$$(call say,LINK,$$@)
	$$(Q)$$(GUEST_LINK) 0 $$@ $$$$(sed 's|[^ ]*/kernels/$3/$2\.o|$$<|' $(B)/guest/test/$3.elf.objects)
undefended: $(B)/guest/test/$3-without-$1.elf
endef
$(foreach u,$(UNDEFENDED),$(eval $(call undefended,$(firstword $(subst =, ,$u)),$(lastword $(subst =, ,$u)),spin)))
$(foreach u,$(EXO_UNDEFENDED),$(eval $(call undefended,$(firstword $(subst =, ,$u)),$(lastword $(subst =, ,$u)),exo)))
# And of the library ExOS: the program `exos` or `files` of the archive is another.
EXOS_UNDEFENDED := LEAVING=libos/slice_hooks LEAVING_TIMER=libos/time/timer YIELDS=libos/yield BURY=libos/exos/process/process \
    WATCH_COPIES=libos/exos/memory/watch WATCH_FORK=libos/exos/process/fork \
    FORK_FS=libos/exos/process/registers FORK_MODES=libos/exos/process/registers LOCK_DEAD=libos/lock
FILES_UNDEFENDED := FILES_SWEEP=libos/exos/files/open_file FILES_LIMITS=libos/exos/ramfs/ramfs_node MAP_PRIVATE=libos/exos/files/mmap \
    MAP_KEEPS=libos/exos/files/mmap PAGER_BUSY=libos/pager/pager $(foreach d,FRAME OWNER,PAGER_$d=libos/pager/pager_disk)
define undefended_exos # DEFENCE, SOURCE, PROGRAM, its objects, its name in the archive if another, what else is there
$(B)/guest/without/$3-$1/$2.o: $(wildcard kernels/exo/$2.[cS]) Makefile
	$$(call say,CC,$$< (without $1))
	$$(Q)mkdir -p $$(@D) && $$(GUEST_CC) $$(USER_FLAGS) -DWITHOUT=$1 -c $$< -o $$@
-include $(B)/guest/without/$3-$1/$2.d
$(B)/guest/test/$3-without-$1.elf: $(B)/guest/without/$3-$1/$2.o $(B)/guest/test/$3.elf
	$$(call say,LD,$$@)
	$$(Q)$$(GUEST_LD) $$(GUEST_LDFLAGS) -T boot/user.ld -o $$@ $$< \
	    $$(filter-out $$(call user_objects,kernels/exo/$2.c),$4 $$(call user_objects,$$(USER_ROOMS_SRC)))
$(call guest_archive,test/exo-without-$1,kernels/exo/boot,first=test/exo-first $(or $5,$3)=test/$3-without-$1 execed=test/execed $6)
undefended: $(B)/guest/test/exo-without-$1.cpio
endef
$(foreach u,$(EXOS_UNDEFENDED),$(eval $(call undefended_exos,$(firstword $(subst =, ,$u)),$(lastword $(subst =, ,$u)),exos,$(EXOS_TEST_OBJECTS))))
$(foreach u,$(FILES_UNDEFENDED),$(eval $(call undefended_exos,$(firstword $(subst =, ,$u)),$(lastword $(subst =, ,$u)),files,$(FILES_TEST_OBJECTS))))
VOLUME_UNDEFENDED := VOLUME_ALONE=libos/volume/volumes VOLUME_MEND=libos/volume/volumes VOLUME_NODE=libos/volume/volume_tree VOLUME_SHOWN=libos/volume/volume_map VOLUME_TEXT=libos/volume/volume_text
$(foreach u,$(VOLUME_UNDEFENDED),$(eval $(call undefended_exos,$(firstword $(subst =, ,$u)),$(lastword $(subst =, ,$u)),volume,$(VOLUME_TEST_OBJECTS))))
CHEETAH_UNDEFENDED := $(foreach d,HALF_OPEN DISPLACE PATIENCE_ENDS,CHEETAH_$d=libos/cheetah/connection) $(foreach d,PAGES CHECKSUM,CHEETAH_$d=libos/cheetah/server) \
    CHEETAH_VERSION=libos/cheetah/output CHEETAH_STRETCH=libos/cheetah/stretch
$(foreach u,$(CHEETAH_UNDEFENDED),$(eval $(call undefended_exos,$(firstword $(subst =, ,$u)),$(lastword $(subst =, ,$u)),cheetah,$(CHEETAH_TEST_OBJECTS))))
SOCKETS_UNDEFENDED := $(foreach d,LEAVE SPOILT,SOCKET_$d=libos/sockets/network) NET_UNREAD=libos/net/net_tcp_own $(foreach d,TELLS SOURCE,NET_$d=libos/net/net)
$(foreach u,$(SOCKETS_UNDEFENDED),$(eval $(call undefended_exos,$(firstword $(subst =, ,$u)),$(lastword $(subst =, ,$u)),sockets,$(SOCKETS_TEST_OBJECTS))))
# And of protected methods.
$(eval $(call undefended_exos,METHOD_CLEAR,libos/ipc/transfer,attacker-exo,$(ATTACKER_OBJECTS),attacker))
$(eval $(call undefended_exos,PIPES_OWNER,libos/method/pipes,pipes,$(PIPES_OBJECTS),,exos=test/exos))
# And of spin's extensions, as clang makes them: the archive is another.
define undefended_extension # DEFENCE, FOLDER/FILE, what else is in the archive
$(B)/without/$1/$2.clang-O2.o: kernels/spin/extensions/$2.bpf.c Makefile
	$$(call say,CLANG,$$< (without $1))
	$$(Q)mkdir -p $$(@D) && $$(BPF_CLANG) -O2 -g $$(BPF_SAME) -Ikernels -ffreestanding -DWITHOUT=$1 -MMD -MP -Wall -Werror -c $$< -o $$@
-include $(B)/without/$1/$2.clang-O2.d
$(call guest_archive,test/spin-without-$1,kernels/spin/boot,agent=test/spin-agent,$(subst :$(B)/kernels/spin/extensions/$2.clang-O2.o,:$(B)/without/$1/$2.clang-O2.o,\
    $(filter $(dir $2)% $(addsuffix /%,loopback ether arp ip icmp udp echo $3),$(call extension_files,kernels/spin/extensions))))
undefended: $(B)/guest/test/spin-without-$1.cpio
endef
$(foreach d,TICKET FULL,$(eval $(call undefended_extension,VIDEO_$d,video_server/serve)))
$(foreach d,STRANGER ORDER,$(eval $(call undefended_extension,VIDEO_$d,video_client/watch)))
undefended: $(B)/guest/test/spin.cpio $(B)/guest/test/exo.cpio
.PHONY: undefended

# A campaign: the timer at every instruction of a change of bindings, and not at every 97th.
$(B)/guest/every-instruction.o: tests/kernel/spin/dispatch/dispatch_preempt.c Makefile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(GUEST_CC) $(KERNEL_FLAGS) $(call experiment_of,$<) -DDELAY_STEP=1 -c $< -o $@
-include $(B)/guest/every-instruction.d
$(B)/guest/test/every-instruction.elf: $(B)/guest/every-instruction.o $(B)/guest/test/spin.elf $(B)/guest/test/spin.cpio
	$(call say,LINK,$@)
	$(Q)$(GUEST_LINK) 0 $@ $$(sed 's|[^ ]*/spin/dispatch/dispatch_preempt\.o|$<|' $(B)/guest/test/spin.elf.objects)

# Campaigns whose length is a number in the image's name: loads-100000.elf, soak-3600.elf (docs/working.md); with a seed: whole_graph-1000,7.elf.
define campaign # NAME, what the number defines, its folder
$(B)/guest/$1-%.o: tests/kernel/spin/$3$1.c Makefile
	$$(call say,CC,$$< ($2=$$*))
	$$(Q)mkdir -p $$(@D) && $$(GUEST_CC) $$(KERNEL_FLAGS) -D$2=$$* -c $$< -o $$@
$(B)/guest/test/$1-%.elf: $(B)/guest/$1-%.o $(B)/guest/test/spin.elf $(B)/guest/test/spin.cpio
	$$(call say,LINK,$$@)
	$$(Q)$$(GUEST_LINK) 0 $$@ $$$$(sed 's|[^ ]*/spin/$3$1\.o|$$<|' $(B)/guest/test/spin.elf.objects)
endef
$(eval $(call campaign,loads,LOADS))
$(eval $(call campaign,soak,SOAK_SECONDS))
$(eval $(call campaign,whole_graph,GRAPH_FRAMES,stream/))

# The kernels without sessions of measurement, and without rows: nobody measures them, a test boots them.
$(eval $(call guest_program,test/unmeasured-exo-first,$(call user_objects,$(EXO_PROGRAM_SRC) tests/kernel/unmeasured/exo.c)))
$(eval $(call guest_image,test/unmeasured-exo,$(call kernel_objects,$(EXO_UNMEASURED_SRC) $(WRAPPERS))))
$(eval $(call guest_archive,test/unmeasured-exo,kernels/exo/boot,first=test/unmeasured-exo-first))
$(eval $(call guest_program,test/unmeasured-spin-agent,$(call user_objects,$(SPIN_PROGRAM_SRC) tests/kernel/unmeasured/spin.c)))
$(eval $(call guest_image,test/unmeasured-spin,$(call kernel_objects,$(SPIN_UNMEASURED_SRC) $(WRAPPERS))))
$(eval $(call guest_archive,test/unmeasured-spin,kernels/spin/boot,agent=test/unmeasured-spin-agent))

# linux: in init, beside the sample programs that one of them shows to Linux; with what loads modules, for the checks that have a disk.
$(eval $(call linux_init,test/linux,$(call linux_objects,$(LINUX_INIT_SRC) kernels/linux/devices.c tests/kernel/tree.c $(wildcard tests/kernel/linux/*.c)) $(LINUX_SAMPLES)))
$(eval $(call linux_rows,test/linux,test/linux))
linux-tests: linux $(addprefix $(B)/guest/test/,linux/init linux/initramfs.cpio linux.rows)
guests: linux-tests
.PHONY: linux-tests

# How many interrupts the check of preemption stands (tests/kernel/soak).
SOAK ?=
$(B)/guest/kernel/tests/kernel/machine/thread/preempt_soak.o: KERNEL_FLAGS += $(SOAK:%=-DSOAK_TICKS=%)
