/* SPDX-License-Identifier: MIT */
/* manifest.c -- see manifest.h. */
#include "spin/services/loader/manifest.h"

#include <stdbool.h>

#include "lib/error.h"
#include "lib/string.h"

static const char *const words[] = {
    [MANIFEST_NEEDS] = "needs ", [MANIFEST_OWN] = "own ", [MANIFEST_EXPORTS] = "exports "};

/* The bytes up to the next NUL, or the end. */
static size_t length_of(const struct manifest *m) {
    const uint8_t *at = m->at;
    while (at < m->end && *at)
        at++;
    return (size_t)(at - m->at);
}

static bool begins_with(const uint8_t *text, size_t length, const char *word) {
    size_t n = strlen(word);
    return length > n && memcmp(text, word, n) == 0;
}

int manifest_next(struct manifest *m, struct manifest_line *line) {
    while (m->at < m->end && !*m->at) /* the end of the last one, and padding */
        m->at++;
    if (m->at == m->end)
        return 0;
    const uint8_t *text = m->at;
    size_t length = length_of(m);
    m->at += length;
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!begins_with(text, length, words[i]))
            continue;
        size_t skip = strlen(words[i]);
        if (length - skip >= sizeof line->which)
            return -E_TOO_LONG;
        line->what = (enum manifest_what)i;
        memcpy(line->which, text + skip, length - skip);
        line->which[length - skip] = '\0';
        return 1;
    }
    return -E_INVALID;
}
