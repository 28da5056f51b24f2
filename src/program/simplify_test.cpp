// What the passes make of small programs, as listings before and after. That they change no bit is held by engine/vector_test.cpp on
// random programs.
#include <gtest/gtest.h>

#include <limits>

#include "kernels/random.h"
#include "program/program.h"

namespace warchest::program {
namespace {

// A program from a short list of instructions; slots are made as they are named.
struct Sketch {
  Program p;
  std::vector<Instruction>* code = &p.month;

  explicit Sketch(std::int32_t months = 2) { p.months = months; }

  SlotId make(Keep keep, const char* name) {
    p.slots.push_back({keep, 0, 0, name});
    return static_cast<SlotId>(p.slots.size() - 1);
  }
  Instruction& set(SlotId target, Op op, Operand a = {}, Operand b = {}, Operand c = {}, std::uint32_t data = 0) {
    Instruction x;
    x.op = op;
    x.target = target;
    x.a = a;
    x.b = b;
    x.c = c;
    x.data = data;
    code->push_back(x);
    return code->back();
  }
  void record(Operand a) {
    set(kNoSlot, Op::record, a, {}, {}, static_cast<std::uint32_t>(p.outputs.size()));
    p.outputs.push_back({"out", Output::Kind::number, code == &p.month, false, {}});
  }
  std::uint32_t draw(const char* name) {
    p.draws.push_back({name, kernels::hash_name(name), false, {}});
    return static_cast<std::uint32_t>(p.draws.size() - 1);
  }
};

// The sections only.
std::string listing(const Program& p) {
  EXPECT_EQ(fault(p), "");
  const std::string all = print(p);
  const auto from = all.find("setup:\n"), to = all.find("finish:\n");
  const auto tables = all.find("\nschedule"), draws = all.find("\ndraw"), outputs = all.find("\noutput");
  const auto end = std::min({tables, draws, outputs});
  return all.substr(from, (end == std::string::npos ? all.size() : std::max(end + 1, to)) - from);
}

TEST(Simplify, FoldsWhatIsKnownAndDropsWhatNoOneReads) {
  Sketch s;
  const SlotId x = s.make(Keep::state, "x"), a = s.make(Keep::temporary, "a"), b = s.make(Keep::temporary, "b"),
               c = s.make(Keep::temporary, "c"), idle = s.make(Keep::state, "idle");
  s.set(a, Op::mul, constant(3), constant(4));
  s.set(b, Op::add, slot(x), slot(a));
  s.set(c, Op::copy, slot(b));
  s.set(idle, Op::add, slot(idle), constant(1));
  s.set(x, Op::mul, slot(c), constant(1));
  s.record(slot(x));
  EXPECT_EQ(listing(simplify(s.p)),
            "setup:\n"
            "month:\n"
            "  x = add x, 12\n"
            "  record \"out\" = x\n"
            "finish:\n");
}

TEST(Simplify, DoesEqualWorkOnceButNotAcrossAWrite) {
  Sketch s;
  const SlotId x = s.make(Keep::state, "x"), a = s.make(Keep::temporary, "a"), b = s.make(Keep::temporary, "b"),
               c = s.make(Keep::temporary, "c"), d = s.make(Keep::temporary, "d");
  s.set(a, Op::exp, slot(x));
  s.set(b, Op::exp, slot(x));
  s.set(x, Op::add, slot(a), slot(b));
  s.set(c, Op::exp, slot(x));
  s.set(d, Op::mul, slot(b), slot(c));
  s.record(slot(d));
  EXPECT_EQ(listing(simplify(s.p)),
            "setup:\n"
            "month:\n"
            "  a = exp x\n"
            "  x = add a, a\n"
            "  c = exp x\n"
            "  d = mul a, c\n"
            "  record \"out\" = d\n"
            "finish:\n");
}

TEST(Simplify, AWriteUnderAGuardLeavesOtherPathsAsTheyWere) {
  Sketch s;
  const SlotId x = s.make(Keep::state, "x"), y = s.make(Keep::state, "y"), m = s.make(Keep::temporary, "m"),
               a = s.make(Keep::temporary, "a"), b = s.make(Keep::temporary, "b");
  s.set(m, Op::less, slot(y), constant(1));
  s.set(a, Op::exp, slot(x));
  s.set(kNoSlot, Op::guard, slot(m), {}, {}, 1);
  s.set(x, Op::add, slot(x), constant(1));
  s.set(b, Op::exp, slot(x));  // not the same as a
  s.set(y, Op::sub, slot(a), slot(b));
  s.record(slot(y));
  EXPECT_EQ(listing(simplify(s.p)),
            "setup:\n"
            "month:\n"
            "  m = less y, 1\n"
            "  a = exp x\n"
            "  guard m:\n"
            "    x = add x, 1\n"
            "  b = exp x\n"
            "  y = sub a, b\n"
            "  record \"out\" = y\n"
            "finish:\n");
}

TEST(Simplify, MovesWhatDoesNotVaryByMonthToSetup) {
  Sketch s;
  s.code = &s.p.setup;
  const SlotId z = s.make(Keep::path, "z"), x = s.make(Keep::state, "x"), a = s.make(Keep::temporary, "a"),
               b = s.make(Keep::temporary, "b");
  s.set(z, Op::draw_path, {}, {}, {}, s.draw("z"));
  s.code = &s.p.month;
  s.p.schedules = {{5, 7}};
  s.set(a, Op::exp, slot(z));
  s.set(b, Op::mul, schedule(0), constant(2));
  s.set(x, Op::mul_add, slot(x), slot(a), slot(b));
  s.record(slot(x));
  const Program simple = simplify(s.p);
  EXPECT_EQ(listing(simple),
            "setup:\n"
            "  z = draw_path of \"z\"\n"
            "  p4 = exp z\n"
            "month:\n"
            "  x = mul_add x, p4, %1\n"
            "  record \"out\" = x\n"
            "finish:\n");
  EXPECT_EQ(simple.schedules[1], (std::vector<double>{10, 14}));
}

TEST(Simplify, FusesWithoutMovingARoundingAndNotAcrossARedefinition) {
  Sketch s;
  const SlotId x = s.make(Keep::state, "x"), y = s.make(Keep::state, "y"), a = s.make(Keep::temporary, "a"),
               b = s.make(Keep::temporary, "b"), c = s.make(Keep::temporary, "c");
  s.set(a, Op::mul, slot(x), slot(y));
  s.set(b, Op::add, slot(y), slot(a));
  s.set(c, Op::mul, slot(x), slot(x));
  s.set(x, Op::exp, slot(y));
  s.set(y, Op::sub, slot(c), slot(b));  // c was made of the old x
  s.record(slot(y));
  EXPECT_EQ(listing(simplify(s.p)),
            "setup:\n"
            "month:\n"
            "  b = mul_add x, y, y\n"
            "  c = mul x, x\n"
            "  x = exp y\n"
            "  y = sub c, b\n"
            "  record \"out\" = y\n"
            "finish:\n");
}

TEST(Simplify, PutsDearWorkBehindAChoiceIntoAGuard) {
  Sketch s;
  const SlotId x = s.make(Keep::state, "x"), m = s.make(Keep::temporary, "m"), a = s.make(Keep::temporary, "a"),
               b = s.make(Keep::temporary, "b"), c = s.make(Keep::temporary, "c");
  s.set(m, Op::less, slot(x), constant(1));
  s.set(a, Op::exp, slot(x));
  s.set(b, Op::log, slot(a));
  s.set(c, Op::div, slot(b), slot(a));
  s.set(x, Op::choose, slot(m), slot(c), slot(x));
  s.record(slot(x));
  EXPECT_EQ(listing(simplify(s.p)),
            "setup:\n"
            "month:\n"
            "  m = less x, 1\n"
            "  guard m:\n"
            "    a = exp x\n"
            "    b = log a\n"
            "    x = div b, a\n"
            "  record \"out\" = x\n"
            "finish:\n");
}

TEST(Simplify, LeavesOutAGuardThatIsNeverOpen) {
  Sketch s;
  const SlotId x = s.make(Keep::state, "x"), m = s.make(Keep::temporary, "m");
  s.set(m, Op::less, constant(2), constant(1));
  s.set(kNoSlot, Op::guard, slot(m), {}, {}, 1);
  s.set(x, Op::add, slot(x), constant(1));
  s.record(slot(x));
  EXPECT_EQ(listing(simplify(s.p)), "setup:\nmonth:\n  record \"out\" = x\nfinish:\n");
}

// The month of a company that may stop, as the lowering makes it: whether it did is read off `alive`, so no month of it is kept.
TEST(Simplify, ReadsAFirstPassageOffWhatFell) {
  for (const bool when : {false, true}) {
    Sketch s(3);
    const double endless = std::numeric_limits<double>::infinity();
    const SlotId cash = s.make(Keep::state, "cash"), alive = s.make(Keep::state, "alive"), passed = s.make(Keep::state, "passed"),
                 t = s.make(Keep::temporary, ""), u = s.make(Keep::temporary, ""), came = s.make(Keep::temporary, "came");
    s.p.schedules = {{0, 1, 2}};
    s.code = &s.p.setup;
    s.set(alive, Op::copy, constant(1));
    s.set(passed, Op::copy, constant(endless));
    s.code = &s.p.month;
    s.set(cash, Op::sub, slot(cash), constant(1));
    s.set(t, Op::less_equal, constant(0), slot(cash));
    s.set(alive, Op::both, slot(alive), slot(t));
    s.set(u, Op::choose, slot(alive), constant(endless), schedule(0));
    s.set(passed, Op::min, slot(passed), slot(u));
    s.code = &s.p.finish;
    s.set(came, Op::less_equal, slot(passed), constant(2));
    s.record(slot(came));
    if (when) s.record(slot(passed));
    EXPECT_EQ(listing(simplify(s.p)), std::string("setup:\n  alive = copy 1\n") + (when ? "  passed = copy 0\n" : "") +
                                          "month:\n  cash = sub cash, 1\n  alive = both_less_equal alive, 0, cash\n" +
                                          (when ? "  passed = add passed, alive\n" : "") +
                                          "finish:\n  came = opposite alive\n  record \"out\" = came\n" +
                                          (when ? "  t6 = choose alive, inf, passed\n  record \"out\" = t6\n" : ""));
  }
}

// A round closes on few paths: what it alone moves goes behind one guard, and cash, which the next line reads, is right by then.
TEST(Simplify, PutsWhatIsRareBehindAGuard) {
  Sketch s(3);
  const SlotId cash = s.make(Keep::state, "cash"), close_at = s.make(Keep::state, "close_at"), last = s.make(Keep::state, "last"),
               count = s.make(Keep::state, "count"), closes = s.make(Keep::temporary, "closes"), money = s.make(Keep::temporary, "money"),
               net = s.make(Keep::temporary, "net"), luck = s.make(Keep::temporary, "luck");
  s.p.schedules = {{0, 1, 2}};
  s.code = &s.p.setup;
  s.set(cash, Op::copy, constant(10));
  s.set(close_at, Op::draw_path, {}, {}, {}, s.draw("close"));
  s.code = &s.p.month;
  s.set(closes, Op::same, slot(close_at), schedule(0));
  s.set(money, Op::choose, slot(closes), constant(5), constant(0));
  s.set(last, Op::choose, slot(closes), schedule(0), slot(last));
  s.set(luck, Op::draw_month, {}, {}, {}, s.draw("luck"));
  s.set(net, Op::add, slot(cash), slot(luck));
  s.set(cash, Op::add, slot(net), slot(money));
  s.record(slot(cash));
  s.set(count, Op::add, slot(count), slot(closes));
  s.record(slot(count));
  s.code = &s.p.finish;
  s.record(slot(last));
  EXPECT_EQ(listing(simplify(s.p)),
            "setup:\n  cash = copy 10\n  close_at = draw_path of \"close\"\n"
            "month:\n"
            "  closes = same close_at, %0\n"
            "  luck = draw_month of \"luck\"\n"
            "  cash = add cash, luck\n"
            "  guard closes:\n"
            "    last = copy %0\n"
            "    cash = add cash, 5\n"
            "    count = add count, closes\n"
            "  record \"out\" = cash\n"
            "  record \"out\" = count\n"
            "finish:\n  record \"out\" = last\n");
}

// Not where the sum of nothing could change the sign of a zero.
TEST(Simplify, LeavesARareSumThatMayBeMinusZero) {
  Sketch s(3);
  const SlotId cash = s.make(Keep::state, "cash"), close_at = s.make(Keep::state, "close_at"), closes = s.make(Keep::temporary, "closes"),
               money = s.make(Keep::temporary, "money"), other = s.make(Keep::state, "other");
  s.p.schedules = {{0, 1, 2}};
  s.code = &s.p.setup;
  s.set(cash, Op::copy, constant(-0.0));
  s.set(close_at, Op::draw_path, {}, {}, {}, s.draw("close"));
  s.code = &s.p.month;
  s.set(closes, Op::same, slot(close_at), schedule(0));
  s.set(money, Op::choose, slot(closes), constant(-0.0), constant(-0.0));
  s.set(cash, Op::neg, slot(cash));
  s.set(money, Op::choose, slot(closes), constant(5), constant(0));
  s.set(cash, Op::add, slot(cash), slot(money));
  s.set(other, Op::choose, slot(closes), constant(1), slot(other));
  s.record(slot(cash));
  s.record(slot(other));
  const std::string all = listing(simplify(s.p));
  EXPECT_NE(all.find("  cash = add cash, money\n"), std::string::npos) << all;
  EXPECT_NE(all.find("guard closes:\n    other = copy 1\n"), std::string::npos) << all;
}

TEST(Simplify, MasksASumOnceAndForgetsWhatOnlyTheEndReads) {
  Sketch s(3);
  const SlotId alive = s.make(Keep::state, "alive"), sales = s.make(Keep::state, "sales"), cost = s.make(Keep::state, "cost"),
               x = s.make(Keep::state, "x"), net = s.make(Keep::state, "net"), cash = s.make(Keep::state, "cash"),
               enough = s.make(Keep::temporary, "");
  s.code = &s.p.setup;
  s.set(alive, Op::copy, constant(1));
  s.code = &s.p.month;
  s.set(x, Op::mul, slot(x), constant(2));
  s.set(sales, Op::choose, slot(alive), slot(x), constant(0));
  s.set(cost, Op::choose, slot(alive), constant(3), constant(0));
  s.set(net, Op::sub, slot(sales), slot(cost));
  s.set(cash, Op::add, slot(cash), slot(net));
  s.set(enough, Op::less_equal, constant(0), slot(cash));
  s.set(alive, Op::both, slot(alive), slot(enough));
  s.record(slot(cash));
  s.code = &s.p.finish;
  s.record(slot(sales));
  EXPECT_EQ(listing(simplify(s.p)),
            "setup:\n  alive = copy 1\n"
            "month:\n"
            "  x = mul x, 2\n"
            "  guard %0:\n"
            "    sales = choose alive, x, 0\n"
            "  t7 = sub x, 3\n"
            "  net = choose alive, t7, 0\n"
            "  cash = add cash, net\n"
            "  alive = both_less_equal alive, 0, cash\n"
            "  record \"out\" = cash\n"
            "finish:\n  record \"out\" = sales\n");
}

// Nothing that holds for numbers but not for doubles: x + 0 turns -0 into 0, x * 0 may be missing.
TEST(Simplify, KeepsWhatOnlyLooksIdle) {
  Sketch s;
  const SlotId x = s.make(Keep::state, "x"), a = s.make(Keep::temporary, "a"), b = s.make(Keep::temporary, "b");
  s.set(a, Op::add, slot(x), constant(0));
  s.set(b, Op::mul, slot(x), constant(0));
  s.set(x, Op::neg, slot(x));
  s.record(slot(a));
  s.record(slot(b));
  EXPECT_EQ(listing(simplify(s.p)),
            "setup:\nmonth:\n  a = add x, 0\n  b = mul x, 0\n  x = neg x\n  record \"out\" = a\n  record \"out\" = b\nfinish:\n");
}

// --- slots -----------------------------------------------------------------------------------------------------------------------------

TEST(Slots, TemporariesShareColumns) {
  Sketch s;
  const SlotId x = s.make(Keep::state, "x");
  SlotId last = x;
  for (int i = 0; i < 10; ++i) {
    const SlotId next = s.make(Keep::temporary, "");
    s.set(next, Op::exp, slot(last));
    last = next;
  }
  s.set(x, Op::copy, slot(last));
  s.record(slot(x));
  const Program assigned = assign_slots(s.p);
  EXPECT_EQ(fault(assigned), "");
  EXPECT_EQ(assigned.slots.size(), 2u);
}

TEST(Slots, AHistoryIsAsLongAsItsLongestLag) {
  Sketch s(60);
  s.code = &s.p.setup;
  const SlotId h = s.make(Keep::history, "h"), x = s.make(Keep::state, "x"), t = s.make(Keep::temporary, "t"),
               u = s.make(Keep::temporary, "u");
  s.p.slots[h].first = -9;
  for (int row = -9; row < 0; ++row) s.set(h, Op::copy, constant(row)).target_row = row;
  s.code = &s.p.month;
  s.set(h, Op::add, slot(x), constant(1));
  s.set(t, Op::window_sum, slot(h, 1), {}, {}, 3);
  s.set(u, Op::add, slot(h, 2), slot(t));
  s.record(slot(u));
  const Program assigned = assign_slots(s.p);
  EXPECT_EQ(fault(assigned), "");
  EXPECT_EQ(assigned.slots[0].rows, 4);
  EXPECT_EQ(assigned.slots[0].first, -3);
  EXPECT_EQ(assigned.setup.size(), 3u);  // rows -3 … -1
}

TEST(Slots, LastMonthAloneIsAStateInPlace) {
  for (const bool read_after : {false, true}) {
    Sketch s(60);
    s.code = &s.p.setup;
    const SlotId h = s.make(Keep::history, "h"), t = s.make(Keep::temporary, "t");
    s.p.slots[h].first = -1;
    s.set(h, Op::copy, constant(5)).target_row = -1;
    s.code = &s.p.month;
    if (!read_after) s.set(t, Op::add, slot(h, 1), constant(1));
    if (read_after) s.set(t, Op::copy, constant(1));
    s.set(h, Op::mul, slot(t), constant(2));
    if (read_after) s.set(t, Op::add, slot(h, 1), slot(h));
    s.record(slot(t));
    const Program assigned = assign_slots(s.p);
    EXPECT_EQ(fault(assigned), "");
    EXPECT_EQ(assigned.slots[0].keep, read_after ? Keep::history : Keep::state);
  }
}

TEST(Slots, ANamedRowKeepsAllRows) {
  Sketch s(60);
  const SlotId h = s.make(Keep::history, "h");
  s.set(h, Op::copy, constant(1));
  s.code = &s.p.finish;
  s.record(row(h, 12));
  EXPECT_EQ(assign_slots(s.p).slots[0].rows, 0);
}

// --- listing ---------------------------------------------------------------------------------------------------------------------------

TEST(Print, ShowsEverythingThatMakesADifference) {
  Sketch s(3);
  s.code = &s.p.setup;
  const SlotId z = s.make(Keep::path, "z"), h = s.make(Keep::history, "cash"), t = s.make(Keep::temporary, ""),
               series = s.make(Keep::history, "plan"), t2 = s.make(Keep::temporary, "");
  s.p.slots[h].first = -1;
  s.set(z, Op::draw_path, {}, {}, {}, s.draw("luck"));
  s.p.draws[0].dimensions = {4};
  s.set(h, Op::copy, constant(1e10)).target_row = -1;
  s.p.period_tables.push_back({{{-2, 0, slot(z)}, {1, 2, constant(7.25)}}, true});
  s.set(series, Op::period_table);
  s.code = &s.p.month;
  s.p.schedules = {{1, 1, 0.5}};
  s.set(t, Op::sub, slot(series), schedule(0));
  s.set(h, Op::add, slot(h, 1), slot(t));
  s.set(t2, Op::less, slot(h), constant(-std::numeric_limits<double>::infinity()));
  s.set(kNoSlot, Op::guard, slot(t2), {}, {}, 1);
  s.set(t, Op::neg, slot(t));
  s.record(slot(t));
  s.code = &s.p.finish;
  s.record(row(h, 2));
  s.p.outputs[1].ranks = {0.99};
  EXPECT_EQ(fault(s.p), "");
  EXPECT_EQ(print(s.p),
            "months 3\n"
            "history cash from -1, all rows\n"
            "history plan from 0, all rows\n"
            "setup:\n"
            "  z = draw_path of \"luck\"\n"
            "  cash@-1 = copy 10000000000\n"
            "  plan = period_table 0\n"
            "month:\n"
            "  t2 = sub plan, %0\n"
            "  cash = add cash[-1], t2\n"
            "  t4 = less cash, -inf\n"
            "  guard t4:\n"
            "    t2 = neg t2\n"
            "  record \"out\" = t2\n"
            "finish:\n"
            "  record \"out\" = cash@2\n"
            "schedule %0: 1 x2 0.5\n"
            "draw \"luck\": normal, dimensions 4\n"
            "period_table 0, kept positive:\n"
            "  -2 to 0: z\n"
            "  1 to 2: 7.25\n"
            "output \"out\": number, by month, mean only\n"
            "output \"out\": number, mean only, ranks 0.99\n");
}

// --- rules -----------------------------------------------------------------------------------------------------------------------------

TEST(Rules, AreToldInWords) {
  const auto sound = [] {
    Sketch s;
    s.make(Keep::state, "x");
    s.make(Keep::temporary, "t");
    s.make(Keep::history, "h");
    s.make(Keep::path, "p");
    return s;
  };
  const auto wrong = [&](auto break_it) {
    Sketch s = sound();
    break_it(s);
    return fault(s.p);
  };
  EXPECT_EQ(wrong([](Sketch&) {}), "");
  EXPECT_EQ(wrong([](Sketch& s) { s.set(0, Op::add, slot(0)); }), "month[0] add: an operand is missing");
  EXPECT_EQ(wrong([](Sketch& s) { s.set(0, Op::copy, slot(1)); }), "month[0] copy: temporary 1 is read before it is written");
  EXPECT_EQ(wrong([](Sketch& s) { s.set(0, Op::copy, slot(9)); }), "month[0] copy: a slot out of range");
  EXPECT_EQ(wrong([](Sketch& s) { s.set(0, Op::copy, schedule(0)); }), "month[0] copy: a schedule out of range");
  EXPECT_EQ(wrong([](Sketch& s) { s.set(0, Op::copy, slot(0, 1)); }), "month[0] copy: a lag of what is no history");
  EXPECT_EQ(wrong([](Sketch& s) { s.set(0, Op::copy, slot(2, -1)); }), "month[0] copy: a lag into the future");
  EXPECT_EQ(wrong([](Sketch& s) { s.set(3, Op::copy, constant(1)); }), "month[0] copy: a path column is written once, not by month");
  EXPECT_EQ(wrong([](Sketch& s) { s.set(0, Op::draw_path); }), "month[0] draw_path: data out of range");
  EXPECT_EQ(wrong([](Sketch& s) { s.set(0, Op::copy, slot(2)), s.set(2, Op::copy, slot(0)); }),
            "month[0] copy: a history's row of the month is read before it is written");
  EXPECT_EQ(wrong([](Sketch& s) { s.set(kNoSlot, Op::guard, slot(0), {}, {}, 3); }),
            "month[0] guard: a guard that reaches beyond its section or the guard around it");
  EXPECT_EQ(wrong([](Sketch& s) { s.set(kNoSlot, Op::guard, slot(0), {}, {}, 1), s.set(2, Op::copy, slot(0)); }),
            "month[1] copy: a guard may write states and temporaries only");
  EXPECT_EQ(wrong([](Sketch& s) {
              s.p.outputs.push_back({"y", Output::Kind::number, true, false, {}});
            }),
            "output 0 (y) is recorded 0 times");
  EXPECT_EQ(wrong([](Sketch& s) { s.p.schedules.push_back({1}); }), "a schedule without a number for each month");
  EXPECT_EQ(wrong([](Sketch& s) { s.p.lookups.push_back({{2, 2}, {constant(1), constant(2)}}); }), "keys that do not ascend");
  EXPECT_EQ(wrong([](Sketch& s) { s.p.slots[2].first = 1; }), "a history that begins after month 0");
}

}  // namespace
}  // namespace warchest::program
