/* SPDX-License-Identifier: MIT */
/* object_data.h -- instances of an object's variables. A kind of program that shares its variables
 * makes one instance, a kind that does not makes one for each program. */
#ifndef ENGINE_OBJECT_DATA_H
#define ENGINE_OBJECT_DATA_H

#include "engine/object.h"
#include "engine/program.h"

/* Makes a fresh instance: fills in variable[0] to variable[variable_count - 1] with memory of their
 * own, holding the initial contents, aligned as the object asks for. False, with nothing left
 * allocated, when there is no memory. */
bool object_data_create(const struct object *object, const struct hooks *hooks,
                        struct variable *variable);
void object_data_release(const struct object *object, const struct hooks *hooks,
                         struct variable *variable);

#endif
