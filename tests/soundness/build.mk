# SPDX-License-Identifier: MIT
# Soundness: the verifier against the interpreter on random programs, and the same with known mistakes planted. A campaign's log is
# continued while it is about the same sources.
SOUNDNESS_SRC := $(wildcard tests/soundness/*.c)
CAMPAIGN_SRC  := $(SOUNDNESS_SRC) $(ENGINE_SRC) tools/vcode/assert_failed.c
VERIFIER_SRC  := $(sort $(wildcard kernels/engine/verify/*.[ch] kernels/engine/base/*.[ch] $(patsubst %,kernels/engine/%.h,verify kind opcode program interpreter)) kernels/engine/run/interpreter.c)
SOUNDNESS_LOG := $(B)/soundness.log

# Invariants are checked of the engine as it is, and not while one of the mistakes is planted.
SOUNDNESS_FLAGS := -DENGINE_ASSERTS -DENGINE_MUTANTS

host: $(B)/host/soundness

$(B)/soundness/%.o: %.c
	$(call say,CC,$< (soundness))
	$(Q)mkdir -p $(@D) && $(CC) $(HOST_FLAGS) $(SPEED) $(SOUNDNESS_FLAGS) -c $< -o $@
$(B)/host/soundness: $(CAMPAIGN_SRC:%.c=$(B)/soundness/%.o) $(B)/host/lib.a
	$(call say,LD,$@)
	$(Q)$(CC) -o $@ $^

# The same for a campaign of millions: all of it compiled as one, for this machine.
$(B)/host/campaign: $(CAMPAIGN_SRC) $(wildcard tests/soundness/*.h kernels/engine/*.h kernels/engine/*/*.h) $(B)/host/lib.a
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(filter-out -MMD -MP,$(HOST_FLAGS)) $(SOUNDNESS_FLAGS) -O3 -flto=auto -march=native -o $@ $(filter %.c %.a,$^)

soundness: $(B)/host/campaign ## check N (10,000) accepted random programs by JOBS (1) processes; in pieces of 5,000 programs; goes on where it was stopped
	$(Q)hash=$$(cat $(VERIFIER_SRC) tests/soundness/*.[ch] | sha256sum | cut -c1-16); \
	    commit=$$(git log -1 --format=%h -- $(VERIFIER_SRC) tests/soundness 2>/dev/null); \
	    $< $(or $(N),10000) $(or $(JOBS),1) $(SOUNDNESS_LOG) "sources $$hash, commit $${commit:-unknown}"

DIFFERENTIAL_LOG := $(B)/differential.log
differential: $(B)/tests/engine_programs_test $(B)/tests/engine_differential_test ## all ways to run agree: N (100,000) inputs of the sample programs, N/10 random programs
	$(Q)set -o pipefail; { echo "commit $$(git log -1 --format=%h -- kernels/engine 2>/dev/null), $(or $(N),100000) inputs"; \
	    ENGINE_INPUTS=$(or $(N),100000) $(B)/tests/engine_programs_test 2>&1 || exit; \
	    ENGINE_PROGRAMS=$$(($(or $(N),100000) / 10)) $(B)/tests/engine_differential_test 2>&1; } | tee -a $(DIFFERENTIAL_LOG)

.PHONY: soundness differential

# The differential test compiles and runs such programs, too; another verifies them in units.
$(B)/tests/engine_differential_test $(B)/tests/engine_verify_units_test $(B)/tests/engine_emit_body_test: $(addprefix $(B)/asan/tests/soundness/,feature.o pieces_number.o pieces_place.o pieces_world.o pieces_wrong.o typed.o world.o world_calls.o)
$(B)/tests/engine_verify_fuzz: $(patsubst tests/soundness/%.c,$(B)/fuzz/tests/soundness/%.o,$(filter-out %/main.c %/campaign.c,$(wildcard tests/soundness/*.c)))
$(B)/tests/engine_guard_fuzz: $(B)/fuzz/tests/soundness/random.o
