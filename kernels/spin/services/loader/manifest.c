/* SPDX-License-Identifier: MIT */
/* manifest.c -- see manifest.h. */
#include "spin/services/loader/manifest.h"

#include "lib/error.h"
#include "lib/string.h"

static const char *const words[] = {
    [MANIFEST_NEEDS] = "needs ", [MANIFEST_OWN] = "own ", [MANIFEST_EXPORTS] = "exports "};

int manifest_next(struct manifest *m, struct manifest_line *line) {
    while (m->at < m->end && !*m->at) /* the end of the last one, and padding */
        m->at++;
    if (m->at == m->end)
        return 0;
    const char *text = (const char *)m->at;
    const size_t length = strnlen(text, (size_t)(m->end - m->at));
    m->at += length;
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        const size_t skip = strlen(words[i]);
        if (length <= skip || memcmp(text, words[i], skip) != 0)
            continue;
        if (length - skip >= sizeof line->which)
            return -E_TOO_LONG;
        line->what = (enum manifest_what)i;
        memcpy(line->which, text + skip, length - skip);
        line->which[length - skip] = '\0';
        return 1;
    }
    return -E_INVALID;
}
