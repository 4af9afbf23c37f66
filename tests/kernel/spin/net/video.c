/* SPDX-License-Identifier: MIT */
/* video.c -- a film from one interface to the other: who watches it has its pictures on the screen,
 * pixel by pixel. */
#include "film_checks.h"

#include "common/pages_touched.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/memory/heap.h"
#include "spin/extensions/video_server/video_server.h"
#include "spin/services/files/file.h"
#include "spin/services/shell/shell.h"
#include "spin/services/thread/kthread.h"
#include "spin/services/video/film.h"
#include "spin/services/video/projector.h"

enum { FRAMES = 4, ROOM = FILM_ROOM };
#define W    "/svc/volumes/w"
#define FILM W "/film"

static long show_memory(unsigned picture) {
    uint8_t *room = frame_room();
    return room ? (long)frame_show(film_encode(room, picture)) : -1;
}

static struct extension *server, *client;

/* Somebody watches. */
static bool begin(struct check *c, long (*show)(unsigned picture)) {
    server = loading_load(c, "video_server");
    client = server ? loading_load(c, "video_client") : NULL;
    for (unsigned i = 0; client && i < 2000; i++) {
        if (show(0) > 0)
            return true;
        film_settle();
    }
    if (client)
        check_fail(c, "nobody watches");
    return false;
}

static void end(struct check *c) {
    film_settle();
    if ((client && loader_unload(client)) || (server && loader_unload(server)))
        check_fail(c, "an extension stays");
}

static void try_pictures(struct check *c, long (*show)(unsigned picture)) {
    if (!begin(c, show))
        return;
    film_settle();
    for (unsigned picture = 0; picture < FRAMES; picture++) {
        const uint32_t before = screen.shown;
        const long sent = show(picture);
        film_settle();
        CHECK_THAT(c, sent > 1 && screen.shown == before + 1 && film_is_shown(picture));
    }
}

CHECK(video_memory, "video/a_picture_is_on_the_screen_of_who_watches") {
    if (!film_begin(c, "video_server", "video_client"))
        return;
    try_pictures(c, show_memory);
    end(c);
    CHECK_THAT(c, net_pages() == OUTGOINGS - 1);
    net_end(c);
}

/* --- From a disk --- */

static bool mount(struct check *c) {
    const bool fine = !volume_format_disk("wfs", "disk0", "test") &&
                      !volume_mount_disk("wfs", "disk0", W, 128, NULL);
    if (!fine)
        check_fail(c, "the disk cannot be mounted");
    return fine;
}

static bool write_film(struct check *c) {
    static struct film_head head = {.magic = FILM_MAGIC, .frames = FRAMES, .room = ROOM};
    struct open_file *o;
    uint8_t *bytes = heap_alloc(ROOM);
    bool fine = bytes && !file_open(FILM, FILE_OPEN_CREATE | FILE_OPEN_NEW, &o);
    for (unsigned i = 0; fine && i < FRAMES; i++)
        head.bytes[i] = film_encode(bytes, i);
    fine = fine && file_write(o, &head, sizeof head, 0, false) == sizeof head;
    for (unsigned i = 0; fine && i < FRAMES; i++) {
        film_encode(bytes, i);
        fine = file_write(o, bytes, ROOM, FILM_PAGE + i * ROOM, false) == ROOM;
    }
    if (fine)
        fine = !file_sync(o), file_close(o);
    if (bytes)
        heap_free(bytes, ROOM);
    if (!fine)
        check_fail(c, "the film cannot be written");
    return fine;
}

/* What a first mount keeps is there. */
static bool mount_once(struct check *c) {
    return mount(c) && write_film(c) && !film_open(FILM) &&
           (film_close(), !file_remove(FILM, false)) && !volume_unmount(W) &&
           !loader_unload(loader_find("wfs"));
}

static long show_film(unsigned picture) {
    return film_show(picture);
}

/* What is left is as it was before, once it has been mounted and the graph was there once. */
static bool begin_disk(struct check *c) {
    if (nic_objects[1].nic && disk_object_find("disk0"))
        return mount_once(c) && film_begin(c, "video_server", "video_client") && mount(c) &&
               write_film(c);
    check_skip(c, "the machine has no two network interfaces and a disk");
    return false;
}

static void end_disk(struct check *c) {
    film_close();
    CHECK_THAT(c, file_remove(FILM, false) == 0 && volume_unmount(W) == 0);
    loader_unload(loader_find("wfs"));
    net_end(c);
}

CHECK(video_disk, "video/a_film_goes_from_the_disk_to_the_screen_of_who_watches") {
    if (!begin_disk(c))
        return;
    CHECK_THAT(c, film_open(W "/none") == -E_NOT_FOUND && film_show(0) == -E_NOT_FOUND);
    CHECK_THAT(c, film_open(FILM) == 0 && film_frames() == FRAMES);
    try_pictures(c, show_film);
    CHECK_THAT(c, film_show(FRAMES) == -E_NOT_FOUND);
    end(c);
    end_disk(c);
}

CHECK(video_touched, "video/no_byte_of_a_film_passes_by_the_processor") {
    enum { PAGES = ROOM / FILM_PAGE };
    if (!begin_disk(c))
        return;
    CHECK_THAT(c, film_open(FILM) == 0 && begin(c, show_film));
    const volatile uint8_t *room = frame_room();
    CHECK_THAT(c, !pages_touched_begin((const void *)room, PAGES));
    CHECK_THAT(c, film_show(1) > 1);
    film_settle();
    CHECK_THAT(c, film_is_shown(1) && pages_touched((const void *)room, PAGES) == 0);
    CHECK_THAT(c, room[0] == 'q' && pages_touched((const void *)room, PAGES) == FILM_PAGE);
    end(c);
    end_disk(c);
}

static void *nothing(void *unused) {
    return unused;
}

static void type(const char *line) {
    shell_command(line, strlen(line));
}

static void wait_for_frames(uint32_t from, uint32_t frames) {
    for (unsigned i = 0; i < 4000 && screen.shown - from < frames; i++)
        film_settle();
}

/* The console's command: each frame at its time, until all are shown, or it is ended. */
CHECK(video_projector, "video/a_film_is_shown_by_a_strand_until_it_is_over_or_ended") {
    struct kthread *first = kthread_fork(nothing, NULL); /* what a strand keeps is there */
    void *unused;
    CHECK_THAT(c, first && kthread_join(first, &unused));
    if (!begin_disk(c))
        return;
    CHECK_THAT(c, film_open(FILM) == 0 && begin(c, show_film));
    film_close();
    film_settle();
    const uint32_t before = screen.shown;
    const uint64_t began = rdtsc();
    type("film " FILM);
    CHECK_THAT(c, projector_begin(FILM) == -E_BUSY);
    wait_for_frames(before, FRAMES);
    CHECK_THAT(c, screen.shown == before + FRAMES && film_is_shown(FRAMES - 1));
    CHECK_THAT(c, rdtsc() - began > (FRAMES - 1) * (1000000000ul / PROJECTOR_FRAMES));
    CHECK_THAT(c, projector_end() == FRAMES);
    CHECK_THAT(c, projector_end() == -E_NOT_FOUND);
    type("film " FILM);
    wait_for_frames(before, FRAMES + 1);
    type("film");
    const uint32_t at_end = screen.shown;
    for (unsigned i = 0; i < 400; i++)
        film_settle();
    CHECK_THAT(c, screen.shown == at_end && at_end < before + 2 * FRAMES && !film_frames());
    CHECK_THAT(c, projector_begin(W "/none") == -E_NOT_FOUND && projector_end() == -E_NOT_FOUND);
    end(c);
    end_disk(c);
}

/* A head with one lie: it is no film. */
static bool is_refused(struct film_head *h) {
    struct open_file *o;
    if (file_open(FILM, FILE_OPEN_WRITE, &o))
        return false;
    const bool wrote = file_write(o, h, sizeof *h, 0, false) == sizeof *h && !file_sync(o);
    file_close(o);
    return wrote && film_open(FILM) == -E_INVALID && film_show(0) == -E_NOT_FOUND;
}

CHECK(video_liar, "video/a_film_that_lies_is_none") {
    static const struct {
        uint32_t magic, frames, room, bytes;
    } lie[] = {
        {0, 1, ROOM, 1},
        {FILM_MAGIC, 0, ROOM, 1},
        {FILM_MAGIC, FILM_FRAMES_MAX + 1, ROOM, 1},
        {FILM_MAGIC, UINT32_MAX, ROOM, 1},
        {FILM_MAGIC, 1, 0, 1},
        {FILM_MAGIC, 1, ROOM + 1, 1},
        {FILM_MAGIC, 1, FRAME_BYTES_MOST + FILM_PAGE, 1},
        {FILM_MAGIC, 1, 0u - FILM_PAGE, 1},
        {FILM_MAGIC, 1, ROOM, 0},
        {FILM_MAGIC, 1, ROOM, ROOM + 1},
        {FILM_MAGIC, 1, ROOM, UINT32_MAX},
    };
    static struct film_head h;
    if (!begin_disk(c))
        return;
    for (unsigned i = 0; i < sizeof lie / sizeof lie[0]; i++) {
        h = (struct film_head){.magic = lie[i].magic, .frames = lie[i].frames, .room = lie[i].room};
        h.bytes[0] = lie[i].bytes;
        CHECK_THAT(c, is_refused(&h));
    }
    h = (struct film_head){.magic = FILM_MAGIC, .frames = FRAMES + 1, .room = ROOM};
    for (unsigned i = 0; i <= FRAMES; i++)
        h.bytes[i] = ROOM;
    CHECK_THAT(c, !is_refused(&h) && film_open(FILM) == 0);
    CHECK_THAT(c, film_show(FRAMES) == -E_INVALID); /* the file has no such frame */
    end_disk(c);
}
