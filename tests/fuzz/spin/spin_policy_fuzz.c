/* SPDX-License-Identifier: MIT */
/* spin_policy_fuzz.c -- any bytes as an access policy: it is read or refused at a line that is
 * there, and of what was read every name has its end and every SID its place. */
#include "spin/services/security/policy.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds) {
    if (!holds)
        abort();
}

static void demand_whole(const struct policy_sids *s) {
    demand(s->sids && s->sids <= POLICY_SIDS_MAX && s->labels <= POLICY_LABELS_MAX);
    for (unsigned i = 0; i < s->sids; i++)
        demand(strnlen(s->sid[i], POLICY_NAME_MAX) < POLICY_NAME_MAX);
    for (unsigned i = 0; i < s->labels; i++)
        demand(s->label[i].sid < s->sids && s->label[i].name[0] &&
               strnlen(s->label[i].name, POLICY_NAME_MAX) < POLICY_NAME_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct policy p;
    unsigned line;
    if (policy_read(&p, (const char *)data, size, &line)) {
        demand(line && line <= size);
        return 0;
    }
    demand_whole(&p.subject);
    demand_whole(&p.object);
    for (unsigned s = 0; s < p.subject.sids; s++)
        for (unsigned o = 0; o < p.object.sids; o++)
            demand(policy_enters(&p, (sid_t)s, (sid_t)o) < p.subject.sids &&
                   policy_allows(&p, (sid_t)s, (sid_t)o, 0));
    demand(policy_subject(&p, "keys") < p.subject.sids);
    demand(policy_object(&p, "Console.Key") < p.object.sids);
    return 0;
}
