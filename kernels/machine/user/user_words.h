/* SPDX-License-Identifier: MIT */
/* user_words.h -- a few words of the user's, loaded into registers: for paths that are too short
 * for copy_from_user(). */
#ifndef MACHINE_USER_WORDS_H
#define MACHINE_USER_WORDS_H

#include "machine/cpu/cpu.h"
#include "machine/cpu/trap_frame.h"
#include "machine/cpu/x86.h"

#define USER_WORD_STRING(n) #n
#define USER_WORD_NUMBER(n) USER_WORD_STRING(n)
/* The load at `label` may fault: on with the label %l[fault]. The address is in rsi. */
#define USER_WORD_FIXUP(label)                                                                     \
    ".pushsection .fixups, \"a\"\n\t"                                                              \
    ".quad " label ", %l[fault], " USER_WORD_NUMBER(TF_RSI) ", 32\n\t"                             \
                                                            ".popsection\n\t"

/* Each of the first 3 or 4 words at this address is read once. False: not all can be, and nothing
 * is in `word` then. */
static inline __attribute__((always_inline)) bool user_words(vaddr_t from, bool four,
                                                             uint64_t word[4]) {
    uint64_t a, b, c, d = 0;
    if (from > USER_TOP - 4 * sizeof *word)
        return false;
    if (__builtin_expect(cpu_features.smap, true))
        stac();
    __asm__ goto("1: mov (%%rsi), %0\n\t"
                 "2: mov 8(%%rsi), %1\n\t"
                 "3: mov 16(%%rsi), %2\n\t" USER_WORD_FIXUP("1b") USER_WORD_FIXUP("2b")
                     USER_WORD_FIXUP("3b")
                 : "=&r"(a), "=&r"(b), "=&r"(c)
                 : "S"(from)
                 : "memory"
                 : fault);
    if (four)
        __asm__ goto("1: mov 24(%%rsi), %0\n\t" USER_WORD_FIXUP("1b")
                     : "=&r"(d)
                     : "S"(from)
                     : "memory"
                     : fault);
    if (__builtin_expect(cpu_features.smap, true))
        clac();
    word[0] = a;
    word[1] = b;
    word[2] = c;
    word[3] = d;
    return true;
fault:
    if (cpu_features.smap)
        clac();
    return false;
}

#endif
