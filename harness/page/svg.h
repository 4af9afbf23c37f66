/* SPDX-License-Identifier: MIT */
/* svg.h -- a drawing by gnuplot as markup inside a page. Nothing that a run's text made of it acts
 * there: only elements that gnuplot draws with stay, no script, and no reference but to the
 * drawing's own parts and to the pixels of an image. */
#ifndef HARNESS_SVG_H
#define HARNESS_SVG_H

#include <stddef.h>

#include "base/text.h"

/* The LENGTH BYTES of an SVG as markup, a new string; null where they are none. PREFIX goes before
 * each identifier, since all drawings share one page. The first of WORDS is what a screen reader
 * says; each other, "title, tab, sentence", what a pointer shows on the series of that title. */
char *svg_inline(const char *bytes, size_t length, const char *prefix, const struct texts *words);

#endif
