/* SPDX-License-Identifier: MIT */
/* linked.bpf.c -- everything that a loader has to put together: variables of all three sorts,
 * addresses in data, strings, static and global functions in and outside of .text, callbacks,
 * extern functions and variables. The unit test also compiles this file natively and compares what
 * both compute. */
#ifdef __BPF__
#define SECTION(name) __attribute__((section(name), used))
#define EXTERN        extern __attribute__((section(".ksyms")))
#else
#define SECTION(name)
#define EXTERN extern
#endif
#define OUT_OF_LINE static __attribute__((noinline))

struct node {
    int weight;
    const struct node *next;
};
typedef int (*chooser)(int, int);

EXTERN int service_add(const struct node *n, long amount);
EXTERN const int service_level;
extern unsigned int service_plain(void);

int weigh(const struct node *n);
int first(long a);
int second(long a);

int counter;
unsigned char before = 3;
long zeros[5];
int table[4] = {11, 22, 33, 44};
int *inside = &table[2];
static int hidden = 5;
const char greeting[] = "hello";
const struct node leaf = {70, 0};
const struct node root = {7, &leaf};
int window[4] = {6, 60, 600, 6000};

OUT_OF_LINE int bump(int by) {
    hidden += by;
    return hidden;
}

OUT_OF_LINE int larger(int a, int b) {
    return a > b ? a : b;
}

OUT_OF_LINE int smaller(int a, int b) {
    return a < b ? a : b;
}

chooser choosers[2] = {larger, smaller};

__attribute__((noinline)) int weigh(const struct node *n) {
    int sum = n->weight;
    if (n->next)
        sum += n->next->weight;
    return sum + counter;
}

/* Compilers may fold the index into the address, which then lies before the variable. */
OUT_OF_LINE int look(long i) {
    return *(&window[0] - 1 + i);
}

OUT_OF_LINE int choose(chooser how, int a, int b) {
    return how == larger ? larger(a, b) : smaller(a, b);
}

SECTION("prog/first") int first(long a) {
    counter += 1;
    zeros[a & 3] = a;
    return bump((int)a) + weigh(&root) + table[a & 3] + *inside + greeting[a & 3] + before +
           look((a & 3) + 1) + choose(larger, (int)a, 30) + choose(smaller, (int)a, 30);
}

SECTION("prog/second") int second(long a) {
    return service_add(&leaf, a) + service_level + (int)service_plain() + (int)zeros[a & 3] +
           (choosers[1] == smaller);
}
