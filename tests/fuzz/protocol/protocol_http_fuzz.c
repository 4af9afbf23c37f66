/* SPDX-License-Identifier: MIT */
/* Any bytes as requests to a web server, one behind the other, as they come in pieces: what is
 * known of a request with some of its bytes stays true with more, and its path stays below its
 * root. Each piece ends where its memory does. */
#include <stdlib.h>
#include <string.h>

#include "protocol/http.h"

#define MUST(x)                                                                                    \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

static struct http_request get(const uint8_t *p, uint32_t n) {
    struct http_request r;
    uint8_t *exact = malloc(n ? n : 1);
    memcpy(exact, p, n);
    memset(&r, 0, sizeof r);
    http_get(exact, n, &r);
    free(exact);
    return r;
}

static void path(const uint8_t *p, const struct http_request *r) {
    MUST(r->path + r->path_bytes < r->bytes && r->path_bytes <= HTTP_PATH_MOST);
    for (uint32_t i = 0, part = 0; i <= r->path_bytes; i++) {
        if (i < r->path_bytes && p[r->path + i] != '/')
            continue;
        const uint8_t *at = p + r->path + part;
        const uint32_t bytes = i - part;
        MUST((bytes || !r->path_bytes) && (bytes != 1 || at[0] != '.'));
        MUST(bytes != 2 || at[0] != '.' || at[1] != '.');
        part = i + 1;
    }
}

/* Its answer, in any room: whole, or not at all. */
static void answer(const struct http_request *r, uint64_t size, uint32_t room) {
    uint64_t from, count;
    enum http_status status = http_range(r, size, &from, &count);
    MUST(status == HTTP_RANGE || (from <= size && count <= size - from));
    MUST(status != HTTP_PARTIAL || count);
    char *head = malloc(room ? room : 1);
    const uint32_t bytes = http_put(head, room, status, "text/plain", from, count, size, r->keep);
    MUST(bytes <= room && (!bytes || !memcmp(head, "HTTP/1.1 ", 9)));
    MUST(!bytes || !memcmp(head + bytes - 4, "\r\n\r\n", 4));
    free(head);
}

static bool same(const struct http_request *a, const struct http_request *b) {
    return a->status == b->status && a->bytes == b->bytes && a->path == b->path &&
           a->path_bytes == b->path_bytes && a->head == b->head && a->keep == b->keep &&
           a->has_range == b->has_range && a->from_end == b->from_end && a->from == b->from &&
           a->to == b->to;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint32_t n = size > 5000 ? 5000 : (uint32_t)size;
    for (uint32_t requests = 0; requests < 20; requests++) {
        const struct http_request r = get(data, n);
        MUST(r.bytes <= n);
        if (!r.status) {
            MUST(n < HTTP_REQUEST_MOST);
            break;
        }
        /* Its last byte makes it one, and those behind are not looked at. */
        if (r.bytes) {
            const struct http_request alone = get(data, r.bytes), less = get(data, r.bytes - 1u);
            MUST(same(&r, &alone) && !less.status);
        }
        if (r.status != HTTP_OK)
            break;
        path(data, &r);
        answer(&r, data[r.path], data[r.bytes - 3u] * 2u);
        answer(&r, UINT64_MAX, 400);
        data += r.bytes;
        n -= r.bytes;
    }
    return 0;
}
