/* SPDX-License-Identifier: MIT */
/* transfer_kind.c -- the kind of programs that are passed a transfer, as a kernel describes it; its
 * types are the build's, of this file. */
#include "engine/export.h"
#include "engine/typing.h"
#include "transfer.h"

transfer_program *transfer_kind; /* so that the compiler describes it */

static const struct typing_grant transfer_grants[] = {
    ARGUMENTS_GRANTS(transfer, TRANSFER){.type = "purse", .may = MAY_READ},
    {.type = "purse", .field = "secret"}};

static inline struct kind_description transfer_description(const struct types *types) {
    return (struct kind_description){
        .kind = {.name = "transfer", .demands = BOUNDED, .stack_max = 512},
        .prototype = "transfer_kind",
        .types = types,
        .grant = transfer_grants,
        .grants = sizeof transfer_grants / sizeof *transfer_grants};
}
