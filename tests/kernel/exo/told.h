/* SPDX-License-Identifier: MIT */
/* told.h -- boot words of the checks' own, which make a campaign of a check. */
#ifndef TESTS_EXO_TOLD_H
#define TESTS_EXO_TOLD_H

#include "exo/libos/exposed.h"
#include "lib/string.h"

static inline uint64_t told_number(const char **text) {
    uint64_t n = 0;
    for (; **text >= '0' && **text <= '9'; ++*text)
        n = n * 10 + (uint64_t)(**text - '0');
    return n;
}

/* The two numbers of a word, which ends in '='; they stay where it is not there. */
static inline void told(const char *word, uint64_t number[2]) {
    char line[sizeof env_info()->command_line];
    memcpy(line, (const char *)env_info()->command_line, sizeof line);
    const char *at = strstr(line, word);
    if (!at)
        return;
    at += strlen(word);
    number[0] = told_number(&at);
    at += *at == ':';
    number[1] = told_number(&at);
}

#endif
