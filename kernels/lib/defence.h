/* SPDX-License-Identifier: MIT */
/* defence.h -- rules that a kernel defends itself by, each of which an image for tests is built
 * without: -DWITHOUT=NAME. There the attack that the rule is for must succeed. A kernel numbers its
 * rules DEFENCE_NAME; where the numbers are macros, assembly can ask too. */
#ifndef LIB_DEFENCE_H
#define LIB_DEFENCE_H

#define DEFENCE_NONE 0

#ifndef WITHOUT
#define WITHOUT NONE
#endif
#define DEFENCE_(name) DEFENCE_##name
#define DEFENCE(name)  DEFENCE_(name)
#define DEFENDED(name) (DEFENCE(WITHOUT) + 0 != DEFENCE(name) + 0) /* numbers of any list */

#endif
