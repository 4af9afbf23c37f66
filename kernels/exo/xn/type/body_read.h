/* SPDX-License-Identifier: MIT */
/* body_read.h -- the parser of templates' bytes: what can be said of a body by itself. */
#ifndef EXO_XN_BODY_READ_H
#define EXO_XN_BODY_READ_H

#include "engine/base/report.h"
#include "engine/bytes.h"
#include "exo/xn/type/body.h"

/* The header, all of whose fields are in their ranges, and so are those of the members. False, and
 * *why says which is not. */
bool body_read(struct bytes file, struct xn_body *body, struct report *why);
/* Of a body that was read: member i, and the object. */
struct xn_member body_member(struct bytes file, unsigned i);
struct bytes body_object(struct bytes file, const struct xn_body *body);

#endif
