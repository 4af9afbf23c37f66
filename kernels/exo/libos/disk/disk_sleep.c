/* SPDX-License-Identifier: MIT */
/* disk_sleep.c -- see disk_sleep.h: a product for each word, with its number as the tag. */
#include "exo/libos/disk/disk_sleep.h"

#include "exo/libos/disk/disk_await.h"
#include "exo/libos/time/sleep.h"
#include "lib/error.h"

long disk_sleep(const volatile uint64_t *const words[], unsigned count) {
    struct term terms[2 * DISK_SLEEP_MOST];
    struct exo_variable variables[DISK_SLEEP_MOST];
    uint8_t code[512];
    uint64_t tag;
    if (!count || count > DISK_SLEEP_MOST)
        return -E_TOO_LONG;
    for (unsigned i = 0; i < count; i++) {
        variables[i] = (struct exo_variable){word_at(words[i]) | EXO_PHYSICAL, 0};
        terms[2 * i] = (struct term){TERM_NE, (uint8_t)i, TERM_CONSTANT, 0};
        terms[2 * i + 1] = (struct term){TERM_OR, 0, 0, i + 1};
    }
    long bytes = predicate_of_terms(terms, 2ul * count, count, code, sizeof code);
    long error = bytes < 0 ? bytes : predicate_sleep(code, (size_t)bytes, variables, count, &tag);
    if (error)
        return error;
    exo_predicate_set(NULL, 0, NULL, 0, 0, NULL); /* no pin of the words' frames stays */
    return (long)tag - 1;
}
