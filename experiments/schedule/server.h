/* SPDX-License-Identifier: MIT */
/* server.h -- the environment that the processor is given to, and what it does then. */
#ifndef SCHEDULE_SERVER_H
#define SCHEDULE_SERVER_H

#define SERVER "schedule-server"

/* Its argument; above it is the id of who asks. */
enum {
    SERVER_YIELDS,  /* back at once, by the library's function */
    SERVER_TELLS,   /* each slice's first instruction reads the clock; then back */
    SERVER_NONE,    /* the same, but gives the slice up */
    SERVER_GENERAL, /* the same, once its general registers are restored, as after a slice's end */
    SERVER_ALL,     /* and its vector registers */
    SERVER_SLEEPS   /* until a word of its u-area is not 0 */
};

#endif
