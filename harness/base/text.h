/* SPDX-License-Identifier: MIT */
/* text.h -- strings made on the heap. Out of memory ends the process, so no caller tests
 * for null. */
#ifndef HARNESS_TEXT_H
#define HARNESS_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* printf into a new string; the caller frees it. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* strdup that never fails. */
char *text_copy(const char *text);

/* A growing list of strings, which it owns; {0} is empty. items[count] is always null once count >
 * 0. */
struct texts {
    char **items;
    size_t count, capacity;
};

/* Appends a copy. */
void texts_add(struct texts *list, const char *text);
/* Appends TEXT itself, which the list owns from now on. */
void texts_take(struct texts *list, char *text);
bool texts_has(const struct texts *list, const char *text);
/* Appends a copy, unless it is there. */
void texts_add_new(struct texts *list, const char *text);
/* Splits TEXT at any byte of SEPARATORS and appends the parts that are not empty. */
void texts_split(struct texts *list, const char *text, const char *separators);
void texts_sort(struct texts *list); /* by their bytes */
/* The items with SEPARATOR between them, as a new string. */
char *texts_join(const struct texts *list, const char *separator);
void texts_free(struct texts *list);

/* TEXT as a decimal number, "12", "0.5" or "1e3": no sign before it, no other base, nothing behind
 * it, and finite. */
bool text_number(const char *text, double *number);

/* Whether a control character other than tab and newline stands in TEXT, of one byte or of two in
 * UTF-8, or a byte that belongs to no character: a terminal might obey it. */
bool text_has_control(const char *text);

/* TEXT with '?' for every such character, and where LINE a space for tab and newline: what somebody
 * else wrote, for a terminal. In place; gives TEXT. */
char *text_tame(char *text, bool line);

/* printf of a line in which something stands that somebody else wrote: every control character is
 * tamed but a newline at the end. */
void text_print(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vprint(FILE *to, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Far more than any file we read has (a whole suite's samples are 2 MiB). */
#define TEXT_READ_MAX (256u << 20)

/* Opens the file at PATH for reading. -1 with errno set: EISDIR; ENODEV for what else is no regular
 * file, as a FIFO, which could keep us waiting for ever. */
int text_open(const char *path);

/* A whole file as a new string with a NUL behind it, *length its bytes (length may be null). Null
 * with errno set if it cannot be read, as text_open has it; EOVERFLOW above TEXT_READ_MAX. */
char *text_read(const char *path, size_t *length);
/* The same of a regular file that is open, which is closed. */
char *text_read_open(int file, size_t *length);
/* The words for an errno of text_read. */
const char *text_read_error(int error);

/* The word of COUNT words that TEXT most likely meant (edit distance at most a third of its
 * length), or null. */
const char *text_nearest(const char *text, const char *const *words, size_t count);
/* "did you mean 'WORD'? " of that word, or "", for a sentence that goes on; a new string. */
char *text_meant(const char *text, const char *const *words, size_t count);

/* TEXT with MARK before each byte that is among SPECIAL, a new string. */
char *text_quote(const char *text, const char *special, char mark);

#endif
