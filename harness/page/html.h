/* SPDX-License-Identifier: MIT */
/* html.h -- write a page piece by piece. libxml2's writer escapes every text and attribute, so
 * nothing that a guest printed can become markup; bytes that are no UTF-8 and control bytes become
 * U+FFFD.
 *
 *     html_open(h, "p", "class", "note", NULL);
 *     html_text(h, "%s took %g", name, median);
 *     html_close(h); */
#ifndef HARNESS_HTML_H
#define HARNESS_HTML_H

#include <stddef.h>

struct html;

struct html *html_new(void);

/* Opens ELEMENT with attributes, name and value by turns, a null behind them. ELEMENT must outlive
 * its html_close. */
void html_open(struct html *h, const char *element, ...) __attribute__((sentinel));
void html_close(struct html *h);
void html_text(struct html *h, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Opens, writes and closes; CLASS may be null. */
void html_line(struct html *h, const char *element, const char *class, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void html_link(struct html *h, const char *href, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A row's or a file's name, as code: a narrow page breaks it behind a slash. */
void html_name(struct html *h, const char *name);

/* MARKUP as it is: for a style sheet and for what libxml2 has serialised. */
void html_raw(struct html *h, const char *markup);

/* Ends the page and frees the writer. Gives the whole page as a new string, *length its bytes. */
char *html_finish(struct html *h, size_t *length);

#endif
