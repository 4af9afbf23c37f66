/* SPDX-License-Identifier: MIT */
/* security.c -- see security.h. */
#include "spin/services/security/security.h"

#include "common/archive.h"
#include "lib/error.h"
#include "lib/format.h"
#include "lib/string.h"
#include "machine/report/panic.h"
#include "machine/trap/catch.h"
#include "spin/core/dispatch/authority.h"
#include "spin/core/dispatch/binding/defence.h"
#include "spin/core/dispatch_kernel.h"
#include "spin/core/event.h"
#include "spin/services/events/linear.h"
#include "spin/services/loader/loader.h"
#include "spin/services/public.h"

static struct policy policies[2], *policy; /* the one in force, or null */

/* --- Whom a thread acts for --- */

/* Names of subjects outlive their policies: a thread has one of these, or nothing for the kernel,
 * and so have those strands and runs that it has begun. */
#define SUBJECTS_MAX (4 * POLICY_SIDS_MAX)
static char subjects[SUBJECTS_MAX][POLICY_NAME_MAX];

static const char *subject_called(const char *name) {
    unsigned n = 0;
    while (n < SUBJECTS_MAX && *subjects[n] && strcmp(subjects[n], name) != 0)
        n++;
    return n < SUBJECTS_MAX ? format_text(subjects[n], POLICY_NAME_MAX, "%s", name),
           subjects[n]      : NULL;
}

static bool subjects_are_known(const struct policy *p) {
    bool known = true;
    for (unsigned i = 0; i < p->subject.sids; i++)
        known &= subject_called(p->subject.sid[i]) != NULL;
    return known;
}

const char *security_subject(void) {
    const char *subject = (const char *)thread_current()->own[THREAD_OWN_SUBJECT];
    return subject ? subject : "kernel";
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
    dispatcher->lock(); /* all of an answer is by one policy */
    bool allowed = !policy || asks(by, object, modes, what);
    dispatcher->unlock();
    return allowed;
}

/* --- Beside the authorizers --- */

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

static bool allows(void *unused, struct change_request *r) {
    (void)unused;
    return security_allows(r->by, r->event->name, modes_asked(r), r->what);
}

static bool links(void *unused, const struct link_request *r) {
    char name[POLICY_NAME_MAX];
    (void)unused;
    format_text(name, sizeof name, "SpinPublic.%s", r->export->name);
    return security_allows(r->by, name, ACCESS_EXECUTE, "link");
}

static void guard_all(void) {
    static const struct link_authorizer linker = {.allows = links};
    authority_policy = allows;
    assert_that(reference_authorize(spin_public, &linker) == 0);
}

/* --- A policy comes into force --- */

static bool is_denied(const struct policy *p, const struct event *e, const struct module *by,
                      unsigned flags) {
    return by != e->module && !policy_allows(p, policy_subject(p, by->name),
                                             policy_object(p, e->name), modes_of(e, flags));
}

static struct event_binding *find_denied(const struct policy *p) {
    struct module *m;
    for (unsigned i = 0; (m = module_at(i)); i++)
        list_each(n, &m->bindings) {
            struct event_binding *b = container_of(n, struct event_binding, of_module);
            if (is_denied(p, b->of->event, b->by, b->flags))
                return b;
        }
    return NULL;
}

static int withdraw_bindings(const struct policy *p) {
    struct event_binding *b;
    int error = 0;
    while (!error && (b = find_denied(p))) {
        struct change c;
        change_open(&c, b->of->event->module, NULL);
        change_unload(&c, b);
        error = change_commit(&c);
    }
    return error;
}

/* The event's result or default handler. */
static bool is_theirs(const struct policy *p, const struct event *e, const struct held *held) {
    return held && is_denied(p, e, held->by, BINDING_FILTER);
}

/* By the event's authority; what gives an asynchronous event its result is replaced. */
static int withdraw_procedures(const struct policy *p, const struct event *e) {
    static const struct procedure none;
    const struct procedure intrinsic = {.entry = e->intrinsic};
    const struct bindings *of = *e->bindings;
    struct change c;
    if (!of || !(is_theirs(p, e, of->result) || is_theirs(p, e, of->otherwise)))
        return 0;
    change_open(&c, e->module, NULL);
    if (is_theirs(p, e, of->result))
        change_result_handler(&c, e, &none, 0);
    if (is_theirs(p, e, of->otherwise))
        change_default_handler(
            &c, e, e->result_bytes && (of->later || of->asynchronous) ? &intrinsic : &none);
    return change_commit(&c);
}

/* Bindings first: where none is asynchronous any more, no default handler has to stay. */
static int withdraw_denied(const struct policy *p) {
    const struct event *e;
    int error = withdraw_bindings(p);
    for (size_t i = 0; !error && i < event_count(); i++)
        error = withdraw_procedures(p, event_at(i));
    for (unsigned n = 0; !error && (e = linear_at(n)); n++)
        error = withdraw_procedures(p, e);
    return error;
}

int security_set(const char *text, size_t length, unsigned *line) {
    dispatcher->lock(); /* nobody sets another, or binds what the old one allows, in between */
    struct policy *next = &policies[policy == policies];
    int error = policy_read(next, text, length, line);
    if (!error && !subjects_are_known(next))
        error = -E_FULL;
    if (!error && length && DEFENDED(POLICY))
        error = withdraw_denied(next);
    if (!error) {
        guard_all();
        policy = length ? next : NULL;
        if (DEFENDED(POLICY))
            error = loader_ask_again();
    }
    dispatcher->unlock();
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
static bool enters(const char *object, const char **as) {
    sid_t subject = acting_sid(), of = policy_object(policy, object);
    *as = subject_called(policy->subject.sid[policy_enters(policy, subject, of)]);
    return answer(subject, object, "execute", policy_allows(policy, subject, of, ACCESS_EXECUTE));
}

bool security_execute(const char *object, void (*fn)(void *arg), void *arg) {
    uint64_t *subject = &thread_current()->own[THREAD_OWN_SUBJECT], outer = *subject;
    const char *inner;
    struct trap_frame f;
    dispatcher->lock();
    bool asked = policy, allowed = !asked || enters(object, &inner);
    dispatcher->unlock();
    if (!asked)
        fn(arg);
    if (!asked || !allowed)
        return allowed;
    *subject = (uintptr_t)inner;
    bool trapped = trap_catch(&f, fn, arg);
    *subject = outer;
    if (trapped) {
        trap_caught(&f);
        panic_again(&f);
    }
    return true;
}
