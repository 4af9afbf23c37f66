/* SPDX-License-Identifier: MIT */
/* A request, byte by byte, each looked at once. Verified where SPIN's server reads it
 * (kernels/spin/extensions/http), whose request has HTTP_REQUEST_MOST bytes of memory. */
#include "http.h"
#include "bytes.h"
#include "rules.h"

#include <stddef.h>

#ifdef __BPF__ /* functions that are proven by themselves are seen from outside */
#define PART APART
#else
#define PART static
#endif

struct http_text {
    uint8_t byte[HTTP_REQUEST_MOST]; /* or as many as there are */
};

/* What is left to read. */
struct cursor {
    uint32_t at, end;
};

static inline bool is_end(const struct cursor *c) {
    return c->at >= c->end;
}

/* What is proven of an index is in its bits. */
static inline uint8_t byte_at(const struct http_text *t, uint32_t at) {
#ifdef __BPF__
    __asm__("" : "+r"(at));
    at &= HTTP_REQUEST_MOST - 1;
#endif
    return t->byte[at];
}

static inline uint8_t next_byte(const struct http_text *t, const struct cursor *c) {
    return byte_at(t, c->at);
}

static inline uint8_t lower(uint8_t c) {
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

/* Passes `word`, if it comes next; letters of the other case are the same where `any_case`. */
static inline __attribute__((always_inline)) bool passes_bytes(const struct http_text *t,
                                                               struct cursor *c, const char *word,
                                                               uint32_t bytes, bool any_case) {
    if (c->at + bytes > c->end)
        return false;
#if defined(__BPF__) && defined(__clang__)
        /* So that each place in the word is a constant. */
#pragma clang loop unroll(full)
#endif
    for (uint32_t i = 0; i < bytes; i++) {
        const uint8_t b = byte_at(t, c->at + i);
        if ((any_case ? lower(b) : b) != (uint8_t)word[i])
            return false;
    }
    c->at += bytes;
    return true;
}
#define passes(t, c, word, any_case) passes_bytes(t, c, word, sizeof(word) - 1, any_case)

static inline void pass_spaces(const struct http_text *t, struct cursor *c) {
    while (!is_end(c) && (next_byte(t, c) == ' ' || next_byte(t, c) == '\t'))
        c->at++;
}

/* A number of at most 18 digits. */
PART bool http_number(const struct http_text *t NEVER_NULL, struct cursor *c NEVER_NULL,
                      uint64_t *value NEVER_NULL) {
    UNLESS_THERE(t, false);
    UNLESS_THERE(c, false);
    UNLESS_THERE(value, false);
    const uint32_t first = c->at, most = DEFENDED(HTTP_DIGITS) ? 19 : 30;
    *value = 0;
    for (; !is_end(c) && next_byte(t, c) >= '0' && next_byte(t, c) <= '9' && c->at - first < most;
         c->at++)
        *value = *value * 10 + (next_byte(t, c) - '0');
    return c->at > first && c->at - first < most;
}

/* Where the empty line behind the headers ends; 0: it has not come. A line ends by CR LF, or by LF
 * alone (RFC 9112, 2.2). */
PART uint32_t http_end_of_head(const struct http_text *t NEVER_NULL, uint32_t bytes) {
    UNLESS_THERE(t, 0);
    uint32_t line = 0;
    for (uint32_t i = 0; i < bytes; i++) {
        if (byte_at(t, i) != '\n')
            continue;
        if (line && (i == line || (i == line + 1 && byte_at(t, line) == '\r')))
            return i + 1;
        line = i + 1;
    }
    return 0;
}

/* A path: parts of letters, digits and -._~, none of them empty, . or .., or nothing at all. */
PART bool http_path(const struct http_text *t NEVER_NULL, struct cursor *c NEVER_NULL,
                    struct http_request *r NEVER_NULL) {
    UNLESS_THERE(t, false);
    UNLESS_THERE(c, false);
    UNLESS_THERE(r, false);
    uint32_t part = c->at, dots = 0;
    r->path = (uint16_t)c->at;
    for (; !is_end(c) && next_byte(t, c) != ' '; c->at++) {
        uint8_t b = next_byte(t, c);
        bool fine = (lower(b) >= 'a' && lower(b) <= 'z') || (b >= '0' && b <= '9') || b == '-' ||
                    b == '_' || b == '~' || b == '.';
        if (b == '/') {
            if (DEFENDED(HTTP_DOTS) && dots == c->at - part) /* empty, or dots only */
                return false;
            part = c->at + 1;
            dots = 0;
        } else if (!fine) {
            return false;
        }
        dots += b == '.';
    }
    r->path_bytes = (uint16_t)(c->at - r->path);
    return r->path_bytes <= HTTP_PATH_MOST &&
           (!DEFENDED(HTTP_DOTS) || !r->path_bytes || dots != c->at - part);
}

static inline bool ends_line(const struct http_text *t, struct cursor *c) {
    return passes(t, c, "\r\n", false) || passes(t, c, "\n", false);
}

/* "GET /path HTTP/1.1" */
PART enum http_status http_line(const struct http_text *t NEVER_NULL, struct cursor *c NEVER_NULL,
                                struct http_request *r NEVER_NULL) {
    UNLESS_THERE(t, HTTP_BAD);
    UNLESS_THERE(c, HTTP_BAD);
    UNLESS_THERE(r, HTTP_BAD);
    r->head = passes(t, c, "HEAD ", false);
    if (!r->head && !passes(t, c, "GET ", false))
        return HTTP_METHOD;
    if (!passes(t, c, "/", false) || !http_path(t, c, r) || !passes(t, c, " HTTP/", false))
        return HTTP_BAD;
    r->keep = passes(t, c, "1.1", false);
    if (!r->keep && !passes(t, c, "1.0", false))
        return HTTP_VERSION;
    return ends_line(t, c) ? HTTP_OK : HTTP_BAD;
}

/* "bytes=FROM-TO", "bytes=FROM-", "bytes=-COUNT"; what is not understood is as if it were not there
 * (RFC 9110, 14.2), several ranges too. */
PART bool http_asks_range(const struct http_text *t NEVER_NULL, struct cursor *c NEVER_NULL,
                          struct http_request *r NEVER_NULL) {
    UNLESS_THERE(t, false);
    UNLESS_THERE(c, false);
    UNLESS_THERE(r, false);
    uint64_t from = 0, to = UINT64_MAX;
    if (!passes(t, c, "bytes=", true))
        return false;
    bool first = http_number(t, c, &from);
    if (!passes(t, c, "-", false))
        return false;
    bool last = http_number(t, c, &to);
    pass_spaces(t, c);
    if ((!first && !last) || !ends_line(t, c) || (first && last && to < from))
        return false;
    r->has_range = true;
    r->from_end = !first;
    r->from = first ? from : to;
    r->to = first && last ? to : UINT64_MAX;
    return true;
}

static inline void connection(const struct http_text *t, struct cursor *c, struct http_request *r) {
    if (passes(t, c, "close", true))
        r->keep = false;
    else if (passes(t, c, "keep-alive", true))
        r->keep = true;
}

/* One line of the head; what it says beyond these does not matter here, but for a body, which no
 * request of ours has. */
PART enum http_status http_header(const struct http_text *t NEVER_NULL, struct cursor *c NEVER_NULL,
                                  struct http_request *r NEVER_NULL) {
    UNLESS_THERE(t, HTTP_BAD);
    UNLESS_THERE(c, HTTP_BAD);
    UNLESS_THERE(r, HTTP_BAD);
    uint64_t length = 0;
    enum http_status status = HTTP_OK;
    uint32_t name = c->at;
    struct cursor value = *c;
    while (!is_end(c) && next_byte(t, c) != ':' && next_byte(t, c) > ' ')
        c->at++;
    if (c->at == name || is_end(c) || next_byte(t, c) != ':')
        return HTTP_BAD;
    if (passes(t, &value, "range:", true)) {
        pass_spaces(t, &value);
        http_asks_range(t, &value, r);
    } else if (passes(t, &value, "connection:", true)) {
        pass_spaces(t, &value);
        connection(t, &value, r);
    } else if (passes(t, &value, "content-length:", true)) {
        pass_spaces(t, &value);
        bool none = http_number(t, &value, &length) && !length;
        pass_spaces(t, &value);
        status = none && ends_line(t, &value) ? HTTP_OK : HTTP_BAD;
    } else if (passes(t, &value, "transfer-encoding:", true)) {
        status = HTTP_BAD;
    }
    while (!is_end(c) && next_byte(t, c) != '\n')
        c->at++;
    c->at++;
    return status;
}

void http_get(const uint8_t *request, uint32_t bytes, struct http_request *r) {
    const struct http_text *t = (const struct http_text *)request;
    uint32_t most = bytes < HTTP_REQUEST_MOST ? bytes : HTTP_REQUEST_MOST;
    uint32_t end = http_end_of_head(t, most);
    *r = (struct http_request){.bytes = (uint16_t)end};
    if (!end) {
        r->status = bytes < HTTP_REQUEST_MOST || !DEFENDED(HTTP_LONG) ? 0 : HTTP_LONG;
        return;
    }
    struct cursor c = {0, end};
    enum http_status status = http_line(t, &c, r);
    while (status == HTTP_OK && !is_end(&c) && !ends_line(t, &c))
        status = http_header(t, &c, r);
    r->status = (uint16_t)status;
}

enum http_status http_range(const struct http_request *r, uint64_t size, uint64_t *from,
                            uint64_t *count) {
    *from = 0;
    *count = size;
    if (!r->has_range)
        return HTTP_OK;
    if (r->from_end) {
        *count = r->from < size ? r->from : size;
        *from = size - *count;
        return *count ? HTTP_PARTIAL : HTTP_RANGE;
    }
    if (r->from >= size)
        return HTTP_RANGE;
    *from = r->from;
    *count = (r->to < size ? r->to + 1 : size) - r->from;
    return HTTP_PARTIAL;
}

/* --- The answer --- */

#ifndef __BPF__ /* it has more arguments than programs have */

struct writer {
    char *to;
    uint32_t at, room;
};

static void put(struct writer *w, const char *text) {
    for (; *text; text++, w->at++)
        if (w->at < w->room)
            w->to[w->at] = *text;
}

static void put_number(struct writer *w, uint64_t n) {
    char digits[21];
    uint32_t at = sizeof digits - 1;
    digits[at] = '\0';
    do
        digits[--at] = (char)('0' + n % 10);
    while (n /= 10);
    put(w, digits + at);
}

static const char *reason(enum http_status status) {
    switch (status) {
    case HTTP_OK:
        return "OK";
    case HTTP_PARTIAL:
        return "Partial Content";
    case HTTP_NOT_FOUND:
        return "Not Found";
    case HTTP_RANGE:
        return "Range Not Satisfiable";
    case HTTP_LONG:
        return "Request Header Fields Too Large";
    case HTTP_METHOD:
        return "Not Implemented";
    case HTTP_VERSION:
        return "HTTP Version Not Supported";
    case HTTP_FAILED:
        return "Internal Server Error";
    default:
        return "Bad Request";
    }
}

const char *http_type(const char *path, uint32_t bytes) {
    static const char *const types[][2] = {{"html", "text/html"}, {"txt", "text/plain"},
                                           {"css", "text/css"},   {"png", "image/png"},
                                           {"jpg", "image/jpeg"}, {"js", "text/javascript"}};
    const char *end = path + bytes, *dot = end;
    while (dot > path && dot[-1] != '.' && dot[-1] != '/')
        dot--;
    for (unsigned i = 0; i < sizeof types / sizeof *types; i++) {
        const char *is = dot, *name = types[i][0];
        for (; is < end && *name && *is == *name; is++)
            name++;
        if (is == end && !*name)
            return types[i][1];
    }
    return bytes ? "application/octet-stream" : types[0][1];
}

uint32_t http_put(char *head, uint32_t room, enum http_status status, const char *type,
                  uint64_t from, uint64_t count, uint64_t size, bool keep) {
    struct writer w = {head, 0, room};
    put(&w, "HTTP/1.1 ");
    put_number(&w, status);
    put(&w, " ");
    put(&w, reason(status));
    put(&w, "\r\nContent-Length: ");
    put_number(&w, status == HTTP_RANGE ? 0 : count);
    if (status == HTTP_PARTIAL) {
        put(&w, "\r\nContent-Range: bytes ");
        put_number(&w, from);
        put(&w, "-");
        put_number(&w, from + count - 1);
        put(&w, "/");
        put_number(&w, size);
    } else if (status == HTTP_RANGE) {
        put(&w, "\r\nContent-Range: bytes */");
        put_number(&w, size);
    }
    if (type) {
        put(&w, "\r\nContent-Type: ");
        put(&w, type);
    }
    put(&w, keep ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n");
    return w.at <= room ? w.at : 0;
}
#endif
