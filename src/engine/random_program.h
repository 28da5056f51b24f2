// Random valid programs for tests: every operation, guards in guards, histories with opening values and rings, draws of all kinds,
// series, lookups, distributions, outputs; in most of them also a company as the lowering makes it. The same seed gives the same program.
//
// Operands are picked by type: truths where a truth is wanted. Values are drawn from a mix in which zeros, infinities and missing numbers
// turn up; states are now and then cleaned of them, so that they do not take over.
#pragma once

#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "kernels/quantile.h"
#include "kernels/random.h"
#include "program/arithmetic.h"
#include "program/program.h"

namespace warchest::engine {

class RandomProgram {
 public:
  static program::Program make(std::uint64_t seed, int size = 40) { return RandomProgram(seed, size).build(); }

 private:
  using Op = program::Op;
  using Keep = program::Keep;
  using Operand = program::Operand;
  using SlotId = program::SlotId;
  enum class Section { setup, month, finish };

  RandomProgram(std::uint64_t seed, int size) : random_(seed), size_(size) {}

  std::mt19937_64 random_;
  int size_;
  program::Program p_;
  std::vector<program::Instruction>* code_ = nullptr;
  Section section_ = Section::setup;
  std::vector<Operand> numbers_, truths_;                       // what may be read here
  std::vector<SlotId> states_, truth_states_, rings_, series_;  // histories: written by month, in setup
  std::vector<SlotId> written_this_month_;
  std::vector<bool> is_truth_;

  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  bool chance(int percent) { return below(100) < percent; }

  double number() {
    static const double kOdd[] = {0.0,
                                  -0.0,
                                  1.0,
                                  -1.0,
                                  1e-300,
                                  1e300,
                                  std::numeric_limits<double>::infinity(),
                                  -std::numeric_limits<double>::infinity(),
                                  std::numeric_limits<double>::quiet_NaN(),
                                  0.5};
    if (chance(5)) return kOdd[below(10)];
    if (chance(40)) return below(9) - 4;
    return (below(2000) - 1000) / 64.0;
  }

  SlotId add_slot(Keep keep, bool truth = false) {
    p_.slots.push_back({keep, 0, 0, chance(30) ? "n" + std::to_string(p_.slots.size()) : ""});
    is_truth_.push_back(truth);
    return static_cast<SlotId>(p_.slots.size() - 1);
  }
  std::uint32_t add_schedule(bool truth) {
    std::vector<double> values;
    for (int t = 0; t < p_.months; ++t) values.push_back(truth ? below(2) : number());
    p_.schedules.push_back(values);
    return static_cast<std::uint32_t>(p_.schedules.size() - 1);
  }

  Operand history_read(SlotId id) {
    if (section_ == Section::setup || (section_ == Section::finish && chance(50))) {
      return program::row(id, p_.slots[id].first + below(std::max(p_.months - p_.slots[id].first, 1)));
    }
    const bool written = std::find(written_this_month_.begin(), written_this_month_.end(), id) != written_this_month_.end();
    const bool series = std::find(series_.begin(), series_.end(), id) != series_.end();
    return program::slot(id, (written || series || section_ == Section::finish ? 0 : 1) + below(4));
  }

  Operand any_number() {
    if (chance(15)) return program::constant(number());
    if (section_ != Section::setup && chance(10)) return program::schedule(add_schedule(false));
    if (!rings_.empty() && section_ != Section::setup && chance(15))
      return history_read(rings_[static_cast<std::size_t>(below(static_cast<int>(rings_.size())))]);
    if (!series_.empty() && chance(10)) return history_read(series_[static_cast<std::size_t>(below(static_cast<int>(series_.size())))]);
    if (numbers_.empty()) return program::constant(number());
    return numbers_[static_cast<std::size_t>(below(static_cast<int>(numbers_.size())))];
  }
  Operand any_truth() {
    if (truths_.empty() || chance(5)) return program::constant(below(2));
    if (section_ != Section::setup && chance(5)) return program::schedule(add_schedule(true));
    return truths_[static_cast<std::size_t>(below(static_cast<int>(truths_.size())))];
  }

  program::Instruction& emit(Op op, SlotId target, Operand a = {}, Operand b = {}, Operand c = {}, std::uint32_t data = 0) {
    program::Instruction x;
    x.op = op;
    x.target = target;
    x.a = a;
    x.b = b;
    x.c = c;
    x.data = data;
    code_->push_back(x);
    return code_->back();
  }

  // A target for a number or a truth: mostly a new temporary, else one that exists, or a state.
  SlotId target(bool truth, bool guarded) {
    auto& pool = truth ? truths_ : numbers_;
    if (chance(guarded ? 45 : 20)) {
      std::vector<SlotId> usable;
      for (const Operand& x : pool) {
        const Keep keep = p_.slots[x.index].keep;
        if (x.place == program::Place::slot && (keep == Keep::temporary || keep == Keep::state)) usable.push_back(x.index);
      }
      if (!usable.empty()) return usable[static_cast<std::size_t>(below(static_cast<int>(usable.size())))];
    }
    return add_slot(section_ == Section::setup && !guarded && chance(40) ? Keep::path : Keep::temporary, truth);
  }

  void offer(SlotId id) {
    auto& pool = is_truth_[id] ? truths_ : numbers_;
    for (const Operand& x : pool) {
      if (x.index == id) return;
    }
    pool.push_back(program::slot(id));
  }

  // One elementwise operation, or one that reads a table.
  void compute(bool guarded) {
    static const Op kToNumber[] = {Op::copy,
                                   Op::add,
                                   Op::sub,
                                   Op::mul,
                                   Op::div,
                                   Op::power,
                                   Op::neg,
                                   Op::abs,
                                   Op::sqrt,
                                   Op::exp,
                                   Op::log,
                                   Op::floor,
                                   Op::round,
                                   Op::min,
                                   Op::max,
                                   Op::choose,
                                   Op::mul_add,
                                   Op::mul_sub,
                                   Op::sub_mul,
                                   Op::add_add,
                                   Op::add_sub,
                                   Op::sub_add,
                                   Op::sub_sub,
                                   Op::add_mul,
                                   Op::mul_mul,
                                   Op::mul_div,
                                   Op::div_mul,
                                   Op::normal_cdf,
                                   Op::normal_quantile};
    static const Op kToTruth[] = {Op::less,  Op::less_equal, Op::same,      Op::nearly_equal,    Op::both,      Op::either, Op::opposite,
                                  Op::both3, Op::both_not,   Op::both_less, Op::both_less_equal, Op::both_same, Op::copy,   Op::choose};
    const int kind = below(100);
    if (kind < 55) {
      const Op op = chance(50) ? kToNumber[below(5)] : kToNumber[below(static_cast<int>(std::size(kToNumber)))];
      Operand operands[3];
      for (int i = 0; i < program::op_operands(op); ++i) operands[i] = op == Op::choose && i == 0 ? any_truth() : any_number();
      put(op, false, guarded, operands[0], operands[1], operands[2]);
    } else if (kind < 85) {
      const Op op = kToTruth[below(static_cast<int>(std::size(kToTruth)))];
      const bool masked = op == Op::both_less || op == Op::both_less_equal || op == Op::both_same;
      const bool numbers = op == Op::less || op == Op::less_equal || op == Op::same || op == Op::nearly_equal;
      Operand operands[3];
      for (int i = 0; i < program::op_operands(op); ++i) operands[i] = numbers || (masked && i > 0) ? any_number() : any_truth();
      put(op, true, guarded, operands[0], operands[1], operands[2]);
    } else if (kind < 87) {
      put(Op::quantile_table, false, guarded, any_number(), {}, {}, static_cast<std::uint32_t>(below(2)));
    } else if (kind < 88) {
      put(chance(50) ? Op::quantile : Op::chance_below, false, guarded, any_number(), {}, {}, add_quantile());
    } else if (kind < 90) {
      put(Op::lookup, false, guarded, any_number(), {}, {}, add_lookup());
    } else if (kind < 95) {
      put(Op::draw_attempt, false, guarded, any_number(), {}, {}, static_cast<std::uint32_t>(4 + below(2)));
    } else if (section_ == Section::month && kind < 97) {
      put(Op::draw_month, false, guarded, {}, {}, {}, static_cast<std::uint32_t>(2 + below(2)));
    } else if (section_ != Section::setup && !rings_.empty()) {
      Operand a = history_read(rings_[static_cast<std::size_t>(below(static_cast<int>(rings_.size())))]);
      if (a.place == program::Place::slot) put(Op::window_sum, false, guarded, a, {}, {}, static_cast<std::uint32_t>(1 + below(5)));
      if (a.place == program::Place::row) put(Op::row_sum, false, guarded, a, {}, {}, static_cast<std::uint32_t>(1 + below(5)));
    }
  }

  void put(Op op, bool truth, bool guarded, Operand a, Operand b, Operand c, std::uint32_t data = 0) {
    const SlotId id = target(truth, guarded);
    emit(op, id, a, b, c, data);
    offer(id);
  }

  std::uint32_t add_lookup() {
    program::Lookup lookup;
    double key = number();
    if (!(std::fabs(key) < 1e6)) key = 0;
    const int points = 1 + below(4);
    for (int i = 0; i < points; ++i) {
      lookup.keys.push_back(key);
      lookup.values.push_back(chance(50) ? program::constant(number()) : any_number());
      key += 0.5 + below(8);
    }
    p_.lookups.push_back(lookup);
    return static_cast<std::uint32_t>(p_.lookups.size() - 1);
  }

  std::uint32_t add_quantile() {
    program::Quantile quantile;
    quantile.family = static_cast<std::uint8_t>(chance(50) ? kernels::Family::normal : kernels::Family::logistic);
    quantile.parameters = {any_number(), any_number()};
    p_.quantiles.push_back(quantile);
    return static_cast<std::uint32_t>(p_.quantiles.size() - 1);
  }

  void body(int count, int depth) {
    for (int i = 0; i < count; ++i) {
      if (depth < 4 && chance(8)) {
        guard(depth);
      } else if (chance(4) && states_.size() > 1 && section_ != Section::setup) {
        choose2();
      } else {
        compute(depth > 0);
      }
    }
  }

  void choose2() {
    const SlotId one = states_[static_cast<std::size_t>(below(static_cast<int>(states_.size())))];
    const SlotId two = states_[static_cast<std::size_t>(below(static_cast<int>(states_.size())))];
    if (one == two) return;
    emit(Op::choose2, one, any_truth(), any_number(), any_number()).target2 = two;
  }

  void guard(int depth) {
    const std::size_t at = code_->size();
    emit(Op::guard, program::kNoSlot, any_truth());
    const auto numbers = numbers_, truths = truths_;
    body(1 + below(8), depth + 1);
    numbers_ = numbers;  // what was made inside is known on some paths only
    truths_ = truths;
    (*code_)[at].data = static_cast<std::uint32_t>(code_->size() - at - 1);
  }

  void record(Operand a, program::Output::Kind kind, bool series) {
    emit(Op::record, program::kNoSlot, a, {}, {}, static_cast<std::uint32_t>(p_.outputs.size()));
    p_.outputs.push_back({"output " + std::to_string(p_.outputs.size()), kind, series, chance(80), {}});
  }

  void record_some(bool series) {
    for (int i = 0; i < 4; ++i) record(any_number(), program::Output::Kind::number, series);
    record(any_truth(), program::Output::Kind::truth, series);
    const Operand whole = any_number();
    const SlotId months = add_slot(Keep::temporary), known = add_slot(Keep::temporary, true), endless = add_slot(Keep::temporary);
    emit(Op::floor, months, whole);
    emit(Op::less, known, program::constant(0), program::slot(months));
    emit(Op::choose, endless, program::slot(known), program::slot(months), program::constant(std::numeric_limits<double>::infinity()));
    record(program::slot(endless), program::Output::Kind::months, series);
  }

  void tables() {
    p_.quantile_tables.push_back({"logistic", [](double z) { return 3 * std::log(std::exp(z)) + z * z * z / 8; }, false, {}, {}});
    p_.quantile_tables.push_back({"steps", {}, true, {1, 2, 5}, {0.3, 0.55, 1.0}});
    p_.draws.push_back({"a", kernels::hash_name("a"), false, {0}});
    p_.draws.push_back({"b", kernels::hash_name("b"), true, {}});
    p_.draws.push_back({"c", kernels::hash_name("c"), false, {}});
    p_.draws.push_back({"d", kernels::hash_name("d"), true, {}});
    p_.draws.push_back({"e", kernels::hash_name("e"), false, {1, 2, -1}});
    p_.draws.push_back({"f", kernels::hash_name("f"), true, {}});
  }

  void add_series() {
    const SlotId id = add_slot(Keep::history);
    p_.slots[id].first = -below(4);
    const auto series_number = [&] { return chance(70) ? any_number() : program::constant(1 + below(20)); };
    if (chance(50)) {
      program::PeriodTable table;
      std::int32_t month = below(8) - 5;
      const int periods = 1 + below(4);
      for (int i = 0; i < periods; ++i) {
        const std::int32_t last = month + below(5);
        table.periods.push_back({month, last, series_number()});
        month = last + 1;
      }
      table.keep_positive = chance(70);
      p_.period_tables.push_back(table);
      emit(Op::period_table, id, {}, {}, {}, static_cast<std::uint32_t>(p_.period_tables.size() - 1));
    } else {
      program::Curve curve;
      std::int32_t month = below(8) - 5;
      const int anchors = 1 + below(4);
      for (int i = 0; i < anchors; ++i) {
        curve.anchors.push_back({month, series_number()});
        month += 1 + below(5);
      }
      curve.linear = chance(30);
      p_.curves.push_back(curve);
      emit(Op::curve, id, {}, {}, {}, static_cast<std::uint32_t>(p_.curves.size() - 1));
    }
    series_.push_back(id);
  }

  void withdraw(SlotId id) {
    for (auto* pool : {&numbers_, &truths_}) {
      std::erase_if(*pool, [&](const Operand& x) { return x.index == id; });
    }
  }

  void enter(Section section, std::vector<program::Instruction>& code) {
    section_ = section;
    code_ = &code;
    std::vector<Operand> numbers, truths;
    for (SlotId id = 0; id < p_.slots.size(); ++id) {
      const Keep keep = p_.slots[id].keep;
      const bool usable = keep == Keep::path || keep == Keep::state;
      if (usable) (is_truth_[id] ? truths : numbers).push_back(program::slot(id));
    }
    numbers_ = numbers;
    truths_ = truths;
  }

  // --- a company as the lowering makes it, for the passes that look for its like: lines by one mask, a round that closes in a known month,
  // a first passage, values that finish alone reads; other work strewn in, and now and then a reader or writer that the passes must see.
  SlotId cash_ = 0, alive_ = 0, passed_ = 0, close_ = 0, last_ = 0, owned_ = 0, noted_ = 0, raised_ = 0;

  SlotId opened(bool truth, double value) {
    const SlotId id = add_slot(Keep::state, truth);
    emit(Op::copy, id, program::constant(value));
    if (chance(15)) offer(id);
    return id;
  }
  Operand made(Op op, bool truth, Operand a, Operand b = {}, Operand c = {}) {
    if (chance(15)) compute(false);
    const SlotId id = add_slot(Keep::temporary, truth);
    emit(op, id, a, b, c);
    if (chance(20)) offer(id);
    return program::slot(id);
  }
  void keep(SlotId id, Op op, Operand a, Operand b = {}, Operand c = {}) {
    emit(op, id, a, b, c);
    if (chance(15)) compute(false);
  }
  Operand months_from(int plus) {
    std::vector<double> values;
    for (int t = 0; t < p_.months; ++t) values.push_back(t + plus);
    p_.schedules.push_back(values);
    return program::schedule(static_cast<std::uint32_t>(p_.schedules.size() - 1));
  }

  void open_company() {
    const double endless = std::numeric_limits<double>::infinity();
    cash_ = opened(false, chance(10) ? -0.0 : below(12));
    alive_ = opened(true, chance(90) ? 1 : 0);
    passed_ = opened(false, endless);
    close_ = opened(false, below(4));
    last_ = opened(false, -1);
    owned_ = opened(false, 1);
    noted_ = opened(false, 3);
    raised_ = add_slot(Keep::history);
    p_.slots[raised_].first = -1;
    emit(Op::copy, raised_, program::constant(chance(10) ? -0.0 : 0));
    p_.setup.back().target_row = -1;
  }

  // Operations in the order in which the engine runs several as one step, now and then with other work between.
  void sequences() {
    using program::constant;
    using program::slot;
    const Operand burn = any_number(), rate = any_number();
    const Operand burns = made(Op::both_less, true, any_truth(), constant(0), burn);
    made(Op::both_less, true, burns, any_number(), made(Op::mul, false, constant(6), burn));
    made(Op::both_less_equal, true, made(Op::both_same, true, any_truth(), any_number(), months_from(1)), constant(number()), any_number());
    emit(Op::mul, last_, slot(last_), constant(0.5));
    emit(Op::add_mul, cash_, constant(1), slot(last_), slot(cash_));
    const SlotId draw = add_slot(Keep::temporary), scaled = add_slot(Keep::temporary), grown = add_slot(Keep::temporary);
    emit(Op::draw_month, draw, {}, {}, {}, static_cast<std::uint32_t>(2 + below(2)));
    emit(Op::mul_add, scaled, constant(0.02), slot(draw), constant(1));
    emit(Op::mul, grown, rate, slot(scaled));
    emit(Op::mul, last_, slot(last_), rate);
    const Operand margin = made(Op::sub, false, slot(grown), slot(last_));
    made(Op::choose, false, any_truth(), margin, constant(number()));
    made(Op::mul, false, made(Op::add_add, false, rate, margin, slot(last_)), constant(-0.5));
    emit(Op::add, noted_, slot(noted_), margin);
    emit(Op::min, owned_, slot(owned_), slot(noted_));
    made(Op::add, false, any_number(), made(Op::less_equal, true, constant(0), slot(owned_)));
    if (chance(30)) offer(draw), offer(grown);
  }

  void company_month() {
    if (chance(50)) sequences();
    using program::constant;
    using program::slot;
    const Operand now = months_from(0), none = constant(0);
    const SlotId about = code_->size() % 2 == 0 ? close_ : last_;
    const Operand may = made(Op::both, true, made(Op::less, true, slot(close_), now), any_truth());
    emit(Op::guard, program::kNoSlot, may, {}, {}, 1);
    emit(Op::add, close_, now, constant(1 + below(2)));
    const Operand in = made(Op::choose, false, slot(alive_), made(Op::abs, false, any_number()), none);
    const Operand out = made(Op::choose, false, slot(alive_), any_number(), chance(80) ? none : constant(number()));
    const Operand net = made(chance(70) ? Op::sub : Op::add, false, in, out);
    keep(noted_, Op::copy, chance(50) ? in : net);
    const Operand closes = made(Op::both, true, slot(alive_), made(Op::same, true, slot(about), now));
    const Operand money = made(Op::choose, false, closes, any_number(), none);
    emit(Op::add, raised_, slot(raised_, 1), money);
    keep(last_, Op::choose, closes, now, slot(last_));
    if (chance(50)) written_this_month_.push_back(raised_), rings_.push_back(raised_);
    keep(cash_, Op::add, made(Op::add, false, slot(cash_), net), money);
    keep(alive_, Op::both, slot(alive_), made(Op::less_equal, true, none, slot(cash_)));
    keep(passed_, Op::min, slot(passed_), made(Op::choose, false, slot(alive_), constant(std::numeric_limits<double>::infinity()), now));
    const Operand fresh = made(Op::sub, false, slot(raised_), slot(raised_, 1));
    const Operand share = made(Op::div, false, slot(owned_), made(Op::add, false, constant(1), fresh));
    keep(owned_, Op::choose, made(Op::less, true, none, fresh), share, slot(owned_));
  }

  void close_company() {
    for (const SlotId id : {cash_, owned_, noted_, last_}) {
      if (chance(60)) record(program::slot(id), program::Output::Kind::number, false);
    }
    if (chance(50)) record(program::slot(raised_), program::Output::Kind::number, false);
    if (chance(50)) record(program::slot(passed_), program::Output::Kind::months, false);
    const SlotId came = add_slot(Keep::temporary, true);
    emit(Op::less_equal, came, program::slot(passed_), program::constant(p_.months - 1 - (chance(20) ? 1 : 0)));
    record(program::slot(came), program::Output::Kind::truth, false);
  }

  program::Program build() {
    p_.months = 1 + below(9);
    tables();
    enter(Section::setup, p_.setup);
    for (const std::uint32_t draw : {0u, 1u}) {
      const SlotId id = add_slot(Keep::path);
      emit(Op::draw_path, id, {}, {}, {}, draw);
      offer(id);
    }
    for (int i = 0; i < 5; ++i) {
      const bool truth = i >= 3;
      const SlotId id = add_slot(Keep::state, truth);
      if (chance(80)) emit(Op::copy, id, truth ? any_truth() : any_number());
      (truth ? truth_states_ : states_).push_back(id);
    }
    enter(Section::setup, p_.setup);
    body(size_ / 4, 0);
    const int series = below(3);
    for (int i = 0; i < series; ++i) add_series();
    for (int i = 0; i < 3; ++i) {
      const SlotId id = add_slot(Keep::history);
      p_.slots[id].first = -below(4);
      for (int row = p_.slots[id].first; row < 0; ++row) {
        if (chance(85)) emit(Op::copy, id, any_number()).target_row = row;
      }
      rings_.push_back(id);
    }
    const bool company = chance(60);
    if (company) open_company();
    enter(Section::month, p_.month);
    if (company) {
      for (const SlotId id : {cash_, alive_, passed_, close_, last_, owned_, noted_}) {
        if (chance(85)) withdraw(id);
      }
    }
    const std::vector<SlotId> rings = rings_;
    for (const SlotId ring : rings) {
      if (company && ring == rings.back()) company_month();
      body(size_ / 5, 0);
      Operand value = any_number();
      emit(chance(70) ? Op::copy : Op::neg, ring, value);
      written_this_month_.push_back(ring);
    }
    body(size_ / 4, 0);
    for (const SlotId id : states_) {
      if (chance(60)) emit(Op::add, id, program::slot(id), any_number());
      if (!chance(50)) continue;
      const SlotId sound = add_slot(Keep::temporary, true);
      emit(Op::nearly_equal, sound, program::slot(id), program::slot(id));
      emit(Op::choose, id, program::slot(sound), program::slot(id), program::constant(1));
    }
    record_some(true);
    enter(Section::finish, p_.finish);
    body(size_ / 5, 0);
    record_some(false);
    if (company) close_company();
    return std::move(p_);
  }
};

}  // namespace warchest::engine
