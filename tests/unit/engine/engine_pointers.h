/* SPDX-License-Identifier: MIT */
/* engine_pointers.h -- the addresses that an object's initialised variables hold (object.h,
 * object_pointer): a program that uses such a variable is refused (LINK_RULE_DATA_ADDRESS), but
 * what the reader tells of them is tried by running the object whole. */
#ifndef TESTS_ENGINE_POINTERS_H
#define TESTS_ENGINE_POINTERS_H

#include "engine/object.h"
#include "engine/program.h"

#include <string.h>

/* Writes them, of variables from `variable`, which has the extern ones behind the object's own, and
 * of code from code_address(owner, slot). */
static inline void pointers_write(const struct object *object, const struct variable *variable,
                                  uint64_t (*code_address)(void *owner, uint32_t slot),
                                  void *owner) {
    for (uint32_t i = 0; i < object->pointer_count; i++) {
        const struct object_pointer *p = &object->pointer[i];
        uint64_t address = p->to_code ? code_address(owner, p->target)
                                      : (uint64_t)(uintptr_t)variable[p->target].address + p->add;
        memcpy((uint8_t *)variable[p->variable].address + p->offset, &address, sizeof address);
    }
}

#endif
