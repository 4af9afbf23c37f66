/* SPDX-License-Identifier: MIT */
/* public.c -- see public.h. The types of these exports are what the kernel's headers declare; the
 * build compiles this file a second time for them (engine/export.h). */
#include "spin/services/public.h"

#include "common/engine.h"
#include "engine/export.h"
#include "lib/crc32.h"
#include "machine/report/panic.h"
#include "spin/core/extension.h"
#include "spin/services/loader/kinds.h"
#include "spin/services/loader/loader.h"
#include "spin/core/space/memory_fault.h"
#include "spin/runtime/cell.h"
#include "spin/core/space/trap_syscall.h"
#include "spin/services/calls/trace.h"
#include "spin/services/console.h"
#include "spin/services/devices.h"
#include "spin/services/names/path.h"
#include "spin/services/net/net.h"
#include "spin/services/name_calls.h"
#include "spin/services/name_space.h"
#include "spin/services/verified_raise.h"
#include "spin/services/thread/strand_group.h"
#include "spin/services/vm/cache_object.h"
#include "spin/services/vm/pager_object.h"
#include "spin/services/unix/execute.h"

#define WRITE_BYTES_MAX 1024
#define WRITE_PER_BYTE  100 /* instructions, on a line that is never waited for */

#define WRITE_BUDGET 20000
#define KEY_COST     1000
#define KEY_BUDGET   12000 /* of the 20,000 that a handler may take */

static const struct signature raise_caught_signature = {.cost = 10};

#define ALIAS_COST 200000 /* instructions: two paths of 16 directories, each with 256 names */

static const struct signature name_alias_signature = {
    .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ | LENGTH_FOLLOWS},
                  {.kind = SHAPE_NUMBER, .max = PATH_BYTES_MAX - 1},
                  {.kind = SHAPE_MEMORY, .may = MAY_READ | LENGTH_FOLLOWS},
                  {.kind = SHAPE_NUMBER, .max = PATH_BYTES_MAX - 1}},
    .cost = ALIAS_COST};

#define AFTER_COST 5000 /* instructions: some hundreds of extensions */

static const struct signature
    directory_make_signature = {.parameter = {{.kind = SHAPE_MEMORY,
                                               .may = MAY_READ | LENGTH_FOLLOWS},
                                              {.kind = SHAPE_NUMBER, .max = PATH_BYTES_MAX - 1}},
                                .cost = ALIAS_COST},
    extension_after_signature = {
        .parameter = {{.kind = SHAPE_NUMBER},
                      {.kind = SHAPE_MEMORY, .may = MAY_WRITE | LENGTH_FOLLOWS},
                      {.kind = SHAPE_NUMBER, .min = 1, .max = PATH_BYTES_MAX}},
        .cost = AFTER_COST};

/* What C does not say of a cell's functions. */
#define CELL_COST     100  /* instructions */
#define CELL_NEW_COST 4000 /* with an increment of the collector and a page */

static const struct signature
    cell_new_signature = {.result = {.may = ACQUIRED | MAY_BE_NULL}, .cost = CELL_NEW_COST},
    cell_drop_signature = {.parameter = {{.may = RELEASED | MAY_BE_NULL}},
                           .facts = EPHEMERAL,
                           .cost = CELL_COST},
    cell_copy_signature = {.result = {.may = ACQUIRED | MAY_BE_NULL},
                           .facts = EPHEMERAL,
                           .cost = CELL_COST},
    cell_load_signature = {.parameter = {{.kind = SHAPE_FIELD}},
                           .result = {.may = ACQUIRED | MAY_BE_NULL},
                           .facts = EPHEMERAL,
                           .cost = CELL_COST},
    cell_exchange_signature = {.parameter = {{.kind = SHAPE_FIELD},
                                             {.may = RELEASED | MAY_BE_NULL}},
                               .result = {.may = ACQUIRED | MAY_BE_NULL},
                               .facts = EPHEMERAL,
                               .cost = CELL_COST},
    cell_root_load_signature = {.parameter = {{.kind = SHAPE_NUMBER, .max = CELL_ROOTS - 1}},
                                .result = {.may = ACQUIRED | MAY_BE_NULL},
                                .cost = CELL_NEW_COST},
    cell_root_exchange_signature = {.parameter = {{.kind = SHAPE_NUMBER, .max = CELL_ROOTS - 1},
                                                  {.may = RELEASED | MAY_BE_NULL}},
                                    .result = {.may = ACQUIRED | MAY_BE_NULL},
                                    .cost = CELL_NEW_COST};

EXPORT(public, cell_new, EXPORT_FUNCTION, .signature = &cell_new_signature);
EXPORT(public, cell_drop, EXPORT_FUNCTION, .signature = &cell_drop_signature);
EXPORT(public, cell_copy, EXPORT_FUNCTION, .signature = &cell_copy_signature);
EXPORT(public, cell_load, EXPORT_FUNCTION, .signature = &cell_load_signature);
EXPORT(public, cell_exchange, EXPORT_FUNCTION, .signature = &cell_exchange_signature);
EXPORT(public, cell_root_load, EXPORT_FUNCTION, .signature = &cell_root_load_signature);
EXPORT(public, cell_root_exchange, EXPORT_FUNCTION, .signature = &cell_root_exchange_signature);
RAISABLE(public, console_write,
         {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ | LENGTH_FOLLOWS},
                        {.kind = SHAPE_NUMBER, .max = WRITE_BYTES_MAX}},
          .cost = WRITE_BYTES_MAX * WRITE_PER_BYTE + WRITE_BUDGET});
RAISABLE(public, console_key, {.cost = KEY_COST + KEY_BUDGET});
EXPORT(public, raise_caught, EXPORT_FUNCTION, .signature = &raise_caught_signature);
EXPORT(public, name_alias, EXPORT_FUNCTION, .signature = &name_alias_signature);
EXPORT(public, directory_make, EXPORT_FUNCTION, .signature = &directory_make_signature);
EXPORT(public, extension_after, EXPORT_FUNCTION, .signature = &extension_after_signature);
EXPORT(public, crc32_update, EXPORT_FUNCTION, .signature = &engine_crc32_signature);
EXPORT(public, extension_count, EXPORT_VARIABLE, .bytes = sizeof extension_count);
EXPORTS_DECLARE(public);

/* What functions of extensions write before it is sent. */
extern struct outgoing *const public_outgoing;
struct outgoing *const public_outgoing;

/* A handler of a system call sees its caller's registers, and sets the one of the result. */
static const struct typing_grant call_grants[] = {
    {.type = "trap_frame", .field = "rax", .may = MAY_READ_WRITE},
    {.type = "trap_frame", .may = MAY_READ},
};

EXTENDABLE(trap_syscall, .grant = call_grants, .grants = 2);

/* A handler of a fault sees where it is, and says whether it is done. */
static const struct typing_grant fault_grants[] = {
    {.type = "memory_fault", .field = "frame", .may = 0},
    {.type = "memory_fault", .may = MAY_READ}};

EXTENDABLE(translation_page_not_present, .grant = fault_grants, .grants = 2);
EXTENDABLE(translation_protection_fault, .grant = fault_grants, .grants = 2);
EXTENDABLE(console_key, .numbers = true);
EXTENDABLE(clock_tick, .numbers = true);
EXTENDABLE(interrupt_raised, .numbers = true);
EXTENDABLE(syscall_traced, .numbers = true);
EXTENDABLE(unix_execute, .numbers = true);

static const struct typing_grant group_grants[] = {
    {.type = "group_view", .may = MAY_READ, .shape = {.kind = SHAPE_MEMORY, .may = MAY_READ}}};

static const struct typing_grant cache_grants[] = {
    {.type = "cache_view", .may = MAY_READ, .shape = {.kind = SHAPE_MEMORY, .may = MAY_READ}}};

static const struct typing_grant pager_grants[] = {MEMORY_OF("pager_page")};

EXTENDABLE(pager_page_in, .grant = pager_grants, .grants = 1);
EXTENDABLE(pager_page_out, .grant = pager_grants, .grants = 1);
EXTENDABLE(cache_choose_victim, .grant = cache_grants, .grants = 1);
EXTENDABLE(group_select, .grant = group_grants, .grants = 1);

static const struct typing_grant directory_grants[] = {MEMORY_OF("directory_view")};

EXTENDABLE(directory_find, .grant = directory_grants, .grants = 1);
EXTENDABLE(directory_list, .grant = directory_grants, .grants = 1);

#ifndef EXPORTS_TYPES_ONLY
EXPORTS_EMBED(public, "kernels/spin/services/public");

MODULE("Public");

struct domain *public_domain;
struct domain_reference *spin_public;

void public_init(void) {
    public_domain =
        engine_domain("SpinPublic", EXPORTS_TYPES(public), EXPORTS(public), EXPORTS_COUNT(public));
    module_add(THIS_MODULE);
    RAISABLE_BUDGET(console_write, WRITE_BUDGET);
    RAISABLE_BUDGET(console_key, KEY_BUDGET);
    spin_public = name_space_attach_domain(NAMED_DOMAINS "SpinPublic", public_domain, THIS_MODULE);
    kinds_init(domain_types(public_domain));
    loader_init(spin_public);
}
#endif
