/* SPDX-License-Identifier: MIT */
/* shell_accounts.c -- the shell's commands for what modules use, and how much they may. */
#include "lib/format.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "spin/services/loader/loader.h"
#include "spin/services/shell/shell.h"
#include "spin/services/strand_time.h"

#define ROW_MAX 160

/* A row of the table; without amounts, its head. */
static void say_row(const char *name, const uint64_t *amount) {
    char row[ROW_MAX];
    int at = format_text(row, sizeof row, "%-16s", name);
    for (enum resource r = 0; r < RESOURCES; r++) {
        const size_t left = sizeof row - (size_t)at;
        at += amount ? format_text(row + at, left, " %13lu", amount[r])
                     : format_text(row + at, left, " %13s", resource_name(r));
    }
    shell_say("%s", row);
}

static bool uses_something(const struct account *a) {
    for (enum resource r = 0; r < RESOURCES; r++)
        if (a->used[r])
            return true;
    return false;
}

/* What no module was charged for is the kernel's: events' plans, names, tables. */
static void accounts(const struct shell_line *line) {
    uint64_t all[RESOURCES] = {0};
    const struct module *m;
    (void)line;
    strand_time_charge();
    say_row("module", NULL);
    for (unsigned n = 0; (m = module_at(n)); n++) {
        for (enum resource r = 0; r < RESOURCES; r++)
            all[r] += m->account.used[r];
        if (uses_something(&m->account))
            say_row(m->name, m->account.used);
    }
    say_row("all modules", all);
    shell_say("%lu bytes of the heap are used, %lu of them by the kernel for all", heap_used(),
              heap_used() - all[RESOURCE_MEMORY]);
}

static struct module *named(const char *name) {
    struct module *m;
    for (unsigned n = 0; (m = module_at(n)); n++)
        if (strcmp(m->name, name) == 0)
            return m;
    shell_say("there is no module %s", name);
    return NULL;
}

static bool is_number(const char *text, uint64_t *value) {
    *value = 0;
    for (const char *at = text; *at; at++) {
        if (*at < '0' || *at > '9' || *value > (NO_QUOTA - 9) / 10)
            return false;
        *value = *value * 10 + (uint64_t)(*at - '0');
    }
    return *text;
}

static void quota(const struct shell_line *line) {
    struct module *m = named(line->word[0]);
    uint64_t value;
    for (enum resource r = 0; m && r < RESOURCES; r++) {
        if (strcmp(resource_name(r), line->word[1]) != 0)
            continue;
        if (is_number(line->word[2], &value))
            m->account.quota[r] = value;
        else
            shell_say("%s is no number", line->word[2]);
        return;
    }
    if (m)
        shell_say("there is no resource %s", line->word[1]);
}

static void quotas(const struct shell_line *line) {
    const struct module *m = named(line->word[0]);
    for (enum resource r = 0; m && r < RESOURCES; r++)
        if (m->account.quota[r] != NO_QUOTA)
            shell_say("%-10s %lu of %lu, %u refused", resource_name(r), m->account.used[r],
                      m->account.quota[r], m->account.refused[r]);
}

static void time(const struct shell_line *line) {
    shell_error(strcmp(line->word[0], "on") == 0 ? strand_time_begin() : strand_time_end());
}

const struct shell_entry shell_account_commands[] = {{"accounts", 0, 0, accounts},
                                                     {"quota", 3, 3, quota},
                                                     {"quotas", 1, 1, quotas},
                                                     {"time", 1, 1, time},
                                                     {.name = NULL}};
