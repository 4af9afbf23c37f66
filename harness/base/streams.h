/* SPDX-License-Identifier: MIT */
/* streams.h -- standard input, output and error as a caller may leave them: closed, full, or with a
 * reader who has gone. */
#ifndef HARNESS_STREAMS_H
#define HARNESS_STREAMS_H

/* To be called first in main. A closed stream is occupied, so that no file of ours takes its
 * number: input ends at once, what is printed is a failure. A reader who has gone (SIGPIPE) ends
 * nothing any more: a run goes on to its end; and a file that may grow no further (SIGXFSZ) is a
 * full disk. At the process's end it is seen whether all that was printed arrived: if not, a
 * sentence says so and a process that would have ended well ends with 42 or 43, or, where the
 * reader has gone, by SIGPIPE as any other program would. */
void streams_begin(void);

/* In a child, before exec: both signals as this process found them. */
void streams_child(void);

/* Prints a text of any length on standard output. */
void streams_print(const char *text);

#endif
