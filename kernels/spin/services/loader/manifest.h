/* SPDX-License-Identifier: MIT */
/* manifest.h -- what an object says of its extension: the strings of its section `.extension`, each
 * a word that says what, and one that says which (spin/extend.h). Total on any bytes. */
#ifndef SPIN_LOADER_MANIFEST_H
#define SPIN_LOADER_MANIFEST_H

#include <stdint.h>

#define MANIFEST_SECTION  ".extension"
#define MANIFEST_WORD_MAX 256 /* bytes, the NUL included */

enum manifest_what { MANIFEST_NEEDS, MANIFEST_OWN, MANIFEST_EXPORTS };

struct manifest {
    const uint8_t *at, *end;
};

struct manifest_line {
    enum manifest_what what;
    char which[MANIFEST_WORD_MAX];
};

/* The next string: 1; 0: that was all; -E_INVALID: it says nothing that is known, or not which;
 * -E_TOO_LONG. */
int manifest_next(struct manifest *manifest, struct manifest_line *line);

#endif
