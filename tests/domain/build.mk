# SPDX-License-Identifier: MIT
# The verifier's numbers: the engine's own sources compiled for numbers so short that all sets of them can be tried. clang has integers
# of any width. number.h is found in the first folder that has one.
DOMAIN_SUBJECT := $(addprefix kernels/engine/verify/,scalar.c scalar_alu.c scalar_assume.c)
DOMAIN_SRC     := $(wildcard tests/domain/*.c) tests/soundness/random.c kernels/engine/base/opcode.c kernels/engine/base/rule.c
DOMAIN_FLAGS    = -Itests/domain/short $(filter-out -MMD -MP -gno-record-gcc-switches,$(HOST_FLAGS)) -O3 -march=native -Wno-bit-int-extension \
    -Wno-bitwise-instead-of-logical
DOMAIN_NEEDS   := $(DOMAIN_SUBJECT) $(DOMAIN_SRC) $(wildcard tests/domain/*.h tests/domain/short/engine/*/*.h tests/soundness/*.h kernels/engine/*.h kernels/engine/*/*.h) \
    tests/domain/build.mk

host: $(B)/host/domain6 $(B)/host/domain4 $(B)/host/domain4_mutants

$(B)/host/domain6: $(DOMAIN_NEEDS)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CLANG) $(DOMAIN_FLAGS) -DSHORT_BITS=6 -o $@ $(filter %.c,$^)
$(B)/host/domain4: $(DOMAIN_NEEDS)
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D) && $(CLANG) $(DOMAIN_FLAGS) -DSHORT_BITS=4 -o $@ $(filter %.c,$^)
$(B)/host/domain4_mutants: $(DOMAIN_NEEDS)
	$(call say,CC,$@ (mutants))
	$(Q)mkdir -p $(@D) && $(CLANG) $(DOMAIN_FLAGS) -DSHORT_BITS=4 -DENGINE_MUTANTS -o $@ $(filter %.c,$^)

# The same sources run on terms, for z3: C++, since it gives operators to a type of one's own; and clang's, since it takes C's
# initializers by name there. What these warnings say is how the sources are written as C.
PROVE_SRC := tests/domain/prove.cc tests/domain/term.cc
host: $(B)/host/domain_prove
$(B)/host/domain_prove: $(PROVE_SRC) $(DOMAIN_SUBJECT) $(wildcard tests/domain/*.h tests/domain/terms/engine/*/*.h kernels/engine/*.h kernels/engine/*/*.h) tests/domain/build.mk
	$(call say,CXX,$@)
	$(Q)mkdir -p $(@D) && $(CLANG)++ -std=c++20 -O2 -g $(SAME) -Wall -Wextra -Werror -Wno-c99-designator -Wno-c99-extensions \
	    -Wno-overloaded-shift-op-parentheses -Itests/domain/terms -Itests/domain -Ikernels -DENGINE_MUTANTS -o $@ $(PROVE_SRC) -lz3

proof: $(B)/host/domain_prove ## the verifier's numbers at 64 bits by z3, the longest steps too: a minute
	$(Q)$<

DOMAIN_LOG := $(B)/domain.log
domain: $(B)/host/domain6 $(B)/host/domain4 ## the verifier's numbers, compiled short, against all their members; N (20,000,000) drawn pairs by JOBS (1) processes, in pieces of 131,072; goes on where it was stopped
	$(Q)hash=$$(cat $(DOMAIN_NEEDS) | sha256sum | cut -c1-16); status=0; \
	    $(B)/host/domain4 drawn $(or $(N),20000000) $(or $(JOBS),1) - $(DOMAIN_LOG) "sources $$hash" || status=1; \
	    $(B)/host/domain6 views $(or $(JOBS),1) tests/domain/precision/6-views.txt || status=1; exit $$status
.PHONY: domain proof
