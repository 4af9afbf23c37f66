/* SPDX-License-Identifier: MIT */
/* shell.h -- what can be looked at and changed in the running kernel by typed lines: extensions,
 * names, domains, events and what is bound to them (SPIN's shell, without its network). The console
 * of measurement hands it each line that is none of its own commands. */
#ifndef SPIN_SERVICES_SHELL_H
#define SPIN_SERVICES_SHELL_H

#include "measure/console.h"
#include "spin/core/event.h"

/* Obeys a line; false: it is no command. Its authority may extend it. */
EVENT_DECLARE(shell_command, bool, (const char *line, size_t length));

/* The commands, for the console. */
extern const struct console_more shell;

/* --- For the files of commands --- */

#define SHELL_WORDS_MAX 3
#define SHELL_WORD_MAX  64 /* bytes, the NUL included */

struct shell_line {
    unsigned words; /* behind the command */
    char word[SHELL_WORDS_MAX][SHELL_WORD_MAX];
};

struct shell_entry {
    const char *name;
    unsigned least, most; /* words that it takes */
    void (*obey)(const struct shell_line *line);
};

/* A line, on the console. */
void shell_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Says what an error means; nothing of 0. */
void shell_error(int error);
/* Who asks, when the shell does. */
struct module *shell_module(void);

/* Each ends with an entry without a name. */
extern const struct shell_entry shell_extension_commands[], shell_event_commands[],
    shell_account_commands[], shell_file_commands[], shell_net_commands[];

#endif
