/* SPDX-License-Identifier: MIT */
/* designs.c -- see meta.h. */
#include "exo/xn/type/designs.h"

const struct xn_meta *const xn_meta_of[XN_DESIGNS] = {[XN_CAPABILITY] = &meta_capability,
                                                      [XN_SELF] = &meta_self,
                                                      [XN_TEMPLATE] = &meta_template,
                                                      [XN_UDF] = &meta_udf};
