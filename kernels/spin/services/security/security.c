/* SPDX-License-Identifier: MIT */
/* security.c -- see security.h. */
#include "spin/services/security/security.h"

#include "common/archive.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/memory/heap.h"
#include "machine/report/panic.h"
#include "machine/thread/preempt.h"
#include "machine/trap/catch.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/core/event.h"
#include "spin/services/public.h"

static struct policy policies[2], *policy; /* the one in force, or null */

/* --- Whom a thread acts for --- */

/* On the stack of who acts; the thread has the innermost. A name outlives the policy. */
struct acting {
    const struct acting *outer;
    char subject[POLICY_NAME_MAX];
};

static const struct acting *innermost(void) {
    return (const struct acting *)thread_current()->own[THREAD_OWN_SUBJECT];
}

static void act(const struct acting *a) {
    thread_current()->own[THREAD_OWN_SUBJECT] = (uintptr_t)a;
}

const char *security_subject(void) {
    const struct acting *a = innermost();
    return a ? a->subject : "kernel";
}

static sid_t acting_sid(void) {
    return policy_subject_called(policy, security_subject());
}

/* --- Answers --- */

static struct security_answer answers[SECURITY_AUDIT_MAX];
static unsigned answered; /* in all; the next one's place is its remainder */

static bool answer(sid_t subject, const char *name, const char *what, bool allowed) {
    struct security_answer *a = &answers[answered++ % SECURITY_AUDIT_MAX];
    a->what = what;
    a->allowed = allowed;
    format_text(a->subject, sizeof a->subject, "%s", policy->subject.sid[subject]);
    format_text(a->object, sizeof a->object, "%s", policy->object.sid[policy_object(policy, name)]);
    format_text(a->name, sizeof a->name, "%s", name);
    return allowed;
}

const struct security_answer *security_audit(unsigned n) {
    return n < answered && n < SECURITY_AUDIT_MAX
               ? &answers[(answered - 1 - n) % SECURITY_AUDIT_MAX]
               : NULL;
}

/* A deputy may do no more than whom it acts for. */
static bool asks(const struct module *by, const char *object, unsigned modes, const char *what) {
    sid_t subject = policy_subject(policy, by->name), of = policy_object(policy, object);
    return answer(subject, object, what,
                  policy_allows(policy, subject, of, modes) &&
                      policy_allows(policy, acting_sid(), of, modes));
}

bool security_allows(const struct module *by, const char *object, unsigned modes,
                     const char *what) {
    preempt_disable(); /* all of an answer is by one policy */
    bool allowed = !policy || asks(by, object, modes, what);
    preempt_enable();
    return allowed;
}

/* --- Beside the authorizers --- */

/* An event, and whom its changes were asked of before. */
struct guarded {
    const struct event *event;
    struct authorizer was;
};
static struct guarded *guarded; /* event_count() of them */

static unsigned modes_of(const struct event *event, unsigned flags) {
    return ACCESS_EXTEND | (event->arguments ? ACCESS_READ : 0u) |
           (flags & (BINDING_FILTER | BINDING_CANCEL) ? ACCESS_WRITE : 0u);
}

/* What a step asks for besides what the binding has already; of its own anybody may take away. */
static unsigned modes_asked(const struct change_request *r) {
    if (r->handler)
        return modes_of(r->event, r->handler->flags);
    return r->binding ? 0 : modes_of(r->event, BINDING_FILTER);
}

static bool allows(void *closure, struct change_request *r) {
    const struct guarded *g = closure;
    const struct authorizer *a = g->was.allows ? &g->was : &g->event->module->authorizer;
    return security_allows(r->by, r->event->name, modes_asked(r), r->what) && a->allows &&
           a->allows(a->closure, r);
}

static bool links(void *closure, const struct link_request *r) {
    char name[POLICY_NAME_MAX];
    (void)closure;
    format_text(name, sizeof name, "SpinPublic.%s", r->export->name);
    return security_allows(r->by, name, ACCESS_EXECUTE, "link");
}

/* Also those whose authorizers were set since. */
static void guard_all(void) {
    static const struct link_authorizer linker = {.allows = links};
    for (size_t i = 0; i < event_count(); i++) {
        const struct event *e = event_at(i);
        const struct authorizer own = {.allows = allows, .closure = &guarded[i]};
        if (e->authorizer->allows == allows)
            continue;
        guarded[i] = (struct guarded){e, *e->authorizer};
        assert_that(authorizer_of_event(e->module, e, &own) == 0);
    }
    assert_that(reference_authorize(spin_public, &linker) == 0);
}

/* --- A policy comes into force --- */

static bool is_denied(const struct policy *p, const struct event_binding *b) {
    const struct event *e = b->of->event;
    return b->by != e->module && !policy_allows(p, policy_subject(p, b->by->name),
                                                policy_object(p, e->name), modes_of(e, b->flags));
}

static struct event_binding *find_denied(const struct policy *p) {
    struct module *m;
    for (unsigned i = 0; (m = module_at(i)); i++)
        list_each(n, &m->bindings) {
            struct event_binding *b = container_of(n, struct event_binding, of_module);
            if (is_denied(p, b))
                return b;
        }
    return NULL;
}

/* By the event's authority, which asks nobody. */
static int withdraw(struct event_binding *b) {
    struct change c;
    change_open(&c, b->of->event->module, NULL);
    change_uninstall(&c, b);
    return change_commit(&c);
}

static int withdraw_denied(const struct policy *p) {
    struct event_binding *b;
    int error = 0;
    while (DEFENDED(POLICY) && !error && (b = find_denied(p)))
        error = withdraw(b);
    return error;
}

int security_set(const char *text, size_t length, unsigned *line) {
    preempt_disable(); /* nobody sets another, or binds what the old one allows, in between */
    struct policy *next = &policies[policy == policies];
    int error = policy_read(next, text, length, line);
    if (!error && !guarded && !(guarded = heap_alloc(event_count() * sizeof *guarded)))
        error = -E_NO_MEMORY;
    if (!error && length)
        error = withdraw_denied(next);
    if (!error) {
        guard_all();
        policy = length ? next : NULL;
    }
    preempt_enable();
    return error;
}

int security_load(const char *name, unsigned *line) {
    char wanted[POLICY_NAME_MAX];
    const char *path;
    struct bytes file;
    format_text(wanted, sizeof wanted, "policy/%s", name);
    *line = 0;
    for (unsigned n = 0; archive_folder("policy", n, &path, &file); n++)
        if (strcmp(path, wanted) == 0)
            return security_set((const char *)file.at, file.len, line);
    return -E_NOT_FOUND;
}

void security_init(void) {
    unsigned line;
    int error = security_load("boot", &line);
    if (error && error != -E_NOT_FOUND)
        panic("security_init: policy/boot, line %u: %s", line, error_sentence(error));
}

/* --- Transitions --- */

/* May the current subject execute the object, and as whom does it go on? */
static bool enters(const char *object, char as[POLICY_NAME_MAX]) {
    sid_t subject = acting_sid(), of = policy_object(policy, object);
    format_text(as, POLICY_NAME_MAX, "%s", policy->subject.sid[policy_enters(policy, subject, of)]);
    return answer(subject, object, "execute", policy_allows(policy, subject, of, ACCESS_EXECUTE));
}

bool security_execute(const char *object, void (*fn)(void *arg), void *arg) {
    struct acting a = {.outer = innermost()};
    struct trap_frame f;
    preempt_disable();
    bool asked = policy, allowed = !asked || enters(object, a.subject);
    preempt_enable();
    if (!asked)
        fn(arg);
    if (!asked || !allowed)
        return allowed;
    act(&a);
    bool trapped = trap_catch(&f, fn, arg);
    act(a.outer);
    if (trapped) {
        trap_caught(&f);
        panic_again(&f);
    }
    return true;
}
