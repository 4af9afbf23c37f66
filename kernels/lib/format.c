/* SPDX-License-Identifier: MIT */
/* format.c -- see format.h: one directive is parsed into a struct directive, then printed by its
 * kind. */
#include "lib/format.h"

#include "lib/string.h"

#include <stdbool.h>
#include <stdint.h>

struct sink {
    char *into;
    size_t size, length; /* length: of the whole text, cut or not */
};

struct directive {
    bool left, zero, plus, space, alternate;
    int width, precision; /* precision -1: none given */
    int longs;            /* -2 hh, -1 h, 0 int, 1 long and all that is 64 bits wide */
    char kind;
};

static void put(struct sink *s, char c) {
    if (s->length + 1 < s->size)
        s->into[s->length] = c;
    s->length++;
}

static void put_many(struct sink *s, char c, int n) {
    while (n-- > 0)
        put(s, c);
}

static void put_bytes(struct sink *s, const char *bytes, size_t n) {
    while (n--)
        put(s, *bytes++);
}

/* Bytes padded with blanks to the directive's width. */
static void put_padded(struct sink *s, const struct directive *d, const char *bytes, size_t n) {
    int pad = d->width > (int)n ? d->width - (int)n : 0;
    if (!d->left)
        put_many(s, ' ', pad);
    put_bytes(s, bytes, n);
    if (d->left)
        put_many(s, ' ', pad);
}

static void put_number(struct sink *s, const struct directive *d, uint64_t value, bool negative) {
    const char *digits = d->kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    unsigned base = d->kind == 'o' ? 8 : d->kind == 'd' || d->kind == 'u' ? 10 : 16;
    char text[24], prefix[3];
    int n = 0, prefix_len = 0;

    for (uint64_t v = value; v; v /= base)
        text[sizeof text - ++n] = digits[v % base];
    if (value == 0 && d->precision != 0)
        text[sizeof text - ++n] = '0';
    if (d->kind == 'd' && (negative || d->plus || d->space))
        prefix[prefix_len++] = negative ? '-' : d->plus ? '+' : ' ';
    if (base == 16 && (d->kind == 'p' || (d->alternate && value))) {
        prefix[prefix_len++] = '0';
        prefix[prefix_len++] = d->kind == 'X' ? 'X' : 'x';
    }

    int zeros = d->precision > n ? d->precision - n : 0;
    int pad = d->width - prefix_len - zeros - n;
    if (d->zero && !d->left && d->precision < 0 && pad > 0) {
        zeros += pad;
        pad = 0;
    }
    if (!d->left)
        put_many(s, ' ', pad);
    put_bytes(s, prefix, prefix_len);
    put_many(s, '0', zeros);
    put_bytes(s, text + sizeof text - n, n);
    if (d->left)
        put_many(s, ' ', pad);
}

static int parse_number(const char **p) {
    int n = 0;
    for (; **p >= '0' && **p <= '9'; (*p)++)
        n = n < 10000 ? n * 10 + (**p - '0') : n;
    return n;
}

static const char *parse_flags(const char *p, struct directive *d) {
    for (;; p++) {
        if (*p == '-')
            d->left = true;
        else if (*p == '0')
            d->zero = true;
        else if (*p == '+')
            d->plus = true;
        else if (*p == ' ')
            d->space = true;
        else if (*p == '#')
            d->alternate = true;
        else
            return p;
    }
}

static const char *parse_length(const char *p, struct directive *d) {
    for (;; p++) {
        if (*p == 'h')
            d->longs--;
        else if (*p == 'l' || *p == 'z' || *p == 'j' || *p == 't')
            d->longs = 1;
        else
            return p;
    }
}

static int64_t narrow_signed(int64_t v, int longs) {
    return longs > 0 ? v : longs == 0 ? (int)v : longs == -1 ? (short)v : (signed char)v;
}

static uint64_t narrow_unsigned(uint64_t v, int longs) {
    return longs > 0 ? v : longs == 0 ? (unsigned)v : longs == -1 ? (uint16_t)v : (uint8_t)v;
}

/* A va_list inside a structure can be handed on by pointer; the ABI's own array type cannot. */
struct arguments {
    va_list list;
};

static void put_string(struct sink *s, const struct directive *d, const char *text) {
    if (!text)
        text = "(null)";
    put_padded(s, d, text, d->precision < 0 ? strlen(text) : strnlen(text, d->precision));
}

/* Prints one parsed directive; false when its kind is not known. */
static bool put_directive(struct sink *s, struct directive *d, struct arguments *a) {
    switch (d->kind) {
    case 'i':
        d->kind = 'd';
        /* fall through */
    case 'd': {
        int64_t v =
            narrow_signed(d->longs > 0 ? va_arg(a->list, long) : va_arg(a->list, int), d->longs);
        put_number(s, d, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
        return true;
    }
    case 'u':
    case 'x':
    case 'X':
    case 'o': {
        uint64_t v = d->longs > 0 ? va_arg(a->list, unsigned long) : va_arg(a->list, unsigned);
        put_number(s, d, narrow_unsigned(v, d->longs), false);
        return true;
    }
    case 'p':
        put_number(s, d, (uintptr_t)va_arg(a->list, void *), false);
        return true;
    case 'c': {
        char c = (char)va_arg(a->list, int);
        put_padded(s, d, &c, 1);
        return true;
    }
    case 's':
        put_string(s, d, va_arg(a->list, const char *));
        return true;
    case '%':
        put(s, '%');
        return true;
    default:
        return false;
    }
}

/* Parses what follows a '%' and prints it; gives the place behind it. */
static const char *directive(struct sink *s, const char *p, struct arguments *a) {
    const char *start = p - 1;
    struct directive d = {.precision = -1};

    p = parse_flags(p, &d);
    d.width = *p == '*' ? (p++, va_arg(a->list, int)) : parse_number(&p);
    if (d.width < 0) {
        d.left = true;
        d.width = -d.width;
    }
    if (*p == '.') {
        p++;
        d.precision = *p == '*' ? (p++, va_arg(a->list, int)) : parse_number(&p);
    }
    p = parse_length(p, &d);
    d.kind = *p;
    if (*p)
        p++;
    if (!put_directive(s, &d, a))
        put_bytes(s, start, p - start);
    return p;
}

int format_text_va(char *into, size_t size, const char *format, va_list args) {
    struct sink s = {into, size, 0};
    struct arguments a;

    va_copy(a.list, args);
    while (*format) {
        if (*format == '%')
            format = directive(&s, format + 1, &a);
        else
            put(&s, *format++);
    }
    va_end(a.list);
    if (size)
        into[s.length < size ? s.length : size - 1] = 0;
    return (int)s.length;
}

int format_text(char *into, size_t size, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = format_text_va(into, size, format, args);
    va_end(args);
    return n;
}

void format_add(struct format_buffer *text, const char *format, ...) {
    va_list args;
    if (text->used >= text->size)
        return;
    va_start(args, format);
    text->used +=
        (size_t)format_text_va(text->into + text->used, text->size - text->used, format, args);
    va_end(args);
}
