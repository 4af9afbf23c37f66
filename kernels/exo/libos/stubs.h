/* SPDX-License-Identifier: MIT */
/* stubs.h -- the system calls as functions. What each does, its errors and its cost: docs/exo.md;
 * numbers: abi.h. A result below 0 is -E_SOMETHING of lib/error.h. */
#ifndef EXO_LIBOS_STUBS_H
#define EXO_LIBOS_STUBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exo/abi.h"
#include "stubs_call.h"
#include "stubs_net.h"

SYSCALL exo_null(void) {
    return syscall0(EXO_CALL_null);
}

SYSCALL exo_arguments(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
    return syscall6(EXO_CALL_arguments, a, b, c, d, e, f);
}

SYSCALL exo_env_self(void) {
    return syscall0(EXO_CALL_env_self);
}

SYSCALL exo_env_create(unsigned slot, struct cap control, const char *name, uint64_t frames,
                       unsigned flags) {
    uint64_t word;
    __builtin_memcpy(&word, &control, sizeof word);
    return syscall5(EXO_CALL_env_create, slot, word, (uint64_t)name, frames, flags);
}

SYSCALL exo_env_clone(unsigned slot, uint64_t env, struct cap control, const char *name,
                      uint64_t frames, unsigned flags) {
    uint64_t word;
    __builtin_memcpy(&word, &control, sizeof word);
    return syscall6(EXO_CALL_env_clone, slot, env, word, (uint64_t)name, frames, flags);
}

SYSCALL exo_env_start(unsigned slot, uint64_t env) {
    return syscall2(EXO_CALL_env_start, slot, env);
}

SYSCALL exo_env_read(unsigned slot, uint64_t env, uint64_t offset, void *into, size_t bytes) {
    return syscall5(EXO_CALL_env_read, slot, env, offset, (uint64_t)into, bytes);
}

SYSCALL exo_env_write(unsigned slot, uint64_t env, uint64_t offset, const void *from,
                      size_t bytes) {
    return syscall5(EXO_CALL_env_write, slot, env, offset, (uint64_t)from, bytes);
}

SYSCALL exo_fs_set(uint64_t base) {
    return syscall1(EXO_CALL_fs_set, base);
}

SYSCALL exo_cap_forge(unsigned from, unsigned to, struct cap wanted) {
    uint64_t word;
    __builtin_memcpy(&word, &wanted, sizeof word);
    return syscall3(EXO_CALL_cap_forge, from, to, word);
}

SYSCALL exo_cap_give(unsigned slot, uint64_t env, unsigned from, unsigned to) {
    return syscall4(EXO_CALL_cap_give, slot, env, from, to);
}

SYSCALL exo_cap_acquire(uint64_t env, unsigned to) {
    return syscall2(EXO_CALL_cap_acquire, env, to);
}

SYSCALL exo_cap_revoke(unsigned slot, struct cap what, uint64_t number) {
    uint64_t word;
    __builtin_memcpy(&word, &what, sizeof word);
    return syscall3(EXO_CALL_cap_revoke, slot, word, number);
}

SYSCALL exo_acl_read(uint64_t frame, struct cap *into, size_t room) {
    return syscall3(EXO_CALL_acl_read, frame, (uint64_t)into, room);
}

SYSCALL exo_acl_set(unsigned slot, uint64_t first, uint64_t frames, const struct cap *words,
                    size_t count, unsigned limits) {
    return syscall6(EXO_CALL_acl_set, slot, first, frames, (uint64_t)words, count, limits);
}

SYSCALL exo_frame_pin(unsigned holder, uint64_t frame) {
    return syscall2(EXO_CALL_frame_pin, holder, frame);
}

SYSCALL exo_frame_unpin(unsigned slot, uint64_t env, uint64_t frame) {
    return syscall3(EXO_CALL_frame_unpin, slot, env, frame);
}

SYSCALL exo_env_revoke(unsigned slot, uint64_t env, uint64_t pages, uint64_t ns) {
    return syscall4(EXO_CALL_env_revoke, slot, env, pages, ns);
}

SYSCALL exo_env_repossess(unsigned slot, uint64_t env, const uint64_t *vector, size_t count) {
    return syscall4(EXO_CALL_env_repossess, slot, env, (uint64_t)vector, count);
}

SYSCALL exo_page_update(unsigned slot, uint64_t env, unsigned holder,
                        const struct exo_pages *vector, size_t count, uint64_t skip) {
    return syscall6(EXO_CALL_page_update, slot, env, holder, (uint64_t)vector, count, skip);
}

SYSCALL exo_page_protect(unsigned slot, uint64_t env, unsigned holder,
                         const struct exo_protect *vector, size_t count, uint64_t skip) {
    return syscall6(EXO_CALL_page_protect, slot, env, holder, (uint64_t)vector, count, skip);
}

SYSCALL exo_table_free(unsigned slot, uint64_t env, uint64_t at) {
    return syscall3(EXO_CALL_table_free, slot, env, at);
}

SYSCALL exo_slot_set(unsigned slot, unsigned position, uint64_t env, uint64_t acl) {
    return syscall4(EXO_CALL_slot_set, slot, position, env, acl);
}

SYSCALL exo_reflect_set(bool reflects) {
    return syscall1(EXO_CALL_reflect_set, reflects);
}

SYSCALL exo_wait_end(void) {
    return syscall0(EXO_CALL_wait_end);
}

SYSCALL exo_ring_set(unsigned holder, struct exo_message *at, uint64_t pages, struct cap who) {
    uint64_t word;
    __builtin_memcpy(&word, &who, sizeof word);
    return syscall4(EXO_CALL_ring_set, holder, (uint64_t)at, pages, word);
}

SYSCALL exo_ring_send(unsigned slot, uint64_t env, const uint64_t words[EXO_RING_WORDS]) {
    return syscall3(EXO_CALL_ring_send, slot, env, (uint64_t)words);
}

SYSCALL exo_batch(struct exo_batch *vector, uint64_t count, uint64_t skip) {
    return syscall3(EXO_CALL_batch, (uint64_t)vector, count, skip);
}

SYSCALL exo_slot_terms(unsigned slot, unsigned position, const struct exo_terms *terms) {
    return syscall3(EXO_CALL_slot_terms, slot, position, (uint64_t)terms);
}

SYSCALL exo_timer_set(uint64_t at) {
    return syscall1(EXO_CALL_timer_set, at);
}

SYSCALL exo_disk_request(uint64_t how, uint32_t block, uint64_t count, uint64_t frames,
                         uint64_t word) {
    return syscall5(EXO_CALL_disk_request, how, block, count, frames, word);
}

SYSCALL exo_disk_wait(unsigned disk) {
    return syscall1(EXO_CALL_disk_wait, disk);
}

SYSCALL exo_disk_reset(unsigned slot, unsigned disk) {
    return syscall2(EXO_CALL_disk_reset, slot, disk);
}

SYSCALL exo_disk_latency(unsigned slot, uint64_t ticks) {
    return syscall2(EXO_CALL_disk_latency, slot, ticks);
}

SYSCALL exo_xn_change(uint64_t how, uint64_t at, uint64_t child, const void *changes,
                      uint64_t other_at, const void *other_changes) {
    return syscall6(EXO_CALL_xn_change, how, at, child, (uint64_t)changes, other_at,
                    (uint64_t)other_changes);
}

SYSCALL exo_xn_block(uint64_t how, uint64_t at, uint64_t block, uint64_t what, uint64_t more) {
    return syscall5(EXO_CALL_xn_block, how, at, block, what, more);
}

SYSCALL exo_xn_transfer(uint64_t how, const struct exo_xn_block_frame *vector, uint64_t count) {
    return syscall3(EXO_CALL_xn_transfer, how, (uint64_t)vector, count);
}

SYSCALL exo_xn_volume(uint64_t how, uint64_t a, uint64_t b, uint64_t c) {
    return syscall4(EXO_CALL_xn_volume, how, a, b, c);
}

SYSCALL exo_pxn_make(unsigned slot, uint64_t parent, unsigned disk, const struct cap *words,
                     size_t count) {
    return syscall5(EXO_CALL_pxn_make, slot, parent, disk, (uint64_t)words, count);
}

SYSCALL exo_pxn_change(unsigned slot, uint64_t pxn, enum exo_pxn_change what, uint32_t block,
                       uint64_t count, unsigned with) {
    return syscall6(EXO_CALL_pxn_change, slot, pxn, what, block, count, with);
}

SYSCALL exo_pxn_remove(unsigned slot, uint64_t pxn) {
    return syscall2(EXO_CALL_pxn_remove, slot, pxn);
}

SYSCALL exo_pxn_read(uint64_t pxn, struct exo_pxn *into) {
    return syscall2(EXO_CALL_pxn_read, pxn, (uint64_t)into);
}

SYSCALL exo_pxn_request(uint64_t how, uint32_t block, uint64_t count, uint64_t frames,
                        uint64_t word, uint64_t pxn) {
    return syscall6(EXO_CALL_pxn_request, how, block, count, frames, word, pxn);
}

SYSCALL exo_disk_handler(const void *code, size_t bytes, char text[EXO_FUNCTION_TEXT]) {
    return syscall3(EXO_CALL_disk_handler, (uint64_t)code, bytes, (uint64_t)text);
}

static inline _Noreturn void exo_env_exit(uint64_t status) {
    syscall1(EXO_CALL_env_exit, status);
    __builtin_unreachable();
}

SYSCALL exo_env_destroy(unsigned slot, uint64_t env) {
    return syscall2(EXO_CALL_env_destroy, slot, env);
}

SYSCALL exo_console_write(unsigned slot, const void *text, size_t length) {
    return syscall3(EXO_CALL_console_write, slot, (uint64_t)text, length);
}

SYSCALL exo_console_read(unsigned slot) {
    return syscall1(EXO_CALL_console_read, slot);
}

SYSCALL exo_console_record(unsigned slot, const void *body, size_t length) {
    return syscall3(EXO_CALL_console_record, slot, (uint64_t)body, length);
}

SYSCALL exo_function_run(unsigned slot, const void *object, size_t length, uint64_t argument,
                         uint64_t how, char text[EXO_FUNCTION_TEXT]) {
    return syscall6(EXO_CALL_function_run, slot, (uint64_t)object, length, argument, how,
                    (uint64_t)text);
}

SYSCALL exo_predicate_set(const void *code, size_t bytes, const struct exo_variable *variables,
                          size_t count, uint64_t how, char text[EXO_FUNCTION_TEXT]) {
    return syscall6(EXO_CALL_predicate_set, (uint64_t)code, bytes, (uint64_t)variables, count, how,
                    (uint64_t)text);
}

SYSCALL exo_session(unsigned slot, unsigned phase, const char *words, size_t length) {
    return syscall4(EXO_CALL_session, slot, phase, (uint64_t)words, length);
}

#undef SYSCALL
#endif
