/* SPDX-License-Identifier: MIT */
/* transfer_other.bpf.c -- a program that takes one of seven arguments for something else. */
struct purse;
struct transfer {
    const struct purse *from, *to;
    unsigned long amount;
    int currency; /* the kernel's is unsigned */
    const char *note;
    unsigned int note_at;
    const struct purse *next;
};

__attribute__((section("transfer/other"), used)) long other(const struct transfer *t);
__attribute__((section("transfer/other"), used)) long other(const struct transfer *t) {
    return t->currency;
}
