#!/bin/bash
# SPDX-License-Identifier: MIT
# tests/mutate in a tree of two files: each verdict it can give, and the same choice by the same seed.
# shellcheck source=tests/end/expect.sh
. "$(dirname "$0")/../expect.sh"
tmp=${tmp:?expect.sh makes it}
sites=$PWD/build/host/mutation-sites

tree=$tmp/tree
mkdir -p "$tree/tests/mutation" "$tree/harness" "$tree/build/host"
cp tests/mutate "$tree/tests/"
cp "$sites" "$tree/build/host/"
cat > "$tree/harness/one.c" << 'END'
struct pair { int a, b; };
int clamp(int x) {
    if (x > 9) /* not x < 0 */
        return 9;
    return x;
}
int first(struct pair p, int or) {
    return p.a ? p.a : or;
}
int both(struct pair p) {
    return first(p, 7);
}
int unseen(int x) {
    return x ? x : 3;
}
void change(int *x) {
    *x = clamp(*x);
}
int count(void) {
    return 40; /* as the page says */
}
END
cat > "$tree/harness/two.c" << 'END'
int down(int x) {
    while (x)
        x--;
    return x;
}
END
printf '*\tconstant\treturn 40;.*\tthe page says it\n' > "$tree/tests/mutation/equivalent"
cat > "$tree/one_test.c" << 'END'
struct pair { int a, b; };
int clamp(int), both(struct pair), unseen(int);
void change(int *);
int main(void) {
    int x = 12;
    change(&x);
    return clamp(10) != 9 || clamp(3) != 3 || both((struct pair){0, 1}) != 7 || both((struct pair){5, 1}) != 5 || x != 9 || unseen(5) != 5;
}
END
# The first is named after the file, too, and fails whatever is changed; the second does not end if its loop's step is missing.
echo 'int clamp(int); int main(void) { return clamp(0) + 1; }' > "$tree/one_broken_test.c"
echo 'int down(int); int main(void) { return down(3); }' > "$tree/two_test.c"
printf 'all:\nunit-programs: build/tests/one_test build/tests/one_broken_test build/tests/two_test\nbuild/asan/%%.o: %%.c\n\tmkdir -p $(@D) && $(CC) -O2 -c $< -o $@\n' > "$tree/Makefile"
printf 'build/tests/%s_test: %s_test.c build/asan/harness/%s.o\n\tmkdir -p $(@D) && $(CC) -o $@ $^\n' one one one one_broken one_broken one two two two >> "$tree/Makefile"
touch "$tree/exospin"
printf "build\nobject.symbols\n" > "$tree/.gitignore"
git -C "$tree" init -q && git -C "$tree" add .

"$sites" "$tree/harness/one.c" > "$tmp/out"
verdict "sites: comparison, boundary, negation, statement, arguments, constant" bash -c \
    '[ "$(cut -f 5 "$1" | sort -u | tr "\n" " ")" = "arguments boundary comparison constant negation statement " ]' bash "$tmp/out"
verdict "nothing in a comment or outside of functions" bash -c '! cut -f 3,6 "$1" | grep -qE "^1	|not x"' bash "$tmp/out"
place=$(awk -F '\t' '$5 == "boundary" {print $2 ":" $5}' "$tmp/out")
"$sites" --apply "$place" "$tree/harness/one.c" > "$tmp/changed.c"
diff "$tree/harness/one.c" "$tmp/changed.c" > "$tmp/out"
verdict "a change is that one change" cmp "$tmp/out" <(printf '3c3\n<     if (x > 9) /* not x < 0 */\n---\n>     if (x >= 9) /* not x < 0 */\n')

expect "a change that survives is a failure" 1 '' "$tree/tests/mutate" --quick harness/one.c
verdict "it is named with its line" grep -qP '^survived\tharness/one.c\t\d+\t14\t\d+\tconstant\t3\t\(3 \+ 1\)\treturn x \? x : 3;' "$tmp/out"
verdict "nothing else survives" test "$(grep -c '^survived' "$tmp/out")" -eq 1
verdict "what a test notices is killed, by its name" grep -qP '^killed\t.*\tcomparison\t>\t<=\tone_test: it ended with status 1$' "$tmp/out"
verdict "a removed statement too" grep -qP '^killed\t.*\tstatement\t.*\tone_test: ' "$tmp/out"
verdict "x >= 9 is the same code" grep -qP '^same\t.*\tboundary' "$tmp/out"
verdict "what does not compile is no change" grep -qP '^refused\t.*\targuments\tp, 7\t7, p' "$tmp/out"
verdict "what is noted stands with its reason" grep -qP '^noted\t.*\t40\t.*\tthe page says it$' "$tmp/out"
verdict "a test that fails without a change, too, is said to, and notices nothing" grep -qP '^broken\tone_broken_test\tit ended with status 1$' "$tmp/out"
verdict "and nothing was killed by it" bash -c '! grep -q "^killed.*one_broken_test" "$1"' bash "$tmp/out"
verdict "the sum" grep -qE '^[0-9]+ changes: [0-9]+ killed, 1 survived, 1 noted, 1 the same code, 1 refused; 1 tests fail without a change; .* % of the observable noticed$' "$tmp/out"
verdict "the tree is as it was" git -C "$tree" diff --exit-code
expect "again: those that survived" 1 '^1 changes: 0 killed, 1 survived' bash -c 'cp "$1/build/mutate/log" "$1/log" && "$1/tests/mutate" --quick --again "$1/log"' \
    bash "$tree"
expect "a test that does not end notices, and is told apart" 0 '^by its time limit: harness/two.c:3: two_test: \(time limit\)$' \
    "$tree/tests/mutate" --quick --limit 2 harness/two.c
verdict "in the sum, too" grep -qE '^[0-9]+ changes: .*; [1-9] killed by a time limit; 100.0 % ' "$tmp/out"
"$sites" --count 5 --seed 7 "$tree/harness/one.c" > "$tmp/a"
"$sites" --count 5 --seed 7 "$tree/harness/one.c" > "$tmp/out"
verdict "a seed draws the same changes" cmp "$tmp/a" "$tmp/out"
"$sites" --count 3 --seed 7 "$tree/harness/one.c" > "$tmp/b"
verdict "in the order drawn, so that fewer are the first of more" cmp "$tmp/b" <(head -n 3 "$tmp/out")
verdict "as many as were asked for" test "$(wc -l < "$tmp/a")" -eq 5
expect "an option that is none" 64 'tests/mutate \[--count N\]' tests/mutate --fast
