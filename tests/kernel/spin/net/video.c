/* SPDX-License-Identifier: MIT */
/* video.c -- a film from one interface to the other: who watches it has its pictures on the screen,
 * pixel by pixel. */
#include "net_checks.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/interrupt_flag.h"
#include "machine/cpu/x86.h"
#include "machine/memory/heap.h"
#include "spin/extensions/video_server/video_server.h"
#include "spin/services/files/file.h"
#include "spin/services/video/film.h"

enum { WIDTH = 64, HEIGHT = 48, PIXELS = WIDTH * HEIGHT, FRAMES = 4, ROOM = 16384, LONGEST = 62 };
#define W    "/svc/volumes/w"
#define FILM W "/film"

/* Each pixel of each picture is another one's, but for a bar that moves. */
static uint32_t pixel(unsigned picture, unsigned i) {
    const bool bar = i / WIDTH / 8 == picture % 6;
    return bar ? 0xff0080ff : 0xff000000 | (picture << 16 & 0xff0000) | (i * 37 & 0xffff);
}

/* Colours as they are, and runs of them. */
static uint32_t encode(uint8_t *to, unsigned picture) {
    static const uint8_t head[] = {'q', 'o', 'i', 'f', 0, 0, 0, WIDTH, 0, 0, 0, HEIGHT, 3, 0};
    static const uint8_t tail[] = {0, 0, 0, 0, 0, 0, 0, 1};
    uint8_t *p = to + sizeof head;
    memcpy(to, head, sizeof head);
    for (unsigned i = 0; i < PIXELS;) {
        const uint32_t colour = pixel(picture, i++);
        unsigned run = 0;
        *p++ = 0xfe;
        *p++ = (uint8_t)colour, *p++ = (uint8_t)(colour >> 8), *p++ = (uint8_t)(colour >> 16);
        while (run < LONGEST && i < PIXELS && pixel(picture, i) == colour)
            run++, i++;
        if (run)
            *p++ = (uint8_t)(0xc0 | (run - 1));
    }
    memcpy(p, tail, sizeof tail);
    return (uint32_t)(p + sizeof tail - to);
}

static bool is_shown(unsigned picture) {
    if (screen.width != WIDTH || screen.height != HEIGHT)
        return false;
    for (unsigned i = 0; i < PIXELS; i++)
        if (screen.pixel[i] != pixel(picture, i))
            return false;
    return true;
}

/* What is under way arrives. */
static void let_arrive(void) {
    const bool on = interrupts_off();
    sti();
    for (unsigned i = 0; i < 200; i++)
        net_settle();
    interrupts_restore(on);
}

static long show_memory(unsigned picture) {
    uint8_t *room = frame_room();
    return room ? (long)frame_show(picture, encode(room, picture)) : -1;
}

static struct extension *server, *client;

/* Somebody watches. */
static bool begin(struct check *c, long (*show)(unsigned picture)) {
    server = loading_load(c, "video_server");
    client = server ? loading_load(c, "video_client") : NULL;
    for (unsigned i = 0; client && i < 2000; i++) {
        if (show(0) > 0)
            return true;
        let_arrive();
    }
    if (client)
        check_fail(c, "nobody watches");
    return false;
}

static void end(struct check *c) {
    let_arrive();
    if ((client && loader_unload(client)) || (server && loader_unload(server)))
        check_fail(c, "an extension stays");
}

static void try_pictures(struct check *c, long (*show)(unsigned picture)) {
    if (!begin(c, show))
        return;
    let_arrive();
    for (unsigned picture = 0; picture < FRAMES; picture++) {
        const uint32_t before = screen.shown;
        const long sent = show(picture);
        let_arrive();
        CHECK_THAT(c, sent > 1 && screen.shown == before + 1 && is_shown(picture));
    }
}

/* What the first loads keep is there. */
static bool begin_all(struct check *c) {
    if (!net_begin_with(c, "video_client"))
        return false;
    net_end(c);
    return net_begin_with(c, "video_server");
}

CHECK(video_memory, "video/a_picture_is_on_the_screen_of_who_watches") {
    if (!begin_all(c))
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
        head.bytes[i] = encode(bytes, i);
    fine = fine && file_write(o, &head, sizeof head, 0, false) == sizeof head;
    for (unsigned i = 0; fine && i < FRAMES; i++) {
        encode(bytes, i);
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

CHECK(video_disk, "video/a_film_goes_from_the_disk_to_the_screen_of_who_watches") {
    if (!nic_objects[1].nic || !disk_object_find("disk0")) {
        check_skip(c, "the machine has no two network interfaces and a disk");
        return;
    }
    if (!mount_once(c) || !begin_all(c))
        return;
    if (mount(c) && write_film(c)) {
        CHECK_THAT(c, film_open(W "/none") == -E_NOT_FOUND && film_show(0) == -E_NOT_FOUND);
        CHECK_THAT(c, film_open(FILM) == 0 && film_frames() == FRAMES);
        try_pictures(c, show_film);
        CHECK_THAT(c, film_show(FRAMES) == -E_NOT_FOUND);
        film_close();
        end(c);
        CHECK_THAT(c, file_remove(FILM, false) == 0 && volume_unmount(W) == 0);
    }
    loader_unload(loader_find("wfs"));
    net_end(c);
}
