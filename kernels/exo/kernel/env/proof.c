/* SPDX-License-Identifier: MIT */
/* proof.c -- see proof.h. */
#include "exo/kernel/env/proof.h"

#include "exo/abi.h"
#include "lib/error.h"
#include "lib/string.h"
#include "machine/user/user.h"

_Static_assert(VERDICT_TEXT_MAX <= REPORT_TEXT_MAX && EXO_FUNCTION_TEXT <= REPORT_TEXT_MAX,
               "a reason finds room, and is no shorter than the caller's");

/* Each step from bytes to a program has a rule of that name. */
int proof_refused(enum rule rule) {
    return strcmp(rule_name(rule), rule_name(RULE_NO_MEMORY)) ? -E_BAD_IMAGE : -E_NO_MEMORY;
}

int proof_of(struct program *program, const void *code, size_t bytes, const struct kind *kind,
             const struct hooks *hooks, struct proof *p, struct report *why) {
    *program = (struct program){0};
    if (!program_decode(program, hooks, code, bytes, why))
        return proof_refused(why->rule);
    if (verify(program, kind, hooks, &p->facts, &p->verdict))
        return 0;
    memcpy(why->text, p->verdict.text, sizeof p->verdict.text);
    program_release(program, hooks);
    return proof_refused(p->verdict.rule);
}

long proof_tell(long result, struct report *why, uint64_t text) {
    if (result != -E_BAD_IMAGE || !text)
        return result;
    why->text[EXO_FUNCTION_TEXT - 1] = '\0';
    return copy_to_user(text, why->text, EXO_FUNCTION_TEXT) ? -E_FAULT : result;
}
