/* SPDX-License-Identifier: MIT */
/* inetd.bpf.c -- the small services of TCP: echo (RFC 862), discard (863), and a source that sends
 * without end (864), lines of 64 bytes with their number in it, so that whoever takes them knows
 * which ones he has. */
#include "spin/extend.h"
#include "spin/services/stream/stream.h"

NEEDS("/svc/domains/Stream");

enum { ECHO = 7, DISCARD = 9, CHARGEN = 19 };
enum { LINE = 64, LINES = 16 };

/* Of a connection (stream_view.word): how many lines were sent; whether its peer sends no more. */
enum { SENT, PEER_ENDED };

static unsigned char text[LINES * LINE];

/* What the compiler is not to know. */
static inline unsigned long given(unsigned long number) {
    __asm__("" : "+r"(number));
    return number;
}

static inline void put_line(unsigned long line, unsigned long number) {
    for (unsigned i = LINE - 1; i--; number /= 10)
        text[given(line * LINE + i) % sizeof text] = (unsigned char)('0' + number % 10);
    text[given(line * LINE + LINE - 1) % sizeof text] = '\n';
}

static inline void send_lines(struct stream_view *v, unsigned long number) {
    for (unsigned long room = v->room; room >= sizeof text; room -= sizeof text) {
        const unsigned long sent = v->word[SENT];
        for (unsigned i = 0; i < LINES; i++)
            put_line(i, sent + i);
        if (stream_write(number, text, sizeof text) != sizeof text)
            return;
        v->word[SENT] = sent + LINES;
    }
}

/* As much as there is room for goes back; the end when all has. */
static inline unsigned long send_back(struct stream_view *v, unsigned long number) {
    const unsigned long bytes = v->bytes, room = v->room;
    const unsigned long n = bytes < room ? bytes : room;
    const long went = n ? stream_pass(number, v, 0, n) : 0;
    if (went == (long)bytes && v->word[PEER_ENDED])
        stream_close(number, 0);
    return went > 0 ? (unsigned long)went : 0;
}

HANDLER(stream_ready) unsigned long ready(struct stream_view *v) {
    const unsigned long number = v->number, port = v->own_port;
    if (v->what & STREAM_GONE)
        return v->bytes;
    v->word[PEER_ENDED] |= v->what & STREAM_ENDED;
    if (port == ECHO)
        return send_back(v, number);
    if (port == CHARGEN)
        send_lines(v, number);
    else if (v->word[PEER_ENDED])
        stream_close(number, 0);
    return v->bytes;
}

INITIALISE long begin(void) {
    return stream_listen(ECHO) || stream_listen(DISCARD) || stream_listen(CHARGEN);
}
