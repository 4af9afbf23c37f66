/* SPDX-License-Identifier: MIT */
/* example_sleep.c -- step 6: a wakeup predicate. The kernel asks it in place of a slice; it is a
 * program of RFC 9669 that gets its variables' values, proven to read nothing else and to end. */
#include "exo/libos/example/example.h"

#include "exo/libos/stubs.h"

struct insn {
    uint8_t code;
    uint8_t dst : 4, src : 4;
    int16_t jump;
    int32_t constant;
};

/* r1 is where the values are; r0 is the tag: 0 means that it sleeps on. */
static const struct insn is_at_least[] = {
    {0x79, 2, 1, 0, 0}, /* r2 = the word */
    {0x79, 3, 1, 8, 0}, /* r3 = what it is to be, at least */
    {0xb7, 0, 0, 0, 0}, /* r0 = 0 */
    {0xad, 2, 3, 1, 0}, /* if r2 < r3, over one instruction */
    {0xb7, 0, 0, 0, 1}, /* r0 = 1 */
    {0x95, 0, 0, 0, 0}, /* that is it */
};

long sleep_until(const uint64_t *word, uint64_t least) {
    static char why[EXO_FUNCTION_TEXT]; /* it was refused, in words */
    uarea->own[0] = least;
    const struct exo_variable variables[] = {{(uint64_t)word, KEY}, {(uint64_t)uarea->own, KEY}};
    long error = exo_predicate_set(is_at_least, sizeof is_at_least, variables, 2, 0, why);
    while (!error && *(const volatile uint64_t *)word < least)
        error = give_away(EXO_CALL_env_sleep);
    return error;
}
