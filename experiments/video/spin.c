/* SPDX-License-Identifier: MIT */
/* spin.c -- a frame to all who watch, by the handler of the video server, an extension. Those who
 * watch are ports of the second interface, of which one handler takes what comes. */
#include "video.h"

#include "common/pages_touched.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/report/panic.h"
#include "measure/bench.h"
#include "protocol/wire.h"
#include "spin/core/strand.h"
#include "spin/extensions/video_server/video_server.h"
#include "spin/services/disk/disk_object.h"
#include "spin/services/files/file.h"
#include "spin/services/loader/loader.h"
#include "spin/services/net/plexus.h"
#include "spin/services/video/film.h"

_Static_assert((int)PIECE == (int)VIDEO_PIECE && (int)HEADER == (int)VIDEO_HEADER,
               "all systems send the same");
_Static_assert((int)STREAMS_MOST <= (int)VIDEO_VIEWERS, "the server knows so many");

static struct module viewers = {.name = "VideoBench"};
static volatile unsigned long came;
static uint64_t ticket[STREAMS_MOST];

static unsigned long take(void *unused, struct packet *p, unsigned long key,
                          struct outgoing *reply) {
    (void)unused, (void)reply;
    if (p->bytes == VIDEO_SAYS)
        ticket[key - PORT_FIRST] = wire_load64(p->data + VIDEO_TICKET_AT);
    came++;
    return NET_TAKEN;
}

static bool prepare(struct bench *b) {
    static const char *const needed[] = {"loopback", "ether", "arp",         "ip",
                                         "icmp",     "udp",   "video_server"};
    static struct report why;
    static bool begun;
    struct extension *e;
    if (!nic_objects[1].nic) {
        bench_skip(b, "the machine has no two network interfaces");
        return false;
    }
    for (unsigned i = 0; i < sizeof needed / sizeof needed[0] && !begun; i++)
        if (!loader_find(needed[i]) && loader_load(needed[i], &e, &why))
            panic("video: %s: %s", needed[i], why.text);
    if (!begun)
        module_add(&viewers);
    begun = true;
    return true;
}

/* What was sent has come, and been taken. */
static void settle(void) {
    for (unsigned i = 0; i < 2; i++)
        while (nic_in_flight(nic_objects[i].nic, NIC_TRANSMIT))
            nic_collect(nic_objects[i].nic, NIC_TRANSMIT);
    sti();
    for (unsigned i = 0; i < 4; i++)
        strand_yield();
    cli();
}

/* Each says to the server that it watches, or goes; the first waits for its neighbour. */
static void say(const struct claim *c, unsigned streams, uint8_t what) {
    for (unsigned i = 0; i < streams; i++) {
        struct departure *d = departure_new();
        wire_put32(&d->o->byte[NET_ROOM], what);
        *(wire64 *)&d->o->byte[NET_ROOM + VIDEO_TICKET_AT] = ticket[i];
        net_send(c, d, VIDEO_SAYS, nic_objects[VIDEO_NIC].ip, NET_FROM(PORT_FIRST + i, VIDEO_PORT));
        settle();
    }
}

static unsigned long show(void) {
    sti();
    const unsigned long sent = frame_show(FRAME);
    cli();
    return sent;
}

/* So many watch, until they leave. */
static struct claim *watch(struct event_binding **binding, unsigned streams) {
    struct claim *c = claim_take(NET_UDP, PORT_FIRST, PORT_FIRST + streams - 1, 1, &viewers);
    if (!c || claim_handle(c, NET_ARRIVED, take, NULL, binding))
        panic("video: nobody can watch");
    say(c, streams, VIDEO_WATCHES); /* without a ticket, which is the answer */
    say(c, streams, VIDEO_WATCHES);
    return c;
}

static void leave(struct claim *c, struct event_binding *binding, unsigned streams) {
    say(c, streams, VIDEO_LEAVES);
    if (claim_end(c, binding))
        panic("video: a claim cannot be given up");
}

BENCH(video_frame, "video/frame/streams:1,2,4,8,15,30/by:handler") {
    const unsigned streams = (unsigned)bench_arg(b, "streams");
    struct event_binding *binding;
    if (!prepare(b))
        return;
    cli();
    struct claim *c = watch(&binding, streams);
    while (bench_next(b)) {
        const unsigned long before = came;
        memset(frame_room(), 7, FRAME);
        bench_start(b);
        const unsigned long sent = show();
        bench_stop(b);
        settle();
        assert_that(sent == streams * PIECES && came == before + sent);
    }
    leave(c, binding, streams);
    sti();
}

/* --- From the disk --- */

#define VOLUME "/svc/volumes/film"
#define FILM   VOLUME "/film"
enum { FRAMES = 2, ROOM = 16384, PAGES = ROOM / FILM_PAGE };

static void must(int error) {
    if (error)
        panic("video: error %d", error);
}

static void write_film(void) {
    static struct film_head head = {
        .magic = FILM_MAGIC, .frames = FRAMES, .room = ROOM, .bytes = {FRAME, FRAME}};
    static const uint8_t frames[FRAMES * ROOM];
    struct open_file *o;
    must(file_open(FILM, FILE_OPEN_CREATE, &o));
    if (file_write(o, &head, sizeof head, 0, false) != sizeof head ||
        file_write(o, frames, sizeof frames, FILM_PAGE, false) != sizeof frames)
        panic("video: the film cannot be written");
    must(file_sync(o));
    file_close(o);
}

static bool open_film(struct bench *b) {
    if (!disk_object_find("disk0")) {
        bench_skip(b, "the machine has no disk");
        return false;
    }
    must(volume_format_disk("wfs", "disk0", "film"));
    must(volume_mount_disk("wfs", "disk0", VOLUME, VOLUME_PAGES, NULL));
    write_film();
    must(film_open(FILM));
    return true;
}

static void close_film(void) {
    film_close();
    must(volume_unmount(VOLUME));
    must(loader_unload(loader_find("wfs")));
}

/* A frame of the film. Nothing is under way when the disk is waited for, and no timer is armed: so
 * the wait takes no instructions of its host's. */
static unsigned long show_next(void) {
    static unsigned next;
    sti();
    const long sent = film_show(next++ % FRAMES);
    cli();
    if (sent < 0)
        panic("video: a frame cannot be had: error %ld", sent);
    return (unsigned long)sent;
}

BENCH(video_film, "video/film/streams:15/by:handler") {
    const unsigned streams = (unsigned)bench_arg(b, "streams");
    struct event_binding *binding;
    if (!prepare(b) || !open_film(b))
        return;
    cli();
    struct claim *c = watch(&binding, streams);
    while (bench_next(b)) {
        const unsigned long before = came;
        bench_start(b);
        const unsigned long sent = show_next();
        bench_stop(b);
        settle();
        assert_that(sent == streams * PIECES && came == before + sent);
    }
    leave(c, binding, streams);
    sti();
    close_film();
}

BENCH(video_count, "video/count/of:touched,frames/streams:15/by:handler") {
    const unsigned streams = (unsigned)bench_arg(b, "streams");
    struct event_binding *binding;
    char of[8];
    if (!prepare(b) || !open_film(b))
        return;
    cli();
    struct claim *c = watch(&binding, streams);
    const void *room = frame_room();
    must(pages_touched_begin(room, PAGES));
    const unsigned long sent = show_next();
    settle();
    bench_count(b, *bench_word(b, "of", of, sizeof of) == 'f' ? sent : pages_touched(room, PAGES));
    leave(c, binding, streams);
    sti();
    close_film();
}

BENCH(video_size, "video/size/of:client") {
    bench_size(b, sizeof(struct viewer));
}
