/* SPDX-License-Identifier: MIT */
#include "term.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

z3::context &solver_context() {
    static z3::context context;
    return context;
}

/* The views that a variable, or any term, speaks of. A term is kept, so that its number stays its
 * own. */
struct Known {
    z3::expr term;
    std::set<std::string> views;
};
static std::map<unsigned, Known> &known_terms() {
    static std::map<unsigned, Known> known;
    return known;
}

z3::expr solver_variable(const std::string &view, const std::string &end, unsigned bits) {
    z3::expr v = solver_context().bv_const((view + end).c_str(), bits);
    known_terms().insert({v.id(), {v, {view}}});
    return v;
}

static const std::set<std::string> &views_of(z3::expr term) {
    auto found = known_terms().find(term.id());
    if (found != known_terms().end())
        return found->second.views;
    Known known = {term, {}};
    for (unsigned i = 0; i < term.num_args(); i++) {
        const std::set<std::string> &part = views_of(term.arg(i));
        known.views.insert(part.begin(), part.end());
    }
    return known_terms().insert({term.id(), known}).first->second.views;
}

Word<32, false> highest_bit(Word<64, false> v) {
    Word<32, false> r = 0;
    for (unsigned bit = 1; bit < 64; bit++)
        r = choose((v >> bit) != 0, Word<32, false>(bit), r);
    return r;
}

Word<32, false> lowest_bit(Word<64, false> v) {
    Word<32, false> r = 63;
    for (unsigned bit = 63; bit-- > 0;)
        r = choose((v >> bit & 1) != 0, Word<32, false>(bit), r);
    return r;
}

Word<64, false> swapped_bytes(Word<64, false> v) {
    Word<64, false> r = 0;
    for (unsigned at = 0; at < 64; at += 8)
        r = r << 8 | (v >> at & 255);
    return r;
}

typedef std::map<unsigned, z3::expr> Facts; /* by z3's number of the term */

/* The present path: what was decided, in order, and all that holds on it. */
static struct {
    std::vector<bool> decision;
    size_t decided;
    Facts facts;
} path;

Truth::operator bool() const {
    z3::expr simple = term.simplify();
    if (simple.is_true() || simple.is_false())
        return simple.is_true();
    if (path.decided == path.decision.size())
        path.decision.push_back(true);
    bool taken = path.decision[path.decided++];
    assume(taken ? *this : !*this);
    return taken;
}

void assume(Truth t) {
    path.facts.insert({t.term.id(), t.term});
}

unsigned explore(const std::function<void()> &program) {
    unsigned paths = 0;
    path.decision.clear();
    do {
        path.decided = 0;
        path.facts.clear();
        program();
        paths++;
        while (!path.decision.empty() && !path.decision.back())
            path.decision.pop_back();
        if (!path.decision.empty())
            path.decision.back() = false;
    } while (!path.decision.empty());
    return paths;
}

/* Can all of these be? */
static z3::check_result ask(const Facts &facts) {
    static std::map<std::vector<unsigned>, z3::check_result> answers;
    std::vector<unsigned> question;
    for (auto fact : facts)
        question.push_back(fact.first);
    auto before = answers.find(question);
    if (before != answers.end())
        return before->second;
    z3::solver solver(solver_context(), "QF_BV");
    solver.set("rlimit", (unsigned)SOLVER_STEPS);
    for (auto fact : facts)
        solver.add(fact.second);
    return answers[question] = solver.check();
}

z3::check_result counterexample(Truth t) {
    z3::expr goal = (!t).term;
    const std::set<std::string> &views = views_of(goal);
    Facts all = path.facts, near = {{goal.id(), goal}};
    if (path.facts.count(t.term.id()))
        return z3::unsat;
    for (auto fact : path.facts) {
        const std::set<std::string> &of_fact = views_of(fact.second);
        if (std::includes(views.begin(), views.end(), of_fact.begin(), of_fact.end()))
            near.insert(fact);
    }
    if (ask(near) == z3::unsat)
        return z3::unsat;
    all.insert({goal.id(), goal});
    return ask(all);
}
