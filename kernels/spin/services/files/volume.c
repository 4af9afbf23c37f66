/* SPDX-License-Identifier: MIT */
/* volume.c -- volumes by their paths, and calls of their file systems (volume.h). */
#include "spin/services/files/volume.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/x86.h"
#include "machine/device/timer.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/console.h"

MODULE("Volumes");

/* The file system has not answered: it does not handle the event, or was ended meanwhile. */
#define NO_ANSWER 1

#define SYSTEM_INTRINSIC(id, name)                                                                 \
    EVENT(id, name, long, (struct volume * volume, struct file_call * call)) {                     \
        (void)volume, (void)call;                                                                  \
        return NO_ANSWER;                                                                          \
    }
FILE_SYSTEM_EVENTS(SYSTEM_INTRINSIC)

struct volume volumes[VOLUMES_MAX];

struct volume *volume_at(unsigned i) {
    return i < VOLUMES_MAX && volumes[i].path[0] ? &volumes[i] : NULL;
}

/* The guard that is imposed on extensions: each is called for its own volumes. */
static bool is_of_system(void *number, struct volume *v, struct file_call *call) {
    (void)call;
    return !DEFENDED(FILE_GUARD) || v->serial == (uintptr_t)number;
}

/* No clock says what day it is, so that what is on a disk does not depend on it: a boot begins with
 * the year 2026. */
#define BOOT_TIME 1767225600

static unsigned long now(void) {
    const uint64_t hz = timer_tsc_hz();
    return BOOT_TIME + (hz ? rdtsc() / hz : 0);
}

int volume_call(struct volume *v, volume_event *event) {
    v->call.now = now();
    raise_exception_take(NULL); /* what somebody has left behind is not this raise's */
    long result = event(v, &v->call);
    if (!raise_exception_take(NULL) && result <= 0 && result > -E_COUNT)
        return (int)result;
    if (!v->failed)
        console_write("a file system has failed; its volume is read-only\n", 50);
    v->failed = DEFENDED(FILE_DEAD);
    return -E_DEAD;
}

int volume_of(const char *path, struct volume **v, const char **rest) {
    for (unsigned i = 0; i < VOLUMES_MAX; i++) {
        const size_t n = strlen(volumes[i].path);
        if (n && strncmp(path, volumes[i].path, n) == 0 && (!path[n] || path[n] == '/')) {
            *v = &volumes[i];
            *rest = path + n;
            return 0;
        }
    }
    return -E_NOT_FOUND;
}

void volume_events_init(void) {
    module_add(THIS_MODULE);
    own_events_open(THIS_MODULE,
                    (struct procedure)EVENT_GUARD_WITH(volume_mount, is_of_system, NULL), 0);
}
