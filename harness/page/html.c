/* SPDX-License-Identifier: MIT */
/* html.c -- HTML by libxml2's text writer, with HTML's two differences from XML: a doctype of its
 * own, and only void elements may go without an end tag. */
#include "page/html.h"
#include "base/assert.h"
#include "base/scope.h"
#include "base/memory.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <libxml/xmlwriter.h>

enum { DEPTH_MAX = 32 };

struct html {
    xmlBufferPtr buffer;
    xmlTextWriterPtr writer;
    const char *open[DEPTH_MAX];
    size_t depth;
};

struct html *html_new(void) {
    struct html *h = calloc(1, sizeof *h);
    if (!h || !(h->buffer = xmlBufferCreate()) ||
        !(h->writer = xmlNewTextWriterMemory(h->buffer, 0)))
        memory_exhausted();
    html_raw(h, "<!doctype html>\n");
    return h;
}

static bool is_one_of(const char *element, const char *const *list) {
    for (; *list; list++)
        if (!strcmp(element, *list))
            return true;
    return false;
}

/* Length of the UTF-8 sequence at C, or 0 if it is none or a control byte. libxml2 decodes overlong
 * forms and stray continuations too: what a code of each length must be is checked here. */
static int sequence(const unsigned char *c) {
    static const int least[] = {0, 0, 0xa0, 0x800, 0x10000};
    if (*c < 0x80)
        return *c >= ' ' || *c == '\n' || *c == '\t';
    int length = 4;
    int code = *c < 0xc2 ? -1 : xmlGetUTF8Char(c, &length);
    bool surrogate = code >= 0xd800 && code <= 0xdfff, none = code == 0xfffe || code == 0xffff;
    return code >= 0 && code >= least[length] && code <= 0x10ffff && !surrogate && !none ? length
                                                                                         : 0;
}

/* TEXT with U+FFFD for each byte that cannot stand in a page; a new string. */
static char *clean(const char *text) {
    char *to = memory_new(3 * strlen(text) + 1, 1), *end = to;
    for (const unsigned char *c = (const unsigned char *)text; *c;) {
        int length = sequence(c);
        end = length ? mempcpy(end, c, (size_t)length) : stpcpy(end, "\xef\xbf\xbd");
        c += length ? length : 1;
    }
    *end = '\0';
    return to;
}

static void write_text(struct html *h, const char *format, va_list arguments) {
    char *text;
    if (vasprintf(&text, format, arguments) < 0)
        memory_exhausted();
    scoped_text char *cleaned = clean(text);
    xmlTextWriterWriteString(h->writer, (xmlChar *)cleaned);
    free(text);
}

static void attribute(struct html *h, const char *name, const char *value) {
    scoped_text char *cleaned = clean(value);
    xmlTextWriterWriteAttribute(h->writer, (const xmlChar *)name, (xmlChar *)cleaned);
}

void html_open(struct html *h, const char *element, ...) {
    assert_that(h->depth < DEPTH_MAX);
    h->open[h->depth++] = element;
    xmlTextWriterStartElement(h->writer, (const xmlChar *)element);
    va_list arguments;
    va_start(arguments, element);
    for (const char *name; (name = va_arg(arguments, const char *));)
        attribute(h, name, va_arg(arguments, const char *));
    va_end(arguments);
}

void html_close(struct html *h) {
    static const char *const voids[] = {"meta", "link", "br", "hr", "img", "col", "wbr", NULL};
    static const char *const inlines[] = {"a",     "abbr", "b",   "code", "em", "i",
                                          "small", "span", "sup", "wbr",  NULL};
    assert_that(h->depth > 0);
    const char *element = h->open[--h->depth];
    if (is_one_of(element, voids))
        xmlTextWriterEndElement(h->writer);
    else
        xmlTextWriterFullEndElement(h->writer);
    if (!is_one_of(element, inlines))
        html_raw(h, "\n");
}

void html_text(struct html *h, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_text(h, format, arguments);
    va_end(arguments);
}

void html_line(struct html *h, const char *element, const char *class, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (class)
        html_open(h, element, "class", class, NULL);
    else
        html_open(h, element, NULL);
    write_text(h, format, arguments);
    html_close(h);
    va_end(arguments);
}

void html_name(struct html *h, const char *name) {
    html_open(h, "code", NULL);
    for (const char *part = name; *part;) {
        size_t length = strcspn(part, "/");
        length += part[length] == '/';
        if (part != name) {
            html_open(h, "wbr", NULL);
            html_close(h);
        }
        html_text(h, "%.*s", (int)length, part);
        part += length;
    }
    html_close(h);
}

void html_link(struct html *h, const char *href, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    html_open(h, "a", "href", href, NULL);
    write_text(h, format, arguments);
    html_close(h);
    va_end(arguments);
}

void html_raw(struct html *h, const char *markup) {
    xmlTextWriterWriteRaw(h->writer, (const xmlChar *)markup);
}

char *html_finish(struct html *h, size_t *length) {
    while (h->depth)
        html_close(h);
    xmlTextWriterFlush(h->writer);
    char *page = text_copy((const char *)xmlBufferContent(h->buffer));
    *length = strlen(page);
    xmlFreeTextWriter(h->writer);
    xmlBufferFree(h->buffer);
    free(h);
    return page;
}
