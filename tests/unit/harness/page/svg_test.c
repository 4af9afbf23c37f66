/* SPDX-License-Identifier: MIT */
/* svg_test.c -- a drawing in the page neither runs anything nor asks anybody for anything, and its
 * identifiers are its own. */
#include "page/svg.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN "<svg xmlns=\"http://www.w3.org/2000/svg\""

static char *sentences[] = {"a caption", "exo\texo: 24 & more"};
static const struct texts words = {.items = sentences, .count = 2};

/* What is INSIDE an SVG is WANTED inside its markup. */
static void expect(const char *inside, const char *wanted) {
    char svg[512], all[512];
    int length = snprintf(svg, sizeof svg, BEGIN ">%s</svg>", inside);
    snprintf(all, sizeof all, BEGIN " role=\"img\" aria-label=\"a caption\">%s</svg>", wanted);
    char *markup = svg_inline(svg, (size_t)length, "f", &words);
    assert_string_equal(markup, all);
    free(markup);
}

static void what_is_no_drawing_is_dropped(void **state) {
    (void)state;
    expect("<script>alert(1)</script><text>x</text>", "<text>x</text>");
    expect("<a href=\"#p\"><text>x</text></a><foreignObject/><text>y</text>", "<text>y</text>");
    expect("<text onclick=\"a()\" ONLOAD=\"b()\">x</text>", "<text>x</text>");
}

static void references_lead_nowhere_else(void **state) {
    (void)state;
    expect("<use href=\"#p\"/>", "<use href=\"#f-p\"/>");
    expect("<use href=\"http://far/\"/>", "<use/>");
    expect("<rect fill=\"url(#p)\"/>", "<rect fill=\"url(#f-p)\"/>");
    expect("<rect style=\"fill:url(#p);stroke:URL(http://far/)\"/>", "<rect/>");
    expect("<rect style=\"fill:u\\72l(http://far/)\"/>", "<rect/>");
    expect("<image href=\"data:image/png;base64,AA\"/>",
           "<image href=\"data:image/png;base64,AA\"/>");
    expect("<image href=\"data:text/html,x\"/>", "<image/>");
}

static void identifiers_are_the_drawing_s(void **state) {
    (void)state;
    expect("<g id=\"p\"><path id=\"q\"/></g>", "<g id=\"f-p\"><path id=\"f-q\"/></g>");
}

static void a_sentence_takes_the_place_of_a_title(void **state) {
    (void)state;
    expect("<g><title>exo</title></g>", "<g><title>exo: 24 &amp; more</title></g>");
    expect("<g><title>using 1:2</title></g>", "<g/>");
}

static void what_is_no_svg_gives_nothing(void **state) {
    (void)state;
    static const char *const texts[] = {"", "no markup", "<html/>", "<svg>"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_null(svg_inline(texts[i], strlen(texts[i]), "f", &words));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_drawing_is_dropped),
        cmocka_unit_test(references_lead_nowhere_else),
        cmocka_unit_test(identifiers_are_the_drawing_s),
        cmocka_unit_test(a_sentence_takes_the_place_of_a_title),
        cmocka_unit_test(what_is_no_svg_gives_nothing),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("svg", tests, NULL, NULL);
}
