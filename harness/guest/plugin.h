/* SPDX-License-Identifier: MIT */
/* plugin.h -- our plugins in QEMU's arguments (harness/plugin/). */
#ifndef HARNESS_PLUGIN_H
#define HARNESS_PLUGIN_H

#include <stdbool.h>

#include "base/failure.h"
#include "base/text.h"

/* What make builds them as: "build/host/count.so". */
#define PLUGIN_COUNT "build/host/count.so"
#define PLUGIN_TRACE "build/host/trace.so"
#define PLUGIN_CUT   "build/host/cut.so"

/* Adds the plugin LIBRARY, which writes into the file OUT; MORE of its options (",bracket=12"), or
 * "". */
void plugin_add(struct texts *arguments, const char *library, const char *out, const char *more);

/* Whether this QEMU loads PLUGIN_COUNT: one that was built without plugins, or with another
 * interface, does not. False with *why (30), which has QEMU's own words. */
bool plugin_loads(struct failure *why);

#endif
