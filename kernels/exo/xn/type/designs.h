/* SPDX-License-Identifier: MIT */
/* designs.h -- what the designs share: windows that a type declares. */
#ifndef EXO_XN_DESIGNS_H
#define EXO_XN_DESIGNS_H

#include "exo/xn/type/check.h"

uint32_t declared_partitions(const struct xn_site *site);
int declared_window(const struct xn_types *types, const struct xn_site *site, uint32_t partition,
                    struct xn_window *window);
bool declared_hits(const struct xn_site *site, uint32_t at, uint32_t bytes);

extern const struct xn_meta meta_capability, meta_self, meta_template, meta_udf;

#endif
