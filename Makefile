# SPDX-License-Identifier: MIT
# exospin: every entry point. A module's own rules stand in its build.mk; `make help` prints the targets below.
#
# Guest code is compiled with $(CROSS)gcc three ways: kernel, user (ring 3 of our systems) and, with LINUX_CC, the Linux
# baseline's init. Host code is compiled with CC, plainly and (for tests) under sanitizers. The object trees never mix:
#   build/guest/{kernel,user,linux}/PATH.o   build/host/PATH.o   build/asan/PATH.o   build/fuzz/PATH.o

CROSS      ?= x86_64-linux-gnu-
GUEST_CC   := $(CROSS)gcc
GUEST_LD   := $(CROSS)ld
GUEST_AR   := $(CROSS)ar
GUEST_NM   := $(CROSS)nm
GUEST_COPY := $(CROSS)objcopy
# The init of the Linux baseline is an ordinary static program: it wants a Linux compiler with a C library.
LINUX_CC   ?= x86_64-linux-gnu-gcc
CLANG      ?= clang
B          ?= build

.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules
SHELL     := /bin/bash
Q         := $(if $(V),,@)
say        = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(2)')

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla
# The same tree gives the same bytes wherever it lies, spaces and quotes in its path included: the shell knows where that is.
SAME := -ffile-prefix-map="$$PWD"=. -gno-record-gcc-switches

# No padding NOPs in front of loops and jump targets: where they are executed, icount counts them, and they come and go with addresses.
UNPADDED := -fno-align-loops -fno-align-jumps -fno-align-labels

GUEST_FLAGS := -std=gnu11 -O2 -g $(SAME) $(WARN) -ffreestanding -nostdinc \
    -isystem $(shell $(GUEST_CC) -print-file-name=include 2>/dev/null) -Ikernels \
    -fno-pic -fno-pie -fno-stack-protector -fno-strict-aliasing -ffunction-sections -fno-asynchronous-unwind-tables \
    -fcf-protection=none $(UNPADDED) -MMD -MP
# -mno-red-zone: an interrupt may write below rsp. -mgeneral-regs-only: no vector register to save on a trap.
# The frame pointer makes a panic's back trace possible; leaf functions, which call nothing, go without.
KERNEL_FLAGS := $(GUEST_FLAGS) -mno-red-zone -mgeneral-regs-only -mcmodel=kernel \
    -fno-omit-frame-pointer -momit-leaf-frame-pointer
USER_FLAGS   := $(GUEST_FLAGS) -mgeneral-regs-only -fno-omit-frame-pointer -momit-leaf-frame-pointer
LINUX_FLAGS  := -std=gnu11 -O2 -g $(SAME) $(WARN) -D_GNU_SOURCE -Ikernels -fno-pie -fcf-protection=none $(UNPADDED) -MMD -MP
HOST_FLAGS   := -std=gnu11 -O2 -g $(SAME) $(WARN) -D_GNU_SOURCE -Iharness -Ikernels -MMD -MP
SANITIZE     := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DENGINE_ASSERTS
# What runs under sanitizers is compiled in half the time with less care: their reports want lines, no types. For gdb: make SPEED='-O0 -g' ...
# What is short and runs once is compiled in half of that again; tests that try millions of cases try them on what the kernels have.
SPEED        ?= -O0 -g1
$(B)/asan/kernels/%.o $(B)/asan/tests/soundness/%.o $(B)/soundness/%.o: SPEED := -O1 -g1
# clang takes three times as long as it must for what its sanitizers instrument. For a campaign of hours: make FUZZ_SPEED=-O2 ...
FUZZ_SPEED   ?= -O0

# An experiment's code knows its folder's name.
experiment_of = $(if $(filter experiments/%,$(1)),-DEXPERIMENT='"$(word 2,$(subst /, ,$(1)))"')

all: guests host ## build everything (the default)
.PHONY: all guests host

include $(wildcard boot/build.mk kernels/*/build.mk experiments/build.mk harness/build.mk tools/*/build.mk tests/build.mk)

$(B)/guest/kernel/%.o: %.c Makefile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(GUEST_CC) $(KERNEL_FLAGS) $(call experiment_of,$<) -c $< -o $@
$(B)/guest/kernel/%.o: %.S Makefile
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D) && $(GUEST_CC) $(KERNEL_FLAGS) $(AS_FLAGS) -D__ASSEMBLER__ -c $< -o $@
$(B)/guest/user/%.o: %.c Makefile
	$(call say,CC,$< (user))
	$(Q)mkdir -p $(@D) && $(GUEST_CC) $(USER_FLAGS) $(call experiment_of,$<) -c $< -o $@
$(B)/guest/user/%.o: %.S Makefile
	$(call say,AS,$< (user))
	$(Q)mkdir -p $(@D) && $(GUEST_CC) $(USER_FLAGS) -c $< -o $@
$(B)/guest/linux/%.o: %.c Makefile
	$(call say,CC,$< (linux))
	$(Q)mkdir -p $(@D) && $(LINUX_CC) $(LINUX_FLAGS) $(call experiment_of,$<) -c $< -o $@
$(B)/host/%.o: %.c Makefile
	$(call say,CC,$< (host))
	$(Q)mkdir -p $(@D) && $(CC) $(HOST_FLAGS) $(call experiment_of,$<) -c $< -o $@
$(B)/asan/%.o: %.c Makefile
	$(call say,CC,$< (sanitized))
	$(Q)mkdir -p $(@D) && $(CC) $(HOST_FLAGS) $(SPEED) $(SANITIZE) $(call experiment_of,$<) -c $< -o $@
# Fuzzers: clang's libFuzzer; the same warnings would differ between compilers, so they are left to the other builds.
$(B)/fuzz/%.o: %.c Makefile
	$(call say,CC,$< (fuzz))
	$(Q)mkdir -p $(@D) && $(CLANG) $(filter-out -W% -gno-record-gcc-switches,$(HOST_FLAGS)) $(FUZZ_SPEED) -gline-tables-only -w -fsanitize=fuzzer-no-link,address,undefined \
	    -fno-sanitize-recover=all -DENGINE_ASSERTS -c $< -o $@

reproduce: ## install what is missing, build, run every experiment on every guest and write the report
	$(Q)boot/install
	$(Q)$(MAKE) --no-print-directory all
	$(Q)./exospin run

test: ## install what is missing and run every test: host, QEMU and end to end
	$(Q)boot/install
	$(Q)$(MAKE) --no-print-directory tests

compile_commands.json: FORCE ## how each source is compiled, for editors and clang's tools
	$(Q)$(MAKE) --no-print-directory -Bn V=1 all unit-programs fuzz-programs bench-programs | tools/compile_commands > $@.new && mv $@.new $@

deps: ## install the packages of boot/packages (root or password-less sudo; otherwise print the command)
	$(Q)boot/install

clean: ## remove everything that was built (downloaded packages included)
	rm -rf $(B) exospin

help: ## this list
	@awk -F ':.*## ' '/^[a-z_.-]+:.*## /{printf "  make %-21s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

FORCE:
.PHONY: FORCE reproduce test deps clean help

-include $(shell find $(B) -type f -name '*.d' 2>/dev/null)
