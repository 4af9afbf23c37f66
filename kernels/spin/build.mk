# SPDX-License-Identifier: MIT
# spin: the kernel with its services, and the program of its user process `agent`. Experiments' spin.c run in
# the kernel, their spin-user.c in that process; ipc has a second one, which the first one calls.
SPIN_PROGRAM_SRC := $(PROGRAM_SRC) kernels/spin/user/program.c
SPIN_CTHREADS_SRC := $(wildcard kernels/spin/user/cthreads*.c)
SPIN_AGENT_SRC   := $(SPIN_PROGRAM_SRC) $(SPIN_CTHREADS_SRC) kernels/user/agent.c kernels/user/rows.c
# The dispatcher, domains, names, sets of ranges, regions, caches, manifests, external references and the collector know no machine: they run in tests on the
# host as well.
SPIN_PURE_SRC    := $(wildcard kernels/spin/core/dispatch/*.c kernels/spin/core/dispatch/*/*.c kernels/spin/core/domain/*.c kernels/spin/services/events/*.c kernels/spin/services/names/*.c) kernels/spin/core/space/range_set.c kernels/spin/services/vmspace/region.c kernels/spin/services/vm/cache_object.c kernels/spin/services/loader/manifest.c kernels/spin/services/security/policy.c \
                    $(addprefix kernels/spin/runtime/,external.c proxy.c collector.c object_page.c)
# The loader of signed native code, and the key that it trusts, are in images for measurement and for tests alone.
SPIN_SIGNED_SRC  := kernels/spin/services/loader/signed.c
SPIN_SIGNED      := $(call kernel_objects,$(SPIN_SIGNED_SRC)) $(B)/guest/kernel/signing_key.o
# What the graph of protocols knows of packets itself; all else of them is extensions'.
SPIN_PROTOCOL_SRC := kernels/protocol/checksum.c kernels/protocol/ip.c kernels/protocol/rpc.c kernels/protocol/secret.c kernels/protocol/tcp/tcp_header.c kernels/protocol/tcp/tcp_cookie.c
SPIN_KERNEL_SRC  := kernels/spin/main.c kernels/spin/measured.c $(filter-out $(SPIN_PURE_SRC) $(SPIN_SIGNED_SRC),$(wildcard kernels/spin/core/*.c kernels/spin/core/space/*.[cS] kernels/spin/runtime/*.c kernels/spin/services/*/*.c kernels/spin/services/*.c kernels/common/*.c)) $(SPIN_PURE_SRC) \
                    $(SPIN_PROTOCOL_SRC) $(ENGINE_KERNEL_SRC)
# The kernel without sessions of measurement: what stands in for them, and what they alone need left out.
SPIN_UNMEASURED_SRC := kernels/spin/unmeasured.c $(filter-out kernels/spin/measured.c $(MEASURED_SRC),$(SPIN_KERNEL_SRC))

$(eval $(call guest_program,spin-agent,$(call user_objects,$(SPIN_AGENT_SRC) $(wildcard experiments/*/spin-user.c))))
$(eval $(call guest_program,spin-ipc-server,$(call user_objects,$(SPIN_PROGRAM_SRC) experiments/ipc/spin-server.c)))
$(eval $(call guest_system,spin,$(call kernel_objects,$(SPIN_KERNEL_SRC) $(wildcard experiments/*/spin.c experiments/*/spin_*.c) kernels/protocol/impair.c),spin-agent))
$(B)/guest/spin.elf: $(SPIN_SIGNED)

# Extensions: each folder of kernels/spin/extensions is one. Its C files, compiled by both compilers, lie in the archive as
# NAME/FILE.clang.o and NAME/FILE.gcc.o.
extension_files = $(foreach f,$(wildcard $(1)/*_signed/*.c),$(if $(filter %.bpf.c,$f),,$(patsubst $(1)/%.c,%.signed,$f):$(f:%.c=$(B)/%.signed))) \
    $(foreach c,clang gcc,$(foreach f,$(wildcard $(1)/*/*.bpf.c),\
    $(patsubst $(1)/%.bpf.c,%.$c.o,$f):$(patsubst %.bpf.c,$(B)/$(if $(filter gcc,$c),archived/)%.$c-O2.o,$f)))
# Of what debuggers read the kernel has lines alone, by .debug_line. (objcopy would hide which compiler an object of clang's is by.)
UNREAD := $(foreach s,info abbrev loclists loc rnglists ranges aranges addr str_offsets frame,-R .debug_$s -R .rel.debug_$s)
$(B)/archived/%.gcc-O2.o: $(B)/%.gcc-O2.o
	$(call say,STRIP,$@)
	$(Q)mkdir -p $(@D) && $(BPF_COPY) $(UNREAD) $< $@
$(B)/kernels/spin/extensions/%.o: BPF_HEADERS := -Ikernels -ffreestanding
# Of unrolled loops the verifier would look at each turn of several.
$(B)/kernels/spin/extensions/wfs/%.gcc-O2.o: BPF_HEADERS += -fno-unroll-loops
$(eval $(call guest_archive,spin,kernels/spin/boot,agent=spin-agent ipc-server=spin-ipc-server,$(call extension_files,kernels/spin/extensions) policy/boot:kernels/spin/policy))

# What of one is signed, in a folder NAME_signed, is compiled as the kernel is; sources that are one name no declarations of functions.
SIGNED_AS = extension
define signed_extensions
$(B)/$(1)/%.native.o: $(1)/%.c $(wildcard kernels/spin/extensions/ext2/*.[ch] kernels/spin/extensions/tcp/*.[ch] kernels/protocol/*.[ch] kernels/protocol/tcp/*.[ch]) Makefile tools/exports/order.c | $(B)/host/tools/exports/btf-order
	$$(call say,CC,$$< (native))
	$$(Q)mkdir -p $$(@D) && $$(call native_object,-Wno-missing-prototypes -Wno-unused-function $$<,$$@)
$(B)/$(1)/%.signed: $(B)/$(1)/%.native.o $(B)/host/vsign $(B)/guest/signing_key.c
	$$(Q)$$(call signed_object,$$<,$$(SIGNED_AS),$$@)
endef
$(eval $(call signed_extensions,kernels/spin/extensions))

# The types of what extensions may be linked to.
SPIN_EXPORTS := public trusted devices vmspace/vmspace_pages files/blocks files/file_reads net/net_calls stream/stream_calls video/video_calls
$(SPIN_EXPORTS:%=$(B)/guest/kernel/kernels/spin/services/%.o): KERNEL_FLAGS += -Wa,-I$(B)
$(foreach e,$(SPIN_EXPORTS),$(eval $(B)/guest/kernel/kernels/spin/services/$e.o: $(B)/exports/kernels/spin/services/$e.btf))

# The guards of spin's own system calls and of packets, and their types.
define spin_guard
$(B)/guest/kernel/kernels/spin/services/$(1).o: KERNEL_FLAGS += -Wa,-I$(B)
$(B)/guest/kernel/kernels/spin/services/$(1).o: $(B)/exports/kernels/spin/services/$(1).btf $(B)/kernels/spin/services/$(1).clang-O2.o
endef
$(foreach g,calls/call_guard net/net_guard,$(eval $(call spin_guard,$g)))
