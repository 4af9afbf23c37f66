/* SPDX-License-Identifier: MIT */
/* guards.bpf.c -- guards as authors write them: `known_` are those whose form the engine finds as
 * both compilers make them at -O2, `other_` those that it leaves opaque. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

/* What the argument points to; 64 bytes. */
struct asked {
    u8 protocol, flags;
    u16 port;
    u32 address;
    u64 word;
    int signed_word;
    signed char signed_byte;
    _Bool ready;
    short signed_half;
    u8 rest[40];
};

#define GUARD(name)                                                                                \
    __attribute__((section("guard"), used)) _Bool name(                                            \
        const struct asked *a __attribute__((unused)), u64 n __attribute__((unused)),              \
        int i __attribute__((unused)))

GUARD(known_equal) {
    return n == 5;
}
GUARD(known_not_equal) {
    return n != 5;
}
GUARD(known_not_zero) {
    return n != 0;
}
GUARD(known_range) {
    return n >= 5 && n <= 90;
}
GUARD(known_outside) {
    return n - 5 > 85;
}
GUARD(known_signed) {
    return i < -5;
}
GUARD(known_signed_range) {
    return a->signed_word >= -3 && a->signed_word <= 7;
}
GUARD(known_signed_byte) {
    return a->signed_byte < 3;
}
GUARD(known_signed_half) {
    return a->signed_half >= -300;
}
GUARD(known_long_signed) {
    return (long)a->word > -100000;
}
GUARD(known_half) {
    return a->port == __builtin_bswap16(80);
}
GUARD(known_mask) {
    return (a->address & 0xffff) == 0x000a && n != 7;
}
GUARD(known_bits) {
    return (n & 12) != 0;
}
GUARD(known_bits_clear) {
    return (a->flags & 0x81) == 0;
}
GUARD(known_bool) {
    return a->ready;
}
GUARD(known_byte_of_argument) {
    return (u8)n == 0;
}
GUARD(known_three_fields) {
    return a->protocol == 17 && a->port == 53 && (a->word & 0xff00) == 0x1200;
}
GUARD(known_five) {
    return a->protocol == 6 && a->port >= 1024 && a->address == 0x0a000001 && n < 512 && i > 3;
}
GUARD(known_shifted) {
    return (a->word >> 20 & 0xfff) <= 77;
}
GUARD(known_always) {
    return 1;
}
GUARD(known_never) {
    return 0;
}
GUARD(other_either) {
    return n == 5 || a->port == 7;
}
GUARD(other_fields) {
    return a->address == a->signed_word;
}
GUARD(other_product) {
    return a->address * a->protocol == 9;
}
