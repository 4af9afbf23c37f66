/* SPDX-License-Identifier: MIT */
/* defence.h -- the rules that this kernel protects by, as far as an image without each of them is
 * built for tests (lib/defence.h; tests/end/run/exo_containment_test.sh has the attack on each).
 * Numbers, for assembly asks too. */
#ifndef EXO_DEFENCE_H
#define EXO_DEFENCE_H

#include "lib/defence.h"

#define DEFENCE_EXCESS 1 /* who keeps the processor after its slice's end is ended */
/* `syscall` lands where the environment wants it that is switched to; transferred to. */
#define DEFENCE_REFLECT_SWITCH   50
#define DEFENCE_REFLECT_TRANSFER 51
/* A reflected call goes on at an address of a user's. */
#define DEFENCE_REFLECT_ENTRY 52
/* Nothing of an ended environment stays in the base of fs. */
#define DEFENCE_FS_END 53

#endif
