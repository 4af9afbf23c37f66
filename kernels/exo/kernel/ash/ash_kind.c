/* SPDX-License-Identifier: MIT */
/* ash_kind.c -- see ash_kind.h. */
#include "exo/kernel/ash/ash_kind.h"

#include "exo/abi.h"
#include "exo/ash.h"
#include "exo/defence.h"

enum { STACK_MOST = 512, WORDS_MOST = ASH_BYTES_MOST / 8 + 1, PAGE = 4096 };

struct kind ash_kind(uint32_t region) {
    return (struct kind){
        .name = "ash",
        .entry =
            {.parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE, .bytes = EXO_ASH_FRAME},
                           {.kind = SHAPE_NUMBER, .min = 0, .max = ASH_BYTES_MOST},
                           {.kind = SHAPE_MEMORY,
                            .may = MAY_READ_WRITE,
                            .bytes = DEFENDED(ASH_REGION) ? region : region + PAGE},
                           {.kind = SHAPE_NUMBER}},
             .result = {.kind = SHAPE_NUMBER, .min = 0, .max = INT32_MAX}},
        .demands = DEFENDED(ASH_ENDS) ? EPHEMERAL | BOUNDED : 0,
        .budget = DEFENDED(ASH_BOUND) ? EXO_ASH_COST : 0,
        .division = DEFENDED(ASH_DIVIDES) ? ASH_DIVISION : 0,
        .stack_max = STACK_MOST};
}

const struct signature ash_send_signature = {
    .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ | LENGTH_FOLLOWS},
                  {.kind = SHAPE_NUMBER, .max = ASH_BYTES_MOST},
                  {.kind = SHAPE_NUMBER}},
    .result = {.kind = SHAPE_NUMBER},
    .facts = EPHEMERAL,
    .cost = ASH_BYTES_MOST / 8 + 300};
const struct signature ash_pipe_signature = {
    .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ_WRITE | LENGTH_FOLLOWS},
                  {.kind = SHAPE_NUMBER, .max = ASH_BYTES_MOST},
                  {.kind = SHAPE_NUMBER},
                  {.kind = SHAPE_MEMORY,
                   .may = MAY_READ_WRITE,
                   .bytes = EXO_ASH_STAGES * sizeof(uint64_t)},
                  {.kind = SHAPE_NUMBER}},
    .result = {.kind = SHAPE_NUMBER, .max = 1},
    .facts = EPHEMERAL,
    .cost = WORDS_MOST * EXO_ASH_WORD_COST + 100};
const struct signature ash_sum_signature = {
    .parameter = {{.kind = SHAPE_MEMORY, .may = MAY_READ | LENGTH_FOLLOWS},
                  {.kind = SHAPE_NUMBER, .max = ASH_BYTES_MOST}},
    .result = {.kind = SHAPE_NUMBER},
    .facts = FUNCTIONAL | EPHEMERAL | DETERMINISTIC,
    .cost = ASH_BYTES_MOST / 8 + 60};
const struct signature ash_number_signature = {.facts = FUNCTIONAL | EPHEMERAL | DETERMINISTIC,
                                               .cost = 60};
