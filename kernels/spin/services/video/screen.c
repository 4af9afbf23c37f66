/* SPDX-License-Identifier: MIT */
/* screen.c -- a screen that nobody looks at but tests: pixels in memory. */
#include "lib/error.h"
#include "machine/memory/frame.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/services/video/film.h"

#define SCREEN_FRAMES (SCREEN_PIXELS_MOST * sizeof(uint32_t) / FILM_PAGE)

struct screen screen;

int screen_begin(unsigned long width, unsigned long height) {
    paddr_t first;
    if (!width || width > SCREEN_PIXELS_MOST || !height || height > SCREEN_PIXELS_MOST / width)
        return -E_INVALID;
    if (!screen.pixel && frame_alloc_run(&first, SCREEN_FRAMES))
        return -E_NO_MEMORY;
    if (!screen.pixel)
        screen.pixel = direct(first);
    screen.width = (uint32_t)width;
    screen.height = (uint32_t)height;
    return 0;
}

void screen_fill(unsigned long at, unsigned long count, unsigned long colour) {
    const unsigned long pixels = (unsigned long)screen.width * screen.height;
    if (DEFENDED(VIDEO_PIXEL) && (at > pixels || count > pixels - at))
        return;
    if (DEFENDED(VIDEO_RUN) && count > SCREEN_RUN_MOST)
        return;
    for (uint32_t *p = screen.pixel + at, *end = p + count; p < end; p++)
        *p = (uint32_t)colour;
}

void screen_end(void) {
    screen.shown++;
}
