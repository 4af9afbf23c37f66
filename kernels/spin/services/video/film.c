/* SPDX-License-Identifier: MIT */
/* film.c -- see film.h. */
#include "spin/services/video/film.h"

#include "lib/error.h"
#include "machine/memory/heap.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/files/file.h"

static struct film_head *head;
static struct open_file *file;

/* The reads of a film pass by no cache: pages lie where the device puts them. */
static int read_whole(void *to, size_t bytes, uint64_t at) {
    const long n = file_read(file, to, bytes, at, false);
    return n < 0 ? (int)n : n == (long)bytes ? 0 : -E_INVALID;
}

static bool is_film(const struct film_head *h) {
    if (h->magic != FILM_MAGIC || !h->frames || h->frames > FILM_FRAMES_MAX || !h->room ||
        h->room % FILM_PAGE || h->room > FRAME_BYTES_MOST)
        return false;
    for (uint32_t i = 0; i < h->frames; i++)
        if (!h->bytes[i] || h->bytes[i] > h->room)
            return false;
    return true;
}

int film_open(const char *path) {
    film_close();
    int error = file_open(path, 0, &file);
    if (error) {
        file = NULL;
        return error;
    }
    head = heap_alloc(sizeof *head);
    error = head ? file_set_cache(file, 0, NULL) : -E_NO_MEMORY;
    if (!error)
        error = read_whole(head, sizeof *head, 0);
    if (!error && DEFENDED(VIDEO_FILM) && !is_film(head))
        error = -E_INVALID;
    if (error)
        film_close();
    return error;
}

void film_close(void) {
    if (file)
        file_close(file);
    if (head)
        heap_free(head, sizeof *head);
    file = NULL;
    head = NULL;
}

unsigned film_frames(void) {
    return head ? head->frames : 0;
}

long film_show(unsigned number) {
    if (number >= film_frames())
        return -E_NOT_FOUND;
    void *room = frame_room();
    if (!room)
        return -E_BUSY;
    /* Whole pages: the last one's rest comes along. */
    const size_t pages = (head->bytes[number] + FILM_PAGE - 1) & ~(size_t)(FILM_PAGE - 1);
    int error = read_whole(room, pages, FILM_PAGE + (uint64_t)number * head->room);
    return error ? error : (long)frame_show(head->bytes[number]);
}
