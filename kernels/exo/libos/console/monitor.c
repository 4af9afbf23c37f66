/* SPDX-License-Identifier: MIT */
/* monitor.c -- see monitor.h. */
#include "exo/libos/console/monitor.h"

#include <stdbool.h>

#include "lib/string.h"

const struct monitor monitor_exposed = {
    (const volatile struct exo_info *)EXO_INFO, (const volatile struct exo_env *)EXO_ENV,
    (const volatile struct exo_slot *)EXO_SLOT, (const volatile struct exo_frame *)EXO_FRAME,
    (const volatile uint64_t *)EXO_FREE,        (const volatile struct exo_disk *)EXO_DISK};

#define STATE_MAX 32
#define VECTORS   256 /* from here on it was no trap that killed it */

static const char *state(const struct exo_env *e, char text[STATE_MAX]) {
    switch ((enum exo_env_state)e->state) {
    case EXO_ENV_NEVER:
    case EXO_ENV_NEW:
        return "new";
    case EXO_ENV_READY:
        return e->waits ? "waits" : e->asleep ? "sleeps" : "ready";
    case EXO_ENV_EXITED:
        format_text(text, STATE_MAX, "exited %lu", e->ended);
        return text;
    case EXO_ENV_KILLED:
        format_text(text, STATE_MAX, e->ended < VECTORS ? "by trap %lu" : "killed", e->ended);
        return text;
    }
    return "?";
}

/* A copy of its entry; false where nobody ever had that place. A name may be any bytes, also those
 * that a terminal obeys. */
static bool look(const struct monitor *m, unsigned place, struct exo_env *e) {
    memcpy(e, (const void *)&m->env[place], sizeof *e);
    e->name[EXO_NAME_MAX - 1] = 0;
    for (char *c = e->name; *c; c++)
        *c = *c < ' ' || *c > '~' ? '?' : *c;
    return e->state != EXO_ENV_NEVER;
}

void monitor_ps(const struct monitor *m, struct format_buffer *text) {
    uint8_t positions[EXO_ENVS] = {0};
    for (unsigned i = 0; i < EXO_SLOTS; i++)
        if (m->env[m->slot[i].env % EXO_ENVS].id == m->slot[i].env)
            positions[m->slot[i].env % EXO_ENVS]++;
    format_add(text, "%8s %-15s %-12s %9s %8s %7s %7s %8s\n", "id", "name", "state", "positions",
               "slices", "pages", "kernel", "creator");
    for (unsigned i = 0; i < EXO_ENVS; i++) {
        struct exo_env e;
        char how[STATE_MAX];
        if (look(m, i, &e))
            format_add(text, "%8u %-15s %-12s %9u %8lu %7u %7u %8u\n", e.id, e.name, state(&e, how),
                       positions[i], e.ticks, e.pages, e.kernel, e.creator);
    }
}

void monitor_vmstat(const struct monitor *m, struct format_buffer *text) {
    uint64_t free = 0, kernel = 0, used = 0, shared = 0, pinned = 0;
    for (uint64_t i = 0; i < m->info->frame_count; i++) {
        const volatile struct exo_frame *f = &m->frame[i];
        uint64_t maps = (uint64_t)f->readers + f->writers;
        kernel += f->references && !f->acl.valid;
        used += f->references && f->acl.valid;
        shared += f->acl.valid && maps > 1;
        pinned += f->pins != 0;
        free += m->free[i / 64] >> i % 64 & 1;
    }
    format_add(text, "%8lu frames of 4096 bytes\n%8lu free\n", m->info->frames_total, free);
    format_add(text, "%8lu the kernel's\n%8lu environments', %lu of them mapped more than once\n",
               kernel, used, shared);
    format_add(text, "%8lu pinned\n%8lu switches\n%8lu ended environments not freed yet\n", pinned,
               m->info->env_switches, m->info->env_unfreed);
}

void monitor_iostat(const struct monitor *m, struct format_buffer *text) {
    format_add(text, "%4s %9s %8s %8s %8s %10s %10s %7s %8s\n", "disk", "blocks", "reads", "writes",
               "flushes", "read", "written", "failed", "waiting");
    for (unsigned i = 0; i < m->info->disks; i++) {
        const volatile struct exo_disk *d = &m->disk[i];
        format_add(text, "%4u %9lu %8lu %8lu %8lu %10lu %10lu %7lu %8u\n", i, d->blocks,
                   d->requests[EXO_DISK_READ], d->requests[EXO_DISK_WRITE],
                   d->requests[EXO_DISK_FLUSH], d->blocks_read, d->blocks_written, d->failed,
                   d->waiting + d->in_flight);
    }
}

void monitor_top(const struct monitor *m, struct monitor_past *past, struct format_buffer *text) {
    static uint64_t had[EXO_ENVS];
    uint64_t all = 0;
    for (unsigned i = 0; i < EXO_ENVS; i++) {
        uint32_t id = m->env[i].id;
        uint64_t ticks = m->env[i].ticks;
        had[i] = ticks - (past->env[i].id == id ? past->env[i].ticks : 0);
        past->env[i].id = id;
        past->env[i].ticks = ticks;
        all += had[i];
    }
    format_add(text, "%lu slices ended since the last look\n", all);
    for (uint64_t done = 0; done < all;) {
        unsigned most = 0;
        struct exo_env e;
        for (unsigned i = 1; i < EXO_ENVS; i++)
            most = had[i] > had[most] ? i : most;
        if (!had[most])
            return;
        look(m, most, &e);
        format_add(text, "%3lu.%lu %% %8u %-15s\n", had[most] * 100 / all,
                   had[most] * 1000 / all % 10, e.id, e.name);
        done += had[most];
        had[most] = 0;
    }
}
