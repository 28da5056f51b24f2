// RUNWAY-60 lowered by hand: the program that the engine's own benchmark and some of its tests run, so that the engine can be measured
// without a language. A company burns cash for sixty months; when six months of burn are left it raises eighteen, three months later,
// at most once a year; a raise dilutes by a price with luck of its own.
#pragma once

#include <cmath>

#include "kernels/random.h"
#include "program/program.h"

namespace warchest::engine {

class RunwayProgram {
 public:
  static program::Program make() { return RunwayProgram().build(); }

 private:
  using Op = program::Op;
  using Keep = program::Keep;
  using Operand = program::Operand;
  using SlotId = program::SlotId;

  program::Program p_;
  std::vector<program::Instruction>* code_ = nullptr;

  SlotId slot(Keep keep, const char* name = "") {
    p_.slots.push_back({keep, 0, 0, name});
    return static_cast<SlotId>(p_.slots.size() - 1);
  }
  void set(SlotId target, Op op, Operand a = {}, Operand b = {}, Operand c = {}, std::uint32_t data = 0) {
    program::Instruction x;
    x.op = op;
    x.target = target;
    x.a = a;
    x.b = b;
    x.c = c;
    x.data = data;
    code_->push_back(x);
  }
  Operand make(Op op, Operand a = {}, Operand b = {}, Operand c = {}, std::uint32_t data = 0) {
    const SlotId t = slot(Keep::temporary);
    set(t, op, a, b, c, data);
    return program::slot(t);
  }
  void record(const char* name, Operand a, program::Output::Kind kind, bool series) {
    program::Instruction x;
    x.op = Op::record;
    x.a = a;
    x.data = static_cast<std::uint32_t>(p_.outputs.size());
    code_->push_back(x);
    p_.outputs.push_back({name, kind, series, true, {}});
  }
  std::uint32_t draw(const char* name, std::vector<std::int32_t> dimensions) {
    p_.draws.push_back({name, kernels::hash_name(name), false, std::move(dimensions)});
    return static_cast<std::uint32_t>(p_.draws.size() - 1);
  }
  Operand months_plus(double plus) {
    std::vector<double> schedule;
    for (int t = 1; t <= p_.months; ++t) schedule.push_back(t + plus);
    p_.schedules.push_back(schedule);
    return program::schedule(static_cast<std::uint32_t>(p_.schedules.size() - 1));
  }

  program::Program build() {
    using program::constant;
    using program::slot;
    const auto state = [&](const char* name) { return this->slot(Keep::state, name); };
    const auto known = [](double x) { return program::constant(x); };
    p_.months = 60;
    const double z90 = 1.6448536269514722;
    const double g_mu = 0.5 * (std::log(0.04) + std::log(0.09)), g_s = (std::log(0.09) - std::log(0.04)) / (2 * z90);
    const double h_mu = 0.5 * (std::log(0.02) + std::log(0.05)), h_s = (std::log(0.05) - std::log(0.02)) / (2 * z90);
    const double r0 = 308e6, c0 = 725e6, cash0 = 10e9;
    const SlotId g = state("growth"), base = state("base"), cost = state("cost"), cash = state("cash"), no_raise = state("no_raise"),
                 own = state("owned"), close = state("close"), next = state("next"), alive = state("alive"), lasting = state("lasting"),
                 runway = state("runway"), rev = state("revenue"), attempts = state("attempts"), h1 = this->slot(Keep::path, "cost_growth"),
                 zx = this->slot(Keep::path, "exit_score"), net = this->slot(Keep::history, "net");
    p_.slots[net].first = -2;
    const std::uint32_t dg = draw("growth", {0}), dh = draw("cost_growth", {1}), dx = draw("exit", {2}), dn = draw("noise", {}),
                        ds = draw("shock", {3, 4, 5, 6});
    const Operand t = months_plus(0), t3 = months_plus(3), t15 = months_plus(15);

    code_ = &p_.setup;
    set(g, Op::exp, make(Op::add, make(Op::mul, make(Op::draw_path, {}, {}, {}, dg), known(g_s)), known(g_mu)));
    set(h1, Op::add, make(Op::exp, make(Op::add, make(Op::mul, make(Op::draw_path, {}, {}, {}, dh), known(h_s)), known(h_mu))), known(1));
    set(zx, Op::draw_path, {}, {}, {}, dx);
    for (const auto& [id, value] : {std::pair{base, r0},
                                    {cost, c0},
                                    {cash, cash0},
                                    {no_raise, cash0},
                                    {own, 1.0},
                                    {close, -1.0},
                                    {next, 0.0},
                                    {alive, 1.0},
                                    {lasting, 1.0},
                                    {runway, 0.0},
                                    {attempts, 0.0}}) {
      set(id, Op::copy, known(value));
    }
    for (const int row : {-2, -1}) {
      set(net, Op::copy, known(r0 - c0));
      code_->back().target_row = row;
    }

    code_ = &p_.month;
    set(base, Op::mul, slot(base), make(Op::add, slot(g), known(1)));
    set(g, Op::mul, slot(g), known(0.98));
    set(rev, Op::mul, slot(base), make(Op::add, make(Op::mul, make(Op::draw_month, {}, {}, {}, dn), known(0.02)), known(1)));
    set(cost, Op::mul, slot(cost), slot(h1));
    set(net, Op::sub, slot(rev), slot(cost));
    set(cash, Op::add, slot(cash), slot(net));
    set(no_raise, Op::add, slot(no_raise), slot(net));
    set(lasting, Op::both, slot(lasting), make(Op::less_equal, known(0), slot(no_raise)));
    set(runway, Op::add, slot(runway), slot(lasting));
    const Operand three = make(Op::add, make(Op::add, slot(net), slot(net, 1)), slot(net, 2));
    const Operand closing = make(Op::both, make(Op::same, slot(close), t), slot(alive));
    program::Instruction guard;
    guard.op = Op::guard;
    guard.a = closing;
    const std::size_t at = code_->size();
    code_->push_back(guard);
    {
      const Operand raise = make(Op::max, make(Op::mul, three, known(-6)), known(0));
      const Operand luck = make(Op::exp, make(Op::mul, make(Op::draw_attempt, slot(attempts), {}, {}, ds), known(0.4)));
      const Operand pre = make(Op::mul, make(Op::mul, slot(rev), known(300)), luck);
      set(own, Op::mul, slot(own), make(Op::div, pre, make(Op::add, pre, raise)));
      set(cash, Op::add, slot(cash), raise);
      set(attempts, Op::add, slot(attempts), known(1));
    }
    (*code_)[at].data = static_cast<std::uint32_t>(code_->size() - at - 1);
    const Operand short_of = make(Op::less, make(Op::add, make(Op::mul, three, known(2)), slot(cash)), known(0));
    const Operand trigger = make(Op::both, make(Op::both, short_of, slot(alive)), make(Op::less_equal, slot(next), t));
    set(close, Op::choose, trigger, t3, slot(close));
    set(next, Op::choose, trigger, t15, slot(next));
    set(alive, Op::both, slot(alive), make(Op::less_equal, known(0), slot(cash)));
    set(cash, Op::mul, slot(cash), slot(alive));
    record("cash", slot(cash), program::Output::Kind::number, true);

    code_ = &p_.finish;
    const Operand exit = make(Op::mul, make(Op::mul, slot(rev), known(144)), make(Op::exp, make(Op::mul, slot(zx), known(0.5))));
    record("owned", slot(own), program::Output::Kind::number, false);
    record("runway", slot(runway), program::Output::Kind::months, false);
    record("dead", make(Op::opposite, slot(alive)), program::Output::Kind::truth, false);
    record("payoff", make(Op::mul, make(Op::mul, slot(own), exit), slot(alive)), program::Output::Kind::number, false);
    return std::move(p_);
  }
};

}  // namespace warchest::engine
