/* SPDX-License-Identifier: MIT */
/* console.c -- a line at a time: read, split, obey. */
#include "measure/console.h"

#include "lib/string.h"

static const struct {
    const char *name;
    enum console_command command;
} commands[] = {
    {"list", CONSOLE_LIST},
    {"run", CONSOLE_RUN},
    {"help", CONSOLE_HELP},
    {"halt", CONSOLE_HALT},
};

static const char help[] =
    "list              every bench and check, with its number\n"
    "run NAME [WORD]   run rows: a name, a glob, numbers, or all; then boot words such as\n"
    "                  clock=tsc samples=100\n"
    "help              this\n"
    "halt              stop the machine\n";

enum { BACKSPACE = 8, CTRL_C = 3, CTRL_U = 21, DELETE = 127 };

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

enum console_command console_parse(const char *line, size_t length, const char **rest,
                                   size_t *rest_length) {
    const char *end = line + length;
    while (line < end && is_blank(*line))
        line++;
    while (end > line && is_blank(end[-1]))
        end--;
    const char *word = line;
    while (line < end && !is_blank(*line))
        line++;
    size_t word_length = (size_t)(line - word);
    while (line < end && is_blank(*line))
        line++;
    *rest = line;
    *rest_length = (size_t)(end - line);
    if (!word_length)
        return CONSOLE_NOTHING;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strlen(commands[i].name) == word_length && !memcmp(commands[i].name, word, word_length))
            return commands[i].command;
    return CONSOLE_UNKNOWN;
}

static void say(const struct console *c, const char *text) {
    c->text(text, strlen(text));
}

/* Reads one line into LINE. False where the input is gone. */
static bool line_read(const struct console *c, char line[CONSOLE_LINE_MAX], size_t *length) {
    bool too_long = false;
    *length = 0;
    for (;;) {
        int byte = c->read();
        if (byte < 0)
            return false;
        if (byte == '\r' || byte == '\n') {
            say(c, "\n");
            if (too_long) {
                say(c, "that line is too long; nothing was done\n");
                *length = 0;
            }
            return true;
        }
        if (byte == CTRL_C || byte == CTRL_U) {
            say(c, "\n> ");
            *length = 0;
            too_long = false;
        } else if (byte == BACKSPACE || byte == DELETE) {
            if (*length) {
                --*length;
                say(c, "\b \b");
            }
        } else if (byte < ' ' || byte > '~') {
            continue;
        } else if (*length == CONSOLE_LINE_MAX) {
            too_long = true;
            say(c, "\a");
        } else {
            line[(*length)++] = (char)byte;
            c->text(&line[*length - 1], 1);
        }
    }
}

/* One line: the help would push away what was typed. */
static void unknown(const struct console *c, const char *line, size_t length) {
    size_t from = 0, to;
    while (from < length && is_blank(line[from]))
        from++;
    for (to = from; to < length && !is_blank(line[to]);)
        to++;
    say(c, "no such command: ");
    c->text(line + from, to - from);
    say(c, "; 'help' lists them\n");
}

/* "NAME words" becomes "run=NAME words", the form of the boot command line. */
static void run(const struct console *c, const char *rest, size_t length) {
    static const char key[] = "run=";
    char words[CONSOLE_LINE_MAX + sizeof key];
    if (!length) {
        say(c, "run what? A name, a glob, numbers, or all; 'list' shows them\n");
        return;
    }
    memcpy(words, key, sizeof key - 1);
    memcpy(words + sizeof key - 1, rest, length);
    c->run(words, sizeof key - 1 + length);
}

void console_run(const struct console *c) {
    char line[CONSOLE_LINE_MAX];
    size_t length, rest_length;
    const char *rest;
    say(c, "nothing to run was given on the boot command line; 'help' tells what can be done\n");
    for (;;) {
        say(c, "> ");
        if (!line_read(c, line, &length))
            return;
        switch (console_parse(line, length, &rest, &rest_length)) {
        case CONSOLE_LIST:
            c->list();
            break;
        case CONSOLE_RUN:
            run(c, rest, rest_length);
            break;
        case CONSOLE_HALT:
            return;
        case CONSOLE_UNKNOWN:
            if (c->more && c->more->obey(line, length))
                break;
            unknown(c, line, length);
            break;
        case CONSOLE_HELP:
            say(c, help);
            if (c->more)
                say(c, c->more->help);
            break;
        case CONSOLE_NOTHING:
            break;
        }
    }
}
