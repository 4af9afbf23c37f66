/* SPDX-License-Identifier: MIT */
/* main.c -- the soundness campaign.
 *
 *     soundness COUNT [JOBS [LOG STAMP]]
 *         checks COUNT accepted programs by JOBS processes and, with a log, goes on where one of
 *         the same stamp has ended
 *     soundness --seed SEED
 *         one program, and what is wrong with it
 *     soundness --wrong MOST
 *         lists what is wrong with any of the first MOST programs, a line each
 *     soundness --mistakes MOST
 *         plants each known mistake (engine/base/mutant.h) and looks for a program that shows it,
 *         among the first MOST
 *
 * TAP on standard output. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign.h"
#include "engine/base/mutant.h"

enum mutant mutant_chosen;

static bool is_wrong(uint64_t seed, enum mutant mutant) {
    struct findings f;
    mutant_chosen = mutant;
    return campaign_check(seed, false, &f) == CHECKED_WRONG;
}

/* Looks for a program that is wrong with a mistake and right without. Gives its number,
 * or `most`. */
static uint64_t hunt(enum mutant mutant, uint64_t most) {
    for (uint64_t seed = 0; seed < most; seed++)
        if (is_wrong(seed, mutant) && !is_wrong(seed, MUTANT_NONE))
            return seed;
    return most;
}

static int find_mistakes(uint64_t most) {
    static const char *const sentence[MUTANT_COUNT] = {
#define X(id, text) [MUTANT_##id] = text,
        MUTANTS(X)
#undef X
    };
    bool missed = false;
    for (unsigned m = 1; m < MUTANT_COUNT; m++) {
        uint64_t seed = hunt((enum mutant)m, most);
        missed |= seed == most;
        printf("%s - the mistake that %s is found (program %" PRIu64 ")\n",
               seed == most ? "not ok" : "ok", sentence[m], seed);
        fflush(stdout);
    }
    return missed;
}

static int list_wrong(uint64_t most) {
    uint64_t wrong = 0;
    struct findings f;
    for (uint64_t seed = 0; seed < most; seed++) {
        if (campaign_check(seed, false, &f) != CHECKED_WRONG)
            continue;
        printf("# seed %" PRIu64 ": %s\n", seed, f.text);
        wrong++;
    }
    printf("%s - none of %" PRIu64 " programs does what was not proven\n", wrong ? "not ok" : "ok",
           most);
    return wrong > 0;
}

int main(int argc, char **argv) {
    struct findings f;
    if (argc == 3 && !strcmp(argv[1], "--seed")) {
        enum checked result = campaign_check(strtoull(argv[2], NULL, 0), true, &f);
        if (result == CHECKED_REFUSED)
            printf("# refused at %u: %s\n", f.slot, rule_name(f.refused));
        printf("%s - the program of this number\n", result == CHECKED_WRONG ? "not ok" : "ok");
        return result == CHECKED_WRONG;
    }
    if (argc == 3 && !strcmp(argv[1], "--wrong"))
        return list_wrong(strtoull(argv[2], NULL, 0));
    if (argc == 3 && !strcmp(argv[1], "--mistakes"))
        return find_mistakes(strtoull(argv[2], NULL, 0));
    if (argc < 2 || argc == 4 || argc > 5)
        return fprintf(stderr, "usage: soundness COUNT [JOBS [LOG STAMP]] | --seed SEED | "
                               "--wrong MOST | --mistakes MOST\n"),
               64;
    return campaign_run(&(struct campaign){.accepted = strtoull(argv[1], NULL, 0),
                                           .jobs = argc > 2 ? (unsigned)atoi(argv[2]) : 1,
                                           .log = argc > 4 ? argv[3] : NULL,
                                           .stamp = argc > 4 ? argv[4] : "a run without a log"});
}
