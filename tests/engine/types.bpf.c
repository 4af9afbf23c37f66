/* SPDX-License-Identifier: MIT */
/* types.bpf.c -- every kind of type that C has, used so that both compilers describe it. */
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned char u8;

enum color { RED, GREEN = -5, BLUE = 7 };
union value {
    int i;
    u64 u;
    u8 byte[8];
};
struct bits {
    int a : 3;
    unsigned int b : 5;
    _Bool c : 1;
    enum color d : 4;
    char e;
    signed char f;
    unsigned char g;
    short h;
    unsigned short i;
    long j;
    unsigned long k;
    long long l;
    float m;
    double n;
};
struct packed {
    char a;
    int b;
    short c;
} __attribute__((packed));
typedef struct {
    int x, y;
} point;
struct opaque;
struct tail {
    u32 len;
    u8 data[];
};
struct node;
typedef int (*visitor)(struct node *n, const point *p, ...);
struct node {
    struct node *next, **back;
    const char *const name;
    volatile u32 *restrict device;
    const int fixed[3];
    u8 grid[4][3];
    visitor visit;
    void (*stop)(void);
    int (*rows)[5];
    union value value;
    struct {
        enum color color;
        union {
            int left;
            u32 right;
        };
    };
    struct bits bits;
    struct packed packed;
    struct opaque *opaque;
    struct tail *tail;
    void *anything;
    const volatile void *nothing;
    point origin;
    const point *const path;
};

extern int take(struct node *n, visitor v, const point *p, enum color c, u64 u)
    __attribute__((section(".ksyms")));
extern const struct node *give(struct opaque *o, union value *v) __attribute__((section(".ksyms")));
extern _Bool both(const struct bits *a, volatile struct packed *b, char c, void *d)
    __attribute__((section(".ksyms")));
extern const struct node shared __attribute__((section(".ksyms")));
extern u32 limits[4] __attribute__((section(".ksyms")));

struct node head;
point points[3];
struct tail *tails[2];

__attribute__((section("prog/use"), used)) int use(struct opaque *o) {
    union value v = {.u = limits[1]};
    const struct node *n = give(o, &v);
    return take(&head, head.visit, points, head.color, v.u) +
           both(&n->bits, &head.packed, 'x', tails[1]) + shared.fixed[1];
}
