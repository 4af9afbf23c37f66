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
    return i < VOLUMES_MAX && volumes[i].mounted ? &volumes[i] : NULL;
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

/* The number of the mount, if the path is in it: of what it was when the path was looked at. */
static uint64_t mount_of(const char *path, struct volume *v, const char **rest) {
    const uint64_t mounted = v->mounted;
    const size_t n = mounted ? strlen(v->path) : 0;
    if (!n || strncmp(path, v->path, n) != 0 || (path[n] && path[n] != '/'))
        return 0;
    *rest = path + n;
    return mounted;
}

static uint64_t find(const char *path, struct volume **v, const char **rest) {
    uint64_t mounted = 0;
    for (unsigned i = 0; i < VOLUMES_MAX && !mounted; i++)
        mounted = mount_of(path, *v = &volumes[i], rest);
    return mounted;
}

int volume_of(const char *path, struct volume **v, const char **rest) {
    return find(path, v, rest) ? 0 : -E_NOT_FOUND;
}

/* While its mutex is waited for it may go, and another one come. */
int volume_enter(const char *path, struct volume **v, const char **rest) {
    uint64_t mounted;
    while ((mounted = find(path, v, rest))) {
        mutex_lock(&(*v)->mutex);
        if ((*v)->mounted == mounted || !DEFENDED(FILE_ENTERED))
            return 0;
        mutex_unlock(&(*v)->mutex);
    }
    return -E_NOT_FOUND;
}

void volume_events_init(void) {
    module_add(THIS_MODULE);
    for (unsigned i = 0; i < VOLUMES_MAX; i++)
        mutex_init(&volumes[i].mutex);
    own_events_open(THIS_MODULE,
                    (struct procedure)EVENT_GUARD_WITH(volume_mount, is_of_system, NULL), 0);
}
