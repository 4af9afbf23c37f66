/* SPDX-License-Identifier: MIT */
/* instrument.c -- the timed bracket as this image's compiler left it. */
#include "../instrument.h"
