/* SPDX-License-Identifier: MIT */
/* streams.h -- standard input, output and error as a caller may leave them: closed, full, or with a
 * reader who has gone. */
#ifndef HARNESS_STREAMS_H
#define HARNESS_STREAMS_H

/* To be called first in main. A closed stream is occupied, so that no file of ours takes its
 * number: input ends at once, what is printed is a failure. A reader who has gone (SIGPIPE) ends
 * nothing any more: a run goes on to its end. At the process's end it is seen whether all that was
 * printed arrived: if not, a process that would have ended well ends with 42 or 43 and a sentence,
 * or, where the reader has gone, by SIGPIPE as any other program would. */
void streams_begin(void);

/* In a child, before exec: SIGPIPE as this process found it. */
void streams_child(void);

#endif
