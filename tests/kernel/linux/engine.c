/* SPDX-License-Identifier: MIT */
/* engine.c -- why two sample programs of experiments/engine have no row here. */
#include "../../../experiments/engine/linux_bpf.h"
#include "../../../experiments/engine/programs.h"
#include "../../../experiments/engine/programs/contexts.h"

#include <errno.h>

/* What loading sample i gives, its context `bytes` long: 0, or errno. */
static int refusal(unsigned i, size_t bytes) {
    static const uint8_t context[SAMPLE_CONTEXT_MAX];
    struct linux_program p;
    if (!linux_program_on_context(&p, sample_text[i].bytes, sample_text[i].len, context, bytes))
        return ENOMEM;
    return linux_bpf_load(&p) < 0 ? errno : 0;
}

CHECK(complex, "engine/linux_refuses_block_map_as_too_complex") {
    CHECK_THAT(c, refusal(SAMPLE_block_map, sizeof(struct map_context)) == E2BIG);
}

CHECK(objects, "engine/linux_refuses_to_follow_an_address_that_lies_in_a_context") {
    CHECK_THAT(c, refusal(SAMPLE_object_walk, sizeof(struct list_object)) == EACCES);
}

CHECK(neighbour, "engine/linux_takes_the_others") {
    CHECK_THAT(c, refusal(SAMPLE_guard_ten, sizeof(struct event_context)) == 0);
}
