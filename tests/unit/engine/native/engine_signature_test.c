/* SPDX-License-Identifier: MIT */
/* engine_signature_test.c -- SHA-512 and Ed25519 as the kernel verifies it: the standards' own
 * vectors, OpenSSL's signatures over random messages, and every way to make a second signature out
 * of a good one. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "engine/base/sha512.h"
#include "engine/native/signature.h"
#include "engine/native/signature_point.h"

/* Hex digits into bytes; gives how many. */
static size_t unhex(const char *hex, uint8_t *into) {
    size_t n = strlen(hex) / 2;
    for (size_t i = 0; i < n; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], 0};
        into[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return n;
}

/* RFC 8032, section 7.1, in its order. */
static const struct vector {
    const char *key, *message, *signature;
} rfc8032[] = {
    {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
     "1cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
     "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760"
     "984dc6594a7c15e9716ed28dc027beceea1ec40a"},
    {"278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
     "08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98fa6e264bf09efe12ee50f8f5"
     "4e9f77b1e355f6c50544e23fb1433ddf73be84d879de7c0046dc4996d9e773f4bc9efe5738829adb26c81b37"
     "c93a1b270b20329d658675fc6ea534e0810a4432826bf58c941efb65d57a338bbd2e26640f89ffbc1a858efc"
     "b8550ee3a5e1998bd177e93a7363c344fe6b199ee5d02e82d522c4feba15452f80288a821a579116ec6dad2b"
     "3b310da903401aa62100ab5d1a36553e06203b33890cc9b832f79ef80560ccb9a39ce767967ed628c6ad573c"
     "b116dbefefd75499da96bd68a8a97b928a8bbc103b6621fcde2beca1231d206be6cd9ec7aff6f6c94fcd7204"
     "ed3455c68c83f4a41da4af2b74ef5c53f1d8ac70bdcb7ed185ce81bd84359d44254d95629e9855a94a7c1958"
     "d1f8ada5d0532ed8a5aa3fb2d17ba70eb6248e594e1a2297acbbb39d502f1a8c6eb6f1ce22b3de1a1f40cc24"
     "554119a831a9aad6079cad88425de6bde1a9187ebb6092cf67bf2b13fd65f27088d78b7e883c8759d2c4f5c6"
     "5adb7553878ad575f9fad878e80a0c9ba63bcbcc2732e69485bbc9c90bfbd62481d9089beccf80cfe2df16a2"
     "cf65bd92dd597b0707e0917af48bbb75fed413d238f5555a7a569d80c3414a8d0859dc65a46128bab27af87a"
     "71314f318c782b23ebfe808b82b0ce26401d2e22f04d83d1255dc51addd3b75a2b1ae0784504df543af8969b"
     "e3ea7082ff7fc9888c144da2af58429ec96031dbcad3dad9af0dcbaaaf268cb8fcffead94f3c7ca495e056a9"
     "b47acdb751fb73e666c6c655ade8297297d07ad1ba5e43f1bca32301651339e22904cc8c42f58c30c04aafdb"
     "038dda0847dd988dcda6f3bfd15c4b4c4525004aa06eeff8ca61783aacec57fb3d1f92b0fe2fd1a85f672451"
     "7b65e614ad6808d6f6ee34dff7310fdc82aebfd904b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08"
     "d78ff4ef5d63653a65040cf9bfd4aca7984a74d37145986780fc0b16ac451649de6188a7dbdf191f64b5fc5e"
     "2ab47b57f7f7276cd419c17a3ca8e1b939ae49e488acba6b965610b5480109c8b17b80e1b7b750dfc7598d5d"
     "5011fd2dcc5600a32ef5b52a1ecc820e308aa342721aac0943bf6686b64b2579376504ccc493d97e6aed3fb0"
     "f9cd71a43dd497f01f17c0e2cb3797aa2a2f256656168e6c496afc5fb93246f6b1116398a346f1a641f3b041"
     "e989f7914f90cc2c7fff357876e506b50d334ba77c225bc307ba537152f3f1610e4eafe595f6d9d90d11faa9"
     "33a15ef1369546868a7f3a45a96768d40fd9d03412c091c6315cf4fde7cb68606937380db2eaaa707b4c4185"
     "c32eddcdd306705e4dc1ffc872eeee475a64dfac86aba41c0618983f8741c5ef68d3a101e8a3b8cac60c905c"
     "15fc910840b94c00a0b9d0",
     "0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f4528ecea23"
     "c436d94b5e8fcd4f681e30a6ac00a9704a188a03"},
    {"ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23"
     "a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c6"
     "6431e0303dca179c138ac17ad9bef1177331a704"},
};
#define VECTORS (sizeof rfc8032 / sizeof *rfc8032)

struct signed_message {
    uint8_t key[SIGNATURE_KEY_BYTES], signature[SIGNATURE_BYTES], bytes[1024];
    size_t len;
};

static void from_vector(struct signed_message *s, const struct vector *v) {
    unhex(v->key, s->key);
    unhex(v->signature, s->signature);
    s->len = unhex(v->message, s->bytes);
}

static bool holds(const struct signed_message *s) {
    return signature_holds(s->key, s->bytes, s->len, s->signature);
}

static void the_rfcs_vectors_hold(void **state) {
    (void)state;
    for (size_t i = 0; i < VECTORS; i++) {
        struct signed_message s;
        from_vector(&s, &rfc8032[i]);
        assert_true(holds(&s));
    }
}

/* What OpenSSL thinks of it. */
static bool openssl_holds(const struct signed_message *s) {
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, s->key, sizeof s->key);
    if (!key)
        return false;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestVerifyInit(c, NULL, NULL, NULL, key), 1);
    bool right = EVP_DigestVerify(c, s->signature, sizeof s->signature, s->bytes, s->len) == 1;
    EVP_MD_CTX_free(c);
    EVP_PKEY_free(key);
    return right;
}

static void random_bytes(uint8_t *into, size_t n) {
    for (size_t i = 0; i < n; i++)
        into[i] = (uint8_t)(rand() >> 7);
}

/* A random message under a random key, signed by OpenSSL. */
static void sign_random(struct signed_message *s) {
    uint8_t secret[32];
    size_t key_len = sizeof s->key, signature_len = sizeof s->signature;
    random_bytes(secret, sizeof secret);
    s->len = (size_t)rand() % sizeof s->bytes;
    random_bytes(s->bytes, s->len);
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, sizeof secret);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    assert_int_equal(EVP_PKEY_get_raw_public_key(key, s->key, &key_len), 1);
    assert_int_equal(EVP_DigestSignInit(c, NULL, NULL, NULL, key), 1);
    assert_int_equal(EVP_DigestSign(c, s->signature, &signature_len, s->bytes, s->len), 1);
    EVP_MD_CTX_free(c);
    EVP_PKEY_free(key);
}

static void what_openssl_signs_holds_and_changed_it_does_not(void **state) {
    (void)state;
    srand(1);
    for (unsigned i = 0; i < 200; i++) {
        struct signed_message s, t;
        sign_random(&s);
        assert_true(holds(&s));
        t = s;
        t.signature[(size_t)rand() % SIGNATURE_BYTES] ^= (uint8_t)(1 << rand() % 8);
        assert_false(holds(&t));
        t = s;
        t.key[(size_t)rand() % SIGNATURE_KEY_BYTES] ^= (uint8_t)(1 << rand() % 8);
        assert_false(holds(&t));
        t = s;
        if (t.len) {
            t.bytes[(size_t)rand() % t.len] ^= (uint8_t)(1 << rand() % 8);
            assert_false(holds(&t));
            t = s;
            t.len--;
            assert_false(holds(&t));
        }
    }
}

/* Keys and signatures from arbitrary bytes: nothing holds for us that does not for OpenSSL. */
static void openssl_agrees_about_arbitrary_bytes(void **state) {
    (void)state;
    srand(2);
    for (unsigned i = 0; i < 500; i++) {
        struct signed_message s;
        sign_random(&s);
        if (i % 4 == 1)
            random_bytes(s.key, sizeof s.key);
        if (i % 4 == 2)
            random_bytes(s.signature, 32);
        if (i % 4 == 3)
            random_bytes(s.signature + 32, 32);
        assert_int_equal(holds(&s), openssl_holds(&s));
    }
}

static void every_bit_of_key_and_signature_counts(void **state) {
    (void)state;
    struct signed_message s;
    from_vector(&s, &rfc8032[2]);
    for (unsigned bit = 0; bit < 8 * SIGNATURE_BYTES; bit++) {
        s.signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(holds(&s));
        s.signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (unsigned bit = 0; bit < 8 * SIGNATURE_KEY_BYTES; bit++) {
        s.key[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(holds(&s));
        s.key[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_true(holds(&s));
}

/* Little-endian a += b, n bytes. */
static void add_bytes(uint8_t *a, const uint8_t *b, size_t n) {
    unsigned over = 0;
    for (size_t i = 0; i < n; i++, over >>= 8)
        a[i] = (uint8_t)(over += a[i] + b[i]);
}

static void s_plus_the_order_is_no_second_signature(void **state) {
    (void)state;
    uint8_t order[32];
    struct signed_message s;
    unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", order);
    for (size_t i = 0; i < VECTORS; i++) {
        from_vector(&s, &rfc8032[i]);
        for (unsigned times = 1; times <= 14; times++) { /* 15 L still fits 256 bits */
            add_bytes(s.signature + 32, order, sizeof order);
            assert_false(holds(&s));
        }
    }
    /* S = L itself, and the largest that is none. */
    memcpy(s.signature + 32, order, sizeof order);
    assert_false(holds(&s));
    memset(s.signature + 32, 0xff, 32);
    assert_false(holds(&s));
}

/* All encodings of points of order 1, 2, 4 and 8, the unreduced ones included: under such a key one
 * signature (R neutral, S 0) would hold for every message, or for one in eight. */
static void small_and_unreduced_keys_are_refused(void **state) {
    static const char *const bad[] = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct signed_message s = {.signature = {1}};
        struct point p;
        unhex(bad[i], s.key);
        assert_true(!point_decode(&p, s.key) || point_is_small(&p));
        for (s.len = 0; s.len < 32; s.len++)
            assert_false(holds(&s));
    }
    /* The base point is a good key. */
    uint8_t base[32];
    struct point p;
    memset(base, 0x66, sizeof base);
    base[0] = 0x58;
    assert_true(point_decode(&p, base) && !point_is_small(&p));
}

/* y from p to 2^255 - 1, with either sign, and "minus zero": a second way to write a point. */
static void a_point_is_written_in_one_way(void **state) {
    (void)state;
    uint8_t bytes[POINT_BYTES];
    struct point p;
    for (unsigned low = 0xed; low <= 0xff; low++)
        for (unsigned high = 0x7f; high <= 0xff; high += 0x80) {
            memset(bytes, 0xff, sizeof bytes);
            bytes[0] = (uint8_t)low;
            bytes[31] = (uint8_t)high;
            assert_false(point_decode(&p, bytes));
        }
    memset(bytes, 0, sizeof bytes);
    bytes[0] = 1;
    assert_true(point_decode(&p, bytes));
    bytes[31] = 0x80;
    assert_false(point_decode(&p, bytes));
}

/* Points survive being written and read; the group's laws hold. */
static void points_add_up(void **state) {
    (void)state;
    uint8_t base[32] = {0x58}, a[32], b[32];
    memset(base + 1, 0x66, sizeof base - 1);
    struct point B, sum = point_zero, other;
    assert_true(point_decode(&B, base));
    for (unsigned i = 0; i < 40; i++) {
        point_add(&sum, &sum, i % 3 ? &B : &sum);
        point_add(&other, &sum, &B);
        point_encode(&other, a);
        point_add(&other, &B, &sum);
        point_encode(&other, b);
        assert_memory_equal(a, b, sizeof a);
        point_encode(&sum, a);
        assert_true(point_decode(&other, a));
        point_negate(&other);
        point_add(&other, &other, &sum);
        point_encode(&other, b);
        point_encode(&point_zero, a);
        assert_memory_equal(a, b, sizeof a);
    }
}

static void sha512_agrees_with_openssl_at_every_length(void **state) {
    (void)state;
    uint8_t bytes[600], ours[SHA512_BYTES], theirs[SHA512_BYTES];
    srand(3);
    random_bytes(bytes, sizeof bytes);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        struct sha512 s;
        sha512_start(&s);
        size_t first = len ? (size_t)rand() % len : 0;
        sha512_update(&s, bytes, first);
        sha512_update(&s, bytes + first, len - first);
        sha512_finish(&s, ours);
        SHA512(bytes, len, theirs);
        assert_memory_equal(ours, theirs, sizeof ours);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rfcs_vectors_hold),
        cmocka_unit_test(what_openssl_signs_holds_and_changed_it_does_not),
        cmocka_unit_test(openssl_agrees_about_arbitrary_bytes),
        cmocka_unit_test(every_bit_of_key_and_signature_counts),
        cmocka_unit_test(s_plus_the_order_is_no_second_signature),
        cmocka_unit_test(small_and_unreduced_keys_are_refused),
        cmocka_unit_test(a_point_is_written_in_one_way),
        cmocka_unit_test(points_add_up),
        cmocka_unit_test(sha512_agrees_with_openssl_at_every_length),
    };
    return cmocka_run_group_tests_name("engine_signature", tests, NULL, NULL);
}
