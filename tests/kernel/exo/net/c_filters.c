/* SPDX-License-Identifier: MIT */
/* c_filters.c -- packet filters in C beside those of atoms. */
#include "net.h"

#include "lib/string.h"

enum { TYPE = 0x88b5, SEED = 3 };

extern const uint8_t port_object[], port_object_end[];
__asm__(".pushsection .rodata\n.balign 16\n"
        "port_object: .incbin \"guest/classify/port.bpf.o\"\n"
        "port_object_end:\n.popsection");

static uint8_t object[EXO_PROGRAM_BYTES];
static char text[EXO_FUNCTION_TEXT];

static const struct dpf_atom atom[] = {
    {.op = DPF_EQ, .bytes = 2, .offset = 12, .value = TYPE},
    {.op = DPF_SHIFTI, .value = 14},
};

/* The object, which wants two bytes behind two, with those that a frame of this seed has there. */
static uint64_t make_object(uint64_t seed) {
    const size_t length = (size_t)(port_object_end - port_object);
    memcpy(object, port_object, length);
    for (size_t i = 0; i + 4 <= length; i++)
        if (!memcmp(&object[i], "\xca\xfe\0", 4)) {
            object[i] = (uint8_t)(16 + 31 * seed);
            object[i + 1] = (uint8_t)(17 + 31 * seed);
        }
    return length;
}

static long insert(unsigned slot, unsigned nic, uint64_t seed) {
    return exo_filter_program(EXO_PACKET_HOW(nic, slot), atom, 2, object, make_object(seed), text);
}

static uint64_t packets(long id) {
    return filter_seen(id)->packets;
}

CHECK(net_program, "net/a_filter_in_c_has_what_its_atoms_and_it_want") {
    if (!net_begin(c))
        return;
    long id = insert(0, 1, SEED), other = insert(0, 1, SEED + 1);
    CHECK_THAT(c, id > 0 && other > 0);
    CHECK_THAT(c, transmit(0, TYPE, 60, SEED) == 0 && transmit(0, TYPE, 60, SEED + 1) == 0);
    CHECK_THAT(c, transmit(0, TYPE, 60, SEED + 2) == 0 && transmit(0, TYPE + 1, 60, SEED) == 0);
    settle();
    CHECK_THAT(c, packets(id) == 1 && packets(other) == 1);
    /* What tests more goes before it, and what tests as much and came later does not. */
    long all = filter(0, 1, TYPE);
    CHECK_THAT(c, all > 0 && transmit(0, TYPE, 60, SEED) == 0);
    CHECK_THAT(c, transmit(0, TYPE, 60, SEED + 2) == 0);
    settle();
    CHECK_THAT(c, packets(id) == 2 && packets(all) == 1);
    CHECK_THAT(c,
               exo_filter_drop(0, (uint64_t)id) == 0 && exo_filter_drop(0, (uint64_t)other) == 0);
    net_end(c);
}

CHECK(net_program_refused, "net/what_is_no_filter_in_c_is_refused_with_a_reason") {
    if (!net_begin(c))
        return;
    uint64_t length = make_object(SEED);
    long ids[EXO_PROGRAMS];
    CHECK_THAT(c, exo_filter_program(1 << 8, atom, 2, object, 100, text) == -E_BAD_IMAGE && *text);
    memset(object, 0xff, 16);
    CHECK_THAT(c, exo_filter_program(1 << 8, atom, 2, object, length, text) == -E_BAD_IMAGE);
    CHECK_THAT(c, exo_filter_program(1 << 8, atom, 2, object, EXO_PROGRAM_BYTES + 1, text) ==
                      -E_TOO_LONG);
    CHECK_THAT(c, exo_filter_program(1 << 8, atom, DPF_ATOMS + 1, object, length, text) ==
                      -E_TOO_LONG);
    CHECK_THAT(c, exo_filter_program(1 << 8, atom, 2, (void *)EXO_TABLES - 8, length, text) ==
                      -E_FAULT);
    CHECK_THAT(c, exo_filter_program(EXO_NICS << 8, atom, 2, object, length, text) == -E_NOT_FOUND);
    for (unsigned i = 0; i < EXO_PROGRAMS; i++)
        CHECK_THAT(c, (ids[i] = insert(0, 1, i)) > 0);
    CHECK_THAT(c, insert(0, 1, EXO_PROGRAMS) == -E_FULL);
    for (unsigned i = 0; i < EXO_PROGRAMS; i++)
        CHECK_THAT(c, exo_filter_drop(0, (uint64_t)ids[i]) == 0);
    net_end(c);
}

/* Whatever it does inside, it takes nobody's packets whose filter its atoms could hurt. */
CHECK(net_program_steals, "net/a_filter_in_c_is_no_stronger_than_its_atoms") {
    struct cap part = {.rights = CAP_ALL, .valid = 1, .length = 3, .name = {'n', 1, 1}};
    if (!net_begin(c))
        return;
    exo_cap_forge(0, HELD, part);
    part.name[2] = 2;
    exo_cap_forge(0, OTHER, part);
    CHECK_THAT(c, insert(OTHER, 0, SEED) == -E_PERM); /* another interface */
    long id = insert(HELD, 1, SEED);
    CHECK_THAT(c, id > 0);
    const struct dpf_atom more[] = {
        atom[0], {.op = DPF_EQ, .bytes = 1, .value = 14 + 31 * SEED, .offset = 14}};
    long stolen = exo_filter_insert(OTHER, 1, more, 2, NULL);
    CHECK_THAT(c, stolen == -E_PERM);
    long strong = exo_filter_insert(HELD, 1, more, 2, NULL);
    CHECK_THAT(c, strong > 0 && transmit(0, TYPE, 60, SEED) == 0);
    settle();
    CHECK_THAT(c, packets(strong) == 1 && packets(id) == 0);
    CHECK_THAT(c,
               exo_filter_drop(0, (uint64_t)id) == 0 && exo_filter_drop(0, (uint64_t)strong) == 0);
    net_end(c);
}
