/* SPDX-License-Identifier: MIT */
/* error.c -- the sentences of error.h's list. */
#include "lib/error.h"

const char *error_sentence(int error) {
    static const char *const sentences[] = {[E_NONE] = "no error",
#define ERROR_SENTENCE(id, sentence) [id] = sentence,
                                            ERRORS(ERROR_SENTENCE)
#undef ERROR_SENTENCE
    };
    unsigned i = error < 0 ? 0u - (unsigned)error : (unsigned)error;
    return i < E_COUNT ? sentences[i] : "an unknown error";
}
