/* SPDX-License-Identifier: MIT */
/* projector.h -- a strand that shows a film by itself: the shell's command `film`. By one caller at
 * a time. */
#ifndef SPIN_SERVICES_VIDEO_PROJECTOR_H
#define SPIN_SERVICES_VIDEO_PROJECTOR_H

#define PROJECTOR_FRAMES 30 /* a second */

/* It shows this file's film, once, from now on. -E_BUSY: it shows one; -E_NOT_FOUND: there is no
 * network; film_open()'s errors; -E_NO_MEMORY. */
int projector_begin(const char *path);
/* It shows no more. How many frames were shown, or what ended it early: film_show()'s errors;
 * -E_NOT_FOUND: none was begun since the last end. */
long projector_end(void);
void projector_init(void);

#endif
