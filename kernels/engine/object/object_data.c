/* SPDX-License-Identifier: MIT */
/* object_data.c -- memory for variables. What hooks give is aligned for any object, to 16; where an
 * object asks for more, the variable is moved up in a larger block, whose own address is kept right
 * before it. */
#include "engine/object/object_data.h"
#include "engine/assert.h"

#include "lib/string.h"

enum { GIVEN_ALIGN = 16 };

static size_t block_bytes(const struct object_variable *v) {
    return v->bytes + (v->align > GIVEN_ALIGN ? 2 * (size_t)v->align : 0);
}

static void *align_block(const struct object_variable *v, uint8_t *block) {
    if (v->align <= GIVEN_ALIGN)
        return block;
    size_t move = v->align - (uintptr_t)block % v->align;
    uint8_t *at = block + move;
    ENGINE_ASSERT(move >= sizeof block && at + v->bytes <= block + block_bytes(v),
                  "%s is moved by %zu", v->name, move);
    memcpy(at - sizeof block, &block, sizeof block);
    return at;
}

static void *block_of(const struct object_variable *v, uint8_t *at) {
    uint8_t *block = at;
    if (v->align > GIVEN_ALIGN)
        memcpy(&block, at - sizeof block, sizeof block);
    return block;
}

bool object_data_create(const struct object *object, const struct hooks *hooks,
                        struct variable *variable) {
    for (uint32_t i = 0; i < object->variable_count; i++)
        variable[i].address = NULL;
    for (uint32_t i = 0; i < object->variable_count; i++) {
        const struct object_variable *v = &object->variable[i];
        uint8_t *block = hooks->allocate(hooks->owner, block_bytes(v));
        if (!block) {
            object_data_release(object, hooks, variable);
            return false;
        }
        variable[i] = (struct variable){v->name, align_block(v, block), v->bytes, v->writable};
        if (v->initial)
            memcpy(variable[i].address, v->initial, v->bytes);
    }
    return true;
}

void object_data_release(const struct object *object, const struct hooks *hooks,
                         struct variable *variable) {
    for (uint32_t i = 0; i < object->variable_count; i++) {
        const struct object_variable *v = &object->variable[i];
        if (variable[i].address)
            hooks->release(hooks->owner, block_of(v, variable[i].address), block_bytes(v));
        variable[i].address = NULL;
    }
}
