/* SPDX-License-Identifier: MIT */
/* A request, byte by byte, each looked at once. */
#include "http.h"
#include "rules.h"

#include <stddef.h>

/* What is left to read. */
struct cursor {
    const uint8_t *byte;
    uint32_t at, end;
};

static bool is_end(const struct cursor *c) {
    return c->at >= c->end;
}

static uint8_t lower(uint8_t c) {
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

/* Passes `word`, if it comes next; letters of the other case are the same where `any_case`. */
static bool passes(struct cursor *c, const char *word, bool any_case) {
    uint32_t at = c->at;
    for (; *word; word++, at++) {
        if (at >= c->end)
            return false;
        uint8_t is = any_case ? lower(c->byte[at]) : c->byte[at];
        if (is != (uint8_t)*word)
            return false;
    }
    c->at = at;
    return true;
}

static void pass_spaces(struct cursor *c) {
    while (!is_end(c) && (c->byte[c->at] == ' ' || c->byte[c->at] == '\t'))
        c->at++;
}

/* A number of at most 18 digits. */
static bool number(struct cursor *c, uint64_t *value) {
    uint32_t first = c->at;
    *value = 0;
    while (!is_end(c) && c->byte[c->at] >= '0' && c->byte[c->at] <= '9' && c->at - first < 19)
        *value = *value * 10 + (c->byte[c->at++] - '0');
    return c->at > first && c->at - first < 19;
}

/* Where the empty line behind the headers ends; 0: it has not come. A line ends by CR LF, or by LF
 * alone (RFC 9112, 2.2). */
static uint32_t end_of_head(const uint8_t *p, uint32_t bytes) {
    uint32_t line = 0;
    for (uint32_t i = 0; i < bytes; i++) {
        if (p[i] != '\n')
            continue;
        if (line && (i == line || (i == line + 1 && p[line] == '\r')))
            return i + 1;
        line = i + 1;
    }
    return 0;
}

/* A path: parts of letters, digits and -._~, none of them empty, . or .., or nothing at all. */
static bool path(struct cursor *c, struct http_request *r) {
    uint32_t part = c->at, dots = 0;
    r->path = (uint16_t)c->at;
    for (; !is_end(c) && c->byte[c->at] != ' '; c->at++) {
        uint8_t b = c->byte[c->at];
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

static bool ends_line(struct cursor *c) {
    return passes(c, "\r\n", false) || passes(c, "\n", false);
}

/* "GET /path HTTP/1.1" */
static enum http_status request_line(struct cursor *c, struct http_request *r) {
    r->head = passes(c, "HEAD ", false);
    if (!r->head && !passes(c, "GET ", false))
        return HTTP_METHOD;
    if (!passes(c, "/", false) || !path(c, r) || !passes(c, " HTTP/", false))
        return HTTP_BAD;
    r->keep = passes(c, "1.1", false);
    if (!r->keep && !passes(c, "1.0", false))
        return HTTP_VERSION;
    return ends_line(c) ? HTTP_OK : HTTP_BAD;
}

/* "bytes=FROM-TO", "bytes=FROM-", "bytes=-COUNT"; what is not understood is as if it were not there
 * (RFC 9110, 14.2), several ranges too. */
static void range(struct cursor *c, struct http_request *r) {
    uint64_t from = 0, to = UINT64_MAX;
    if (!passes(c, "bytes=", true))
        return;
    bool first = number(c, &from);
    if (!passes(c, "-", false))
        return;
    bool last = number(c, &to);
    pass_spaces(c);
    if ((!first && !last) || !ends_line(c) || (first && last && to < from))
        return;
    r->has_range = true;
    r->from_end = !first;
    r->from = first ? from : to;
    r->to = first && last ? to : UINT64_MAX;
}

static void connection(struct cursor *c, struct http_request *r) {
    if (passes(c, "close", true))
        r->keep = false;
    else if (passes(c, "keep-alive", true))
        r->keep = true;
}

/* One line of the head; what it says beyond these does not matter here, but for a body, which no
 * request of ours has. */
static enum http_status header(struct cursor *c, struct http_request *r) {
    uint64_t length = 0;
    enum http_status status = HTTP_OK;
    uint32_t name = c->at;
    struct cursor value = *c;
    while (!is_end(c) && c->byte[c->at] != ':' && c->byte[c->at] > ' ')
        c->at++;
    if (c->at == name || is_end(c) || c->byte[c->at] != ':')
        return HTTP_BAD;
    if (passes(&value, "range:", true)) {
        pass_spaces(&value);
        range(&value, r);
    } else if (passes(&value, "connection:", true)) {
        pass_spaces(&value);
        connection(&value, r);
    } else if (passes(&value, "content-length:", true)) {
        pass_spaces(&value);
        status = number(&value, &length) && !length ? HTTP_OK : HTTP_BAD;
    } else if (passes(&value, "transfer-encoding:", true)) {
        status = HTTP_BAD;
    }
    while (!is_end(c) && c->byte[c->at] != '\n')
        c->at++;
    c->at++;
    return status;
}

void http_get(const uint8_t *request, uint32_t bytes, struct http_request *r) {
    uint32_t most = bytes < HTTP_REQUEST_MOST ? bytes : HTTP_REQUEST_MOST;
    uint32_t end = end_of_head(request, most);
    *r = (struct http_request){.bytes = (uint16_t)end};
    if (!end) {
        r->status = bytes < HTTP_REQUEST_MOST ? 0 : HTTP_LONG;
        return;
    }
    struct cursor c = {request, 0, end};
    enum http_status status = request_line(&c, r);
    while (status == HTTP_OK && !is_end(&c) && !ends_line(&c))
        status = header(&c, r);
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
