/* SPDX-License-Identifier: MIT */
/* user_schedule.c -- see user_schedule.h. */
#include "spin/services/thread/user_schedule.h"

#include "lib/error.h"
#include "spin/core/dispatch/binding/dispatcher.h"
#include "spin/core/space/process.h"
#include "spin/services/calls/user_copy.h"
#include "spin/services/calls/user_extension.h"
#include "spin/services/handlers.h"
#include "spin/services/loader/loader.h"

MODULE("UserSchedule");

/* The thread that runs a process goes on with the kernel's code after that, which no scheduler of
 * the process's holds back. */
static void release(struct process *p) {
    struct user_threads *t = user_threads_of(&p->space);
    if (t && t->scheduled)
        group_leave(&t->thread[0].member);
}

static int create_group(struct user_threads *t, const char *scheduler) {
    static struct report why;
    struct extension *e;
    int error = HANDLE_ONCE(process_stops, release);
    if (!error)
        error = loader_load_for(scheduler, &t->process->space, &e, &why);
    if (error)
        return error;
    error = group_create(&t->group, extension_module(e));
    if (error)
        (void)loader_unload(e); /* or at the process's end */
    return error;
}

long user_schedule(struct user_threads *t, vaddr_t at) {
    char name[USER_EXTENSION_NAME_MAX];
    long error = copy_string_in(name, at, sizeof name);
    if (error < 0)
        return error;
    dispatcher->lock(); /* another thread may ask for it, too */
    error = t->scheduled ? -E_EXISTS : create_group(t, name);
    t->scheduled |= !error;
    dispatcher->unlock();
    if (error)
        return error;
    for (struct user_thread *u = t->thread; u < t->thread + USER_THREADS_MAX; u++)
        if (u->used && !u->ended)
            user_thread_join_group(u);
    return 0;
}

void user_schedule_hint(struct user_thread *u, uint8_t hint) {
    u->hint = hint;
    if (u->thread->strand.member)
        u->of->group.view.hint[u->member.place] = hint;
}
