/* SPDX-License-Identifier: MIT */
/* typed.c -- a kernel's types for engine_typing_test.c, which opens what the compiler says of them;
 * with -DOTHER, as typed_other.c, those of somebody who has compiled against another version. */
struct inner {
    int pc;
    char tag[4];
};

struct thing {
    unsigned int a;
    unsigned short b, c;
    struct inner frame;
    struct inner slot[2];
    union {
        int i;
        unsigned int u;
    } plain;
    union {
        int i;
        void *p;
    } mixed;
    struct thing *next;
    const struct thing *peek;
    void *opaque;
    void (*call)(void);
    unsigned int low : 3, high : 7;
#ifdef OTHER
    long more;
#endif
    const char *text;
    struct thing *heir;
    long last;
};

struct plain {
    unsigned char byte[32];
};

enum choice { FIRST = 2, LAST = 5 };
enum minus { MINUS = -1, PLUS };
enum zero { ZERO };
enum four { NONE, ONE, TWO, BOTH };

struct limited {
    _Bool yes, no;
    _Bool row[2];
    enum choice choice;
    enum minus minus;
    enum zero zero;
    union {
        _Bool yes;
        int number;
    } either;
    enum choice choices[2];
    _Bool bit : 1;
    enum four four : 2;
    int : 0;
    enum choice some : 3;
    int number;
    unsigned char bytes[16];
};

struct limited_bytes {
    int number;
    _Bool yes;
};

/* As many fields as a type may have, and one more. */
struct full {
    struct thing *each[4096];
};
struct overfull {
    struct full full;
    struct thing *one_more;
};
/* Plain bytes, which none of these gaps makes fields of. */
struct gaps {
    struct {
        char c;
        int i;
    } each[4097];
};

struct never_granted;

long (*entry)(struct thing *thing, const struct plain *plain);
_Bool (*takes_bool)(_Bool yes, const char *text, unsigned long len);
long (*takes_opaque)(struct never_granted *thing, const struct thing *peek);
long (*takes_void)(void *anything);
long (*calls_back)(_Bool (*f)(struct thing *thing, int a));
long (*takes_field)(struct thing **field);
long (*takes_function)(void (*f)(void));
long (*takes_nothing)(char (*nothing)[0]);
long (*takes_wide)(__int128 wide);
long (*takes_value)(struct plain plain);
long (*takes_six)(int a, int b, int c, int d, int e, int f);
long (*takes_more)(int a, ...);
long (*takes_limited)(struct limited *limited, struct limited_bytes *bytes);
long (*takes_full)(struct full *full, struct overfull *overfull, struct gaps *gaps);
void (*gives_nothing)(struct thing *thing);

long program(struct thing *thing, const struct plain *plain);
long program(struct thing *thing, const struct plain *plain) {
    return thing->last + plain->byte[0];
}
