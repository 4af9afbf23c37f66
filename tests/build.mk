# SPDX-License-Identifier: MIT
# Tests: every one prints a line `ok - what it claims` or `not ok - ...` (TAP; `# SKIP why` after an ok), and tests/run counts them.
#   tests/unit/MODULE/NAME_test.c    cmocka, on the host, under ASan and UBSan
#   tests/kernel/SYSTEM/*.c   CHECKs linked with the system into a test image; run by the harness
#   tests/end/MODULE/NAME_test.sh   end to end, through the harness
#   tests/fuzz/NAME_fuzz.c, tests/fuzz/*/NAME_fuzz.c    libFuzzer; its corpus is tests/fuzz/corpus/NAME/
#   tests/bench/NAME_bench.cc Google Benchmark programs; never a timed test
#   tests/mutate FILE...      which small changes of a source no test notices
# Each prints beside a failure how to run it alone; docs/working.md has the ways.

# Everything that is not tied to the machine, sanitized, in two archives: a test pulls out what it calls, of its own side first, for both
# have a clock_name. kernels/lib/string.c stays out: the host's C library has these functions under the sanitizers' eyes.
PURE_SRC := $(filter-out kernels/lib/string.c,$(LIB_SRC)) $(MEASURE_SRC) $(MACHINE_PURE_SRC) $(DRIVERS_PURE_SRC) $(PROTOCOL_SRC) $(ENGINE_SRC) $(SPIN_PURE_SRC) $(EXO_PURE_SRC) tools/vcode/assert_failed.c
HOST_SRC := $(filter-out harness/main.c,$(HARNESS_SRC)) harness/plugin/decode.c harness/plugin/touched.c
UNIT_LIBS  := -lcmocka $(HARNESS_LIBS)
# Of binutils, as ld is, and done in a quarter of its time: there are a hundred programs.
UNIT_LD    := -fuse-ld=gold
UNIT_SRC   := $(wildcard tests/unit/*/*_test.c tests/unit/*/*/*_test.c)
UNITS      := $(patsubst %.c,$(B)/tests/%,$(notdir $(UNIT_SRC)))
FUZZ_SRC   := $(wildcard tests/fuzz/*_fuzz.c tests/fuzz/*/*_fuzz.c)
FUZZERS    := $(patsubst %.c,$(B)/tests/%,$(notdir $(FUZZ_SRC)))
BENCHES    := $(patsubst tests/bench/%.cc,$(B)/tests/%,$(wildcard tests/bench/*_bench.cc))

# FLAVOUR: the archives for the program that is being linked, its own side's first.
sides = $(addprefix $(B)/$(1)/,$(if $(filter lib_% machine_% drivers_% protocol_% measure_% engine_% spin_% exo_%,$(@F)),pure.a harness.a,harness.a pure.a))

define archives # FLAVOUR
$(B)/$1/harness.a: $(HOST_SRC:%.c=$(B)/$1/%.o)
$(B)/$1/pure.a: $(PURE_SRC:%.c=$(B)/$1/%.o)
$(B)/$1/harness.a $(B)/$1/pure.a:
	$$(Q)rm -f $$@ && ar qcs $$@ $$^
endef
$(foreach f,asan fuzz host,$(eval $(call archives,$f)))

$(foreach t,$(UNIT_SRC),$(eval $(B)/tests/$(basename $(notdir $t)): $(t:%.c=$(B)/asan/%.o)))
$(filter $(B)/tests/%,$(UNITS)): $(B)/asan/tests/unit/only.o $(B)/asan/harness.a $(B)/asan/pure.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(SANITIZE) $(UNIT_LD) -o $@ $(filter %.o,$^) $(call sides,asan) $(UNIT_LIBS) -Wl,--wrap=_cmocka_run_group_tests,-t,-t > $@.linked
# Its cases are a program of exo's checks, too.
$(B)/tests/exo_cheetah_test: $(B)/asan/tests/unit/exo/cheetah/world.o $(B)/asan/tests/unit/exo/cheetah/cases.o $(B)/asan/tests/unit/exo/cheetah/cases_bounds.o
$(B)/asan/tests/unit/%.o: HOST_FLAGS += -Itests/unit
$(B)/asan/tests/unit/engine/%.o: HOST_FLAGS += -Itests/unit/engine

$(foreach t,$(FUZZ_SRC),$(eval $(B)/tests/$(basename $(notdir $t)): $(t:%.c=$(B)/fuzz/%.o)))
$(FUZZERS): $(B)/fuzz/harness.a $(B)/fuzz/pure.a
	$(call say,LD,$@)
	$(Q)mkdir -p $(@D) && $(CLANG) -fsanitize=fuzzer,address,undefined $(FUZZ_LDFLAGS) -o $@ $(filter %.o,$^) $(call sides,fuzz) $(HARNESS_LIBS)
# Commands are left when their words are parsed, and KVM is not tried.
$(B)/tests/cli_fuzz: FUZZ_LDFLAGS := -Wl,--wrap=argp_parse,--wrap=cli_parse,--wrap=accel_require_kvm

$(B)/tests/%_bench: tests/bench/%_bench.cc $(B)/host/harness.a $(B)/host/pure.a
	$(call say,CXX,$@)
	$(Q)mkdir -p $(@D) && $(CXX) -std=c++17 -O2 -g $(SAME) -Wall -Wextra -Werror -Iharness -Ikernels -o $@ $^ -lbenchmark -lpthread $(HARNESS_LIBS)

# What Linux's disks need comes with its kernel.
$(B)/tests/linux_plan_test: | $(B)/guest/linux/vmlinuz

# Every test program is a target of its own, which leaves a log: with -j so many run side by side, and what one prints stays together. A
# failure keeps none from running, and its log is precious: .DELETE_ON_ERROR would take it from the summary. Those that take longest begin
# first, so that no processor waits at the end for the last of them.
TEST_STAGES := unit kernel end lint analyze
TAP         ?= $(B)/tests/tap
LONGEST     := routes_test exo_disk_test curl_test spin_curl_test exo_cheetah_test exo_net_test spin_stream_test exo_ash_test damaged_test linux_disk_test boot_matrix_test disk_test spin_files_test run_kernel endless_test lint compare_test linux_test linux_packet_test peers_test boot_net_test shards_test analyze folders_test outcomes_test soak_test \
    engine_proof_test engine_rows_test engine_soundness_test new_test command_line_test engine_domain_test runners_test engine_native_test exo_servers_test exo_sockets_test

define test # STAGE, NAME, COMMAND
TAPS_$1 += $(TAP)/$1/$2.tap
.PRECIOUS: $(TAP)/$1/$2.tap
$(TAP)/$1/$2.tap: FORCE
	$$(Q)env -u MAKEFLAGS -u MFLAGS tests/run --log $$@ $3
endef
$(foreach t,$(UNITS),$(eval $(call test,unit,$(notdir $t),$t)))
$(foreach t,$(wildcard tests/end/*/*_test.sh),$(eval $(call test,end,$(basename $(notdir $t)),$t)))
$(foreach t,$(FUZZERS),$(eval $(call test,fuzz,$(notdir $t),tests/fuzz/run $t)))
$(eval $(call test,kernel,run_kernel,tests/kernel/run))
$(eval $(call test,lint,lint,tests/lint))
$(eval $(call test,lint,arrows,tests/arrows))
$(eval $(call test,analyze,analyze,tests/analyze --third))

# What the tests of a stage need.
NEEDS_unit    = $(UNITS)
NEEDS_kernel  = all
NEEDS_end     = all undefended $(B)/guest/test/soak-60.elf $(BENCHES) $(B)/tests/exospin $(B)/host/pure.a $(XN_UDFS)
NEEDS_lint    = guests compile_commands.json
NEEDS_analyze = compile_commands.json
NEEDS_fuzz    = $(FUZZERS)

# All is built before any test begins: two makes side by side would write the same files. What no longer compiles would leave its last good
# program to be run, so that all is built is a test, too.
define run_stages # STAGES
$(Q)rm -rf $(addprefix $(TAP)/,build $(1)) && mkdir -p $(TAP)/build
+$(Q)status=0; built=ok; $(make_here) $(sort $(foreach s,$(1),$(NEEDS_$s))) || built='not ok'; \
    echo "$$built - all that these tests need is built" | tee $(TAP)/build/build.tap; \
    $(make_here) --output-sync=target run-stages STAGES='$(1)' || status=1; \
    tests/run --summary $(TAP) build $(1) || status=1; exit $$status
endef
# All processors, if nobody said how many.
make_here = $(MAKE) --no-print-directory --keep-going $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

# The same for what changed since BASE: AFFECTED are its unit programs, SOURCES what clang-tidy looks at.
comma := ,
$(eval $(call test,check,kernel,tests/kernel/run spin$(comma)exo$(comma)floor))
$(eval $(call test,check,lint,tests/lint --tidy $$(SOURCES)))
$(eval $(call test,check,arrows,tests/arrows))
$(foreach t,$(AFFECTED),$(eval $(call test,check,$(notdir $t),$t)))
NEEDS_check = host guests compile_commands.json $(AFFECTED)
check: ## what a change needs before a commit, in a minute: builds; unit tests and clang-tidy of what changed since BASE; form; our kernels' checks
	+$(Q)$(make_here) check-affected AFFECTED="$$(tests/affected units $(BASE) | xargs)" SOURCES="$$(tests/affected sources $(BASE) | xargs)"
check-affected:
	$(call run_stages,check)

# STAGES have all their tests by now.
taps = $(foreach s,$(STAGES),$(TAPS_$s))
run-stages: $(foreach l,$(LONGEST),$(filter %/$l.tap,$(taps))) $(taps)

tests: ## every test, without installing anything
	$(call run_stages,$(TEST_STAGES))

unit-programs: $(UNITS)
fuzz-programs: $(FUZZERS)
bench-programs: $(BENCHES)

unit: ## unit tests on the host, under ASan and UBSan
	$(call run_stages,unit)

kernel-tests: ## the kernels' own checks, in QEMU
	$(call run_stages,kernel)

end: ## end-to-end tests through the harness
	$(call run_stages,end)

golden: $(B)/tests/exospin ## rewrite what tests/golden/ expects of the report; look at the diff
	$(Q)tests/end/report/report_test.sh --update

lint: ## clang-format, clang-tidy, shellcheck, the arrows between the modules
	$(call run_stages,lint)

analyze: compile_commands.json ## clang's analyzer to its full depth, tests included (a quarter of an hour); `make tests` has its short form
	$(Q)tests/analyze --deep

fuzz: ## every fuzzer from its corpus, sharing FUZZ_SECONDS (30) of one processor, by FUZZ_SEED (the revision's)
	$(call run_stages,fuzz)

bench: $(BENCHES) ## the tool's own benchmarks (never a test)
	$(Q)for b in $(BENCHES); do $$b || exit; done

.PHONY: tests run-stages check check-affected unit unit-programs fuzz-programs bench-programs kernel-tests end golden lint analyze fuzz bench

include $(wildcard tests/*/build.mk)
