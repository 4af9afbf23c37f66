/* SPDX-License-Identifier: MIT */
/* web_status.c -- see web_status.h: what the kernel exposes, read where it lies. */
#include "exo/apps/web_status.h"

#include "exo/libos/exposed.h"
#include "lib/format.h"

static void environments(struct format_buffer *text) {
    for (uint32_t i = 0; i < EXO_ENVS; i++) {
        const volatile struct exo_env *e = (const volatile struct exo_env *)EXO_ENV + i;
        char name[EXO_NAME_MAX];
        for (unsigned k = 0; k < sizeof name; k++)
            name[k] = e->name[k];
        name[sizeof name - 1] = '\0';
        if (e->state == EXO_ENV_READY)
            format_add(text, "environment %u %s: %u pages, %u frames of the kernel's, %lu slices\n",
                       e->id, name, e->pages, e->kernel, e->ticks);
    }
}

static void interfaces(struct format_buffer *text) {
    for (uint32_t i = 0; i < env_info()->nics; i++) {
        const volatile struct exo_nic *n = (const volatile struct exo_nic *)EXO_NIC + i;
        format_add(text,
                   "interface %u: %lu frames in, %lu bytes, %lu nobody's; %lu out, %lu bytes, "
                   "%lu forged\n",
                   i, n->frames_in, n->bytes_in, n->nobody, n->frames_out, n->bytes_out, n->forged);
    }
    for (uint32_t i = 1; env_info()->nics && i < EXO_FILTERS; i++) {
        const volatile struct exo_filter *f = (const volatile struct exo_filter *)EXO_FILTER + i;
        if (f->references)
            format_add(text, "filter %u of environment %u: %lu packets, %lu dropped\n", f->id,
                       f->env, f->packets, f->dropped);
    }
}

uint32_t web_status(char *to, uint32_t room) {
    struct format_buffer text = {to, room, 0};
    format_add(&text, "page frames: %lu\nswitches: %lu\n", env_info()->frames_total,
               env_info()->env_switches);
    environments(&text);
    interfaces(&text);
    return (uint32_t)(text.used < room ? text.used : room - 1);
}
