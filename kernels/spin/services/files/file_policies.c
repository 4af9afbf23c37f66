/* SPDX-License-Identifier: MIT */
/* file_policies.c -- see file_policies.h. */
#include "spin/services/files/file_policies.h"

#include "machine/report/panic.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/loader/loader.h"

MODULE("FilePolicies");

#define POLICY_BOUND 1000 /* instructions */

EVENT(file_access, "File.Access", _Bool,
      (unsigned long mode, unsigned long owner, unsigned long wanted)) {
    (void)mode, (void)owner, (void)wanted;
    return true;
}

EVENT(file_read_ahead, "File.ReadAhead", unsigned,
      (unsigned long page, unsigned long next, unsigned long left)) {
    (void)left;
    return page == next && page ? FILE_AHEAD_USUAL : 1;
}

EVENT(file_place, "File.Place", unsigned long,
      (unsigned long file, unsigned long number, unsigned long blocks)) {
    (void)file, (void)number, (void)blocks;
    return 0;
}

EVENT(file_kept, "File.Kept", _Bool,
      (unsigned long policy, unsigned long bytes, unsigned long room)) {
    (void)policy, (void)bytes, (void)room;
    return true;
}

/* The guard that is imposed on who handles File.Kept: each is asked of its own caches. */
static bool is_of_policy(void *number, unsigned long policy, unsigned long bytes,
                         unsigned long room) {
    (void)bytes, (void)room;
    return policy == (uintptr_t)number;
}

static const struct event *const events[] = {&event_file_access, &event_file_read_ahead,
                                             &event_file_place, &event_file_kept};

void file_policies_init(void) {
    struct change c;
    module_add(THIS_MODULE);
    for (unsigned i = 0; i < sizeof events / sizeof events[0]; i++)
        if (events[i] != &event_file_kept)
            event_open_to_all(events[i]);
    event_open_to_own(&event_file_kept,
                      (struct procedure)EVENT_GUARD_WITH(file_kept, is_of_policy, NULL));
    change_open(&c, THIS_MODULE, NULL);
    for (unsigned i = 0; i < sizeof events / sizeof events[0]; i++)
        change_bound(&c, events[i], POLICY_BOUND);
    if (change_commit(&c))
        panic("file_policies_init: the events cannot be bounded");
}
