/* SPDX-License-Identifier: MIT */
/* formats.h -- twelve ways to say on a disk what a block owns, as file systems do, and what each of
 * XN's designs makes of them: tried, not argued. */
#ifndef FORMATS_H
#define FORMATS_H

#include <stdbool.h>
#include <stdio.h>

#include "exo/xn/type/meta.h"

#define FORMATS        12
#define FORMAT_WINDOW  512
#define FORMAT_OWNED   4   /* extents that a trial comes to */
#define FORMAT_FOREIGN 900 /* somebody else's block */

/* The steps of a trial: each is one operation, and what the bytes are after it. */
enum step {
    STEP_EMPTY,   /* what the format has beside pointers; nothing is owned */
    STEP_FIRST,   /* one child more */
    STEP_SECOND,  /* another one */
    STEP_REWRITE, /* what the format does with pointers that it has: they stay what they are */
    STEP_FREE,    /* the first child goes */
    STEP_FOREIGN, /* an attack: bytes that point to somebody else's block, and nobody says so */
    STEPS
};

struct format {
    const char *name;
    unsigned short lengths[2]; /* of the two children, in blocks */
    /* Makes the window what it is after a step: with these children, the older one first. What was
     * there stays where the format would leave it. */
    void (*write)(unsigned char *window, const struct xn_extent *child, unsigned children,
                  enum step step);
    const char *object, *object_end; /* the function owns, for design "udf" */
    const struct xn_member *field;   /* and the nearest that fields can say */
    unsigned fields;
    bool shared;       /* the second child is the first one, owned once more */
    bool listed;       /* the first child, a block of this format, owns the second one */
    unsigned ordinal;  /* of the block that the second child is in, where that is another one */
    unsigned short at; /* children: their first block; 0: any */
};
extern const struct format formats[FORMATS];

/* Why the design does not take the format, into `text`; true: it takes it. */
bool format_try(const struct format *format, enum xn_design design, char *text, size_t size);

#endif
