/* SPDX-License-Identifier: MIT */
/* function.h -- untrusted deterministic functions: code of an environment that the kernel runs
 * itself, since it has proven that nothing can happen but a result (Engler et al., SOSP '95;
 * Kaashoek et al., SOSP '97, 4.1). */
#ifndef EXO_KERNEL_FUNCTION_H
#define EXO_KERNEL_FUNCTION_H

#include "engine/domain.h"

void function_init(void);

/* A new domain of what functions may be linked to (function_exports.c), for function_init(). */
struct domain *function_exports(void);

/* For functions to call: there is no answer, because of `about`. Does not come back. */
void function_give_up(uint64_t about);

long sys_function_run(uint64_t slot, uint64_t object, uint64_t length, uint64_t argument,
                      uint64_t how, uint64_t text);

#endif
