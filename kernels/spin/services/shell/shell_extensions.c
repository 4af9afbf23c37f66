/* SPDX-License-Identifier: MIT */
/* shell_extensions.c -- the shell's commands for extensions, names and domains. */
#include "engine/net.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "spin/core/domain/link_authority.h"
#include "spin/services/loader/loader.h"
#include "spin/services/loader/nanny.h"
#include "spin/services/console.h"
#include "spin/services/failing.h"
#include "spin/services/security/security.h"
#include "spin/services/shell/shell.h"

static void load(const struct shell_line *line) {
    static struct report why;
    struct extension *e;
    int error = loader_load(line->word[0], &e, &why);
    console_write(why.text, strlen(why.text)); /* longer than shell_say's lines */
    if (error)
        shell_say("%s is not loaded: %s", line->word[0], error_sentence(error));
    else
        shell_say("%s is loaded", extension_name(e));
}

/* The extension of the line's first word; null, and that is said. */
static struct extension *named(const struct shell_line *line) {
    struct extension *e = loader_find(line->word[0]);
    if (!e)
        shell_say("no extension %s is loaded", line->word[0]);
    return e;
}

static void unload(const struct shell_line *line) {
    struct extension *e = named(line);
    if (!e)
        return;
    int error = loader_unload(e);
    shell_say("%s is %s", line->word[0],
              !error               ? "unloaded"
              : error == -E_BUSY   ? "as it was: others are linked to it"
              : error == -E_EXISTS ? "going, when a raise that is under way has ended"
                                   : error_sentence(error));
}

static const char *times(uint64_t cut) {
    static char text[32];
    format_text(text, sizeof text, ", cut %lu times", cut);
    return text;
}

/* By their numbers: there may be several of one name, which leads to one at most. */
static void extensions(const struct shell_line *line) {
    uint64_t serial = 0;
    struct extension *e;
    (void)line;
    while ((e = loader_after(&serial))) {
        const uint64_t cut = handlers_cut(extension_module(e));
        shell_say("%lu %s%s%s%s", serial, extension_name(e),
                  loader_find(extension_name(e)) == e ? "" : ", private or going",
                  extension_is_idle(e) ? ", idle" : "", cut ? times(cut) : "");
    }
    shell_say("%u objects", extension_count);
}

static void call(const struct shell_line *line) {
    static const uint64_t nothing[PARAMETERS];
    static struct net_report ended;
    static char text[NET_TEXT_MAX];
    struct extension *e = named(line);
    const struct load_program *p = e ? extension_program(e, line->word[1]) : NULL;
    uint64_t result;
    if (e && (!p || !extension_can_call(p)))
        shell_say("%s has no function %s without arguments", line->word[0], line->word[1]);
    else if (p && extension_run(p, nothing, 0, &result, &ended))
        shell_say("%ld", (long)result);
    else if (p)
        console_write(text, strlen((net_report_text(&ended, text), text)));
}

static void list(const char *path) {
    struct directory_entry entry;
    uint64_t cookie = 0;
    int error;
    while (!(error = names_list(shell_module(), path, &cookie, &entry)))
        shell_say("%-31s %s", entry.name, entry.type ? entry.type->name : "alias");
    if (!cookie || error != -E_NOT_FOUND)
        shell_error(error);
}

static void names(const struct shell_line *line) {
    list(line->words ? line->word[0] : "/");
}

static void domains(const struct shell_line *line) {
    (void)line;
    list(NAMED_DOMAINS);
}

static void audit(const struct shell_line *line) {
    const struct security_answer *s;
    const struct link_audit *a;
    (void)line;
    for (unsigned n = 0; (s = security_audit(n)); n++)
        shell_say("subject %s %s %s of object %s: %s", s->subject, s->what, s->name, s->object,
                  s->allowed ? "allowed" : "denied");
    for (unsigned n = 0; (a = link_audit(n)); n++)
        shell_say("%s %s %s of %s", a->by, a->allowed ? "was linked to" : "was denied", a->name,
                  a->domain);
}

static void policy(const struct shell_line *line) {
    unsigned n;
    int error = security_load(line->word[0], &n);
    if (error && n)
        shell_say("policy %s, line %u: %s", line->word[0], n, error_sentence(error));
    else if (error)
        shell_say("policy %s: %s", line->word[0], error_sentence(error));
}

static void sweep(const struct shell_line *line) {
    (void)line;
    shell_say("%u went", nanny_sweep());
}

const struct shell_entry shell_extension_commands[] = {
    {"load", 1, 1, load},   {"unload", 1, 1, unload}, {"extensions", 0, 0, extensions},
    {"call", 2, 2, call},   {"names", 0, 1, names},   {"domains", 0, 0, domains},
    {"audit", 0, 0, audit}, {"policy", 1, 1, policy}, {"sweep", 0, 0, sweep},
    {.name = NULL}};
