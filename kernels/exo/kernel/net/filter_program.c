/* SPDX-License-Identifier: MIT */
/* filter_program.c -- see filter_program.h. Proving and compiling a program takes as long as it is:
 * so this call is, as function_run, in no batch. */
#include "exo/kernel/net/filter_program.h"

#include "common/engine.h"
#include "exo/dpf/program/dpf_program.h"
#include "exo/kernel/env/proof.h"
#include "exo/kernel/memory/account.h"
#include "exo/kernel/net/filter.h"
#include "exo/kernel/net/net_calls.h"
#include "lib/error.h"
#include "machine/memory/heap.h"
#include "machine/user/user.h"

_Static_assert(EXO_PROGRAM_BYTES <= DPF_PROGRAM_BYTES, "an object finds room");

/* From the object's bytes to a filter; its id. */
static long insert(struct dpf_program *p, unsigned nic, const struct dpf_atom *atom, uint32_t atoms,
                   struct cap acl, uint32_t length, struct report *why) {
    enum dpf_fault fault;
    uint32_t at;
    why->text[0] = '\0';
    if (!dpf_program_load(p, length, &engine_hooks, why))
        return proof_refused(why->rule);
    long work = DPF_AT_ONCE;
    long id = filter_insert(env_current, nic, atom, atoms, acl, p, &fault, &at, &work);
    if (id < 0)
        dpf_program_close(p);
    return id;
}

/* As filter_insert, with a program beside the atoms, of which there may be none: the object at this
 * address, its reading in exo/dpf/program/dpf_program.h. `how` is EXO_PACKET_HOW of interface and
 * slot. The errors of filter_insert; -E_TOO_LONG: object, too; -E_FULL: programs of the interface,
 * too; -E_BAD_IMAGE: the object is refused, and why stands at text, EXO_FUNCTION_TEXT bytes. */
long sys_filter_program(uint64_t how, uint64_t atoms, uint64_t count, uint64_t object,
                        uint64_t length, uint64_t text) {
    struct dpf_atom atom[DPF_ATOMS];
    uint64_t slot = how & 0xff, nic = how >> 8;
    static struct report why;
    long error = net_may_filter(slot, nic);
    if (error)
        return error;
    if (count > DPF_ATOMS || length > EXO_PROGRAM_BYTES)
        return -E_TOO_LONG;
    if (filter_programs[nic] == EXO_PROGRAMS)
        return -E_FULL;
    if (copy_from_user(atom, atoms, count * sizeof *atom))
        return -E_FAULT;
    error = account_charge_all(env_current->seen, FILTER_PROGRAM_FRAMES);
    if (error)
        return error;
    struct dpf_program *p = heap_alloc(sizeof *p);
    long id = p ? copy_from_user(p->bytes, object, length) : -E_NO_MEMORY;
    if (!id)
        id = insert(p, (unsigned)nic, atom, (uint32_t)count, env_current->cap[slot],
                    (uint32_t)length, &why);
    if (id < 0) {
        heap_free(p, p ? sizeof *p : 0);
        account_release(env_current->seen, FILTER_PROGRAM_FRAMES);
    }
    why.text[EXO_FUNCTION_TEXT - 1] = '\0';
    if (id == -E_BAD_IMAGE && copy_to_user(text, why.text, EXO_FUNCTION_TEXT))
        id = -E_FAULT;
    return id;
}
