/* SPDX-License-Identifier: MIT */
/* body.c -- see body.h. */
#include "exo/xn/type/body_read.h"

#include "lib/string.h"

static const char *const class_name[] = {"?", "base", "struct", "union"};

/* Says what is wrong; gives false. */
#define REFUSE(...) (report_say(why, "template: " __VA_ARGS__), false)

static bool name_is_sound(const char name[XN_NAME_BYTES]) {
    size_t length = strnlen(name, XN_NAME_BYTES);
    for (size_t i = 0; i < length; i++)
        if (name[i] <= ' ' || name[i] > '~')
            return false;
    for (size_t i = length; i < XN_NAME_BYTES; i++)
        if (name[i])
            return false;
    return length > 0 && length < XN_NAME_BYTES;
}

static bool head_is_sound(const struct xn_body *b, size_t bytes, struct report *why) {
    if (b->magic != XN_BODY_MAGIC)
        return REFUSE("header: magic is %#x, not %#x", b->magic, XN_BODY_MAGIC);
    if (b->bytes != bytes)
        return REFUSE("header: bytes is %u, and there are %zu", b->bytes, bytes);
    if (!name_is_sound(b->name))
        return REFUSE("header: the name is not 1 to %d printable characters, then zeros",
                      XN_NAME_BYTES - 1);
    if (b->number < XN_IMPORTED || b->number >= XN_TYPES_MAX)
        return REFUSE("%s: number is %u, not %d to %d", b->name, b->number, XN_IMPORTED,
                      XN_TYPES_MAX - 1);
    if (b->class < XN_BASE || b->class > XN_UNION)
        return REFUSE("%s: class is %u, not 1 (base), 2 (struct) or 3 (union)", b->name, b->class);
    if (b->flags & ~(XN_TAINTS | XN_KEEP_LAST))
        return REFUSE("%s: flags are %#x, of which only %#x mean something", b->name, b->flags,
                      XN_TAINTS | XN_KEEP_LAST);
    if (b->zero)
        return REFUSE("%s: a byte that must be 0 is %u", b->name, b->zero);
    if (b->members > XN_MEMBERS_MAX)
        return REFUSE("%s: members are %u, more than %d", b->name, b->members, XN_MEMBERS_MAX);
    uint64_t after = sizeof *b + b->members * sizeof(struct xn_member);
    if (b->object != bytes - after || after > bytes)
        return REFUSE("%s: header, %u members and %u bytes of an object are not %zu bytes", b->name,
                      b->members, b->object, bytes);
    if (!b->size || b->size > XN_BLOCK_BYTES)
        return REFUSE("%s: size is %u, not 1 to %d", b->name, b->size, XN_BLOCK_BYTES);
    return true;
}

static bool raws_are_sound(const struct xn_body *b, struct report *why) {
    if (b->raws > XN_RAW_MAX)
        return REFUSE("%s: raw ranges are %u, more than %d", b->name, b->raws, XN_RAW_MAX);
    for (unsigned i = 0; i < XN_RAW_MAX; i++) {
        struct xn_range r = b->raw[i];
        if (i >= b->raws ? r.first || r.bytes : !r.bytes || r.first + r.bytes > b->size)
            return REFUSE("%s: raw range %u, bytes %u to %u, is none or not within %u", b->name, i,
                          r.first, r.first + r.bytes, i < b->raws ? b->size : 0);
    }
    return true;
}

/* The windows of a base type. */
static bool windows_are_sound(const struct xn_body *b, struct report *why) {
    if (!b->count)
        return !(b->first | b->stride | b->most) ||
               REFUSE("%s: no windows, but first, stride or most of one", b->name);
    if (b->stride < 8 || b->stride % 8 || b->first % 8)
        return REFUSE("%s: first %u and stride %u are not multiples of 8", b->name, b->first,
                      b->stride);
    if (b->first + (uint32_t)b->stride * b->count > b->size)
        return REFUSE("%s: %u windows of %u bytes from %u on are not within %u", b->name, b->count,
                      b->stride, b->first, b->size);
    if (!b->most || b->most > XN_OWNED_MAX)
        return REFUSE("%s: a partition owns up to %u extents, not 1 to %d", b->name, b->most,
                      XN_OWNED_MAX);
    return true;
}

static bool class_is_sound(const struct xn_body *b, struct report *why) {
    const char *class = class_name[b->class];
    if (b->class != XN_BASE && (b->first | b->stride | b->count | b->most))
        return REFUSE("%s: a %s with windows of its own", b->name, class);
    if (b->class != XN_BASE && !b->members)
        return REFUSE("%s: a %s without members", b->name, class);
    if (b->class != XN_UNION)
        return !(b->choice | b->width) || REFUSE("%s: a %s with a choice", b->name, class);
    if (b->width != 1 && b->width != 2 && b->width != 4)
        return REFUSE("%s: the choice's width is %u, not 1, 2 or 4", b->name, b->width);
    if (b->choice % b->width || b->choice + b->width > b->size)
        return REFUSE("%s: the choice at %u is not aligned, or not within %u", b->name, b->choice,
                      b->size);
    return true;
}

/* The fields of a member that another class has. */
static bool member_is_sound(const struct xn_body *b, unsigned i, const struct xn_member *m,
                            struct report *why) {
    bool field = b->class == XN_BASE, arm = b->class == XN_UNION;
    if (m->zero || (arm ? !m->value || m->at : m->value) || (field ? 0 : m->width | m->count))
        return REFUSE("%s: member %u: not as a %s's members are", b->name, i, class_name[b->class]);
    if (arm && b->width < 4 && m->value >> 8 * b->width)
        return REFUSE("%s: member %u: %u does not fit into a choice of %u bytes", b->name, i,
                      m->value, b->width);
    if (field && m->width != 4 && m->width != 8)
        return REFUSE("%s: member %u: its width is %u, not 4 or 8", b->name, i, m->width);
    if (field && (!m->count || m->at % m->width || m->at + m->width * m->count > b->stride))
        return REFUSE("%s: member %u: %u fields at %u, not aligned or not in a window of %u",
                      b->name, i, m->count, m->at, b->stride);
    if (!m->type || m->type >= XN_TYPES_MAX)
        return REFUSE("%s: member %u: %u is no type", b->name, i, m->type);
    return true;
}

bool body_read(struct bytes file, struct xn_body *b, struct report *why) {
    if (file.len < sizeof *b || file.len > XN_BODY_BYTES_MAX)
        return REFUSE("%zu bytes, not %zu to %d", file.len, sizeof *b, XN_BODY_BYTES_MAX);
    memcpy(b, file.at, sizeof *b);
    if (!head_is_sound(b, file.len, why) || !raws_are_sound(b, why) || !class_is_sound(b, why) ||
        (b->class == XN_BASE && !windows_are_sound(b, why)))
        return false;
    for (unsigned i = 0; i < b->members; i++) {
        struct xn_member m = body_member(file, i);
        if (!member_is_sound(b, i, &m, why))
            return false;
    }
    return true;
}

struct xn_member body_member(struct bytes file, unsigned i) {
    struct xn_member m;
    memcpy(&m, file.at + sizeof(struct xn_body) + i * sizeof m, sizeof m);
    return m;
}

struct bytes body_object(struct bytes file, const struct xn_body *b) {
    return bytes_cut(file, file.len - b->object, b->object);
}
