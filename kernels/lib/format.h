/* SPDX-License-Identifier: MIT */
/* format.h -- printf's formats without a C library. Known: %d %i %u %x %X %o %c %s %p %%, the
 * lengths hh h l ll z j t, the flags
 * - 0 + space #, a width and a precision (numbers or *). No floating point. A format that is not
 * known is printed as it stands, so that a mistake is seen. */
#ifndef LIB_FORMAT_H
#define LIB_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Writes at most size - 1 bytes and a NUL into `into` (nothing when size is 0). Gives the length
 * the whole text has, as snprintf does: a result >= size says that it was cut. */
int format_text(char *into, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int format_text_va(char *into, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/* A text that grows piece by piece. */
struct format_buffer {
    char *into;
    size_t size, used; /* used: of the whole text; size or more says that it was cut */
};

/* Adds a piece. What does not fit is cut, and what comes then is left out. */
void format_add(struct format_buffer *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
