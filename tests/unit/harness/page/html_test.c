/* SPDX-License-Identifier: MIT */
/* html_test.c -- nothing that is written as text becomes markup, and no byte makes the page
 * something else than UTF-8. */
#include "page/html.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/xmlstring.h>

/* The page that consists of TEXT in a paragraph. */
static char *page(const char *text) {
    size_t length;
    struct html *h = html_new();
    html_line(h, "p", NULL, "%s", text);
    char *all = html_finish(h, &length);
    assert_int_equal(strlen(all), length);
    return all;
}

static void expect(const char *text, const char *inside) {
    char *all = page(text), wanted[256];
    snprintf(wanted, sizeof wanted, "<!doctype html>\n<p>%s</p>\n", inside);
    assert_string_equal(all, wanted);
    free(all);
}

static void markup_is_escaped(void **state) {
    (void)state;
    expect("<script>alert('x' & \"y\")</script>",
           "&lt;script&gt;alert('x' &amp; &quot;y&quot;)&lt;/script&gt;");
}

static void bytes_that_are_no_text_are_replaced(void **state) {
    (void)state;
    expect("a\x01\x1b[2Jb", "a\xef\xbf\xbd\xef\xbf\xbd[2Jb");
    expect("caf\xe9", "caf\xef\xbf\xbd");
    expect("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* half of a surrogate pair */
    expect("\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd");                 /* '/' in two bytes */
    expect("\xe0\x83\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* two bytes in three */
    expect("\x83\x80", "\xef\xbf\xbd\xef\xbf\xbd");                 /* only continuations */
    expect("cut\xe2\x82", "cut\xef\xbf\xbd\xef\xbf\xbd");
    expect("\xc2\xa0", "\xc2\xa0");                 /* the first beyond those is text */
    expect("\xc2\x85", "\xef\xbf\xbd\xef\xbf\xbd"); /* a control character beyond ASCII */
    expect("\xef\xbf\xbe", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* no character, ever */
    expect("\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* U+110000 */
    expect("\xf4\x8f\xbf\xbd", "\xf4\x8f\xbf\xbd"); /* the last but two of Unicode */
    expect("3 \xc3\x97 \xe2\x80\xa0", "3 \xc3\x97 \xe2\x80\xa0");
}

static void any_two_bytes_give_UTF8(void **state) {
    (void)state;
    for (unsigned i = 1; i < 65536; i++) {
        char text[] = {(char)(i & 255), (char)(i >> 8), 'x', 0};
        char *all = page(text);
        if (!xmlCheckUTF8((const unsigned char *)all))
            fail_msg("bytes %02x %02x", i & 255, i >> 8);
        free(all);
    }
}

static void attributes_are_escaped(void **state) {
    (void)state;
    size_t length;
    struct html *h = html_new();
    html_link(h, "raw/a\"b<c>.log", "x");
    char *all = html_finish(h, &length);
    assert_string_equal(all, "<!doctype html>\n<a href=\"raw/a&quot;b&lt;c&gt;.log\">x</a>");
    free(all);
}

static void only_void_elements_go_without_an_end(void **state) {
    (void)state;
    size_t length;
    struct html *h = html_new();
    html_open(h, "td", NULL);
    html_close(h);
    html_open(h, "br", NULL);
    html_close(h);
    char *all = html_finish(h, &length);
    assert_string_equal(all, "<!doctype html>\n<td></td>\n<br/>\n");
    free(all);
}

static void a_name_may_break_behind_its_slashes_only(void **state) {
    (void)state;
    static const struct {
        const char *name, *inside;
    } cases[] = {
        {"exo:a/n:1/way:jit", "exo:a/<wbr/>n:1/<wbr/>way:jit"},
        {"none", "none"},
        {"/<a/", "/<wbr/>&lt;a/"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length;
        char wanted[128];
        struct html *h = html_new();
        html_name(h, cases[i].name);
        char *all = html_finish(h, &length);
        snprintf(wanted, sizeof wanted, "<!doctype html>\n<code>%s</code>", cases[i].inside);
        assert_string_equal(all, wanted);
        free(all);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_is_escaped),
        cmocka_unit_test(bytes_that_are_no_text_are_replaced),
        cmocka_unit_test(any_two_bytes_give_UTF8),
        cmocka_unit_test(attributes_are_escaped),
        cmocka_unit_test(only_void_elements_go_without_an_end),
        cmocka_unit_test(a_name_may_break_behind_its_slashes_only),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
