# SPDX-License-Identifier: MIT
# exo: the kernel, and the program of its first environment. Experiments' exo.c run inside the kernel, their
# exo-user.c in the first environment.
# What is not tied to the machine.
EXO_PURE_SRC    := kernels/exo/kernel/memory/cap.c kernels/exo/kernel/time/position.c kernels/exo/libos/console/monitor.c $(wildcard kernels/exo/libos/exos/ramfs/*.c kernels/exo/libos/exos/area/*.c) \
    $(patsubst %,kernels/exo/libos/disk/%.c,store raw_store raw_cache raw_change raw_write raw_order memory_disk) $(wildcard kernels/exo/libos/cache/*.c kernels/exo/libos/parts/*.c kernels/exo/libos/cffs/*.c kernels/exo/libos/cffs/check/*.c kernels/exo/libos/alfs/*.c kernels/exo/libos/notes/*.c) \
    kernels/exo/libos/exos/program/arguments.c kernels/exo/libos/exos/program/script.c
# Who owns a block of a disk: the kernel's, the host's tools' and the tests'.
EXO_XN_SRC      := $(wildcard kernels/exo/xn/*.c kernels/exo/xn/*/*.c)
EXO_DPF_SRC     := $(wildcard kernels/exo/dpf/*.c kernels/exo/dpf/program/*.c)
# The web server, which is for the host but for its way to an interface.
EXO_CHEETAH_SRC := $(wildcard kernels/exo/libos/cheetah/*.c)
EXO_PURE_SRC    += $(patsubst %,kernels/exo/kernel/ash/%.c,ash_kind ash_pipe) $(EXO_CHEETAH_SRC) $(EXO_XN_SRC) $(EXO_DPF_SRC) $(wildcard kernels/exo/libos/xcp/*.c) kernels/exo/libos/extents/extents_table.c
EXO_PROGRAM_SRC := $(PROGRAM_SRC) $(patsubst %,kernels/exo/libos/%,start.S yield.S slice_hooks.c uarea.c program.c frames.c image.c spawn.c revoke.c time/sleep.c ipc/transfer.S ipc/transfer_wait.c ipc/message_ring.c)
EXO_EXOS_SRC    := $(EXO_PROGRAM_SRC) kernels/exo/libos/lock.c $(wildcard kernels/exo/libos/upcall/*.[cS] kernels/exo/libos/exos/*/*.[cS] kernels/exo/libos/debug/*.[cS] kernels/exo/libos/pager/*.c)
EXO_SECOND_SRC  := $(wildcard kernels/exo/libos/events/*.[cS])
EXO_THIRD_SRC   := $(wildcard kernels/exo/libos/rt/*.c)
# A store over a disk.
EXO_DISK_SRC    := $(wildcard kernels/exo/libos/disk/*.c) kernels/exo/xn/format/format.c
# Which blocks stay in core.
EXO_CACHE_SRC   := $(wildcard kernels/exo/libos/cache/*.c)
EXO_CFFS_SRC    := $(wildcard kernels/exo/libos/parts/*.c kernels/exo/libos/cffs/*.c kernels/exo/libos/cffs/check/*.c kernels/exo/libos/cffs/udf/*.S)
EXO_ALFS_SRC    := $(wildcard kernels/exo/libos/alfs/*.c) kernels/exo/libos/parts/write_out.c kernels/exo/libos/alfs/udf/alfs_functions.S
# ExOS with files on disks.
EXO_VOLUME_SRC  := $(EXO_EXOS_SRC) $(patsubst %,kernels/exo/libos/disk/%.c,store exo_disk xn_core xn_store xn_bring xn_edit xn_write xn_window) $(EXO_CFFS_SRC) $(EXO_CACHE_SRC) $(wildcard kernels/exo/libos/volume/*.c kernels/exo/libos/xcp/*.c) kernels/exo/xn/format/format.c
# TCP/IP over an interface.
EXO_NET_SRC     := $(wildcard kernels/exo/libos/net/*.c kernels/protocol/*.c kernels/protocol/tcp/*.c)
# ExOS with sockets.
EXO_SOCKETS_SRC := $(EXO_EXOS_SRC) $(EXO_NET_SRC) $(wildcard kernels/exo/libos/sockets/*.c)
EXO_LINUX_SRC   := $(wildcard kernels/exo/libos/linux/*.[cS])
# Callers of protected methods, and a program of these.
EXO_METHOD_SRC  := $(wildcard kernels/exo/libos/upcall/*.[cS]) kernels/exo/libos/method/method.c kernels/exo/libos/method/protected_pipe.c
EXO_PIPES_SRC   := $(EXO_PROGRAM_SRC) $(EXO_METHOD_SRC) kernels/exo/libos/method/pipes.c
EXO_LIBOS_SRC   := $(PROGRAM_AGENT_SRC) kernels/exo/libos/ash/ash_answers.S $(EXO_DISK_SRC) $(wildcard kernels/exo/libos/*.[cS] $(patsubst %,kernels/exo/libos/%/*.[cS],time ipc console)) $(EXO_LINUX_SRC) $(EXO_METHOD_SRC)
EXO_KERNEL_SRC  := kernels/exo/main.c $(wildcard kernels/exo/kernel/*.c kernels/exo/kernel/*.S kernels/exo/kernel/*/*.c kernels/exo/kernel/*/*.S kernels/common/*.c) $(ENGINE_KERNEL_SRC) $(EXO_XN_SRC) $(EXO_DPF_SRC) kernels/protocol/checksum.c
# The kernel without sessions of measurement: what stands in for them, and what they alone need left out.
EXO_UNMEASURED_SRC := kernels/exo/unmeasured.c $(filter-out kernels/exo/kernel/session.c $(MEASURED_SRC),$(EXO_KERNEL_SRC))

$(eval $(call guest_program,exo-first,$(call user_objects,$(EXO_LIBOS_SRC) $(EXO_CACHE_SRC) $(EXO_CFFS_SRC) $(wildcard kernels/exo/libos/xcp/*.c) $(EXO_ALFS_SRC) kernels/exo/libos/extents/extents_ask.c $(EXO_NET_SRC) experiments/packet/exo-end.c kernels/exo/apps/first.c kernels/drivers/spindle.c $(wildcard experiments/*/exo-user.c experiments/*/exo-user-*.c))))
$(eval $(call guest_system,exo,$(call kernel_objects,$(EXO_KERNEL_SRC) $(wildcard experiments/*/exo.c) experiments/handler/native.c),exo-first))
$(eval $(call guest_program,exo-ipc-server,$(call user_objects,$(EXO_PROGRAM_SRC) experiments/ipc/exo-server.c)))
$(eval $(call guest_program,exo-schedule-server,$(call user_objects,$(EXO_PROGRAM_SRC) experiments/schedule/exo-server.c)))
$(eval $(call guest_program,exo-exos-server,$(call user_objects,$(sort $(EXO_EXOS_SRC) $(EXO_METHOD_SRC)) experiments/process/exo-server.c experiments/process/exo-exchange.c)))
# The second and the third library operating system, each with a program.
$(eval $(call guest_program,exo-stride,$(call user_objects,$(EXO_PROGRAM_SRC) $(EXO_SECOND_SRC) kernels/exo/apps/workers.c kernels/exo/apps/report.c)))
$(eval $(call guest_program,exo-periodic,$(call user_objects,$(EXO_PROGRAM_SRC) $(EXO_THIRD_SRC) kernels/exo/apps/task.c kernels/exo/apps/report.c)))
$(eval $(call guest_program,exo-exos,$(call user_objects,$(EXO_EXOS_SRC) kernels/exo/apps/exos.c kernels/exo/apps/report.c)))
$(eval $(call guest_program,exo-syncer,$(call user_objects,$(EXO_PROGRAM_SRC) kernels/exo/libos/disk/xn_sync.c kernels/exo/libos/disk/xn_core.c kernels/exo/libos/disk/xn_window.c kernels/exo/apps/syncer.c)))
# Whoever owns a disk and gives runs of its blocks away.
$(eval $(call guest_program,exo-extents,$(call user_objects,$(EXO_PROGRAM_SRC) $(wildcard kernels/exo/libos/extents/*.c) kernels/exo/libos/disk/exo_disk.c kernels/exo/apps/extents.c)))
# ExOS with disks and the tools for them.
EXO_TOOLS_SRC := $(sort $(EXO_VOLUME_SRC) $(wildcard kernels/exo/libos/tools/*.c) kernels/exo/libos/console/monitor.c)
$(eval $(call guest_program,exo-shell,$(call user_objects,$(EXO_TOOLS_SRC) kernels/exo/apps/shell.c)))
$(eval $(call guest_archive,exo-with-shell,kernels/exo/apps/shell.boot,shell=exo-shell))
# ExOS on a network: its servers and tools.
$(eval $(call guest_program,exo-net,$(call user_objects,$(EXO_SOCKETS_SRC) $(wildcard kernels/exo/libos/nettools/*.c) kernels/exo/apps/network_host.c)))
$(eval $(call guest_archive,exo-with-net,kernels/exo/apps/net.boot,net=exo-net,servers:kernels/exo/apps/net.servers))
# A bad network between two interfaces.
$(eval $(call guest_program,exo-between,$(call user_objects,$(EXO_PROGRAM_SRC) $(EXO_NET_SRC) kernels/exo/apps/between.c kernels/exo/apps/report.c)))
$(eval $(call guest_archive,exo-with-between,kernels/exo/apps/between.boot,between=exo-between))
# The library of docs/writing-a-libos.md: its program, and an archive with that as the first environment.
$(eval $(call guest_program,exo-example,$(call user_objects,$(wildcard kernels/exo/libos/example/*.[cS]))))
$(eval $(call guest_archive,exo-with-example,kernels/exo/libos/example/boot,example=exo-example))
# The same kernel with each of the three as its first environment: exospin boot exo --archive build/guest/NAME.cpio
$(eval $(call guest_archive,exo-with-exos,kernels/exo/apps/exos.boot,exos=exo-exos))
$(eval $(call guest_archive,exo-with-second,kernels/exo/apps/second.boot,stride=exo-stride))
$(eval $(call guest_archive,exo-with-third,kernels/exo/apps/third.boot,periodic=exo-periodic))
$(eval $(call guest_program,exo-exits,$(call user_objects,$(EXO_EXOS_SRC) experiments/process/exo-exits.c)))
$(eval $(call guest_program,exo-pipes,$(call user_objects,$(EXO_PIPES_SRC))))
$(eval $(call guest_program,exo-paging-server,$(call user_objects,$(EXO_EXOS_SRC) experiments/abstraction/exo-server.c)))
$(eval $(call guest_program,exo-jobs-server,$(call user_objects,$(EXO_EXOS_SRC) experiments/scale/exo-server.c)))
$(eval $(call guest_program,exo-volume-server,$(call user_objects,$(EXO_VOLUME_SRC) experiments/files/exo-server.c)))
# Cheetah, with files in memory.
EXO_WEB_SRC := $(EXO_PROGRAM_SRC) $(EXO_NET_SRC) $(EXO_CHEETAH_SRC) $(EXO_ALFS_SRC) $(patsubst %,kernels/exo/libos/disk/%.c,store raw_store raw_cache raw_change raw_write raw_order memory_disk)
$(eval $(call guest_program,exo-web-server,$(call user_objects,$(EXO_WEB_SRC) $(EXO_CACHE_SRC) experiments/web/exo-server.c)))
# And the same over ExOS' sockets.
$(eval $(call guest_program,exo-web-sockets,$(call user_objects,$(EXO_SOCKETS_SRC) kernels/exo/libos/nettools/web_talk.c experiments/web/exo-sockets.c)))
$(eval $(call guest_program,exo-web,$(call user_objects,$(EXO_WEB_SRC) kernels/exo/apps/web.c kernels/exo/apps/web_status.c kernels/exo/apps/report.c)))
$(eval $(call guest_archive,exo-with-web,kernels/exo/apps/web.boot,web=exo-web))
$(eval $(call guest_program,exo-job,$(call user_objects,$(EXO_EXOS_SRC) experiments/scale/exo-job.c)))
$(eval $(call guest_program,exo-handler-server,$(call user_objects,$(EXO_PROGRAM_SRC) $(EXO_NET_SRC) kernels/exo/libos/time/sleep.c kernels/exo/libos/ash/ash_answers.S experiments/handler/exo-server.c)))
$(eval $(call guest_program,exo-packet-server,$(call user_objects,$(EXO_PROGRAM_SRC) $(EXO_NET_SRC) kernels/exo/libos/ash/ash_answers.S experiments/packet/exo-server.c experiments/packet/exo-between.c experiments/packet/exo-end.c)))
$(eval $(call guest_archive,exo,kernels/exo/boot,first=exo-first jobs-server=exo-jobs-server job=exo-job pipes=exo-pipes ipc-server=exo-ipc-server schedule-server=exo-schedule-server stride=exo-stride periodic=exo-periodic exos-server=exo-exos-server paging-server=exo-paging-server exits=exo-exits syncer=exo-syncer extents=exo-extents volume-server=exo-volume-server packet-server=exo-packet-server handler-server=exo-handler-server web-server=exo-web-server web-sockets=exo-web-sockets))

# The functions of C-FFS's types, without what only debuggers want.
EXO_CFFS_UDF := $(patsubst kernels/exo/libos/cffs/udf/%,$(B)/guest/cffs/%,$(patsubst %.c,%.o,$(wildcard kernels/exo/libos/cffs/udf/*.bpf.c)))
$(EXO_CFFS_UDF): $(B)/guest/cffs/%.o: kernels/exo/libos/cffs/udf/%.c $(wildcard kernels/exo/libos/cffs/udf/*.h) kernels/exo/libos/cffs/cffs_format.h kernels/exo/xn/type/udf.h
	$(call say,CLANG,$< (bpf))
	$(Q)mkdir -p $(@D) && $(CLANG) -target bpf -mcpu=v3 -O2 -g $(BPF_SAME) -Ikernels -ffreestanding -Wall -Werror -c $< -o $@ && bpf-objcopy --strip-debug $@
$(B)/guest/user/kernels/exo/libos/cffs/udf/cffs_functions.o: $(EXO_CFFS_UDF)
$(B)/guest/user/kernels/exo/libos/cffs/udf/cffs_functions.o: USER_FLAGS += -Wa,-I$(B)

EXO_ALFS_UDF := $(patsubst kernels/exo/libos/alfs/udf/%.c,$(B)/guest/alfs/%.o,$(wildcard kernels/exo/libos/alfs/udf/*.bpf.c))
$(EXO_ALFS_UDF): $(B)/guest/alfs/%.o: kernels/exo/libos/alfs/udf/%.c kernels/exo/libos/alfs/alfs_format.h kernels/exo/xn/type/udf.h
	$(call say,CLANG,$< (bpf))
	$(Q)mkdir -p $(@D) && $(CLANG) -target bpf -mcpu=v3 -O2 -g $(BPF_SAME) -Ikernels -ffreestanding -Wall -Werror -c $< -o $@ && bpf-objcopy --strip-debug $@
$(B)/guest/user/kernels/exo/libos/alfs/udf/alfs_functions.o: $(EXO_ALFS_UDF)
$(B)/guest/user/kernels/exo/libos/alfs/udf/alfs_functions.o: USER_FLAGS += -Wa,-I$(B)

# Handlers at arrival, with kernels/protocol's source in them: by clang, which is told to compile it into the one function.
ASH_CLANG = $(CLANG) -target bpf -mcpu=v3 -O2 -g $(BPF_SAME) -nostdinc -isystem $(shell $(CLANG) -print-resource-dir 2>/dev/null)/include \
    -Ikernels -idirafter kernels/lib -ffreestanding -Wall -Werror
EXO_ASH := $(patsubst kernels/exo/libos/ash/%.bpf.c,$(B)/guest/ash/%.o,$(wildcard kernels/exo/libos/ash/*.bpf.c))
$(EXO_ASH): $(B)/guest/ash/%.o: kernels/exo/libos/ash/%.bpf.c $(wildcard kernels/exo/libos/ash/*.h kernels/protocol/*.[ch] kernels/protocol/tcp/*.[ch]) kernels/exo/ash.h
	$(call say,CLANG,$< (bpf))
	$(Q)mkdir -p $(@D) && $(ASH_CLANG) -c $< -o $@ && bpf-objcopy --strip-debug $@
$(B)/guest/user/kernels/exo/libos/ash/ash_answers.o: $(EXO_ASH)
$(B)/guest/user/kernels/exo/libos/ash/ash_answers.o: USER_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/experiments/handler/exo.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/experiments/handler/exo.o: $(B)/guest/ash/icmp_answer.o

# The types of what functions may be linked to.
$(B)/guest/kernel/kernels/exo/kernel/function_exports.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/kernels/exo/kernel/function_exports.o: $(B)/exports/kernels/exo/kernel/function_exports.btf
$(B)/guest/kernel/kernels/exo/kernel/ash/ash_exports.o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/kernels/exo/kernel/ash/ash_exports.o: $(B)/exports/kernels/exo/kernel/ash/ash_exports.btf
# A path that is short: a register more, and none that is saved around each call.
$(B)/guest/kernel/kernels/exo/kernel/page_one.o $(B)/guest/kernel/kernels/exo/kernel/disk/%.o $(B)/guest/kernel/kernels/exo/kernel/ash/%.o: KERNEL_FLAGS += -fomit-frame-pointer -fno-caller-saves
$(B)/guest/user/kernels/protocol/%.o $(B)/guest/user/kernels/exo/libos/net/%.o: USER_FLAGS += -fomit-frame-pointer
