#!/bin/bash
# SPDX-License-Identifier: MIT
# What compilers write of types is taken: many small files, each with one thing that C can say, through both compilers at two levels. And what
# `vcode types` prints of an object, of these and of the engine tests' own, is C that a compiler takes.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
clang=(clang -target bpf -mcpu=v3 -w -g -c) gcc=(bpf-gcc -w -g -gbtf -c)
wanted=50 # objects, at least, whose types are compiled again

for tool in "${clang[0]}" "${gcc[0]}"; do
    if ! command -v "$tool" > /dev/null; then
        echo "not ok - $tool is there to compile with"
        exit 1
    fi
done

# One thing a line: NAME, and C after it.
cat > "$tmp/things" << 'END'
function_pointer long (*handler)(int, void *); long (*table[3])(struct unseen *);
returns_function int (*(*chosen(int which))(long))[4]; int (*(*(*where)(int))(long))[4] = &chosen;
variadic extern int print(const char *format, ...); int (*printer)(const char *, ...) = print;
forward struct far; struct far *far_away; struct near { struct far *next; struct near *self; } nearby;
forward_union union many; union many *any; const volatile union many **pointed;
unnamed_enum enum { ALPHA, BETA = 7 } letter; struct lettered { enum { GAMMA = -1, DELTA } d; } lettered;
unnamed_union struct holds { int kind; union { long number; void *pointer; struct { short a, b; }; }; } holds;
unnamed_typedef typedef struct { int x, y; } point; typedef union { point p; long l; } pointed_at; pointed_at origin;
bitfields struct flags { unsigned a : 1, b : 3; int : 4; int c : 7; unsigned long d : 33; _Bool e : 1; } flags;
bitfield_enum enum mode { SLOW, FAST }; struct moded { enum mode m : 2; unsigned rest : 30; } moded;
bitfield_zero struct split { unsigned a : 3; unsigned : 0; unsigned b : 5; } split;
flexible struct tail { int n; long last[]; }; struct tail *tail; struct old { int n; char last[0]; } *old_tail;
void_pointers void *nothing; const void *constant; void *const fixed = 0; const volatile void *const *both;
incomplete extern struct never_defined hidden; long take(void) { return (long)&hidden; }
incomplete_array extern int unbounded[]; long first(void) { return unbounded[0]; }
extern_void extern void mark; long take(void) { return (long)&mark; }
extern_const_void extern const void mark; long take(void) { return (long)&mark; }
enum_wide enum wide { LOW = 1, HIGH = 0x123456789abcdefLL } wide; enum wider { LEAST = -0x123456789abcdefLL } wider;
enum_packed enum __attribute__((packed)) tiny { ONE, TWO } tiny; struct tinies { enum tiny t[3]; } tinies;
enum_forward enum later; struct waits { enum later *when; } waits; enum later { NOW, THEN } later;
floats float f; double d; struct floating { float x; double y; } floating;
decl_tag int tagged __attribute__((btf_decl_tag("one"))); struct s { int m __attribute__((btf_decl_tag("two"))); } s;
decl_tag_function long __attribute__((btf_decl_tag("f"))) call(int *p __attribute__((btf_decl_tag("nonnull")))) { return *p; }
type_tag int __attribute__((btf_type_tag("user"))) *user; struct u { int __attribute__((btf_type_tag("a"))) *p; } u;
empty_struct struct empty {}; struct empty nothing_in_it; struct around { struct empty e; int i; } around;
qualifiers const volatile int *volatile const *restrict chain; typedef const int ci; typedef volatile ci vci; vci *vp;
qualified_array const int table[4] = {1}; typedef int row[3]; const row rows[2] = {{1}}; volatile row *moving;
typedef_chain typedef int a_t; typedef a_t b_t; typedef b_t c_t; c_t chained; struct chained { c_t c; b_t *b; } in;
typedef_ahead typedef struct node node_t; struct node { node_t *next; node_t *(*step)(node_t *); } node;
mutual struct one; typedef struct one *one_p; struct two { one_p one; }; struct one { struct two two; } one;
nested struct outer { struct inner { struct innermost { int i; } m; } n[2]; } outer; struct innermost alone;
arrays int grid[2][3][4]; char *names[5]; int (*rows)[6]; int *(*columns[7])[8];
packed struct __attribute__((packed)) tight { char c; long l; short s; } tight;
aligned struct __attribute__((aligned(16))) loose { char c; } loose; int __attribute__((aligned(64))) line;
packed_inside struct __attribute__((packed)) dense { char c; struct { int a; long b; } in; } dense;
bool _Bool yes; struct truth { _Bool a, b; } truth; _Bool is(_Bool a) { return !a; }
chars char c; signed char sc; unsigned char uc; const char *text = "text"; char letters[] = "letters";
integers short s; unsigned short us; long long ll; unsigned long long ull; __int128 wide; unsigned __int128 uwide;
static_variable static int counter; long count(void) { static long calls; return ++calls + counter++; }
static_function static __attribute__((noinline)) long square(long x) { return x * x; } long quad(long x) { return square(square(x)); }
section int __attribute__((section("mine"))) placed = 1; const int __attribute__((section("mine.ro"))) fixed = 2;
section_empty int (*none)(void); long f(void) { return 0; }
no_parameters long nothing(); long void_parameters(void) { return 1; }
structure_by_value struct pair { int a, b; }; extern int take(struct pair p); struct pair give(int a); int (*t)(struct pair) = take;
scopes long f(int x) { struct local { int a; } l = {x}; { struct local { long b; } m = {x}; l.a += m.b; } return l.a; }
same_names struct same { int same; } same; enum kind { same_kind } kind; typedef struct other { int o; } other;
long_name int a_name_that_is_as_long_as_a_name_may_be_before_anyone_would_think_of_it_as_a_name_that_no_one_would_write_by_hand_0123456789;
pointer_depth int **********deep; struct link { struct link ***links[2]; } link;
function_typedef typedef int function(int); function *f; struct ops { function *open, *close; } ops; extern function g;
weak extern int maybe __attribute__((weak)); long have(void) { return &maybe != 0; }
alias long real(void) { return 1; }
inline_assembly long f(long x) { asm volatile("" : "+r"(x)); return x; }
END

# Notes what is wrong with an object's types, or with what is printed of them.
objects=() refused=() broken=()
try() { # OBJECT
    if ! build/host/vcode types "$1" > "$1.c" 2>&1; then
        refused+=("${1##*/}: $(tail -n 1 "$1.c")")
    elif ! gcc -std=gnu11 -w -fsyntax-only "$1.c" > "$1.log" 2>&1; then
        broken+=("${1##*/}: $(head -n 1 "$1.log")")
    fi
    objects+=("$1")
}

mkdir "$tmp/one"
while read -r name text; do
    printf '%s\n' "$text" > "$tmp/one/$name.c"
    for compiler in clang gcc; do
        declare -n with=$compiler
        for level in O0 O2; do
            object=$tmp/one/$name.$compiler-$level.o
            if "${with[@]}" -$level "$tmp/one/$name.c" -o "$object" 2> "$tmp/out"; then
                try "$object"
            else
                broken+=("$name.$compiler-$level: $(head -n 1 "$tmp/out")")
            fi
        done
    done
done < "$tmp/things"
singles=${#objects[@]}
printf '%s\n' "${refused[@]}" "${broken[@]}" > "$tmp/out"
verdict "each thing that C can say of types is taken from both compilers: $singles objects" test $((singles >= wanted && ${#refused[@]} == 0)) = 1
verdict "what vcode prints of each compiles" test ${#broken[@]} = 0

# Code that asks for its fields to be found when it is loaded, in each way that clang has, is refused by name; with nothing to be found it is not.
while read -r name text; do
    printf 'struct __attribute__((preserve_access_index)) record { int a, b; long c : 7; };\nenum e { E };\n%s\n' "$text" > "$tmp/$name.c"
    "${clang[@]}" -O2 "$tmp/$name.c" -o "$tmp/$name.o" || exit 1
    expect "CO-RE: $name" 1 'offset 0x1c: .*core-relocation' build/host/vcode types "$tmp/$name.o"
    bpf-objcopy -R .BTF "$tmp/$name.o" "$tmp/$name.bare.o" 2> /dev/null &&
        expect "CO-RE: $name, without the types" 1 core-relocation build/host/vcode types "$tmp/$name.bare.o"
done << 'END'
field long f(struct record *r) { return r->b; }
bitfield long f(struct record *r) { return __builtin_preserve_field_info(r->c, 1); }
exists long f(struct record *r) { return __builtin_preserve_field_info(r->b, 2); }
address void *f(struct record *r) { return __builtin_preserve_access_index(&r->b); }
type long f(void) { return __builtin_btf_type_id(*(struct record *)0, 0); }
type_size long f(void) { return __builtin_preserve_type_info(*(struct record *)0, 1); }
enumerator long f(void) { return __builtin_preserve_enum_value(*(enum e *)E, 1); }
END
printf 'struct __attribute__((preserve_access_index)) record { int a; };\nlong f(struct record *r) { return r != 0; }\n' > "$tmp/none.c"
"${clang[@]}" -O2 "$tmp/none.c" -o "$tmp/none.o"
expect "CO-RE: nothing to be found" 0 'struct record' build/host/vcode types "$tmp/none.o"

refused=() broken=()
for object in build/tests/engine/*.{clang,gcc}-O2.o; do
    [ -e "$object" ] && cp "$object" "$tmp/" && try "$tmp/${object##*/}"
done
printf '%s\n' "${refused[@]}" "${broken[@]}" > "$tmp/out"
verdict "what vcode prints of the tests' own objects compiles: $((${#objects[@]} - singles))" test ${#broken[@]} = 0
