/* SPDX-License-Identifier: MIT */
/* execute.c -- see execute.h. */
#include "spin/services/unix/execute.h"

#include "lib/error.h"
#include "lib/string.h"
#include "machine/cpu/current.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/services/unix/processes.h"
#include "spin/unix_abi.h"
#include "spin/services/calls/user_copy.h"

MODULE("UnixExecute");

_Static_assert(UNIX_NAME_MAX == 4 * sizeof(uint64_t), "Unix.Execute has a name's bytes");

EVENT(unix_execute, "Unix.Execute", long,
      (unsigned long name0, unsigned long name1, unsigned long name2, unsigned long name3)) {
    const unsigned long name[] = {name0, name1, name2, name3};
    const struct trap_frame *f = thread_frame(thread_current());
    char words[VMSPACE_WORDS_MAX];
    if (strnlen((const char *)name, sizeof name) == sizeof name)
        return -E_TOO_LONG;
    long error = copy_string_in(words, f->rdx, sizeof words);
    return error < 0 ? error : unix_exec((const char *)name, f->rsi, words);
}

static struct vmspace *vmspace_of(const struct address_space *space) {
    return container_of(space, struct vmspace, process.space);
}

long unix_execute_named(vaddr_t at) {
    unsigned long name[4] = {0};
    long error = copy_string_in((char *)name, at, sizeof name);
    if (error < 0)
        return error;
    if (!vmspace_of(address_space_current)->filtered)
        return unix_execute_intrinsic(name[0], name[1], name[2], name[3]);
    error = unix_execute(name[0], name[1], name[2], name[3]);
    return raise_exception_take(NULL) ? -E_DEAD : error;
}

/* The guard that is imposed on whoever is not this module. */
static bool is_of_space(void *space, unsigned long name0, unsigned long name1, unsigned long name2,
                        unsigned long name3) {
    (void)name0, (void)name1, (void)name2, (void)name3;
    return space == address_space_current;
}

/* Who asks for a process of the model, in its credentials, while it is the current one. */
static bool allows(void *unused, struct change_request *request) {
    (void)unused;
    const struct address_space *space = request->credentials;
    if (!request->handler)
        return request->binding;
    if (!space || space != address_space_current || !unix_model.pager ||
        space->translation.owner != unix_model.pager)
        return false;
    vmspace_of(space)->filtered = true;
    request->imposed_guard =
        (struct procedure)EVENT_GUARD_WITH(unix_execute, is_of_space, (void *)space);
    return true;
}

void unix_execute_init(void) {
    event_authorize(THIS_MODULE, allows);
}
