/* SPDX-License-Identifier: MIT */
/* shell_events.c -- the shell's commands for events. It acts for each event's authority: who types
 * owns the machine. */
#include "lib/error.h"
#include "lib/string.h"
#include "spin/services/events/introspect.h"
#include "spin/services/shell/shell.h"

static const char *const levels[] = {[LEVEL_DIRECT] = "direct",
                                     [LEVEL_INTERPRETED] = "interpreted",
                                     [LEVEL_STUB] = "stub",
                                     [LEVEL_INLINE] = "inline",
                                     [LEVEL_MERGED] = "merged"};

/* The event of the line's first word; null, and that is said. */
static const struct event *named(const struct shell_line *line) {
    const struct event *e = event_find(line->word[0]);
    if (!e)
        shell_say("there is no event %s", line->word[0]);
    return e;
}

static void events(const struct shell_line *line) {
    struct event_report r;
    (void)line;
    for (size_t i = 0; i < event_count(); i++) {
        event_report(event_at(i), &r);
        shell_say("%-28s %-11s %u bindings, by %s", event_at(i)->name, levels[r.level], r.bindings,
                  event_at(i)->module->name);
    }
}

static void bindings(const struct shell_line *line) {
    const struct event *e = named(line);
    struct event_report r;
    struct binding_report b;
    if (!e)
        return;
    event_report(e, &r);
    shell_say("%s: %s: %s; %lu bytes%s%s", e->name, levels[r.level], r.why, r.bytes,
              r.has_result_handler ? ", a result handler" : "",
              r.has_default_handler ? ", a default handler" : "");
    for (uint32_t n = 0; binding_report(e, n, &b); n++)
        shell_say("%u: by %s, %u guards (%u imposed), %s; %lu runs, %lu ticks", n, b.by, b.guards,
                  b.imposed, b.level, b.runs, b.time);
}

static void level(const struct shell_line *line) {
    const struct event *e = named(line);
    enum level l = LEVEL_INTERPRETED;
    struct change c;
    while (l <= LEVEL_BEST && strcmp(levels[l], line->word[1]) != 0)
        l++;
    if (e && l > LEVEL_BEST)
        shell_say("there is no level %s", line->word[1]);
    if (!e || l > LEVEL_BEST)
        return;
    change_open(&c, e->module, NULL);
    change_level(&c, e, l);
    shell_error(change_commit(&c));
}

static void times(const struct shell_line *line) {
    const struct event *e = named(line);
    struct change c;
    if (!e)
        return;
    change_open(&c, e->module, NULL);
    change_watch(&c, e, strcmp(line->word[1], "on") == 0);
    shell_error(change_commit(&c));
}

const struct shell_entry shell_event_commands[] = {{"events", 0, 0, events},
                                                   {"bindings", 1, 1, bindings},
                                                   {"level", 2, 2, level},
                                                   {"times", 2, 2, times},
                                                   {.name = NULL}};
