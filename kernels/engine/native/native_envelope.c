/* SPDX-License-Identifier: MIT */
/* native_envelope.c -- see native_envelope.h. What is not covered by a good signature decides
 * nothing but how it is refused. */
#include "engine/native_envelope.h"

#include "lib/string.h"

_Static_assert(sizeof ENVELOPE_MAGIC == IN_ENVELOPE_VERSION, "the magic fills its field");

/* The kind, with zeros up to the field's end, so that it is written in one way only. */
static bool is_kind(struct bytes file, const char *kind) {
    char field[ENVELOPE_KIND_BYTES] = {0};
    if (strlen(kind) >= sizeof field)
        return false;
    memcpy(field, kind, strlen(kind));
    return memcmp(field, file.at + IN_ENVELOPE_KIND, sizeof field) == 0;
}

bool native_envelope_open(struct bytes file, const uint8_t key[SIGNATURE_KEY_BYTES],
                          const char *kind, struct bytes *object, struct report *why) {
    if (file.len > ENVELOPE_BYTES_MAX)
        return report_refuse_at(why, NATIVE_RULE_FILE_SIZE, NULL, ENVELOPE_BYTES_MAX);
    if (file.len < ENVELOPE_HEADER_BYTES + SIGNATURE_BYTES ||
        memcmp(file.at, ENVELOPE_MAGIC, sizeof ENVELOPE_MAGIC) != 0)
        return report_refuse_at(why, NATIVE_RULE_NOT_SIGNED, NULL, IN_ENVELOPE_MAGIC);
    if (bytes_u32(file, IN_ENVELOPE_VERSION) != ENVELOPE_VERSION ||
        bytes_u32(file, IN_ENVELOPE_RESERVED) != 0)
        return report_refuse_at(why, NATIVE_RULE_SIGNED_VERSION, NULL, IN_ENVELOPE_VERSION);
    size_t len = file.len - ENVELOPE_HEADER_BYTES - SIGNATURE_BYTES;
    if (bytes_u64(file, IN_ENVELOPE_LENGTH) != len)
        return report_refuse_at(why, NATIVE_RULE_SIGNED_LENGTH, NULL, IN_ENVELOPE_LENGTH);
    size_t covered = ENVELOPE_HEADER_BYTES + len;
    if (!signature_holds(key, file.at, covered, file.at + covered))
        return report_refuse_at(why, NATIVE_RULE_SIGNATURE, NULL, covered);
    if (!is_kind(file, kind))
        return report_refuse_at(why, NATIVE_RULE_SIGNED_KIND, NULL, IN_ENVELOPE_KIND);
    *object = bytes_cut(file, ENVELOPE_HEADER_BYTES, len);
    return true;
}
