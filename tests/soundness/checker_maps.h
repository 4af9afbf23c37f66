/* SPDX-License-Identifier: MIT */
/* checker_maps.h -- a program's maps against its runs: at every point that a run comes to, what the
 * maps call a pointer is one, in each function that is active; and each word that leads to an
 * object of the world, and has a part in what follows, is in them. */
#ifndef SOUNDNESS_CHECKER_MAPS_H
#define SOUNDNESS_CHECKER_MAPS_H

#include "engine/maps.h"
#include "trace.h"

/* False, with the text set, when they do not. */
bool maps_fit(const struct trace *t, const struct maps *maps, char text[TRACE_TEXT]);

#endif
