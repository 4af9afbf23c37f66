/* SPDX-License-Identifier: MIT */
/* image.c -- hash an image, read its build-id. */
#include "guest/image.h"
#include "base/assert.h"
#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <gelf.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *hex(const unsigned char *bytes, size_t count) {
    assert_that(count > 0);
    char *text = memory_new(1, 2 * count + 1);
    for (size_t i = 0; i < count; i++)
        sprintf(text + 2 * i, "%02x", bytes[i]);
    return text;
}

static int hash_file(EVP_MD_CTX *context, const char *path) {
    char bytes[65536];
    int fd = text_open(path);
    ssize_t count = fd < 0 ? -1 : 1;
    while (count > 0 && (count = read(fd, bytes, sizeof bytes)) > 0)
        EVP_DigestUpdate(context, bytes, (size_t)count);
    int failed = count < 0 ? errno : 0;
    if (fd >= 0)
        close(fd);
    return failed;
}

char *image_sha256(const char *const *paths, int count) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    int failed = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context || !EVP_DigestInit_ex(context, EVP_sha256(), NULL))
        memory_exhausted();
    for (int i = 0; i < count && !failed; i++)
        failed = hash_file(context, paths[i]);
    EVP_DigestFinal_ex(context, digest, &length);
    EVP_MD_CTX_free(context);
    errno = failed;
    return failed ? NULL : hex(digest, length);
}

/* The build-id in one segment or section of notes, or null. */
static char *note_build_id(Elf_Data *data) {
    GElf_Nhdr note;
    size_t name, description, at = 0;
    while (data && (at = gelf_getnote(data, at, &note, &name, &description)) > 0)
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
            !memcmp((char *)data->d_buf + name, "GNU", 4))
            return hex((unsigned char *)data->d_buf + description, note.n_descsz);
    return NULL;
}

char *image_build_id(const char *path) {
    char *id = NULL;
    elf_version(EV_CURRENT);
    int fd = text_open(path);
    Elf *elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ, NULL);
    size_t count = 0;
    if (elf && elf_kind(elf) == ELF_K_ELF)
        elf_getphdrnum(elf, &count);
    for (size_t i = 0; i < count && !id; i++) {
        GElf_Phdr header;
        if (gelf_getphdr(elf, (int)i, &header) && header.p_type == PT_NOTE)
            id =
                note_build_id(elf_getdata_rawchunk(elf, (int64_t)header.p_offset, header.p_filesz,
                                                   header.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR));
    }
    elf_end(elf);
    if (fd >= 0)
        close(fd);
    return id ? id : text_copy("");
}
