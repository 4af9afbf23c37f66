/* SPDX-License-Identifier: MIT */
/* explain.c -- source lines around what the verifier says. What does not fit is cut, from
 * the end. */
#include "engine/verify/explain.h"

#include "engine/lines.h"
#include "lib/format.h"
#include "lib/string.h"

#define LINE_TEXT_MAX 400

static const char hint[] = "\nhint: ";

/* Puts `added` into the text at `at`. */
static void insert(struct verdict *verdict, char *at, const char *added) {
    size_t len = strlen(added), rest = strlen(at) + 1;
    size_t space = sizeof verdict->text - (size_t)(at - verdict->text);
    if (len >= space)
        return;
    if (rest > space - len)
        rest = space - len;
    memmove(at + len, at, rest);
    memcpy(at, added, len);
    verdict->text[sizeof verdict->text - 1] = '\0';
}

static const char *skip_space(const char *text) {
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

static void insert_line(const struct object *o, uint32_t slot, struct verdict *verdict) {
    char text[LINE_TEXT_MAX];
    const struct line *line = line_at(o, slot);
    if (!line || !line->text)
        return;
    format_text(text, sizeof text, "  %.300s\n", skip_space(line->text));
    insert(verdict, verdict->text, text);
}

/* The hint's line, which is the last one. */
static char *hint_of(struct verdict *verdict) {
    char *found = verdict->text + strlen(verdict->text);
    for (char *at = strstr(verdict->text, hint); at; at = strstr(at + 1, hint))
        found = at + 1;
    return found;
}

/* A fork that the path took `times` times in a row. */
static void insert_fork(const struct object *o, uint32_t slot, bool taken, uint32_t times,
                        struct verdict *verdict) {
    char text[LINE_TEXT_MAX], place[PLACE_TEXT_MAX], again[24] = "";
    const struct line *line = line_at(o, slot);
    const char *source = line && line->text ? skip_space(line->text) : "";
    if (times > 1)
        format_text(again, sizeof again, ", %u times", times);
    format_text(text, sizeof text, "  %.120s%s%.120s: %s%s\n", place_text(o, slot, place),
                *source ? ": " : "", source, taken ? "taken" : "not taken", again);
    insert(verdict, hint_of(verdict), text);
}

void explain_verdict(const struct object *o, const uint32_t *origin, struct verdict *verdict) {
    uint32_t times = 0;
    insert_line(o, origin[verdict->slot], verdict);
    for (uint32_t i = 0; i < verdict->forks; i++) {
        bool last = i + 1 == verdict->forks;
        times++;
        if (!last && verdict->fork[i].slot == verdict->fork[i + 1].slot &&
            verdict->fork[i].taken == verdict->fork[i + 1].taken)
            continue;
        insert_fork(o, origin[verdict->fork[i].slot], verdict->fork[i].taken, times, verdict);
        times = 0;
    }
}
