/* SPDX-License-Identifier: MIT */
/* http.h -- a request to a web server of files (RFC 9110, 9112): GET and HEAD, one range of bytes,
 * connections that are kept. A request is read where it lies; nothing is copied. */
#ifndef PROTOCOL_HTTP_H
#define PROTOCOL_HTTP_H

#include <stdbool.h>
#include <stdint.h>

enum { HTTP_REQUEST_MOST = 4096, HTTP_PATH_MOST = 255 };

enum http_status {
    HTTP_OK = 200,
    HTTP_PARTIAL = 206,
    HTTP_BAD = 400,
    HTTP_NOT_FOUND = 404,
    HTTP_RANGE = 416, /* no byte of the file is in it */
    HTTP_LONG = 431,  /* more than HTTP_REQUEST_MOST */
    HTTP_FAILED = 500,
    HTTP_METHOD = 501,
    HTTP_VERSION = 505,
};

struct http_request {
    uint16_t status;           /* HTTP_OK, or why it is refused; 0: more bytes are needed */
    uint16_t bytes;            /* of the request: where the next one begins */
    uint16_t path, path_bytes; /* where, behind its first slash; no part of it is empty, . or .. */
    bool head;                 /* no data are to follow */
    bool keep;                 /* the connection stays */
    bool has_range, from_end;  /* from_end: the last `from` bytes */
    uint64_t from, to;         /* to: the last byte wanted, or UINT64_MAX */
};

/* Reads the first request of `bytes` bytes. A refused one ends the connection: where the next
 * begins is not known then. */
void http_get(const uint8_t *request, uint32_t bytes, struct http_request *r);

/* Which bytes of a file of `size` are asked for: HTTP_OK, all; HTTP_PARTIAL, `*count` bytes from
 * `*from` on; HTTP_RANGE, none. */
enum http_status http_range(const struct http_request *r, uint64_t size, uint64_t *from,
                            uint64_t *count);

/* The type of a file's content, by its path; of no path it is that of an index. */
const char *http_type(const char *path, uint32_t bytes);

/* The head of an answer to `room` bytes; gives its length, 0: it does not fit. Of HTTP_PARTIAL and
 * HTTP_RANGE `size` is the file's. `type`: of the content, or null. */
uint32_t http_put(char *head, uint32_t room, enum http_status status, const char *type,
                  uint64_t from, uint64_t count, uint64_t size, bool keep);

#endif
