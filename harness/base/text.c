/* SPDX-License-Identifier: MIT */
/* text.c -- strings on the heap, lists of them, and the word somebody meant. */
#include "base/text.h"
#include "base/assert.h"
#include "base/memory.h"

#include <errno.h>
#include <math.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *text_format(const char *format, ...) {
    char *text;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        memory_exhausted();
    return text;
}

char *text_copy(const char *text) {
    char *copy = strdup(text);
    if (!copy)
        memory_exhausted();
    return copy;
}

void texts_take(struct texts *list, char *text) {
    assert_that(text);
    if (list->count + 1 >= list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 16;
        list->items = memory_resize(list->items, list->capacity, sizeof *list->items);
    }
    assert_that(list->count + 1 < list->capacity); /* and a null behind it */
    list->items[list->count++] = text;
    list->items[list->count] = NULL;
}

void texts_add(struct texts *list, const char *text) {
    texts_take(list, text_copy(text));
}

bool texts_has(const struct texts *list, const char *text) {
    for (size_t i = 0; i < list->count; i++)
        if (!strcmp(list->items[i], text))
            return true;
    return false;
}

void texts_add_new(struct texts *list, const char *text) {
    if (!texts_has(list, text))
        texts_add(list, text);
}

void texts_split(struct texts *list, const char *text, const char *separators) {
    while (*(text += strspn(text, separators))) {
        size_t length = strcspn(text, separators);
        texts_take(list, text_format("%.*s", (int)length, text));
        text += length;
    }
}

static int compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void texts_sort(struct texts *list) {
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, compare);
}

char *texts_join(const struct texts *list, const char *separator) {
    size_t length = 1;
    for (size_t i = 0; i < list->count; i++)
        length += strlen(list->items[i]) + strlen(separator);
    char *text = memory_new(1, length), *end = text;
    for (size_t i = 0; i < list->count; i++)
        end = stpcpy(stpcpy(end, i ? separator : ""), list->items[i]);
    assert_that((size_t)(end - text) < length);
    return text;
}

void texts_free(struct texts *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct texts){0};
}

bool text_number(const char *text, double *number) {
    static const char digits[] = "0123456789";
    size_t whole = strspn(text, digits);
    const char *end = text + whole;
    if (*end == '.') {
        size_t part = strspn(end + 1, digits);
        end += 1 + part;
        if (!part)
            return false;
    }
    if (*end == 'e' || *end == 'E') {
        end += 1 + (end[1] == '-' || end[1] == '+');
        size_t power = strspn(end, digits);
        end += power;
        if (!power)
            return false;
    }
    if (!whole || *end)
        return false;
    *number = strtod(text, NULL);
    return isfinite(*number);
}

/* Bytes of the character at C, by its first byte; 0 where that begins none or what follows is
 * missing. */
static size_t character_length(const unsigned char *c) {
    size_t length = *c < 0x80   ? 1
                    : *c < 0xc2 ? 0
                    : *c < 0xe0 ? 2
                    : *c < 0xf0 ? 3
                    : *c < 0xf5 ? 4
                                : 0;
    for (size_t i = 1; i < length; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

/* Whether the character at C is a control character: 0x00 to 0x1f, 0x7f, U+0080 to U+009f, or a
 * byte that belongs to no character, which a terminal of eight bits would take for one. */
static bool is_control(const unsigned char *c, size_t length) {
    return !length || *c < ' ' || *c == 0x7f || (*c == 0xc2 && c[1] < 0xa0);
}

bool text_has_control(const char *text) {
    for (const unsigned char *c = (const unsigned char *)text; *c;) {
        size_t length = character_length(c);
        if (is_control(c, length) && *c != '\t' && *c != '\n')
            return true;
        c += length;
    }
    return false;
}

char *text_tame(char *text, bool line) {
    for (unsigned char *c = (unsigned char *)text; *c;) {
        size_t length = character_length(c), bytes = length ? length : 1;
        bool space = *c == '\t' || *c == '\n';
        if (is_control(c, length) && (line || !space))
            memset(c, space ? ' ' : '?', bytes);
        c += bytes;
    }
    return text;
}

void text_vprint(FILE *to, const char *format, va_list arguments) {
    char *text;
    int length = vasprintf(&text, format, arguments);
    if (length < 0)
        memory_exhausted();
    bool newline = length && text[length - 1] == '\n';
    if (newline)
        text[length - 1] = '\0';
    fputs(text_tame(text, true), to);
    if (newline)
        fputc('\n', to);
    free(text);
}

void text_print(FILE *to, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    text_vprint(to, format, arguments);
    va_end(arguments);
}

/* A FIFO would keep us waiting for its writer: O_NONBLOCK, which means nothing to a file. */
int text_open(const char *path) {
    struct stat is;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    int error = fstat(fd, &is)         ? errno
                : S_ISDIR(is.st_mode)  ? EISDIR
                : !S_ISREG(is.st_mode) ? ENODEV
                                       : 0;
    if (!error)
        return fd;
    close(fd);
    errno = error;
    return -1;
}

char *text_read(const char *path, size_t *length) {
    int fd = text_open(path);
    return fd < 0 ? NULL : text_read_open(fd, length);
}

char *text_read_open(int fd, size_t *length) {
    assert_that(fd >= 0);
    struct stat is;
    int failed = fstat(fd, &is) == 0 && is.st_size > (off_t)TEXT_READ_MAX ? EOVERFLOW : 0;
    char *text = NULL;
    size_t used = 0, capacity = 0;
    ssize_t got = 1;
    while (failed == EINTR || (got > 0 && !failed)) {
        if (used + 4096 + 1 > capacity) {
            capacity = 2 * capacity + 8192;
            text = memory_resize(text, capacity, 1);
        }
        assert_that(used < capacity);
        got = read(fd, text + used, capacity - used - 1);
        failed = got < 0 ? errno : used + (size_t)got > TEXT_READ_MAX ? EOVERFLOW : 0;
        used += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    if (failed) {
        free(text);
        errno = failed;
        return NULL;
    }
    assert_that(text);
    text[used] = '\0';
    if (length)
        *length = used;
    return text;
}

const char *text_read_error(int error) {
    return error == ENODEV      ? "no regular file stands there"
           : error == EOVERFLOW ? "it is larger than 256 MiB"
                                : strerror(error);
}

/* Levenshtein's distance of two words shorter than 64 bytes; longer ones are never near. */
static size_t distance(const char *a, const char *b) {
    size_t row[65], na = strlen(a), nb = strlen(b);
    if (na >= 64 || nb >= 64)
        return SIZE_MAX;
    for (size_t j = 0; j <= nb; j++)
        row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]), drop = row[j] + 1,
                   add = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = change < drop ? change : drop;
            if (add < row[j])
                row[j] = add;
        }
    }
    return row[nb];
}

const char *text_nearest(const char *text, const char *const *words, size_t count) {
    const char *best = NULL;
    size_t least = strlen(text) / 3 + 1;
    for (size_t i = 0; i < count; i++) {
        size_t d = distance(text, words[i]);
        if (d <= least && (!best || d < least)) {
            best = words[i];
            least = d;
        }
    }
    return best;
}

char *text_meant(const char *text, const char *const *words, size_t count) {
    const char *word = text_nearest(text, words, count);
    return word ? text_format("did you mean '%s'? ", word) : text_copy("");
}

char *text_quote(const char *text, const char *special, char mark) {
    char *quoted = memory_new(2 * strlen(text) + 1, 1), *to = quoted;
    for (; *text; *to++ = *text++)
        if (strchr(special, *text))
            *to++ = mark;
    return quoted;
}
