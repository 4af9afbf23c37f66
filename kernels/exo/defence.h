/* SPDX-License-Identifier: MIT */
/* defence.h -- the rules that this kernel protects by, as far as an image without each of them is
 * built for tests (lib/defence.h; tests/end/run/exo_containment_test.sh has the attack on each).
 * Numbers, for assembly asks too. */
#ifndef EXO_DEFENCE_H
#define EXO_DEFENCE_H

#include "lib/defence.h"

#define DEFENCE_EXCESS 1 /* who keeps the processor after its slice's end is ended */

#endif
