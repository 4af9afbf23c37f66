/* SPDX-License-Identifier: MIT */
/* main.c -- vsign: signs native objects for the kernels, on the host.
 *
 *     vsign sign KEY KIND OBJECT OUT    OUT is OBJECT in its envelope, to be loaded as a KIND
 *     vsign public KEY OUT.c            the key's public half as C, for the image
 *
 * KEY is a PEM file with an Ed25519 private key. Exit status 0, 1 for what cannot be read, signed
 * or written, 64 for a wrong command line. */
#include <err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/native_envelope.h"
#include "sign.h"

enum { FAILED = 1, USAGE = 64 };

static EVP_PKEY *read_key(const char *path) {
    FILE *f = fopen(path, "r");
    if (!f)
        err(FAILED, "%s", path);
    EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
    fclose(f);
    if (!key || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519)
        errx(FAILED, "%s: no Ed25519 private key; make one: openssl genpkey -algorithm ed25519",
             path);
    return key;
}

static uint8_t *read_file(const char *path, size_t *len) {
    FILE *f = fopen(path, "rb");
    if (!f)
        err(FAILED, "%s", path);
    uint8_t *bytes = malloc(ENVELOPE_BYTES_MAX);
    if (!bytes)
        err(FAILED, "%s", path);
    *len = fread(bytes, 1, ENVELOPE_BYTES_MAX, f);
    if (ferror(f))
        err(FAILED, "%s", path);
    if (*len > ENVELOPE_BYTES_MAX - ENVELOPE_HEADER_BYTES - SIGNATURE_BYTES)
        errx(FAILED, "%s: larger than the engine accepts: split it, or build it without -g", path);
    fclose(f);
    return bytes;
}

static FILE *create(const char *path) {
    FILE *f = fopen(path, "wb");
    if (!f)
        err(FAILED, "%s", path);
    return f;
}

/* A write can fail as late as here. */
static void finish(FILE *f, const char *path) {
    if (ferror(f) | fclose(f))
        err(FAILED, "%s", path);
}

static int command_sign(char **argument) {
    const char *kind = argument[1], *from = argument[2], *to = argument[3];
    size_t len, signed_len;
    EVP_PKEY *key = read_key(argument[0]);
    uint8_t *object = read_file(from, &len);
    uint8_t *bytes = sign_object(key, kind, object, len, &signed_len);
    if (!bytes)
        errx(FAILED, "%s: cannot be signed as '%s': a kind has at most %d characters", from, kind,
             ENVELOPE_KIND_BYTES - 1);
    FILE *f = create(to);
    fwrite(bytes, 1, signed_len, f);
    finish(f, to);
    free(bytes);
    free(object);
    EVP_PKEY_free(key);
    return 0;
}

static int command_public(char **argument) {
    uint8_t half[SIGNATURE_KEY_BYTES];
    size_t len = sizeof half;
    EVP_PKEY *key = read_key(argument[0]);
    if (EVP_PKEY_get_raw_public_key(key, half, &len) != 1)
        errx(FAILED, "%s: its public half cannot be read", argument[0]);
    FILE *f = create(argument[1]);
    fprintf(f, "/* Made by vsign from %s. */\n#include \"engine/native/signature.h\"\n\n",
            argument[0]);
    fprintf(f, "const uint8_t signing_key[SIGNATURE_KEY_BYTES] = {");
    for (size_t i = 0; i < len; i++)
        fprintf(f, "%s0x%02x", i ? ", " : "", half[i]);
    fprintf(f, "};\n");
    finish(f, argument[1]);
    EVP_PKEY_free(key);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 6 && strcmp(argv[1], "sign") == 0)
        return command_sign(argv + 2);
    if (argc == 4 && strcmp(argv[1], "public") == 0)
        return command_public(argv + 2);
    fprintf(stderr, "usage: vsign sign KEY KIND OBJECT OUT\n       vsign public KEY OUT.c\n");
    return USAGE;
}
