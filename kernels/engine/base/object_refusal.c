/* SPDX-License-Identifier: MIT */
/* object_refusal.c -- see object_refusal.h: refusals as text. */
#include "engine/base/object_refusal.h"

#include "lib/format.h"

bool object_refuse(struct object_refusal *why, enum rule rule, const char *section,
                   uint64_t offset) {
    size_t n = 0;
    if (!section)
        section = "file";
    for (; section[n] && n < OBJECT_SECTION_TEXT - 1; n++)
        why->section[n] = section[n] >= ' ' && section[n] <= '~' ? section[n] : '?';
    why->section[n] = '\0';
    why->rule = rule;
    why->offset = offset;
    return false;
}

int object_refusal_text(const struct object_refusal *why, char *into, size_t size) {
    return format_text(into, size, "%s, offset 0x%llx: %s (%s); %s", why->section,
                       (unsigned long long)why->offset, rule_sentence(why->rule),
                       rule_name(why->rule), rule_hint(why->rule));
}
