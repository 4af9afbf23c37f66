/* SPDX-License-Identifier: MIT */
/* main.c -- the soundness campaign.
 *
 *     soundness COUNT [SEED]     checks COUNT accepted programs, from this seed on; says where to
 * go on soundness --mutants MOST   plants each known mistake (engine/mutant.h) and looks for a
 * program that shows it, among the first MOST; built with ENGINE_MUTANTS only
 *
 * TAP on standard output; a violation prints the program and its seed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checker.h"
#include "engine/disassemble.h"
#include "engine/mutant.h"
#include "host_hooks.h"
#include "typed.h"

#define WEIGHT   24
#define RUNS     6
#define PROGRESS 100000

struct tally {
    uint64_t programs, accepted, too_long;
    uint64_t refused[RULE_COUNT];
};

#ifdef ENGINE_MUTANTS
enum mutant mutant_chosen;
#endif

static void print_program(const struct program *p) {
    char text[INSN_TEXT_MAX];
    for (uint32_t i = 0; i < p->slots; i++)
        printf("# %4u: %s\n", i, insn_text(p->insn, i, text));
}

/* One program. Gives what came of it; `show` prints it when it is wrong. */
static enum checked check_seed(uint64_t seed, struct tally *tally, bool show) {
    static struct insn insn[TYPED_SLOTS];
    static uint8_t bytes[TYPED_SLOTS * INSN_BYTES];
    struct host_hooks host;
    struct random random;
    struct refusal why;
    struct program p = {.import = typed_imports, .import_count = typed_import_count};
    char text[CHECKER_TEXT];
    host_hooks_init(&host);
    random_seed(&random, seed);
    uint32_t slots = typed_program(&random, WEIGHT, insn);
    for (uint32_t i = 0; i < slots; i++)
        insn_encode(insn[i], bytes + i * INSN_BYTES);
    if (!program_decode(&p, &host.hooks, bytes, slots * INSN_BYTES, &why)) {
        printf("# seed %" PRIu64 ": %s at %u\n", seed, rule_name(why.rule), why.slot);
        return CHECKED_WRONG;
    }
    enum checked result = checker_run(&p, &random, RUNS, text);
    tally->programs++;
    tally->accepted += result == CHECKED_FINE;
    tally->too_long += result == CHECKED_TOO_LONG;
    for (unsigned rule = 1; result == CHECKED_REFUSED && rule < RULE_COUNT; rule++)
        tally->refused[rule] += !strcmp(text, rule_name(rule));
    if (result == CHECKED_WRONG && show) {
        printf("# seed %" PRIu64 ": %s\n", seed, text);
        print_program(&p);
    }
    program_release(&p, &host.hooks);
    return result;
}

static int campaign(uint64_t count, uint64_t seed) {
    struct tally tally = {0};
    for (; tally.accepted < count; seed++) {
        if (check_seed(seed, &tally, true) == CHECKED_WRONG) {
            printf("not ok - every run of an accepted program is a case of what was proven\n");
            return 1;
        }
        if (tally.programs % PROGRESS == 0) {
            printf("# %" PRIu64 " programs, %" PRIu64 " accepted; go on with seed %" PRIu64 "\n",
                   tally.programs, tally.accepted, seed + 1);
            fflush(stdout);
        }
    }
    printf("# %" PRIu64 " programs, %" PRIu64 " accepted, %" PRIu64
           " too long; go on with seed %" PRIu64 "\n",
           tally.programs, tally.accepted, tally.too_long, seed);
    for (unsigned rule = 1; rule < RULE_COUNT; rule++)
        if (tally.refused[rule])
            printf("# refused %s: %" PRIu64 "\n", rule_name(rule), tally.refused[rule]);
    printf("ok - every run of %" PRIu64 " accepted programs is a case of what was proven\n",
           tally.accepted);
    return 0;
}

#ifdef ENGINE_MUTANTS
static int hunt(uint64_t most) {
    static const char *const sentence[MUTANT_COUNT] = {
#define X(id, text) [MUTANT_##id] = text,
        MUTANTS(X)
#undef X
    };
    int missed = 0;
    for (unsigned m = 1; m < MUTANT_COUNT; m++) {
        struct tally tally = {0};
        uint64_t seed = 0;
        mutant_chosen = (enum mutant)m;
        while (seed < most && check_seed(seed, &tally, false) != CHECKED_WRONG)
            seed++;
        missed += seed == most;
        printf("%s - the mistake that %s is found (program %" PRIu64 ")\n",
               seed == most ? "not ok" : "ok", sentence[m], seed);
        fflush(stdout);
    }
    return missed != 0;
}
#endif

int main(int argc, char **argv) {
#ifdef ENGINE_MUTANTS
    if (argc == 3 && !strcmp(argv[1], "--mutants"))
        return hunt(strtoull(argv[2], NULL, 0));
#endif
    if (argc < 2 || argc > 3)
        return fprintf(stderr, "usage: soundness COUNT [SEED]\n"), 64;
    return campaign(strtoull(argv[1], NULL, 0), argc > 2 ? strtoull(argv[2], NULL, 0) : 0);
}
