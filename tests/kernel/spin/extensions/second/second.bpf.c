/* SPDX-License-Identifier: MIT */
/* second.bpf.c -- wants the registers of a device that may have a driver. */
#include "spin/extend.h"

NEEDS("/devices/rtc");
INTERFACE("peek");

IMPORTED unsigned rtc_register_read(unsigned index);

EXPORTED long peek(void) {
    return rtc_register_read(0);
}
