/* SPDX-License-Identifier: MIT */
/* wakes.bpf.c -- a wakeup predicate: has a ring something, or has the time come? */
__attribute__((section("predicate"), used)) unsigned long wakes(const unsigned long *variable) {
    if (variable[0] != variable[1])
        return variable[0] - variable[1];
    return variable[2] >= variable[3] ? 1000 : 0;
}
