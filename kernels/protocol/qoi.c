/* SPDX-License-Identifier: MIT */
/* qoi.c -- see qoi.h. */
#include "qoi.h"

/* Operations: those of a whole byte, and those of its two upper bits. */
enum { RGB = 0xfe, RGBA = 0xff, INDEX = 0, DIFFERENCE = 1, LUMA = 2, RUN = 3 };

static inline uint32_t is_bad(struct qoi *q) {
    q->state = QOI_BAD;
    return 0;
}

/* --- What is before and behind the pixels --- */

static void end_of_header(struct qoi *q) {
    q->got = 0;
    q->colour = 0xff000000;
    if (!q->width || !q->height || q->height >= QOI_PIXELS_MOST / q->width) {
        is_bad(q);
        return;
    }
    q->left = q->width * q->height;
    q->state = QOI_PIXELS;
}

/* "qoif", width, height, channels, and which space of colours: nobody here asks about these two. */
static uint32_t header(struct qoi *q, uint32_t byte) {
    const uint32_t at = q->got++, magic = 0x716f6966;
    if (at < 4)
        return byte == (magic >> (24 - 8 * at) & 0xff) ? 0 : is_bad(q);
    if (at < 8)
        q->width = q->width << 8 | byte;
    else if (at < 12)
        q->height = q->height << 8 | byte;
    else if (at == 12)
        return byte == 3 || byte == 4 ? 0 : is_bad(q);
    else if (byte > 1)
        return is_bad(q);
    else
        end_of_header(q);
    return 0;
}

/* Seven zeros and a one. */
static uint32_t tail(struct qoi *q, uint32_t byte) {
    const uint32_t at = q->got++;
    if (byte != (at == QOI_END - 1))
        return is_bad(q);
    if (at == QOI_END - 1)
        q->state = QOI_DONE;
    return 0;
}

/* --- Pixels --- */

static inline uint32_t place(uint32_t colour) {
    return ((colour & 0xff) * 3 + (colour >> 8 & 0xff) * 5 + (colour >> 16 & 0xff) * 7 +
            (colour >> 24) * 11) %
           QOI_SEEN;
}

/* So many of this colour. */
static uint32_t give(struct qoi *q, uint32_t colour, uint32_t count) {
    if (count > q->left)
        return is_bad(q);
    q->colour = colour;
    q->seen[place(colour)] = colour;
    q->got = 0;
    q->left -= count;
    if (!q->left)
        q->state = QOI_TAIL;
    return count;
}

/* Each part of a colour plus that of another, without a carry into the next. */
static inline uint32_t plus(uint32_t colour, uint32_t red, uint32_t green, uint32_t blue) {
    return ((colour + red) & 0xff) | ((colour + (green << 8)) & 0xff00) |
           ((colour + (blue << 16)) & 0xff0000) | (colour & 0xff000000);
}

static uint32_t first_byte(struct qoi *q, uint32_t byte) {
    q->operation = byte;
    q->got = 1;
    if (byte >= RGB)
        return 0;
    switch (byte >> 6) {
    case INDEX:
        return give(q, q->seen[byte % QOI_SEEN], 1);
    case DIFFERENCE:
        return give(q, plus(q->colour, (byte >> 4 & 3) - 2, (byte >> 2 & 3) - 2, (byte & 3) - 2),
                    1);
    case RUN:
        return give(q, q->colour, (byte & 0x3f) + 1);
    default:
        return 0;
    }
}

static uint32_t luma(struct qoi *q, uint32_t byte) {
    const uint32_t green = (q->operation & 0x3f) - 32;
    return give(q, plus(q->colour, green - 8 + (byte >> 4), green, green - 8 + (byte & 0xf)), 1);
}

/* Parts of a whole colour; the last one of it ends it. */
static uint32_t part(struct qoi *q, uint32_t byte) {
    const uint32_t shift = (q->got++ - 1) % 4 * 8, parts = q->operation == RGBA ? 4 : 3;
    q->colour = (q->colour & ~(0xffu << shift)) | byte << shift;
    return shift == (parts - 1) * 8 ? give(q, q->colour, 1) : 0;
}

uint32_t qoi_next(struct qoi *q, uint32_t byte) {
    byte &= 0xff;
    switch (q->state) {
    case QOI_HEAD:
        return header(q, byte);
    case QOI_PIXELS:
        return !q->got ? first_byte(q, byte) : q->operation >= RGB ? part(q, byte) : luma(q, byte);
    case QOI_TAIL:
        return tail(q, byte);
    default:
        return 0;
    }
}
