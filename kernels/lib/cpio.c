/* SPDX-License-Identifier: MIT */
/* cpio.c -- see cpio.h. A member is 110 characters of header (a magic and thirteen numbers of eight
 * hexadecimal digits), its name and NUL, its bytes; name and bytes each up to a multiple of four
 * from the archive's beginning. */
#include "lib/cpio.h"

#include "lib/error.h"
#include "lib/string.h"

enum { MAGIC = 6, DIGITS = 8, HEADER = MAGIC + 13 * DIGITS };
enum { FIELD_MODE = 1, FIELD_FILE_LEN = 6, FIELD_NAME_LEN = 11 };
enum { MODE_TYPE = 0170000, MODE_REGULAR = 0100000 };

static const char trailer[] = "TRAILER!!!";

/* One of the header's numbers; false: it is none. */
static bool number(const uint8_t *header, unsigned field, uint32_t *value) {
    const uint8_t *digit = header + MAGIC + field * DIGITS;
    *value = 0;
    for (unsigned i = 0; i < DIGITS; i++) {
        uint8_t d = digit[i], lower = d | 0x20;
        if (!(d >= '0' && d <= '9') && !(lower >= 'a' && lower <= 'f'))
            return false;
        *value = *value << 4 | (uint32_t)(d <= '9' ? d - '0' : lower - 'a' + 10);
    }
    return true;
}

static uint64_t round_up(uint64_t at) {
    return (at + 3) & ~3ull;
}

/* Reads the member at *at, whatever it is, and moves *at behind it. Null, or the violated rule. */
static const char *member(const uint8_t *bytes, size_t len, uint64_t *at, uint32_t *mode,
                          struct cpio_file *file) {
    uint32_t file_len, name_len;
    if (*at > len || len - *at < HEADER)
        return "a member's header lies beyond the end: there is no trailer";
    const uint8_t *header = bytes + *at;
    if (memcmp(header, "070701", MAGIC) != 0)
        return "a member does not begin with 070701";
    if (!number(header, FIELD_MODE, mode) || !number(header, FIELD_FILE_LEN, &file_len) ||
        !number(header, FIELD_NAME_LEN, &name_len))
        return "a number is not of hexadecimal digits";
    uint64_t name = *at + HEADER, data = round_up(name + name_len), end = data + file_len;
    if (end > len)
        return "a member lies beyond the end";
    if (name_len < 2 || name_len > CPIO_NAME_MAX ||
        strnlen((const char *)bytes + name, name_len) != name_len - 1)
        return "a name is empty, too long or does not end where it should";
    *file = (struct cpio_file){
        .name = (const char *)bytes + name, .data = bytes + data, .len = file_len};
    *at = round_up(end);
    return NULL;
}

static const char *check(struct cpio *a) {
    uint64_t at = 0;
    struct cpio_file file, twin;
    uint32_t mode;
    for (;;) {
        const uint64_t header = at;
        const char *wrong = member(a->bytes, a->len, &at, &mode, &file);
        if (wrong)
            return wrong;
        if (strcmp(file.name, trailer) == 0)
            return NULL;
        if ((mode & MODE_TYPE) != MODE_REGULAR)
            return "a member is no regular file";
        if (a->count == CPIO_FILES_MAX)
            return "too many files";
        if (cpio_find(a, file.name, &twin))
            return "two files have one name";
        a->header[a->count++] = (uint32_t)header;
    }
}

int cpio_open(struct cpio *archive, const void *bytes, size_t len, const char **why) {
    *archive = (struct cpio){.bytes = bytes, .len = len};
    *why = len > UINT32_MAX ? "it is longer than 4 GiB" : check(archive);
    return *why ? -E_BAD_IMAGE : 0;
}

void cpio_at(const struct cpio *archive, unsigned n, struct cpio_file *file) {
    uint64_t at = archive->header[n];
    uint32_t mode;
    member(archive->bytes, archive->len, &at, &mode, file); /* as it was checked */
}

bool cpio_find(const struct cpio *archive, const char *name, struct cpio_file *file) {
    for (unsigned i = 0; i < archive->count; i++)
        if (strcmp((const char *)archive->bytes + archive->header[i] + HEADER, name) == 0) {
            cpio_at(archive, i, file);
            return true;
        }
    return false;
}
