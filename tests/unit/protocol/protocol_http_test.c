/* SPDX-License-Identifier: MIT */
/* Requests to a web server: what is taken, and why others are not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/http.h"
#include "../unit.h"

static struct http_request r;

/* In memory that ends where the request does. */
static const char *get(const char *text) {
    static char path[HTTP_PATH_MOST + 1];
    size_t n = strlen(text);
    uint8_t *p = malloc(n ? n : 1);
    memcpy(p, text, n);
    http_get(p, (uint32_t)n, &r);
    snprintf(path, sizeof path, "%.*s", r.status == HTTP_OK ? r.path_bytes : 0, text + r.path);
    free(p);
    return path;
}

static void a_request_is_read(void **state) {
    (void)state;
    assert_string_equal(get("GET /a/b.html HTTP/1.1\r\nHost: x\r\n\r\nGET /"), "a/b.html");
    assert_true(r.status == HTTP_OK && r.keep && !r.head && !r.has_range);
    assert_int_equal(r.bytes, strlen("GET /a/b.html HTTP/1.1\r\nHost: x\r\n\r\n"));
    assert_string_equal(get("HEAD / HTTP/1.0\n\n"), "");
    assert_true(r.status == HTTP_OK && r.head && !r.keep);
    get("GET /x HTTP/1.0\r\nconnection:  Keep-Alive\r\n\r\n");
    assert_true(r.status == HTTP_OK && r.keep);
    get("GET /x HTTP/1.1\r\nConnection: close\r\n\r\n");
    assert_true(r.status == HTTP_OK && !r.keep);
    for (const char *part = "GET /x HTTP/1.1\r\nHost: y\r\n\r", *end = part; *end; end++) {
        char *cut = strndup(part, (size_t)(end - part));
        get(cut);
        assert_int_equal(r.status, 0);
        free(cut);
    }
}

static void what_is_none_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int status;
    } row[] = {
        {"POST /x HTTP/1.1\r\n\r\n", HTTP_METHOD},
        {"get /x HTTP/1.1\r\n\r\n", HTTP_METHOD},
        {"GET x HTTP/1.1\r\n\r\n", HTTP_BAD},
        {"GET /x HTTP/2.0\r\n\r\n", HTTP_VERSION},
        {"GET /x HTTP/1.1 \r\n\r\n", HTTP_BAD},
        {"GET /x\r\n\r\n", HTTP_BAD},
        {"GET /../x HTTP/1.1\r\n\r\n", HTTP_BAD},
        {"GET /a/.. HTTP/1.1\r\n\r\n", HTTP_BAD},
        {"GET /a/./b HTTP/1.1\r\n\r\n", HTTP_BAD},
        {"GET /a//b HTTP/1.1\r\n\r\n", HTTP_BAD},
        {"GET //b HTTP/1.1\r\n\r\n", HTTP_BAD},
        {"GET /a/ HTTP/1.1\r\n\r\n", HTTP_BAD},
        {"GET /%2e%2e HTTP/1.1\r\n\r\n", HTTP_BAD},
        {"GET /a\tb HTTP/1.1\r\n\r\n", HTTP_BAD},
        {"GET /x HTTP/1.1\r\nHost\r\n\r\n", HTTP_BAD},
        {"GET /x HTTP/1.1\r\n: y\r\n\r\n", HTTP_BAD},
        {"GET /x HTTP/1.1\r\nHost : y\r\n\r\n", HTTP_BAD},
        {"GET /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", HTTP_BAD},
        {"GET /x HTTP/1.1\r\nContent-Length: 0, 3\r\n\r\nabc", HTTP_BAD},
        {"GET /x HTTP/1.1\r\nContent-Length: 0x3\r\n\r\nabc", HTTP_BAD},
        {"GET /x HTTP/1.1\r\nContent-Length: \r\n\r\n", HTTP_BAD},
        {"GET /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_BAD},
        {"GET /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n", HTTP_OK},
        {"GET /x HTTP/1.1\r\nContent-Length:0 \t\r\n\r\n", HTTP_OK},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        get(row[i].text);
        if (r.status != row[i].status)
            print_message("%s", row[i].text);
        assert_int_equal(r.status, row[i].status);
    }
    char *big = malloc(5000);
    memset(big, 'a', 4999);
    big[4999] = '\0';
    get(big);
    assert_int_equal(r.status, HTTP_LONG);
    free(big);
}

static int ranges(const char *value, uint64_t size, uint64_t *from, uint64_t *count) {
    char text[200];
    snprintf(text, sizeof text, "GET /x HTTP/1.1\r\nRange: %s\r\n\r\n", value);
    get(text);
    assert_int_equal(r.status, HTTP_OK);
    return http_range(&r, size, from, count);
}

static void ranges_are_of_the_file(void **state) {
    (void)state;
    static const struct {
        const char *value;
        int status;
        uint64_t from, count;
    } row[] = {
        {"bytes=0-0", HTTP_PARTIAL, 0, 1},
        {"bytes=10-19", HTTP_PARTIAL, 10, 10},
        {"bytes=90-", HTTP_PARTIAL, 90, 10},
        {"bytes=-7", HTTP_PARTIAL, 93, 7},
        {"bytes=-700", HTTP_PARTIAL, 0, 100},
        {"bytes=50-5000", HTTP_PARTIAL, 50, 50},
        {"bytes=100-", HTTP_RANGE, 0, 100},
        {"bytes=-0", HTTP_RANGE, 100, 0},
        {"bytes=20-10", HTTP_OK, 0, 100},
        {"bytes=1-2,4-5", HTTP_OK, 0, 100},
        {"lines=1-2", HTTP_OK, 0, 100},
        {"bytes=-", HTTP_OK, 0, 100},
        {"bytes=9999999999999999999-", HTTP_OK, 0, 100},
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        uint64_t from, count;
        int status = ranges(row[i].value, 100, &from, &count);
        if (status != row[i].status || from != row[i].from || count != row[i].count)
            print_message("%s\n", row[i].value);
        assert_int_equal(status, row[i].status);
        assert_true(from == row[i].from && count == row[i].count);
    }
}

static void an_answer_has_its_head(void **state) {
    (void)state;
    char head[200];
    uint32_t n = http_put(head, sizeof head, HTTP_OK, "text/html", 0, 12, 12, true);
    assert_memory_equal(
        head, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nContent-Type: text/html\r\n\r\n", n);
    n = http_put(head, sizeof head, HTTP_PARTIAL, NULL, 5, 10, 100, false);
    assert_memory_equal(
        head,
        "HTTP/1.1 206 Partial Content\r\nContent-Length: 10\r\nContent-Range: bytes 5-14/100\r\nConnection: close\r\n\r\n",
        n);
    assert_int_equal(http_put(head, n - 1, HTTP_PARTIAL, NULL, 5, 10, 100, false), 0);
}

static void types_are_of_the_last_parts_end(void **state) {
    (void)state;
    static const struct {
        const char *path, *type;
    } of[] = {{"", "text/html"},
              {"a.txt", "text/plain"},
              {"a.b/c.js", "text/javascript"},
              {"a.txt/b", "application/octet-stream"},
              {"a.txtx", "application/octet-stream"},
              {"a.tx", "application/octet-stream"},
              {"a.", "application/octet-stream"},
              {"png", "image/png"}};
    for (unsigned i = 0; i < sizeof of / sizeof *of; i++)
        assert_string_equal(http_type(of[i].path, (uint32_t)strlen(of[i].path)), of[i].type);
    assert_string_equal(http_type("a.txt HTTP", 5), "text/plain");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_of_the_last_parts_end), cmocka_unit_test(a_request_is_read),
        cmocka_unit_test(what_is_none_is_refused),         cmocka_unit_test(ranges_are_of_the_file),
        cmocka_unit_test(an_answer_has_its_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
