# SPDX-License-Identifier: MIT
# Tests: every one prints a line `ok - what it claims` or `not ok - ...` (TAP; `# SKIP why` after an ok), and tests/run counts them.
#   tests/unit/ROOM/NAME_test.c    cmocka, on the host, under ASan and UBSan
#   tests/kernel/SYSTEM/*.c   CHECKs linked with the system into a test image; run by the harness
#   tests/end/ROOM/NAME_test.sh   end to end, through the harness
#   tests/fuzz/NAME_fuzz.c    libFuzzer; its corpus is tests/fuzz/corpus/NAME/
#   tests/bench/NAME_bench.cc Google Benchmark programs; never a timed test
#   tests/mutate FILE...      which small changes of a source no test notices

# Everything that is not tied to the machine, sanitized, in two archives: a test pulls out what it calls, of its own side first, for both
# have a clock_name. kernels/lib/string.c stays out: the host's C library has these functions under the sanitizers' eyes.
PURE_SRC := $(filter-out kernels/lib/string.c,$(LIB_SRC)) $(MEASURE_SRC) $(MACHINE_PURE_SRC) $(ENGINE_SRC) tools/vcode/assert_failed.c
HOST_SRC := $(filter-out harness/main.c,$(HARNESS_SRC))
UNIT_LIBS  := -lcmocka $(HARNESS_LIBS)
UNIT_SRC   := $(wildcard tests/unit/*/*_test.c tests/unit/*/*/*_test.c)
UNITS      := $(patsubst %.c,$(B)/tests/%,$(notdir $(UNIT_SRC)))
FUZZERS    := $(patsubst tests/fuzz/%.c,$(B)/tests/%,$(wildcard tests/fuzz/*_fuzz.c))
BENCHES    := $(patsubst tests/bench/%.cc,$(B)/tests/%,$(wildcard tests/bench/*_bench.cc))
FUZZ_SECONDS ?= 240

# FLAVOUR: the archives for the program that is being linked, its own side's first.
sides = $(addprefix $(B)/$(1)/,$(if $(filter lib_% machine_% measure_% engine_%,$(@F)),pure.a harness.a,harness.a pure.a))

define archives # FLAVOUR
$(B)/$1/harness.a: $(HOST_SRC:%.c=$(B)/$1/%.o)
$(B)/$1/pure.a: $(PURE_SRC:%.c=$(B)/$1/%.o)
$(B)/$1/harness.a $(B)/$1/pure.a:
	$$(Q)rm -f $$@ && ar qcs $$@ $$^
endef
$(foreach f,asan fuzz host,$(eval $(call archives,$f)))

$(foreach t,$(UNIT_SRC),$(eval $(B)/tests/$(basename $(notdir $t)): $(t:%.c=$(B)/asan/%.o)))
$(UNITS): $(B)/asan/harness.a $(B)/asan/pure.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(SANITIZE) -o $@ $(filter %.o,$^) $(call sides,asan) $(UNIT_LIBS)
$(B)/asan/tests/unit/engine/%.o: HOST_FLAGS += -Itests/unit/engine

$(B)/tests/%_fuzz: $(B)/fuzz/tests/fuzz/%_fuzz.o $(B)/fuzz/harness.a $(B)/fuzz/pure.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CLANG) -fsanitize=fuzzer,address,undefined $(FUZZ_LDFLAGS) -o $@ $(filter %.o,$^) $(call sides,fuzz) $(HARNESS_LIBS)
# Commands are left when their words are parsed, and KVM is not tried.
$(B)/tests/cli_fuzz: FUZZ_LDFLAGS := -Wl,--wrap=argp_parse,--wrap=cli_parse,--wrap=accel_require_kvm

$(B)/tests/%_bench: tests/bench/%_bench.cc $(B)/host/harness.a $(B)/host/pure.a
	$(call say,CXX,$@)
	$(Q)mkdir -p $(@D) && $(CXX) -std=c++17 -O2 -g $(SAME) -Wall -Wextra -Werror -Iharness -Ikernels -o $@ $^ -lbenchmark -lpthread $(HARNESS_LIBS)

# A failure in one kind of test does not keep the others from running, and with -j each kind's lines stay together. What is not built is a
# failure of its own (tests/run), and so is a kind that left no log.
TEST_STAGES := unit kernel end lint
TAP         ?= $(B)/tests
# All is built before any stage begins: two makes side by side would write the same files.
tests: ## every test, without installing anything
	$(Q)rm -f $(TAP)/*.tap
	$(Q)status=0; $(MAKE) --no-print-directory --keep-going all unit-programs $(BENCHES) $(B)/tests/exospin || status=1; \
	    $(MAKE) --no-print-directory --keep-going --output-sync=target unit kernel-tests end lint || status=1; \
	    tests/run --summary $(TAP) $(TEST_STAGES) || status=1; exit $$status

unit-programs: $(UNITS)

# What no longer compiles would leave its last good program to be run.
built = built=0; $(MAKE) --no-print-directory --keep-going $(1) || built=1
told  = [ $$built -eq 0 ] || { echo 'not ok - $(1) were built' | tee -a $(2); status=1; }; exit $$status

unit: ## unit tests on the host, under ASan and UBSan
	$(Q)$(call built,$(UNITS)); status=0; tests/run --log $(TAP)/unit.tap $(UNITS) || status=1; \
	    $(call told,all unit tests,$(TAP)/unit.tap)

kernel-tests: all ## the kernels' own checks, in QEMU
	$(Q)tests/run --log $(TAP)/kernel.tap tests/kernel/run

end: all $(BENCHES) $(B)/tests/exospin ## end-to-end tests through the harness
	$(Q)tests/run --log $(TAP)/end.tap $(wildcard tests/end/*/*_test.sh)

golden: $(B)/tests/exospin ## rewrite what tests/golden/ expects of the report; look at the diff
	$(Q)tests/end/report/report_test.sh --update

lint: guests ## clang-format, clang-tidy, shellcheck, the arrows between the rooms
	$(Q)tests/run --log $(TAP)/lint.tap tests/lint tests/arrows

analyze: guests ## lint, with clang's analyzer to its full depth (a quarter of an hour)
	$(Q)tests/lint --deep

fuzz: ## every fuzzer, sharing FUZZ_SECONDS (240) evenly
	$(Q)$(call built,$(FUZZERS)); status=0; FUZZ_SECONDS=$(FUZZ_SECONDS) tests/run --log $(TAP)/fuzz.tap tests/fuzz/run || status=1; \
	    $(call told,all fuzzers,$(TAP)/fuzz.tap)

bench: $(BENCHES) ## the tool's own benchmarks (never a test)
	$(Q)for b in $(BENCHES); do $$b || exit; done

.PHONY: tests unit unit-programs kernel-tests end golden lint analyze fuzz bench

include $(wildcard tests/*/build.mk)
