/* SPDX-License-Identifier: MIT */
#include "xn_without.h"

int xn_without;
