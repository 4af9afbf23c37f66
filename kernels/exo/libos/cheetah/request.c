/* SPDX-License-Identifier: MIT */
/* request.c -- what is asked for, and the answer to it. */
#include "exo/libos/cheetah/cheetah_own.h"

/* --- Which file --- */

/* A path has no part that is empty, `.` or `..` (protocol/http.h), and alfs has no such name. */
static bool find(const struct cheetah *c, const char *path, uint32_t bytes, struct version *v) {
    struct alfs_id id = c->setup.root;
    if (!bytes) {
        path = "index.html";
        bytes = sizeof "index.html" - 1;
    }
    for (uint32_t at = 0, part; at < bytes; at += part + 1) {
        for (part = 0; at + part < bytes && path[at + part] != '/'; part++)
            continue;
        if (alfs_lookup(c->setup.fs, id, (struct alfs_name){path + at, part}, &id))
            return false;
    }
    return version_now(c, id, v);
}

static bool is_name(const char *name, uint32_t bytes, const char *of) {
    return bytes == strlen(of) && !memcmp(name, of, bytes);
}

/* --- The answer --- */

/* Makes a head longer, so that the file behind it begins a multiple of a grain behind the next
 * segment's first byte, and segments begin where sums do: `before` bytes go before the head. Gives
 * its length. */
static uint32_t pad(char *head, uint32_t bytes, uint64_t before) {
    static const char server[] = "Server: cheetah";
    const uint32_t least = bytes + sizeof server - 1 + 2;
    const uint32_t all = least + (uint32_t)(-(before + least) % CHEETAH_GRAIN);
    if (all > CHEETAH_HEAD)
        return bytes;
    char *at = head + bytes - 2; /* the empty line's */
    memcpy(at, server, sizeof server - 1);
    memset(at + sizeof server - 1, ' ', all - least);
    memcpy(head + all - 4, "\r\n\r\n", 4);
    return all;
}

static char *next_head(struct cheetah *c, struct connection *k) {
    k->next_head = (uint8_t)((k->next_head + 1) % CHEETAH_ANSWERS);
    return (char *)c->heads[k - c->connection][k->next_head];
}

/* Head and data are in a page; false: none is left, but that for the request's rest. */
static bool answer_status(struct cheetah *c, const struct http_request *r, struct answer *a) {
    char *page = (char *)page_take(c);
    if (!page || !c->page) {
        if (page)
            page_give(c, (uint8_t *)page);
        return false;
    }
    const uint32_t bytes = c->setup.status(page + CHEETAH_HEAD, STORE_BLOCK - CHEETAH_HEAD);
    const uint32_t head =
        http_put(page, CHEETAH_HEAD, HTTP_OK, "text/plain", 0, bytes, bytes, r->keep);
    memmove(page + head, page + CHEETAH_HEAD, bytes);
    a->head = (uint8_t *)page;
    a->head_bytes = (uint16_t)(head + (r->head ? 0 : bytes));
    a->own_page = true;
    return true;
}

static void answer_file(struct cheetah *c, struct connection *k, const struct http_request *r,
                        enum http_status status, const char *path, struct answer *a) {
    const char *type = NULL;
    if (status == HTTP_OK && !find(c, path, r->path_bytes, &a->of))
        status = HTTP_NOT_FOUND;
    if (status == HTTP_OK) {
        status = http_range(r, a->of.size, &a->from, &a->count);
        type = http_type(path, r->path_bytes);
    }
    const bool has = status == HTTP_OK || status == HTTP_PARTIAL;
    char *head = next_head(c, k);
    const uint32_t bytes = http_put(head, CHEETAH_HEAD, status, type, a->from, has ? a->count : 0,
                                    a->of.size, r->keep);
    if (r->head || !has)
        a->count = 0;
    a->head = (uint8_t *)head;
    const uint64_t before = k->tcp.snd_end - k->tcp.snd_nxt + k->unwritten;
    a->head_bytes = (uint16_t)(a->count ? pad(head, bytes, before) : bytes);
}

/* --- Requests that came before --- */

static void queue(struct cheetah *c, struct connection *k, const struct answer *a, bool keep,
                  uint64_t now) {
    if (!k->answers)
        k->until = now + CHEETAH_PATIENCE;
    k->answer[k->answers++] = *a;
    k->unwritten += a->head_bytes + a->count;
    k->ends |= !keep;
    c->counts.answers++;
}

static struct recent *recent_of(struct cheetah *c, const uint8_t *bytes) {
    const uint64_t x = wire_load64(bytes + 4) ^ wire_load64(bytes + 9) << 1;
    return &c->recent[x * 0x9e3779b97f4a7c15ull >> 58];
}
_Static_assert(RECENT == 1 << (64 - 58), "as many as the hash has bits");

/* The request for all of a file, and the head that was made for it. */
static void remember(struct cheetah *c, const struct http_request *r, const uint8_t *bytes,
                     const struct answer *a) {
    if (r->bytes > RECENT_MOST || r->has_range)
        return;
    struct recent *m = recent_of(c, bytes);
    m->bytes = r->bytes;
    m->read = *r;
    m->of = a->of;
    memcpy(m->request, bytes, r->bytes);
    memcpy(m->head, a->head, CHEETAH_GRAIN);
}

static bool is_same(const uint8_t *a, const uint8_t *b, uint32_t bytes) {
    for (; bytes >= 8; a += 8, b += 8, bytes -= 8)
        if (wire_load64(a) != wire_load64(b))
            return false;
    return !memcmp(a, b, bytes);
}

/* The same request as one before is not read again, nor is its head written again, if its path
 * leads to the same version of a file, and the head is as long as it must be here. Gives the
 * request's length; 0: it is to be read. */
static uint32_t answer_again(struct cheetah *c, struct connection *k, const uint8_t *bytes,
                             uint32_t count, uint64_t now) {
    struct answer a = {.own_page = false};
    const struct recent *m = count < 17 ? NULL : recent_of(c, bytes);
    if (!m || !m->bytes || m->bytes > count || !is_same(m->request, bytes, m->bytes) ||
        (k->tcp.snd_end - k->tcp.snd_nxt + k->unwritten) % CHEETAH_GRAIN ||
        !find(c, (const char *)bytes + m->read.path, m->read.path_bytes, &a.of) ||
        !version_same(&a.of, &m->of))
        return 0;
    a.count = a.of.size;
    a.head = memcpy(next_head(c, k), m->head, CHEETAH_GRAIN);
    a.head_bytes = CHEETAH_GRAIN;
    queue(c, k, &a, m->read.keep, now);
    return m->bytes;
}

static void answer(struct cheetah *c, struct connection *k, struct http_request *r,
                   const uint8_t *bytes, uint64_t now) {
    const char *path = (const char *)bytes + r->path;
    struct answer a = {.head = NULL};
    enum http_status status = r->status;
    if (status != HTTP_OK)
        r->keep = false; /* where the next request begins is not known */
    if (status == HTTP_OK && c->setup.status && is_name(path, r->path_bytes, "status"))
        status = answer_status(c, r, &a) ? HTTP_OK : HTTP_FAILED;
    if (!a.head)
        answer_file(c, k, r, status, path, &a);
    if (a.count == a.of.size && a.count && a.head_bytes == CHEETAH_GRAIN)
        remember(c, r, bytes, &a);
    queue(c, k, &a, r->keep, now);
}

uint32_t request_serve(struct cheetah *c, uint32_t n, const uint8_t *bytes, uint32_t count,
                       uint64_t now) {
    struct connection *k = &c->connection[n];
    uint32_t done = 0;
    while (done < count && k->answers < CHEETAH_ANSWERS && !k->ends) {
        struct http_request r;
        const uint32_t again = answer_again(c, k, bytes + done, count - done, now);
        done += again;
        if (again)
            continue;
        http_get(bytes + done, count - done, &r);
        if (!r.status)
            break;
        answer(c, k, &r, bytes + done, now);
        done += r.bytes;
    }
    return k->ends ? count : done;
}
