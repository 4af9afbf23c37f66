/* SPDX-License-Identifier: MIT */
/* crashdisk_log_fuzz.c -- any bytes as a log of writes: what is accepted lies within the log and on
 * the disk. */
#include "write_log.h"

#include <stdlib.h>
#include <string.h>

enum { DISK = 2048 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds) {
    if (!holds)
        abort();
}

/* What a refusal says that can still be taken can be. */
static void take_what_is_whole(const uint8_t *data, size_t size, const char *why) {
    const char *option = strstr(why, "--entries=");
    char *none = NULL;
    struct write_log log;
    if (!option)
        return;
    demand(write_log_read(&log, data, size, DISK, strtoull(option + 10, NULL, 10), &none));
    write_log_free(&log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct write_log log;
    char *why = NULL;
    if (!write_log_read(&log, data, size, DISK, UINT64_MAX, &why)) {
        demand(why && !log.writes);
        take_what_is_whole(data, size, why);
        free(why);
        return 0;
    }
    size_t epoch = 0;
    for (size_t i = 0; i < log.count; i++) {
        const struct logged_write *w = &log.writes[i];
        demand(w->sectors && w->first < DISK && w->sectors <= DISK - w->first);
        demand(w->epoch >= epoch && w->epoch <= log.flushes && w->entry < log.entries);
        demand(!w->data || (w->data >= data && w->sectors * SECTOR <= size &&
                            (size_t)(w->data - data) <= size - w->sectors * SECTOR));
        epoch = w->epoch;
    }
    write_log_free(&log);
    return 0;
}
