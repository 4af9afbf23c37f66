/* SPDX-License-Identifier: MIT */
/* wires.c -- see wires.h. */
#include "run/wires.h"
#include "base/memory.h"
#include "base/scope.h"
#include "base/status.h"
#include "guest/qemu.h"
#include "measure/pcap.h"

#include <stdlib.h>
#include <string.h>

void wires_names(const struct boot *b, struct texts *names) {
    static const char key[] = "hub=";
    for (size_t i = 0; i < b->nics.count; i++) {
        const char *nic = b->nics.items[i];
        if (strncmp(nic, key, strlen(key)) != 0)
            continue;
        const char *at = nic + strlen(key);
        scoped_text char *name = text_format("%.*s", (int)strcspn(at, " "), at);
        if (name[0] && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789")])
            texts_add_new(names, name);
    }
}

char *wires_file(const char *raw, const char *wire) {
    const char *slash = strchr(raw, '/'), *name = slash ? slash + 1 : raw;
    size_t length = strlen(name);
    bool log = length > 4 && !strcmp(name + length - 4, ".log");
    return text_format("captures/%.*s.%s.pcap", (int)(log ? length - 4 : length), name, wire);
}

/* A trial that says when it ran. */
struct timed {
    struct trial *trial;
};

static int by_time(const void *left, const void *right) {
    const struct trial *a = ((const struct timed *)left)->trial;
    const struct trial *b = ((const struct timed *)right)->trial;
    return (a->began > b->began) - (a->began < b->began);
}

/* Those of the boot, in order: a new array of *count. */
static struct timed *timed_trials(const struct collection *c, size_t *count) {
    const struct run *run = c->run;
    struct timed *trials = memory_new(run->row_count + 1, sizeof *trials);
    *count = 0;
    for (size_t i = 0; i < run->row_count; i++) {
        struct trial *t = collection_row_trial(c, &run->rows[i]);
        if (t && t->ended)
            trials[(*count)++].trial = t;
    }
    qsort(trials, *count, sizeof *trials, by_time);
    return trials;
}

/* The capture's clock has whole microseconds. */
static bool before(uint64_t ticks, uint64_t us) {
    return ticks / 1000 < us;
}

void wires_collect(struct collection *c, const char *wire, const char *bytes, size_t length) {
    struct boot *b = &c->run->boots[c->boot];
    struct pcap capture;
    struct pcap_frame frame;
    if (!bytes || b->clock != CLOCK_ICOUNT)
        return;
    size_t count, k = 0;
    struct timed *trials = timed_trials(c, &count);
    const char *why = pcap_open(&capture, bytes, length);
    while (!why && pcap_next(&capture, &frame, &why)) {
        uint64_t us = (frame.ns - QEMU_RTC_BASE * UINT64_C(1000000000)) / 1000;
        while (k < count && before(trials[k].trial->ended, us))
            k++;
        if (k == count || us < trials[k].trial->began / 1000)
            continue;
        trials[k].trial->frames++;
        trials[k].trial->frame_bytes += frame.length;
    }
    for (size_t i = 0; i < count; i++)
        trials[i].trial->captured = true;
    free(trials);
    scoped_text char *name = wires_file(b->raw, wire);
    if (why)
        collection_problem(c, STATUS_DAMAGED, "", 0, 0, "%s: no capture of a wire: %s", name, why);
}
