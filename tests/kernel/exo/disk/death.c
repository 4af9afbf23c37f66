/* SPDX-License-Identifier: MIT */
/* death.c -- requests of one that has ended, and words that are no more its asker's. */
#include "../program/attacks.h"
#include "disk.h"

#include "exo/libos/frames.h"
#include "exo/libos/spawn.h"

CHECK(disk_word_lost, "disk/who_lost_the_words_frame_is_told_nothing_there") {
    const struct cap other = {.rights = CAP_ALL, .valid = 1, .length = 1, .name = {9}};
    if (!disk_begin(c))
        return;
    CHECK_THAT(c, ask(EXO_DISK_READ, RAW_BEGINS, 0, 0) == 0);
    bool early = !exposed_disk(0)->due; /* the device says when: it may be that fast */
    CHECK_THAT(c, exo_acl_set(0, frame_at(word(0)), 1, &other, 1, 0) == 1);
    disk_drain(0);
    CHECK_THAT(c, early || *word(0) == 0);
    disk_end();
}

/* One that asks for a read of a block into a frame of its own, and a write of another. */
static uint64_t asker(struct check *c) {
    long id = spawn(0, "attacker", (uint64_t)exo_env_self() << 32 | ATTACK_DISK, 0, 0);
    if (id <= 0 || exo_env_yield((uint64_t)id))
        check_fail(c, "no asker: %ld", id);
    return (uint64_t)id;
}

static uint64_t told(uint64_t id, unsigned n) {
    uint64_t value = 0;
    exo_env_read(0, id, offsetof(struct exo_uarea, own) + 8 * n, &value, sizeof value);
    return value;
}

CHECK(disk_death,
      "disk/the_frames_of_a_request_stay_when_its_asker_dies_and_what_waits_is_not_done") {
    if (!disk_begin(c))
        return;
    fill(0, 1);
    CHECK_THAT(c, run(EXO_DISK_WRITE, ATTACK_DISK_BLOCK, 0) == EXO_DISK_DONE);
    CHECK_THAT(c, run(EXO_DISK_WRITE, ATTACK_DISK_BLOCK + 1, 0) == EXO_DISK_DONE);
    fill(0, 2);
    CHECK_THAT(c, run(EXO_DISK_WRITE, RAW_BEGINS, 0) == EXO_DISK_DONE);
    exo_disk_latency(0, 100 * LATENCY); /* for the dead to be buried */
    for (unsigned round = 0; round < 8 && !c->failed; round++) {
        uint64_t id = asker(c), frame = told(id, 0), written = told(id, 1);
        bool waits = exposed_disk(0)->waiting; /* else the device had all at once */
        CHECK_THAT(c, frame && written);
        exo_env_destroy(0, id);
        while (frames_await())
            continue;
        if (waits) {
            CHECK_THAT(c, exposed_frame(frame)->references == 1 && exposed_frame(frame)->pins == 1);
            CHECK_THAT(c, exposed_frame(written)->references == 1);
        }
        CHECK_THAT(c,
                   frames_map(0, 0, 0, PAGES_AT + PAGES * PAGE, 200, EXO_WRITE | EXO_NO_EXEC) == 0);
        disk_drain(0); /* late */
        for (unsigned i = 0; i < 200; i++)
            CHECK_THAT(c, page(PAGES + i)[0] == 0 && page(PAGES + i)[511] == 0);
        const struct exo_pages extra = {PAGES_AT + PAGES * PAGE, 0, 200};
        exo_page_update(0, 0, 0, &extra, 1, 0);
        CHECK_THAT(c, !exposed_frame(frame)->pins && !exposed_frame(written)->pins);
        CHECK_THAT(c, !waits || (run(EXO_DISK_READ, ATTACK_DISK_BLOCK + 1, 0) == EXO_DISK_DONE &&
                                 holds(0, 1)));
    }
    disk_end();
}
