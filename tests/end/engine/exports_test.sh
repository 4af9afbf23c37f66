#!/bin/bash
# SPDX-License-Identifier: MIT
# Types in one order (tools/exports/order.c): a compiler that writes them in another order each time gives the same bytes, and they say what
# they said.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
order=build/host/tools/exports/btf-order
exports=build/host/tools/exports/exports

cat > "$tmp/e.c" << 'END'
struct node { struct node *next; int value; };
struct list { struct node *first; unsigned long length; };
enum color { RED, GREEN = 7 };
int count(const struct list *l, enum color c);
extern int level;
int level = 5;
int count(const struct list *l, enum color c) { return (int)l->length + c + level; }
extern __typeof__(count) *const export_count;
__typeof__(count) *const export_count = &count;
extern __typeof__(level) *const export_level;
__typeof__(level) *const export_level = &level;
END
compile() { # FOLDER -> FOLDER/e.btf
    mkdir -p "$1" && cp "$tmp/e.c" "$1/" && (cd "$1" && x86_64-linux-gnu-gcc -O1 -ffreestanding -gbtf -c e.c -o e.o) &&
        objcopy -O binary -j .BTF --set-section-flags .BTF=alloc "$1/e.o" "$1/e.btf"
}
declarations() { printf 'count\nlevel\n' | $exports "$1"; }

compile "$tmp/first"
declarations "$tmp/first/e.btf" > "$tmp/before"
$order "$tmp/first/e.btf"
declarations "$tmp/first/e.btf" > "$tmp/after"
verdict "types in order say what they said" cmp "$tmp/before" "$tmp/after"
verdict "and that is what the source says" grep -qx 'int count(const struct list \*, enum color);' "$tmp/after"
same=0
for i in 1 2 3 4 5 6 7 8; do
    compile "$tmp/folder $i" && $order "$tmp/folder $i/e.btf" && cmp "$tmp/first/e.btf" "$tmp/folder $i/e.btf" && same=$((same + 1))
done
verdict "eight compilations in eight folders give the same bytes" [ $same -eq 8 ]
cp "$tmp/first/e.btf" "$tmp/again.btf"
$order "$tmp/again.btf"
verdict "what is in order stays as it is" cmp "$tmp/first/e.btf" "$tmp/again.btf"
head -c 100 "$tmp/first/e.btf" > "$tmp/cut.btf"
expect "types that are cut are refused" 1 'cut.btf: .BTF' $order "$tmp/cut.btf"
