/* SPDX-License-Identifier: MIT */
/* page_plots.c -- an experiment's figures, inline, so that the page is one file and they follow its
 * light or dark colours: each as a wide drawing and one for a phone, with its caption. */
#include "page/page.h"
#include "page/plot.h"
#include "page/svg.h"
#include "base/scope.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What plot.gp wrote for the figure NAME: its caption, then what it says of its series. */
static void read_words(struct page *p, const char *name, struct texts *words) {
    scoped_text char *file = text_format("plots/%s.txt", name);
    scoped_text char *text = folder_read(p->folder, file, NULL);
    if (text)
        texts_split(words, text, "\n");
}

/* One of the figure's two drawings, if it is there. */
static bool drawing(struct page *p, const char *name, const char *class, const char *kind,
                    const struct texts *words) {
    scoped_text char *file = text_format("plots/%s%s.svg", name, kind);
    scoped_text char *prefix = text_format("%s%s", name, kind);
    size_t length = 0;
    scoped_text char *bytes = folder_read(p->folder, file, &length);
    scoped_text char *markup = bytes ? svg_inline(bytes, length, prefix, words) : NULL;
    if (!markup)
        return false;
    html_open(p->html, "div", "class", class, NULL);
    html_raw(p->html, markup);
    html_close(p->html);
    return true;
}

static void figure(struct page *p, const char *file) {
    struct html *h = p->html;
    scoped_text char *name =
        text_format("%.*s", (int)(strlen(file) - strlen("plots/.svg")), file + strlen("plots/"));
    scoped_text char *png = text_format("plots/%s.png", name);
    scoped_texts struct texts words = {0};
    read_words(p, name, &words);
    html_open(h, "figure", NULL);
    bool narrow = drawing(p, name, "narrow", ".narrow", &words);
    drawing(p, name, narrow ? "wide" : "only", "", &words);
    html_open(h, "figcaption", NULL);
    html_text(h, "%s ", words.count ? words.items[0] : "");
    html_open(h, "small", NULL);
    html_link(h, file, "SVG");
    html_text(h, ", ");
    html_link(h, png, "PNG");
    html_close(h);
    html_close(h);
    html_close(h);
}

/* Whether FILE is a figure, and not the drawing of one for a phone. */
static bool is_figure(const char *file) {
    const char *kind = strrchr(file, '.');
    return kind && !strcmp(kind, ".svg") && !strstr(file, ".narrow.svg");
}

/* The figures whose files begin with plots/NAME-; false if there are none. */
static bool figures(struct page *p, const char *name) {
    scoped_text char *begin = text_format("plots/%s-", name);
    bool any = false;
    for (size_t i = 0; i < p->files.count; i++)
        if (!strncmp(p->files.items[i], begin, strlen(begin)) && is_figure(p->files.items[i])) {
            figure(p, p->files.items[i]);
            any = true;
        }
    return any;
}

bool page_has_then(const struct page *p) {
    for (size_t i = 0; i < p->files.count; i++)
        if (!strncmp(p->files.items[i], "plots/" PLOT_PAPERS "-", strlen("plots/" PLOT_PAPERS "-")))
            return true;
    return false;
}

void page_then(struct page *p) {
    if (!page_has_then(p))
        return;
    html_open(p->html, "section", "id", "then", NULL);
    html_line(p->html, "h2", NULL, "Then and now");
    figures(p, PLOT_PAPERS);
    html_close(p->html);
}

void page_plots(struct page *p, const struct chapter *c) {
    bool any = figures(p, c->experiment->name);
    if (any && c->stands_in) {
        html_open(p->html, "p", "class", "caption", NULL);
        html_text(p->html, "This run's own ");
        html_line(p->html, "code", NULL, "experiments/%s/plot.gp", c->experiment->name);
        html_text(p->html,
                  " is not that of the tree that drew this page, and a plot.gp is a program: it "
                  "was not run, and these figures stand in for its own. After reading it: ");
        html_line(p->html, "code", NULL, "./exospin report DIR --trust-plots");
        html_close(p->html);
    }
}
