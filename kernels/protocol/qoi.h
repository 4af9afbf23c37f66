/* SPDX-License-Identifier: MIT */
/* qoi.h -- pictures of the Quite OK Image Format (qoiformat.org, version 1.0), a byte at a time: so
 * they may come in packets that are cut anywhere, and who decodes needs memory for no picture. */
#ifndef PROTOCOL_QOI_H
#define PROTOCOL_QOI_H

#include <stdint.h>

enum { QOI_HEADER = 14, QOI_END = 8, QOI_SEEN = 64, QOI_RUN_MOST = 62 };
#define QOI_PIXELS_MOST 400000000u

enum qoi_state {
    QOI_HEAD,   /* zeros: nothing has come yet */
    QOI_PIXELS, /* width and height are known, `left` pixels are to come */
    QOI_TAIL,
    QOI_DONE, /* all of it was there; what follows is not looked at */
    QOI_BAD   /* it is no picture, or is damaged; nor is this */
};

/* Begins as zeros. */
struct qoi {
    uint32_t state;
    uint32_t width, height, left; /* pixels */
    uint32_t colour;              /* red | green << 8 | blue << 16 | alpha << 24 */
    uint32_t operation, got;      /* bytes of it, or of header and end, that have come */
    uint32_t seen[QOI_SEEN];
};

/* The next byte; gives how many pixels of q->colour follow each other now, 0 to QOI_RUN_MOST. */
uint32_t qoi_next(struct qoi *q, uint32_t byte);

#endif
