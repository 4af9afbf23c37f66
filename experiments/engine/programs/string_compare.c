/* SPDX-License-Identifier: MIT */
/* string_compare.c -- strcmp of two names of at most 64 characters: the difference of the first two
 * characters that differ. */
#include "contexts.h"

longest string_compare(const struct string_context *c);
longest string_compare(const struct string_context *c) {
    for (word i = 0; i < sizeof c->left; i++) {
        word left = c->left[i], right = c->right[i];
        if (left != right || left == 0)
            return (longest)left - right;
    }
    return 0;
}
