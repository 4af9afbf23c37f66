/* SPDX-License-Identifier: MIT */
/* head.h -- the head of an answer, written from its front. */
#ifndef SPIN_EXTENSIONS_HTTP_HEAD_H
#define SPIN_EXTENSIONS_HTTP_HEAD_H

#include "cache.h"

#define HEAD_ROOM 256 /* a power of two; no head has as many bytes */

static unsigned char head[HEAD_ROOM + HEAD_MOST] __attribute__((aligned(8)));
static unsigned long head_bytes;

#define HEAD_PUT(text)                                                                             \
    do {                                                                                           \
        memcpy(head + within(head_bytes, HEAD_ROOM - 1), text, sizeof(text) - 1);                  \
        head_bytes += sizeof(text) - 1;                                                            \
    } while (0)

APART unsigned long http_put_number(unsigned long n) {
    unsigned long digits = 1;
    for (unsigned long i = n; i >= 10 && digits < 20; i /= 10)
        digits++;
    for (unsigned long at = digits; at-- > 0; n /= 10)
        head[within(head_bytes + at, HEAD_ROOM - 1)] = (unsigned char)('0' + n % 10);
    head_bytes += digits;
    return digits;
}

APART unsigned long http_put_status(unsigned long status) {
    if (status == HTTP_OK)
        HEAD_PUT("HTTP/1.1 200 OK\r\nContent-Length: ");
    else if (status == HTTP_PARTIAL)
        HEAD_PUT("HTTP/1.1 206 Partial Content\r\nContent-Length: ");
    else if (status == HTTP_NOT_FOUND)
        HEAD_PUT("HTTP/1.1 404 Not Found\r\nContent-Length: ");
    else if (status == HTTP_RANGE)
        HEAD_PUT("HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: ");
    else if (status == HTTP_LONG)
        HEAD_PUT("HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: ");
    else if (status == HTTP_METHOD)
        HEAD_PUT("HTTP/1.1 501 Not Implemented\r\nContent-Length: ");
    else if (status == HTTP_VERSION)
        HEAD_PUT("HTTP/1.1 505 HTTP Version Not Supported\r\nContent-Length: ");
    else if (status == HTTP_FAILED)
        HEAD_PUT("HTTP/1.1 500 Internal Server Error\r\nContent-Length: ");
    else
        HEAD_PUT("HTTP/1.1 400 Bad Request\r\nContent-Length: ");
    return head_bytes;
}

APART unsigned long http_put_end(unsigned long keeps) {
    if (keeps)
        HEAD_PUT("\r\n\r\n");
    else
        HEAD_PUT("\r\nConnection: close\r\n\r\n");
    return head_bytes;
}

/* Of `count` bytes from `from` on of a file of so many. */
APART unsigned long http_put_head(unsigned long status, unsigned long from, unsigned long count,
                                  unsigned long bytes, unsigned long keeps) {
    head_bytes = 0;
    http_put_status(status);
    http_put_number(status == HTTP_OK || status == HTTP_PARTIAL ? count : 0);
    if (status == HTTP_PARTIAL) {
        HEAD_PUT("\r\nContent-Range: bytes ");
        http_put_number(from);
        HEAD_PUT("-");
        http_put_number(from + count - 1);
        HEAD_PUT("/");
        http_put_number(bytes);
    } else if (status == HTTP_RANGE) {
        HEAD_PUT("\r\nContent-Range: bytes */");
        http_put_number(bytes);
    }
    return http_put_end(keeps);
}

#endif
