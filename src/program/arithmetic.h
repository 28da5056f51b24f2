// What an elementwise operation does to one lane: folding of constants and the reference evaluator share it, and because it calls the
// kernels' own one-lane functions it has the bits of the vector engine.
#pragma once

#include "program/program.h"

namespace warchest::program {

// A function of the values of its operands alone, with one target: arithmetic, truth and superinstructions but choose2, and the normal
// distribution.
bool is_elementwise(Op op);
// A function of its operands and of tables that stand in the program: the above, and lookups, quantiles and tables of them.
bool is_pure(Op op);

double apply(Op op, double a, double b, double c);  // of an elementwise operation; operands that it lacks are ignored

// Every operand of a market, in one order.
template <class M, class Visit>
void visit_market(M& market, Visit visit) {
  visit(market.mood);
  for (auto& i : market.investors) {
    for (auto* x : {&i.capacity, &i.in_all, &i.largest, &i.per_company, &i.part_per_company, &i.follow_on, &i.interest}) visit(*x);
    for (auto& [price, part] : i.appetite) {
      visit(price);
      visit(part);
    }
  }
  for (auto& r : market.rounds) {
    for (auto* x : {&r.due, &r.survives, &r.amount, &r.ask, &r.accepts, &r.least_book, &r.last_post_money, &r.attempt, &r.alive}) visit(*x);
    for (auto& x : r.shares) visit(x);
    for (auto& x : r.wants) visit(x);
  }
  for (auto& d : market.doors) {
    visit(d.honoured);
    visit(d.until);
  }
  for (auto& p : market.payments) {
    visit(p.happens);
    for (auto& [investor, amount] : p.cheques) visit(amount);
  }
}

// Visits the operands that an instruction reads, those of the table behind `data` included.
template <class P, class I, class Visit>
void visit_operands(P& program, I& instruction, Visit visit) {
  const int count = op_operands(instruction.op);
  if (count > 0) visit(instruction.a);
  if (count > 1) visit(instruction.b);
  if (count > 2) visit(instruction.c);
  if (count > 3) visit(instruction.d);
  switch (instruction.op) {
    case Op::lookup:
      for (auto& value : program.lookups[instruction.data].values) visit(value);
      break;
    case Op::quantile:
    case Op::chance_below:
      for (auto& value : program.quantiles[instruction.data].parameters) visit(value);
      break;
    case Op::period_table:
      for (auto& period : program.period_tables[instruction.data].periods) visit(period.total);
      break;
    case Op::curve:
      for (auto& anchor : program.curves[instruction.data].anchors) visit(anchor.value);
      break;
    case Op::market:
      visit_market(program.markets[instruction.data], visit);
      break;
    default:
      break;
  }
}

}  // namespace warchest::program
