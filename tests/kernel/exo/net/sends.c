/* SPDX-License-Identifier: MIT */
/* sends.c -- packets that are sent: of whose memory, in whose name, and what the device has. */
#include "net.h"

#include "exo/libos/frames.h"

enum { TYPE = 0x88b5 };

static long give(unsigned slot, unsigned nic, const volatile void *from, uint64_t bytes,
                 uint64_t at_word) {
    const struct exo_piece piece = {physical_of(from), bytes};
    return exo_packet_send(nic, slot, &piece, 1, at_word);
}

CHECK(net_send_reads, "net/a_frame_is_sent_from_memory_that_its_sender_may_read") {
    const struct cap writes = {.rights = CAP_WRITE, .valid = 1};
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, foreign);
    exo_cap_forge(0, OTHER, writes);
    CHECK_THAT(c, give(HELD, ALONE, page(0), 60, 0) == -E_PERM);
    CHECK_THAT(c, give(OTHER, ALONE, page(0), 60, 0) == -E_PERM);
    CHECK_THAT(c, exposed_frame(frame_at(page(0)))->pins == 0);
    net_end(c);
}

CHECK(net_send_word, "net/the_word_that_is_counted_down_is_the_senders_to_write") {
    const struct cap reads = {.rights = CAP_READ, .valid = 1};
    if (!net_begin(c))
        return;
    *word(0) = 5;
    exo_cap_forge(0, HELD, reads);
    CHECK_THAT(c, give(HELD, ALONE, page(0), 60, physical_of(word(0))) == -E_PERM);
    CHECK_THAT(c, give(0, ALONE, page(0), 60, physical_of(word(0)) + 4) == -E_INVALID);
    CHECK_THAT(c, give(0, ALONE, page(0), 60, env_info()->frame_count * PAGE) == -E_PERM);
    CHECK_THAT(c, exposed_frame(frame_at(word(0)))->pins == 0);
    CHECK_THAT(c, exposed_frame(frame_at(page(0)))->pins == 0);
    CHECK_THAT(c, nic_seen(ALONE)->sending == 0 && *word(0) == 5);
    net_end(c);
}

CHECK(net_send_still, "net/who_lost_the_words_frame_is_told_nothing_there") {
    if (!net_begin(c))
        return;
    *word(0) = *word(1) = 5;
    CHECK_THAT(c, give(0, ALONE, page(0), 60, physical_of(word(0))) == 0);
    CHECK_THAT(c, nic_seen(ALONE)->sending == 1 && *word(0) == 5);
    CHECK_THAT(c, exo_nic_reset(0, ALONE) == 0 && *word(0) == 4); /* it never went, but is done */
    CHECK_THAT(c, give(0, ALONE, page(0), 60, physical_of(word(0))) == 0);
    CHECK_THAT(c, exo_acl_set(0, frame_at(word(0)), 1, &foreign, 1, 0) == 1);
    CHECK_THAT(c, exo_nic_reset(0, ALONE) == 0 && *word(0) == 4);
    net_end(c);
}

CHECK(net_send_pins, "net/what_is_being_sent_stays_whatever_its_sender_does") {
    if (!net_begin(c))
        return;
    uint64_t frame = frame_at(page(0));
    const struct exo_pages one = {PAGES_AT, 0, 1};
    CHECK_THAT(c, give(0, ALONE, page(0), 100, 0) == 0);
    exo_page_update(0, 0, 0, &one, 1, 0);
    CHECK_THAT(c, exposed_frame(frame)->references == 1 && exposed_frame(frame)->pins == 1);
    CHECK_THAT(c, exo_nic_reset(0, ALONE) == 0 && exposed_frame(frame)->references == 0);
    net_end(c);
}

CHECK(net_send_most, "net/one_has_so_many_frames_on_their_way_and_no_more") {
    unsigned sent = 0;
    if (!net_begin(c))
        return;
    while (sent < 100 && !give(0, ALONE, page(0), 60, 0))
        sent++;
    CHECK_THAT(c, sent == EXO_SENDS_OF && nic_seen(ALONE)->sending == EXO_SENDS_OF);
    CHECK_THAT(c, exposed_frame(frame_at(page(0)))->pins == EXO_SENDS_OF);
    CHECK_THAT(c, give(0, 0, page(0), 60, 0) == -E_FULL);
    CHECK_THAT(c, exo_nic_reset(0, ALONE) == 0 && nic_seen(ALONE)->sending == 0);
    CHECK_THAT(c, exposed_frame(frame_at(page(0)))->pins == 0);
    CHECK_THAT(c, transmit(0, TYPE, 60, 0) == 0);
    net_end(c);
}

/* From interface 1 to interface 0, and time enough for that. */
static long with(uint64_t flags, unsigned from) {
    const struct exo_piece piece = {physical_of(page(from)), 60};
    page(from)[12] = TYPE >> 8;
    page(from)[13] = TYPE & 0xff;
    page(from)[20] = (uint8_t)from;
    long error = exo_packet_send_so(EXO_PACKET_HOW(1, 0) | flags, &piece, 1, 0);
    for (unsigned i = 0; i < 1000; i++)
        exo_null();
    return error;
}

CHECK(net_send_more, "net/frames_of_which_more_follow_arrive_with_the_next_one") {
    if (!net_begin(c))
        return;
    CHECK_THAT(c, listen(0, TYPE) > 0);
    uint64_t in = nic_seen(0)->frames_in;
    for (unsigned i = 4; i < 7; i++)
        CHECK_THAT(c, with(EXO_PACKET_MORE, i) == 0);
    CHECK_THAT(c, *word(0) == 0 && nic_seen(1)->sending == 3 && nic_seen(0)->frames_in == in);
    CHECK_THAT(c, with(0, 7) == 0 && nic_seen(0)->frames_in == in + 4);
    for (unsigned i = 0; i < 4; i++)
        CHECK_THAT(c, *word(i) == (60 | 60ul << 32) && page(i)[20] == 4 + i);
    for (unsigned i = 0; i < EXO_SENDS_OF; i++)
        CHECK_THAT(c, with(EXO_PACKET_MORE, 4) == 0);
    CHECK_THAT(c, nic_seen(0)->frames_in == in + 4);
    CHECK_THAT(c, with(EXO_PACKET_MORE, 4) == -E_FULL); /* so they go */
    CHECK_THAT(c, nic_seen(0)->frames_in == in + 4 + EXO_SENDS_OF);
    CHECK_THAT(c, with(0, 4) == 0 && nic_seen(1)->sending <= 1);
    net_end(c);
}

/* Frames of 60 bytes from these pages, one a piece, that say who they are. */
static long train(unsigned count, const unsigned *from, uint64_t word) {
    struct exo_piece piece[EXO_TRAIN_PIECES + 1];
    for (unsigned i = 0; i < count && i <= EXO_TRAIN_PIECES; i++) {
        uint8_t *f = page(from[i % 4]);
        f[12] = TYPE >> 8;
        f[13] = TYPE & 0xff;
        f[20] = (uint8_t)from[i % 4];
        piece[i] = (struct exo_piece){physical_of(f), 60 | 1ul << 32};
    }
    return exo_packet_send_so(EXO_PACKET_HOW(1, 0) | EXO_PACKET_TRAIN, piece, count, word);
}

CHECK(net_send_train, "net/frames_of_a_train_go_up_to_the_first_that_is_refused") {
    static const unsigned pages[] = {4, 5, 6, 7};
    const struct dpf_atom fine = {.op = DPF_MEQ, .bytes = 1, .offset = 20, .mask = 6, .value = 4};
    if (!net_begin(c))
        return;
    const uint64_t how = EXO_PACKET_HOW(1, 0) | EXO_PACKET_TRAIN, at = physical_of(page(4));
    CHECK_THAT(c, listen(0, TYPE) > 0);
    CHECK_THAT(c, train(3, pages, 0) == 3);
    settle();
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(c, *word(i) == (60 | 60ul << 32) && page(i)[20] == 4 + i);
    CHECK_THAT(c, exo_packet_template(0, 0, 1, &fine, 1) == 0);
    const uint64_t forged = nic_seen(1)->forged, in = nic_seen(0)->frames_in;
    CHECK_THAT(c, train(4, pages, 0) == 2 && nic_seen(1)->forged == forged + 1);
    settle();
    CHECK_THAT(c, nic_seen(0)->frames_in == in + 2);
    exo_packet_template(0, 0, 1, NULL, 0);
    const struct exo_piece foreign_one[] = {{at, 60 | 1ul << 32}, {0, 60 | 1ul << 32}};
    CHECK_THAT(c, exo_packet_send_so(how, foreign_one, 2, 0) == 1);
    CHECK_THAT(c, exo_packet_send_so(how, &foreign_one[1], 1, 0) == -E_PERM);
    for (uint64_t of = 0; of < 12; of += 3) { /* of 0, 3, 6, 9 pieces, and there are two */
        const struct exo_piece wrong[] = {{at, 60 | of << 32}, {at, 60}};
        CHECK_THAT(c, exo_packet_send_so(how, wrong, 2, 0) == -E_INVALID);
    }
    CHECK_THAT(c, train(1, pages, physical_of(word(0))) == -E_INVALID);
    CHECK_THAT(c, train(0, pages, 0) == -E_INVALID);
    CHECK_THAT(c, train(EXO_TRAIN_PIECES + 1, pages, 0) == -E_TOO_LONG);
    CHECK_THAT(c, train(EXO_TRAIN_PIECES, pages, 0) <= EXO_SENDS_OF);
    CHECK_THAT(c, exo_packet_send_so(how, (void *)EXO_TABLES - 8, 1, 0) == -E_FAULT);
    settle();
    CHECK_THAT(c, with(0, 4) == 0 && nic_seen(1)->sending <= 1);
    net_end(c);
}

CHECK(net_send_forged, "net/nobody_sends_what_his_template_does_not_allow") {
    const struct dpf_atom source[] = {
        {.op = DPF_EQ, .bytes = 4, .offset = 6, .value = 0x02000000},
        {.op = DPF_EQ, .bytes = 2, .offset = 10, .value = 1},
        {.op = DPF_MEQ, .bytes = 1, .offset = 63, .mask = 1, .value = 1}};
    static const uint8_t address[] = {2, 0, 0, 0, 0, 1};
    if (!net_begin(c))
        return;
    CHECK_THAT(c, exo_packet_template(0, 0, 0, source, 3) == 0);
    uint64_t forged = nic_seen(0)->forged, out = nic_seen(0)->frames_out;
    uint8_t *f = page(0);
    __builtin_memcpy(f + 6, address, 6);
    f[63] = 0xff;
    CHECK_THAT(c, give(0, 0, f, 64, 0) == 0);
    for (unsigned i = 6; i < 12; i++) {
        f[i] ^= 0x40;
        CHECK_THAT(c, give(0, 0, f, 64, 0) == -E_PERM);
        f[i] ^= 0x40;
    }
    CHECK_THAT(c, give(0, 0, f, 63, 0) == -E_PERM); /* what is not there is 0 */
    f[63] = 0xfe;
    CHECK_THAT(c, give(0, 0, f, 64, 0) == -E_PERM);
    f[63] = 1;
    CHECK_THAT(c, give(0, 0, f, 1514, 0) == 0);
    const struct exo_piece parts[] = {
        {physical_of(f), 7}, {physical_of(f + 7), 1}, {physical_of(f + 8), 1000}};
    CHECK_THAT(c, exo_packet_send(0, 0, parts, 3, 0) == 0);
    const struct exo_piece swapped[] = {parts[0], parts[2], parts[1]};
    f[8] = 1;
    CHECK_THAT(c, exo_packet_send(0, 0, swapped, 3, 0) == -E_PERM);
    CHECK_THAT(c, nic_seen(0)->forged == forged + 9);
    exo_packet_template(0, 0, 0, NULL, 0);
    transmit(0, TYPE, 60, 0);
    settle();
    CHECK_THAT(c, nic_seen(0)->frames_out == out + 4);
    net_end(c);
}

CHECK(net_template_right, "net/a_template_is_set_by_whom_all_of_the_interface_is") {
    const struct dpf_atom bad[] = {{.op = DPF_SHIFT, .bytes = 1, .offset = 6},
                                   {.op = DPF_EQ, .bytes = 4, .offset = 61},
                                   {.op = DPF_EQ, .bytes = 3, .offset = 6},
                                   {.op = DPF_EQ, .bytes = 2, .offset = 65535},
                                   {.op = DPF_MEQ, .bytes = 1, .mask = 1, .value = 2}};
    const struct dpf_atom both[] = {{.op = DPF_EQ, .bytes = 1, .offset = 6, .value = 1},
                                    {.op = DPF_EQ, .bytes = 1, .offset = 6, .value = 2}};
    const struct cap piece = {.rights = CAP_ALL, .valid = 1, .length = 3, .name = {'n', 0, 1}};
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, piece);
    CHECK_THAT(c, exo_packet_template(HELD, 0, 0, NULL, 0) == -E_PERM);
    CHECK_THAT(c, exo_nic_reset(HELD, 0) == -E_PERM);
    CHECK_THAT(c, exo_packet_template(0, 0, EXO_NICS, NULL, 0) == -E_NOT_FOUND);
    CHECK_THAT(c, exo_packet_template(0, 99, 0, NULL, 0) == -E_DEAD);
    CHECK_THAT(c, exo_packet_template(0, 0, 0, bad, EXO_TEMPLATE_ATOMS + 1) == -E_TOO_LONG);
    CHECK_THAT(c, exo_packet_template(0, 0, 0, (void *)EXO_TABLES - 8, 1) == -E_FAULT);
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_THAT(c, exo_packet_template(0, 0, 0, &bad[i], 1) == -E_INVALID);
    CHECK_THAT(c, exo_packet_template(0, 0, 0, both, 2) == -E_INVALID); /* and not 3 */
    net_end(c);
}

CHECK(net_send_arguments, "net/what_is_no_frame_is_refused_and_leaves_nothing") {
    if (!net_begin(c))
        return;
    uint64_t at = physical_of(page(0));
    const struct {
        uint64_t nic, holder, at, bytes, count;
        long error;
    } wrong[] = {{EXO_NICS, 0, at, 60, 1, -E_NOT_FOUND},
                 {ALONE, EXO_CAPS, at, 60, 1, -E_PERM},
                 {ALONE, 0, at, 13, 1, -E_INVALID},
                 {ALONE, 0, at, 1515, 1, -E_INVALID},
                 {ALONE, 0, at, 0, 1, -E_INVALID},
                 {ALONE, 0, at, -1ul, 1, -E_INVALID},
                 {ALONE, 0, at, 1ul << 32 | 60, 1, -E_INVALID},
                 {ALONE, 0, at + 4090, 60, 1, -E_INVALID},
                 {ALONE, 0, 1ul << 63 | at, 60, 1, -E_PERM},
                 {ALONE, 0, 0, 60, 1, -E_PERM},
                 {ALONE, 0, at, 60, 0, -E_INVALID},
                 {ALONE, 0, at, 60, EXO_PACKET_PIECES + 1, -E_TOO_LONG}};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0] && !c->failed; i++) {
        const struct exo_piece piece[EXO_PACKET_PIECES + 1] = {{wrong[i].at, wrong[i].bytes}};
        long error = exo_packet_send(wrong[i].nic, wrong[i].holder, piece, wrong[i].count, 0);
        if (error != wrong[i].error)
            check_fail(c, "%u: %ld", i, error);
    }
    CHECK_THAT(c, exo_packet_send(ALONE, 0, (void *)EXO_TABLES - 8, 1, 0) == -E_FAULT);
    CHECK_THAT(c, nic_seen(ALONE)->sending == 0 && exposed_frame(frame_at(page(0)))->pins == 0);
    net_end(c);
}
