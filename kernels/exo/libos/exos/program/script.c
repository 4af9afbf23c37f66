/* SPDX-License-Identifier: MIT */
/* script.c -- see script.h. */
#include "exo/libos/exos/program/script.h"

static bool is_space(char c) {
    return c == ' ' || c == '\t';
}

/* The word that begins at or after *at, ended by a NUL; null: there is none. *at is behind it. */
static char *word(char **at) {
    char *begin = *at;
    while (is_space(*begin))
        begin++;
    char *end = begin;
    while (*end && !is_space(*end))
        end++;
    *at = *end ? end + 1 : end;
    *end = 0;
    return end > begin ? begin : 0;
}

static void set_argv(struct script *s, const char *argument, const char *name, arguments argv) {
    unsigned n = 0;
    s->argv[n++] = s->interpreter;
    if (argument)
        s->argv[n++] = argument;
    s->argv[n++] = name;
    for (unsigned i = 1; argv && argv[0] && argv[i]; i++) {
        if (n == SCRIPT_STRINGS - 1) {
            s->interpreter = 0;
            return;
        }
        s->argv[n++] = argv[i];
    }
    s->argv[n] = 0;
}

bool script_read(struct script *s, const struct elf_source *program, const char *name,
                 arguments argv) {
    uint64_t bytes = program->len < SCRIPT_LINE ? program->len : SCRIPT_LINE, end = 2;
    if (bytes < 2 || program->read(program->arg, 0, s->line, bytes) || s->line[0] != '#' ||
        s->line[1] != '!')
        return false;
    while (end < bytes && s->line[end] != '\n' && s->line[end])
        end++;
    s->interpreter = 0;
    if (end == SCRIPT_LINE)
        return true;
    s->line[end] = 0;
    char *at = s->line + 2;
    s->interpreter = word(&at);
    if (s->interpreter)
        set_argv(s, word(&at), name, argv);
    return true;
}
