/* SPDX-License-Identifier: MIT */
/* web_talk.c -- see web_talk.h. */
#include "exo/libos/nettools/web_talk.h"

#include "exo/libos/exos/files/files.h"
#include "lib/error.h"
#include "lib/string.h"

void web_talk_begin(struct web_talk *t, int fd) {
    t->fd = fd;
    t->file = -1;
    t->got = t->at = t->bytes = 0;
    t->left = t->sent = t->read = 0;
    t->ends = false;
}

static void close_file(struct web_talk *t) {
    if (t->file >= 0)
        exos_close(t->file);
    t->file = -1;
    t->left = 0;
}

/* The file that is asked for, of which there is `*size`; no part of a path leads upwards
 * (protocol/http.h). */
static enum http_status open_file(struct web_talk *t, const struct http_request *r,
                                  uint64_t *size) {
    char path[1 + HTTP_PATH_MOST + 1];
    struct exos_stat stat;
    path[0] = '/';
    memcpy(path + 1, t->request + r->path, r->path_bytes);
    path[1 + r->path_bytes] = '\0';
    /* To open a pipe would be to wait; RAMFS_TYPES: the boot archive's. */
    if (exos_stat(path, &stat) || (stat.type != RAMFS_FILE && stat.type != RAMFS_TYPES))
        return HTTP_NOT_FOUND;
    t->file = (int)exos_open(path, EXOS_READ);
    if (t->file < 0)
        return HTTP_NOT_FOUND;
    *size = stat.size;
    return HTTP_OK;
}

static void answer(struct web_talk *t, const struct http_request *r) {
    enum http_status status = (enum http_status)r->status;
    uint64_t size = 0, from = 0, count = 0;
    if (status == HTTP_OK)
        status = open_file(t, r, &size);
    if (status == HTTP_OK)
        status = http_range(r, size, &from, &count);
    const bool has = status == HTTP_OK || status == HTTP_PARTIAL;
    t->ends = r->status != HTTP_OK || !r->keep;
    t->at = 0;
    t->bytes = http_put(t->out, sizeof t->out, status,
                        has ? http_type(t->request + r->path, r->path_bytes) : NULL, from,
                        has ? count : 0, size, !t->ends);
    t->left = has && !r->head ? count : 0;
    if (!t->left)
        close_file(t);
    else if (from)
        exos_seek(t->file, (int64_t)from, EXOS_FROM_START);
}

/* More of the file stands behind what is to be sent. False: it became shorter. */
static bool fill(struct web_talk *t) {
    const uint32_t room = sizeof t->out - t->bytes;
    const long n = exos_read(t->file, t->out + t->bytes, t->left < room ? t->left : room);
    if (n <= 0)
        return false;
    t->bytes += (uint32_t)n;
    t->left -= (uint64_t)n;
    t->read += (uint64_t)n;
    if (!t->left)
        close_file(t);
    return true;
}

/* Takes a request from what came; false: it is not there yet. */
static bool take(struct web_talk *t) {
    struct http_request r;
    http_get((const uint8_t *)t->request, t->got, &r);
    if (!t->got || !r.status)
        return false;
    answer(t, &r);
    t->got = t->ends ? 0 : t->got - r.bytes;
    memmove(t->request, t->request + r.bytes, t->got);
    return true;
}

void web_talk_end(struct web_talk *t) {
    close_file(t);
    exos_close(t->fd);
}

enum web_step web_talk(struct web_talk *t) {
    long n = 1;
    while (n > 0) {
        if (t->left && t->bytes < sizeof t->out && !fill(t))
            break;
        if (t->at < t->bytes) {
            n = exos_write(t->fd, t->out + t->at, t->bytes - t->at);
            t->at += n > 0 ? (uint32_t)n : 0;
            t->sent += n > 0 ? (uint64_t)n : 0;
            if (t->at == t->bytes)
                t->at = t->bytes = 0;
            if (n == -E_AGAIN)
                return WEB_WANTS_WRITE;
        } else if (t->ends) {
            break;
        } else if (!take(t)) {
            n = exos_read(t->fd, t->request + t->got, sizeof t->request - t->got);
            t->got += n > 0 ? (uint32_t)n : 0;
            if (n == -E_AGAIN)
                return WEB_WANTS_READ;
        }
    }
    web_talk_end(t);
    return WEB_ENDED;
}
