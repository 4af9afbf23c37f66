/* SPDX-License-Identifier: MIT */
/* server.bpf.c -- the web server. A request is read where it was copied to, by the parser of
 * kernels/protocol; its answer goes into the connection's buffer. What is small is answered at
 * once, from the cache; of what is large as much as there is room for, from the file, which is open
 * meanwhile. An answer of a file that is changed under it is broken off: nobody gets half of one
 * and half of another. */
#include "served.h"

#include "protocol/bytes.h"
#include "protocol/http.c" /* NOLINT(bugprone-suspicious-include) */
#include "spin/extend.h"
#include "spin/services/stream/stream.h"

#include "cache.h"
#include "answers.h"
#include "head.h"
#include "asked.h"

NEEDS("/svc/domains/Stream");
NEEDS("/svc/domains/Files");
INTERFACE("http_hybrid");
INTERFACE("http_lru");
INTERFACE("http_none");
INTERFACE("http_reads");
INTERFACE("http_requests");

#define NOBODY (-1ul) /* of readers */
#define WRITE  4096ul /* bytes that are written at once */

static unsigned long requests;

/* --- Answers --- */

/* Bytes of `some`, or of the pages. */
APART unsigned long http_write_some(unsigned long number, unsigned long at, unsigned long count) {
    for (unsigned long done = 0; done < count;) {
        const unsigned long now = given(count - done < WRITE ? count - done : WRITE);
        if (now > WRITE ||
            stream_write(number, some + within(at + done, 2 * READER_MOST - 1), now) != (long)now)
            return 0;
        done += now;
    }
    return 1;
}

APART unsigned long http_write_page(unsigned long number, unsigned long i, unsigned long from,
                                    unsigned long count) {
    const unsigned long at = within(i, PAGES - 1) * PAGE + within(from, PAGE - 1);
    if (count > WRITE)
        return 0;
    return stream_write(number, page_bytes + at, count) == (long)count;
}

/* How many bytes of an answer go next, where there is room for so many. */
static inline unsigned long next_bytes(const struct answer *a, unsigned long room) {
    const unsigned long most = a->id ? PAGE - a->at % PAGE : READER_MOST;
    unsigned long n = a->left < most ? a->left : most;
    if (n <= room)
        return n;
    n = room - (a->at + room) % PAGE; /* so that the next piece begins with a page */
    return !a->id && room >= READER_MOST / 2 ? n : 0;
}

static inline bool has_changed(const struct answer *a) {
    return reader_changed(a->reader - 1) != a->changed && DEFENDED(HTTP_CHANGED);
}

/* False: the file is not what it was, or cannot be read. */
APART unsigned long http_send_piece(unsigned long place, unsigned long n) {
    struct answer *a = &answers[within(place, HTTP_CONNECTIONS - 1)];
    const unsigned long from = a->at % PAGE;
    if (has_changed(a))
        return 0;
    if (a->id) {
        const unsigned long i = http_page(a->id, a->at / PAGE, a->reader - 1);
        if (i == NO_FILE || !http_write_page(a->number, i, from, n))
            return 0;
    } else {
        if (n > READER_MOST)
            return 0;
        reads++;
        if (reader_read(a->reader - 1, some + from, n, a->at) != (long)n ||
            !http_write_some(a->number, from, n))
            return 0;
    }
    a->at += n;
    a->left -= n;
    return !has_changed(a);
}

/* As much as there is room for. False: it is broken off. */
APART unsigned long http_fill(unsigned long place, unsigned long room) {
    struct answer *a = &answers[within(place, HTTP_CONNECTIONS - 1)];
    while (a->left) {
        const unsigned long n = next_bytes(a, room);
        if (!n)
            break;
        if (!http_send_piece(place, n))
            return 0;
        room -= n;
    }
    if (!a->left && a->reader) {
        reader_close(a->reader - 1);
        a->reader = 0;
    }
    return 1;
}

/* A head alone: an error, or what HEAD asks for. */
APART unsigned long http_say(unsigned long number, unsigned long status, unsigned long bytes,
                             unsigned long keeps) {
    const unsigned long n = http_put_head(status, 0, bytes, bytes, keeps);
    if (n > HEAD_ROOM)
        return 0;
    return stream_write(number, head, n) == (long)n;
}

/* The pages of a small file are in memory, all of the same state of it. */
APART unsigned long http_load(unsigned long name, unsigned long from, unsigned long count) {
    struct known *k = &known[within(name, NAMES - 1)];
    unsigned long reader = NOBODY, well = 1;
    for (unsigned long i = from / PAGE; well && i * PAGE < from + count; i++) {
        const unsigned long at = within(k->page[within(i, 3)], PAGES - 1);
        if (page[at].id == k->id && page[at].index == i) {
            page[at].used = ++clock;
            hits++;
            continue;
        }
        if (reader == NOBODY) {
            const long opened = http_open();
            if (opened < 0)
                return 0;
            reader = (unsigned long)opened;
        }
        k->page[within(i, 3)] = http_page(k->id, i, reader);
        well = k->page[within(i, 3)] != NO_FILE;
    }
    if (reader != NOBODY)
        reader_close(reader);
    return well && files_changed() == k->stamp;
}

static inline long send_small(unsigned long number, const struct known *k, unsigned long from,
                              unsigned long count) {
    for (unsigned long i = from / PAGE; count; i++) {
        const unsigned long left = PAGE - from % PAGE, n = count < left ? count : left;
        if (!http_write_page(number, k->page[within(i, 3)], from, n))
            return 0;
        from += n;
        count -= n;
    }
    return 1;
}

/* All of the file, or a range, by pages that are in memory. */
APART unsigned long http_send_small(unsigned long number, unsigned long name, unsigned long from,
                                    unsigned long count, unsigned long keeps) {
    const struct known *k = &known[within(name, NAMES - 1)];
    const unsigned long way = keeps ? 1 : 0;
    if (count == k->bytes) {
        const unsigned long n = k->head_bytes[way];
        if (n > HEAD_MOST || stream_write(number, k->head[way], n) != (long)n)
            return 0;
    } else {
        const unsigned long n = http_put_head(HTTP_PARTIAL, from, count, k->bytes, keeps);
        if (n > HEAD_ROOM || stream_write(number, head, n) != (long)n)
            return 0;
    }
    return (unsigned long)send_small(number, k, from, count);
}

/* By the file, which is open until the end. */
APART unsigned long http_send_large(unsigned long place, unsigned long name, unsigned long from,
                                    unsigned long count, unsigned long room) {
    struct answer *a = &answers[within(place, HTTP_CONNECTIONS - 1)];
    const struct known *k = known_at(name);
    const long reader = http_open();
    if (reader < 0)
        return 0;
    a->reader = (unsigned long)reader + 1;
    a->changed = reader_changed((unsigned long)reader);
    a->since = ++clock;
    a->id = is_kept(k->bytes) && files_changed() == k->stamp ? k->id : 0;
    a->at = from;
    a->left = count;
    if (reader_bytes((unsigned long)reader) != (long)k->bytes)
        return 0;
    const unsigned long n =
        http_put_head(count == k->bytes ? HTTP_OK : HTTP_PARTIAL, from, count, k->bytes, a->keeps);
    if (n > HEAD_ROOM || room < n || stream_write(a->number, head, n) != (long)n)
        return 0;
    return http_fill(place, room - n);
}

enum { BROKEN, DONE, LATER };

/* The answer to a request for the file of this name. */
APART unsigned long http_answer(unsigned long place, unsigned long room,
                                const struct http_request *r NEVER_NULL) {
    struct answer *a = &answers[within(place, HTTP_CONNECTIONS - 1)];
    uint64_t from, count;
    UNLESS_THERE(r, BROKEN);
    const unsigned long name = http_find();
    if (name == NO_FILE)
        return http_say(a->number, HTTP_NOT_FOUND, 0, a->keeps);
    const struct known *k = known_at(name);
    const enum http_status status = http_range(r, k->bytes, &from, &count);
    if (status == HTTP_RANGE || r->head)
        return http_say(a->number, status == HTTP_RANGE ? status : HTTP_OK, k->bytes, a->keeps);
    if (name < NAMES && k->bytes <= HTTP_SMALL && is_kept(k->bytes)) {
        if (room < count + HEAD_ROOM)
            return LATER;
        if (http_load(name, from, count))
            return http_send_small(a->number, name, from, count, a->keeps);
    }
    return http_send_large(place, name, from, count, room);
}

/* --- Requests --- */

/* How many bytes of it were taken; 0: there is more to come, or no room. */
APART unsigned long http_request(unsigned long place, unsigned long n, unsigned long room) {
    struct answer *a = &answers[within(place, HTTP_CONNECTIONS - 1)];
    struct http_request r;
    http_get(text, (uint32_t)n, &r);
    if (!r.status)
        return 0;
    a->waits = room < 2 * HEAD_ROOM;
    if (a->waits)
        return 0;
    if (r.status != HTTP_OK) {
        a->keeps = 0;
        http_say(a->number, r.status, 0, 0);
        return n;
    }
    a->keeps = r.keep;
    http_name(r.path, r.path_bytes);
    const unsigned long did = http_answer(place, room, &r);
    a->waits = did == LATER;
    if (did == BROKEN) {
        stream_abort(a->number);
        http_let_go(place);
    }
    requests += did == DONE;
    return did == LATER ? 0 : r.bytes;
}

HANDLER(stream_ready) unsigned long ready(struct stream_view *v) {
    const unsigned long what = given(v->what), bytes = given(v->bytes), number = given(v->number);
    if (what & STREAM_OPENED)
        v->word[0] = http_take_place(number) + 1;
    const unsigned long place = within(v->word[0] - 1, HTTP_CONNECTIONS - 1);
    struct answer *a = &answers[place];
    if (!v->word[0] || a->number != number)
        return bytes; /* it is closed */
    if (what & STREAM_GONE) {
        http_let_go(place);
        v->word[0] = 0;
        return bytes;
    }
    unsigned long taken = 0, room = v->room;
    a->ended |= (what & STREAM_ENDED) != 0;
    if (a->left && !http_fill(place, room)) {
        stream_abort(number);
        http_let_go(place);
        return bytes;
    }
    while (a->number && !a->left && a->keeps && taken < bytes) {
        const unsigned long n = http_request(place, stream_copy(v, taken, text, HTTP_REQUEST_MOST),
                                             stream_room(number));
        if (!n)
            break;
        taken += n;
    }
    if (a->number && !a->left && (!a->keeps || (a->ended && !a->waits))) {
        stream_close(number, 1);
        http_let_go(place);
        v->word[0] = 0;
        return bytes;
    }
    return taken;
}

INITIALISE long begin(void) {
    return stream_listen(HTTP_PORT);
}

/* --- What the shell and checks call --- */

static inline long use(unsigned long which, unsigned long count) {
    mode = which;
    pages = count;
    for (unsigned i = 0; i < PAGES; i++)
        page[i].id = page[i].used = 0;
    reads = hits = 0;
    return 0;
}

EXPORTED long http_hybrid(void) {
    return use(HTTP_HYBRID, PAGES_USUAL);
}

EXPORTED long http_lru(void) {
    return use(HTTP_LRU, PAGES_USUAL);
}

EXPORTED long http_none(void) {
    return use(HTTP_NONE, PAGES_USUAL);
}

/* How often the file system was asked for bytes. */
EXPORTED long http_reads(void) {
    return (long)reads;
}

EXPORTED long http_requests(void) {
    return (long)requests;
}
