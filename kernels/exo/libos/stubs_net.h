/* SPDX-License-Identifier: MIT */
/* stubs_net.h -- of stubs.h, the system calls about packets and handlers at arrival. */
#ifndef EXO_LIBOS_STUBS_NET_H
#define EXO_LIBOS_STUBS_NET_H

#include <stddef.h>
#include <stdint.h>

#include "exo/abi.h"
#include "lib/error.h"
#include "stubs_call.h"

/* --- Packets --- */

SYSCALL exo_filter_insert(uint64_t slot, uint64_t nic, const void *atoms, uint64_t count,
                          uint64_t *why) {
    long id; /* in parts, of which each takes the same call */
    do
        id = syscall5(EXO_CALL_filter_insert, slot, nic, (uint64_t)atoms, count, (uint64_t)why);
    while (id == -E_AGAIN);
    return id;
}

/* `how` is EXO_PACKET_HOW; the text, if the object is refused, EXO_FUNCTION_TEXT bytes. */
SYSCALL exo_filter_program(uint64_t how, const void *atoms, uint64_t count, const void *object,
                           uint64_t length, char *text) {
    return syscall6(EXO_CALL_filter_program, how, (uint64_t)atoms, count, (uint64_t)object, length,
                    (uint64_t)text);
}

SYSCALL exo_filter_drop(uint64_t slot, uint64_t id) {
    return syscall2(EXO_CALL_filter_drop, slot, id);
}

SYSCALL exo_filter_refer(uint64_t slot, uint64_t id) {
    return syscall2(EXO_CALL_filter_refer, slot, id);
}

SYSCALL exo_filter_bind(uint64_t slot, uint64_t id, uint64_t ring) {
    return syscall3(EXO_CALL_filter_bind, slot, id, ring);
}

SYSCALL exo_packet_ring(uint64_t holder, uint64_t ring, const struct exo_packet_buffer *buffers,
                        uint64_t count) {
    return syscall4(EXO_CALL_packet_ring, holder, ring, (uint64_t)buffers, count);
}

SYSCALL exo_packet_change(uint64_t ring, uint64_t index, const struct exo_packet_buffer *buffer) {
    return syscall3(EXO_CALL_packet_change, ring, index, (uint64_t)buffer);
}

SYSCALL exo_packet_template(uint64_t slot, uint64_t env, uint64_t nic, const void *atoms,
                            uint64_t count) {
    return syscall5(EXO_CALL_packet_template, slot, env, nic, (uint64_t)atoms, count);
}

SYSCALL exo_packet_send(uint64_t nic, uint64_t holder, const struct exo_piece *pieces,
                        uint64_t count, uint64_t word) {
    return syscall4(EXO_CALL_packet_send, EXO_PACKET_HOW(nic, holder), (uint64_t)pieces, count,
                    word);
}

/* The same as EXO_PACKET_HOW and its flags say. */
SYSCALL exo_packet_send_so(uint64_t how, const struct exo_piece *pieces, uint64_t count,
                           uint64_t word) {
    return syscall4(EXO_CALL_packet_send, how, (uint64_t)pieces, count, word);
}

SYSCALL exo_filter_withdraw(uint64_t slot, uint64_t id) {
    return syscall2(EXO_CALL_filter_withdraw, slot, id);
}

SYSCALL exo_nettap(uint64_t slots, uint64_t nics, uint64_t ring) {
    return syscall3(EXO_CALL_nettap, slots, nics, ring);
}

SYSCALL exo_nic_reset(uint64_t slot, uint64_t nic) {
    return syscall2(EXO_CALL_nic_reset, slot, nic);
}

/* --- Handlers at arrival --- */

SYSCALL exo_ash_set(uint64_t how, const void *code, uint64_t bytes, struct cap who,
                    char text[EXO_FUNCTION_TEXT]) {
    uint64_t word;
    __builtin_memcpy(&word, &who, sizeof word);
    return syscall5(EXO_CALL_ash_set, how, (uint64_t)code, bytes, word, (uint64_t)text);
}

SYSCALL exo_ash_drop(uint64_t id) {
    return syscall1(EXO_CALL_ash_drop, id);
}

SYSCALL exo_ash_bind(uint64_t slot, uint64_t filter, uint64_t id) {
    return syscall3(EXO_CALL_ash_bind, slot, filter, id);
}

SYSCALL exo_ash_pipe_set(uint64_t id, uint64_t pipe, const struct exo_ash_stage_of *stages,
                         uint64_t count, char text[EXO_FUNCTION_TEXT]) {
    return syscall5(EXO_CALL_ash_pipe_set, id, pipe, (uint64_t)stages, count, (uint64_t)text);
}

SYSCALL exo_ash_message(uint64_t slot, uint64_t id, const void *from, uint64_t bytes) {
    return syscall4(EXO_CALL_ash_message, slot, id, (uint64_t)from, bytes);
}

#endif
