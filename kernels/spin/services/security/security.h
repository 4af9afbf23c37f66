/* SPDX-License-Identifier: MIT */
/* security.h -- the security manager: an access policy (policy.h) is asked beside the authorizers
 * that events and domains have, and both must allow. Of what a module asks for,
 *
 *     EXTEND   is every handler and guard on an event,
 *     READ     those that are given its arguments,
 *     WRITE    those that change what others get: filters, handlers that cancel or are in the place
 *              of others, result and default handlers,
 *     EXECUTE  a link to a name of SpinPublic, `SpinPublic.name`, and security_execute().
 *
 * An event's own authority is not asked. Without a policy nobody is asked. */
#ifndef SPIN_SECURITY_SECURITY_H
#define SPIN_SECURITY_SECURITY_H

#include "spin/core/dispatch/binding/module.h"
#include "spin/services/security/policy.h"

/* The file `policy/boot` of the archive is in force, if there is one; a panic where it is none.
 * After all that sets authorizers. */
void security_init(void);

/* This policy is in force from here on. Bindings of others that it does not allow are withdrawn
 * before, so that no raise that begins later comes to them; a link stays, as do result and default
 * handlers, which are the event's. Otherwise the old one stays in force: policy_read's errors and
 * the line, -E_FULL also for more names of subjects than all policies together may have, or
 * -E_NO_MEMORY, and some bindings are withdrawn. No bytes: none is. */
int security_set(const char *text, size_t length, unsigned *line);

/* The same of the archive's file `policy/NAME`; -E_NOT_FOUND and line 0: there is none. */
int security_load(const char *name, unsigned *line);

/* Does the policy allow the module this, and the subject as whom the current thread acts? */
bool security_allows(const struct module *by, const char *object, unsigned modes, const char *what);

/* Runs fn(arg) as the subject that the current one enters by this object. That is over when fn
 * ends, however it does: by its return, a trap, an exception of the raise that it is in, its
 * thread's end. False: the current subject may not execute it. */
bool security_execute(const char *object, void (*fn)(void *arg), void *arg);
/* As whom the current thread acts. */
const char *security_subject(void);

#define SECURITY_AUDIT_MAX 64 /* answers that are kept: the last ones */

struct security_answer {
    char subject[POLICY_NAME_MAX], object[POLICY_NAME_MAX]; /* as the policy calls them */
    char name[POLICY_NAME_MAX];                             /* of the event or export; may be cut */
    const char *what;
    bool allowed;
};

/* The n-th answer before the last one; null: it is not kept any more, or never was. */
const struct security_answer *security_audit(unsigned n);

#endif
