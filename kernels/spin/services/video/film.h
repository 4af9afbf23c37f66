/* SPDX-License-Identifier: MIT */
/* film.h -- a film that is shown: its frames lie in two pieces of memory in turn, so that one is
 * read while the other is on its way. By one strand at a time. */
#ifndef SPIN_SERVICES_VIDEO_FILM_H
#define SPIN_SERVICES_VIDEO_FILM_H

#include <stdint.h>

#include "spin/services/video/video.h"

/* A film is a file: a page that says what it is, and frames, each from a page's beginning on. */
#define FILM_MAGIC      0x4d4c4946 /* "FILM" */
#define FILM_PAGE       4096
#define FILM_FRAMES_MAX 1020
struct film_head {
    uint32_t magic, frames;
    uint32_t room; /* bytes from one frame's beginning to the next one's */
    uint32_t unused;
    uint32_t bytes[FILM_FRAMES_MAX]; /* of each */
};

/* Memory for the next frame, FRAME_BYTES_MOST bytes, of which nothing is under way any more. Null:
 * there is none. */
void *frame_room(void);
/* So many bytes of it are there, and are shown: Video.Frame, with the next number. Gives what that
 * gave. */
unsigned long frame_show(unsigned long bytes);

/* From here on the film is that of this file, whose blocks go from the disk to that memory by no
 * cache. File_open()'s errors; -E_INVALID: it is no film. */
int film_open(const char *path);
void film_close(void);
/* How many frames it has, or 0. */
unsigned film_frames(void);
/* Reads that frame and shows it. How many packets went; -E_NOT_FOUND: there is no such frame;
 * file_read()'s errors; -E_BUSY: frame_room has none. */
long film_show(unsigned number);

/* The screen, row by row, and how many pictures have been there. */
struct screen {
    uint32_t *pixel; /* null: nothing yet */
    uint32_t width, height, shown;
};
extern struct screen screen;

#endif
