/* SPDX-License-Identifier: MIT */
/* program.c -- the ring-3 program's end and its voice, by the control calls. */
#include "user/program.h"

#include "floor/user/control.h"

_Noreturn void program_exit(uint64_t status) {
    for (;;)
        control(CONTROL_RETURN, status, 0);
}

bool program_text(const char *bytes, size_t length) {
    return control(CONTROL_TEXT, (uint64_t)bytes, length) >= 0;
}

bool program_record(const char *body, size_t length) {
    return control(CONTROL_RECORD, (uint64_t)body, length) >= 0;
}
