/* SPDX-License-Identifier: MIT */
/* handlers_types.c -- never linked: the build takes the types from it, as the compiler describes
 * them. */
#include "handlers.h"

extern guard_0_fn *const guard_0_type;
guard_0_fn *const guard_0_type;
extern handler_0_fn *const handler_0_type;
handler_0_fn *const handler_0_type;
extern guard_1_fn *const guard_1_type;
guard_1_fn *const guard_1_type;
extern guard_equal_fn *const guard_equal_type;
guard_equal_fn *const guard_equal_type;
extern handler_1_fn *const handler_1_type;
handler_1_fn *const handler_1_type;
extern handler_result_fn *const handler_result_type;
handler_result_fn *const handler_result_type;
extern guard_5_fn *const guard_5_type;
guard_5_fn *const guard_5_type;
extern handler_5_fn *const handler_5_type;
handler_5_fn *const handler_5_type;
