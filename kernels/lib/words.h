/* SPDX-License-Identifier: MIT */
/* words.h -- tables of words, most of which are 0. */
#ifndef LIB_WORDS_H
#define LIB_WORDS_H

#include <stdint.h>

/* The index of the first word from i on that is not 0, of `count`, a multiple of 8; `count`: there
 * is none. Eight are looked at at once. */
static inline unsigned words_next(const volatile uint64_t *word, unsigned i, unsigned count) {
    while (i < count) {
        const volatile uint64_t *w = word + i;
        if (i % 8 == 0 && !(w[0] | w[1] | w[2] | w[3] | w[4] | w[5] | w[6] | w[7]))
            i += 8;
        else if (*w)
            return i;
        else
            i++;
    }
    return count;
}

#endif
