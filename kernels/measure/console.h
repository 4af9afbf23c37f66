/* SPDX-License-Identifier: MIT */
/* console.h -- what a guest offers a person when its boot command line has no run=: list, run,
 * help, halt, and what its system adds. Characters come and go through hooks; a line is edited with
 * backspace, ^U and ^C, and a line too long is refused as a whole. */
#ifndef MEASURE_CONSOLE_H
#define MEASURE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#define CONSOLE_LINE_MAX 512
/* The longest words that run() gets: the line's argument behind "run=". */
#define CONSOLE_WORDS_MAX (CONSOLE_LINE_MAX + 4)

enum console_command {
    CONSOLE_NOTHING, /* an empty line */
    CONSOLE_LIST,
    CONSOLE_RUN,
    CONSOLE_HELP,
    CONSOLE_HALT,
    CONSOLE_UNKNOWN
};

/* Commands of the system's own. */
struct console_more {
    bool (*obey)(const char *line, size_t length); /* false: it is none of them */
    const char *help;                              /* lines, each with its end */
};

struct console {
    int (*read)(void); /* waits for a byte; negative: the line is gone, which is a halt */
    void (*text)(const char *bytes, size_t length);
    void (*list)(void);
    void (*run)(const char *words,
                size_t length);      /* one session. The words are as on the boot
                                      * command line and add to it; run=LIST is the first */
    const struct console_more *more; /* null: there are no others */
};

/* Reads and obeys lines until halt. */
void console_run(const struct console *c);

/* Splits a line into its command and the rest, blanks stripped. Total; exported for its test. */
enum console_command console_parse(const char *line, size_t length, const char **rest,
                                   size_t *rest_length);

#endif
