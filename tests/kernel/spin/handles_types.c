/* SPDX-License-Identifier: MIT */
/* handles_types.c -- what the build describes of the types in handles.h. */
#include "extension/handles.h"

extern handles_guard *const handles_guard_type;
handles_guard *const handles_guard_type;
extern handles_handler *const handles_handler_type;
handles_handler *const handles_handler_type;
