/* SPDX-License-Identifier: MIT */
/* state_place.c -- where pointers point. A place has two parts, for what is known of a number that
 * was added would be blurred by each constant that is added to it, and packets are compared by
 * their constant part. But it has one form, whatever calculation or comparison has led to it, so
 * that a caller that asks for a place gets all of it. */
#include "engine/assert.h"
#include "engine/base/mutant.h"
#include "engine/verify/state.h"

#define FAR ((int64_t)DISTANCE)

/* The mistakes that come of a place with two forms. */
#define APART (MUTANT(PLACE_STORED) || MUTANT(PLACE_ARGUMENT) || MUTANT(PLACE_WRITTEN))

struct place value_place(const struct value *p) {
    ENGINE_ASSERT(p->number.smin <= p->number.smax, "a pointer that is nowhere (kind %u)", p->kind);
    return (struct place){.low = p->offset + p->number.smin,
                          .high = p->offset + p->number.smax,
                          .bits = p->number.bits.value | p->number.bits.unknown |
                                  (uint64_t)(int64_t)p->offset,
                          .varies = !scalar_is_constant(&p->number)};
}

/* What varies, counted from another constant part. */
static struct scalar place_shift(const struct scalar *number, int64_t by) {
    if (!by)
        return *number;
    return scalar_alu(DO_ADD, 64, *number, scalar_constant((uint64_t)by));
}

struct scalar value_distance(const struct value *p) {
    return place_shift(&p->number, p->offset);
}

struct scalar value_varying(const struct value *p, const struct value *from) {
    return place_shift(&p->number, (int64_t)p->offset - from->offset);
}

static bool is_near(int64_t offset, const struct scalar *number) {
    if (offset < -FAR || offset > FAR)
        return false;
    if (MUTANT(PLACE_FAR))
        return true;
    return number->smin >= -FAR - offset && number->smax <= FAR - offset;
}

bool value_put(struct value *p, int64_t offset, const struct scalar *number) {
    struct scalar none;
    if (scalar_is_constant(number) && number->bits.value && !APART) {
        if (number->smin < -2 * FAR || number->smin > 2 * FAR)
            return false;
        offset += number->smin;
        none = scalar_constant(0);
        number = &none;
    }
    if (!is_near(offset, number))
        return false;
    p->offset = (int32_t)offset;
    if (number != &p->number)
        p->number = *number;
    return true;
}

bool value_put_at(struct value *p, const struct scalar *distance) {
    struct scalar number = place_shift(distance, -(int64_t)p->offset);
    return value_put(p, p->offset, &number);
}
