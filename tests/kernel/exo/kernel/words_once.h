/* SPDX-License-Identifier: MIT */
/* words_once.h -- in front of a source of the kernel's that takes words of a user's by
 * user_words(): in images of tests they are others there afterwards (harder.h), as with
 * copy_from_user(). */
#ifndef TESTS_EXO_WORDS_ONCE_H
#define TESTS_EXO_WORDS_ONCE_H

#include "machine/user/user_words.h"

/* So many bytes at this address of the current environment's were read. */
void words_were_read(vaddr_t from, size_t n);

static inline bool words_once(vaddr_t from, bool four, uint64_t word[4]) {
    bool there = user_words(from, four, word);
    if (there)
        words_were_read(from, (four ? 4 : 3) * sizeof *word);
    return there;
}
#define user_words words_once

#endif
