/* SPDX-License-Identifier: MIT */
/* native_refusal.c -- see native_refusal.h: refusals as text. */
#include "engine/native/native_refusal.h"

#include "lib/format.h"

bool native_refuse(struct native_refusal *why, enum rule rule, const char *about, uint64_t offset) {
    if (!about)
        about = "file";
    size_t n = 0;
    for (; about[n] && n < sizeof why->about - 1; n++)
        why->about[n] = about[n] >= ' ' && about[n] <= '~' ? about[n] : '?';
    why->about[n] = '\0';
    why->rule = rule;
    why->offset = offset;
    return false;
}

int native_refusal_text(const struct native_refusal *why, char *into, size_t size) {
    if (why->rule == NATIVE_RULE_IMPORT_TYPE)
        return format_text(into, size, "%s: %s: wanted %s, found %s (%s); %s", why->about,
                           rule_sentence(why->rule), why->wanted, why->offered,
                           rule_name(why->rule), rule_hint(why->rule));
    return format_text(into, size, "%s, offset 0x%llx: %s (%s); %s", why->about,
                       (unsigned long long)why->offset, rule_sentence(why->rule),
                       rule_name(why->rule), rule_hint(why->rule));
}
