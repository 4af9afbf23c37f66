/* SPDX-License-Identifier: MIT */
/* design_template_fields.h -- design "template": the pointer fields that a base type declares. */
#ifndef EXO_XN_DESIGN_TEMPLATE_FIELDS_H
#define EXO_XN_DESIGN_TEMPLATE_FIELDS_H

#include "exo/xn/type/types.h"

/* Those of the importing's type, which no byte is in twice and a window owns no more than. 0, or
 * -E_INVALID with *why set, or -E_NO_MEMORY. */
int fields_lay(struct xn_importing *importing);
/* Is this byte of a window in one? */
bool fields_tell(const struct xn_type *base, uint32_t byte);

#endif
