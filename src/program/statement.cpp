// The rows of the statements, by the slot that holds each: income, cash flow, balance sheet, and what stands beside them.
//
// The layout is the usual one. Within a statement rows of depth 1 are added up to the next row of depth 0; what goes out of cash has its
// sign turned there. A row keeps the name of its history, so that a script finds it whatever the layout.
#include <algorithm>

#include "model/functions.h"
#include "program/lowering.h"

namespace warchest::program {

namespace {

using Row = Statement::Row;
using model::CostClass;

std::string called(const std::string& label, const std::string& name, const std::string& company) {
  return label.empty() ? name.substr(company.size() + 1) : label;
}

}  // namespace

std::vector<Row> Lowering::statement() {
  std::vector<Row> rows;
  for (CompanyId c = 0; c < model_.companies.size(); ++c) {
    ensure_statements(c);
    const auto& company = model_.companies[c];
    Row heading;
    heading.name = heading.company = company.name;
    heading.label = company.label.empty() ? company.name : company.label;
    heading.kind = Row::Kind::heading;
    rows.push_back(std::move(heading));
    const std::size_t first = rows.size();
    income_rows(c, rows);
    cash_rows(c, rows);
    balance_rows(c, rows);
    rows_beside(c, rows);
    for (std::size_t i = first; i < rows.size(); ++i) rows[i].company = company.name;
  }
  return rows;
}

// One row of a company: its name after the company's, its label, its history.
Row& Lowering::add_row(std::vector<Row>& rows, CompanyId id, Row::Part part, int depth, const std::string& name, std::string label,
                       SlotId history_of) {
  const auto money = quantity::money(model_.settings.currency);
  Row row;
  row.name = model_.companies[id].name + "." + name;
  row.label = std::move(label);
  row.kind = part == Row::Part::balance ? Row::Kind::stock : Row::Kind::flow;
  row.slot = history_of;
  row.unit = part == Row::Part::balance ? money : money * quantity::per_month();
  row.part = part;
  row.depth = depth;
  row.nil_if_nothing = depth > 0;
  rows.push_back(std::move(row));
  return rows.back();
}

void Lowering::income_rows(CompanyId id, std::vector<Row>& rows) {
  const auto& company = model_.companies[id];
  const auto& s = companies_[id];
  const auto total = [&](const std::string& name, std::string label, SlotId of) -> Row& {
    return add_row(rows, id, Row::Part::income, 0, name, std::move(label), of);
  };
  // The lines of one class (none: revenue).
  const auto lines = [&](CostClass of) {
    bool any = false;
    for (const auto& line : company.lines) {
      if (line.cost_class != of || line.capitalised != model::kNone) continue;
      const auto& d = model_.definitions[line.is];
      Row& row = add_row(rows, id, Row::Part::income, 1, "", d.label, definition_slot(line.is));
      row.name = d.name;
      row.nil_if_nothing = false;
      any = true;
    }
    return any;
  };
  const auto of_class = [&](CostClass of, M measure, std::string label) {
    if (lines(of)) total(std::string(model::measure_row(measure).name), std::move(label), book(id, measure));
  };
  lines(CostClass::none);
  total("revenue", "Revenue", s.revenue);
  const std::size_t before = rows.size();
  of_class(CostClass::cost_of_revenue, M::cost_of_revenue, "Cost of revenue");
  if (rows.size() > before) total("gross_profit", "Gross profit", book(id, M::gross_profit));
  of_class(CostClass::research, M::research_and_development, "Research and development");
  of_class(CostClass::sales, M::sales_and_marketing, "Sales and marketing");
  of_class(CostClass::general, M::general_and_administrative, "General and administrative");
  total("cost", "Cost", s.cost);
  if (!company.projects.empty()) {
    total("project_yield", "Yield of projects", s.project_yield);
    total("project_cost", "Running cost of projects", s.project_cost);
  }
  total("ebitda", "EBITDA", s.ebitda);
  const auto quiet = [&](const std::string& name, std::string label, SlotId of) {
    total(name, std::move(label), of).nil_if_nothing = true;
  };
  quiet("depreciation", "Depreciation", s.depreciation);
  quiet("ebit", "EBIT", s.ebit);
  quiet("interest_expense", "Interest and fees", book(id, M::interest_expense));
  quiet("other_income", "Other income", book(id, M::other_income));
  if (s.exchange_gain != kNoSlot) quiet("exchange_gain", "Exchange gains and losses", s.exchange_gain);
  if (company.taxes) {
    total("pre_tax_income", "Income before tax", book(id, M::pre_tax_income));
    total("tax", "Tax", book(id, M::tax));
  }
  total("net_income", "Net income", book(id, M::net_income));
}

// From net income to the change of cash; then the same directly.
void Lowering::cash_rows(CompanyId id, std::vector<Row>& rows) {
  const auto& company = model_.companies[id];
  const auto& s = companies_[id];
  const auto add = [&](int depth, const std::string& name, std::string label, SlotId of, bool goes_out = false) -> Row& {
    Row& row = add_row(rows, id, Row::Part::cash, depth, name, std::move(label), of);
    row.negative = goes_out;
    return row;
  };
  const auto made = [&](const std::string& name, const std::function<Operand()>& value) {
    const SlotId target = history(company.name + "." + name);
    in_main(program_.month, [&] { emit_to(target, Op::copy, value()); });
    return target;
  };
  const auto rise = [&](SlotId stock) { return emit(Op::sub, slot(stock), read(stock, When::before(1))); };
  // What of a rise rates alone have made is a gain.
  const auto rise_but_rates = [&](SlotId stock, Operand gain) { return less(rise(stock), gain); };
  add(1, "net_income", "Net income", book(id, M::net_income));
  add(1, "depreciation", "Depreciation", s.depreciation);
  add(1, "stock_pay", "Paid in shares", book(id, M::stock_pay));
  if (s.in_kind != kNoSlot) add(1, "received_in_kind", "Received in kind", made("received_in_kind", [&] { return rise(s.in_kind); }), true);
  const SlotId unpaid = made("interest_not_paid", [&] {  // what was expensed, less what was paid of it
    Operand paid = borrows(id) ? slot(s.interest_paid) : constant(0);
    if (s.lease_interest != kNoSlot) paid = sum(paid, slot(s.lease_interest));
    return less(slot(book(id, M::interest_expense)), paid);
  });
  add(1, "interest_not_paid", "Interest and fees not paid", unpaid);
  if (s.exchange_gain != kNoSlot) add(1, "exchange_gain_not_paid", "Exchange gains and losses", s.exchange_gain, true);
  if (s.receivables_move)
    add(1, "rise_of_receivables", "Rise of receivables",
        made("rise_of_receivables", [&] { return rise_but_rates(s.receivables, s.exchange_on_receivables); }), true);
  if (s.payables_move)
    add(1, "rise_of_payables", "Rise of payables",
        made("rise_of_payables", [&] { return rise_but_rates(s.payables, s.exchange_on_payables); }));
  if (s.deferred_moves)
    add(1, "rise_of_deferred_revenue", "Rise of deferred revenue",
        made("rise_of_deferred_revenue", [&] { return rise_but_rates(s.deferred_revenue, s.exchange_on_deferred); }));
  for (std::size_t i = 0; i < company.credits.size(); ++i) {
    const auto& credit = company.credits[i];
    Row& row = add(1, "", "Paid with credit " + called(credit.label, credit.name, company.name), s.credit_used[i]);
    row.name = credit.name + ".used";
  }
  if (company.taxes)
    add(1, "rise_of_tax_payable", "Rise of tax payable", made("rise_of_tax_payable", [&] { return rise(book(id, M::tax_payable)); }));
  add(0, "cash_from_operations", "Cash from operations", book(id, M::cash_from_operations));
  for (const std::uint32_t p : company.projects) {
    const auto& project = model_.projects[p];
    const std::string what = called(project.label, project.name, company.name);
    add(1, "", "Spent on " + what, projects_[p].spend, true).name = project.name + ".spend";
    if (project.salvage != model::kNone) add(1, "", "Came back of " + what, projects_[p].returned).name = project.name + ".returned";
  }
  for (const auto& line : company.lines)
    if (line.capitalised != model::kNone) {
      const auto& d = model_.definitions[line.is];
      add(1, "", called(d.label, d.name, company.name), definition_slot(line.is), true).name = d.name;
    }
  add(0, "cash_from_investing", "Cash from investing", book(id, M::cash_from_investing)).nil_if_nothing = true;
  const SlotId capital = made("new_money", [&] {
    Operand grants = constant(0);
    for (const std::uint32_t r : company.rounds)
      if (rounds_[r].here && model_.rounds[r].instrument.kind == model::InstrumentKind::grant) grants = sum(grants, rounds_[r].money_now);
    return less(slot(s.round_money), grants);
  });
  add(1, "new_money", "Raised in rounds", capital);
  add(1, "drawn", "Drawn from facilities", s.drawn);
  add(1, "fees", "Fees on debt", s.fees, true);
  add(1, "repaid", "Repaid", s.repaid, true);
  add(1, "reserved", "Into reserves", s.reserved, true);
  if (s.lease_paid != kNoSlot)
    add(1, "lease_repaid", "Leases, beyond interest",
        made("lease_repaid", [&] { return emit(Op::sub, slot(s.lease_paid), slot(s.lease_interest)); }), true);
  add(0, "cash_from_financing", "Cash from financing", book(id, M::cash_from_financing)).nil_if_nothing = true;
  if (!company.accounts.empty()) add(0, "exchange_effect", "Effect of exchange rates", s.exchange_on_cash);
  add(0, "change_of_cash", "Change of cash", made("change_of_cash", [&] { return rise(s.cash); }));
}

void Lowering::balance_rows(CompanyId id, std::vector<Row>& rows) {
  const auto& company = model_.companies[id];
  const auto& s = companies_[id];
  const auto add = [&](int depth, const std::string& name, std::string label, SlotId of) -> Row& {
    return add_row(rows, id, Row::Part::balance, depth, name, std::move(label), of);
  };
  const auto made = [&](const std::string& name, const std::function<Operand()>& value) {
    const SlotId target = history(company.name + "." + name);
    in_main(program_.month, [&] { emit_to(target, Op::copy, value()); });
    return target;
  };
  add(1, "cash", "Cash", s.cash).nil_if_nothing = false;
  add(1, "reserve", "Restricted cash", s.reserve);
  if (s.receivables_move) add(1, "receivables", "Receivables", s.receivables);
  for (std::size_t i = 0; i < company.credits.size(); ++i) {
    const auto& credit = company.credits[i];
    add(1, "", "Credit left: " + called(credit.label, credit.name, company.name), s.credit_balance[i]).name = credit.name + ".balance";
  }
  for (const std::uint32_t p : company.projects) {
    const auto& project = model_.projects[p];
    add(1, "", "Book value of " + called(project.label, project.name, company.name), projects_[p].book_value).name =
        project.name + ".book_value";
  }
  if (s.other_assets != kNoSlot) add(1, "other_assets", company.projects.empty() ? "Fixed assets" : "Other fixed assets", s.other_assets);
  add(1, "interest_to_assets", "Capitalised interest of the month", s.interest_to_assets);
  add(1, "fees_deferred", "Fees not yet written off", s.fees_deferred);
  if (s.in_kind != kNoSlot) add(1, "in_kind", "Received in kind", s.in_kind);
  if (company.taxes)
    add(1, "tax_overpaid", "Tax paid too much",
        made("tax_overpaid", [&] { return emit(Op::max, emit(Op::neg, slot(book(id, M::tax_payable))), constant(0)); }));
  add(0, "assets", "Assets", book(id, M::assets));
  if (s.payables_move) add(1, "payables", "Payables", s.payables);
  if (s.deferred_moves) add(1, "deferred_revenue", "Deferred revenue", s.deferred_revenue);
  if (company.taxes)
    add(1, "tax_owed", "Tax payable", made("tax_owed", [&] { return emit(Op::max, slot(book(id, M::tax_payable)), constant(0)); }));
  add(1, "interest_accrued", "Interest to be paid", s.interest_accrued);
  if (!company.leases.empty()) add(1, "lease_liability", "Leases", book(id, M::lease_liability));
  add(1, "debt", equities_[id].converts.empty() ? "Debt" : "Debt, with notes and their interest", s.debt);
  add(0, "liabilities", "Liabilities", book(id, M::liabilities));
  add(1, "paid_in_capital", "Paid-in capital", book(id, M::paid_in_capital)).nil_if_nothing = false;
  add(1, "retained_earnings", "Retained earnings", book(id, M::retained_earnings)).nil_if_nothing = false;
  add(0, "equity", "Equity", book(id, M::equity));
}

void Lowering::rows_beside(CompanyId id, std::vector<Row>& rows) {
  const auto& company = model_.companies[id];
  const auto& s = companies_[id];
  const auto money = quantity::money(model_.settings.currency);
  const auto flow = [&](const std::string& name, std::string label, SlotId of) -> Row& {
    return add_row(rows, id, Row::Part::beside, 0, name, std::move(label), of);
  };
  const auto quiet = [&](const std::string& name, std::string label, SlotId of) { flow(name, std::move(label), of).nil_if_nothing = true; };
  const auto stock = [&](const std::string& name, std::string label, SlotId of, quantity::Unit unit) {
    Row& row = flow("", std::move(label), of);
    row.name = name;
    row.kind = Row::Kind::stock;
    row.unit = std::move(unit);
  };
  flow("received", "Received from customers", s.received);
  flow("paid", "Paid in cash", s.paid);
  if (!company.projects.empty() || s.other_assets != kNoSlot) quiet("capex", "Capital expenditure", s.capex);
  if (s.tax_paid != kNoSlot) flow("tax_paid", "Tax paid", s.tax_paid);
  if (s.lease_paid != kNoSlot) {
    flow("lease_paid", "Paid for leases", s.lease_paid);
    flow("lease_interest", "Interest of leases", s.lease_interest);
  }
  quiet("interest", "Interest of facilities", s.interest);
  quiet("interest_paid", "Interest paid", s.interest_paid);
  quiet("interest_added", "Interest added to debt", s.interest_added);
  flow("burn", "Net burn", s.burn);
  quiet("round_money", "Raised in rounds, with grants", s.round_money);
  if (!equities_[id].converts.empty()) {
    stock(company.name + ".notes", "Notes, with interest", s.notes, money);
    quiet("notes_repaid", "Notes paid back, part of repaid", s.notes_repaid);
  }
  for (std::size_t a = 0; a < company.accounts.size(); ++a) {
    const auto& account = company.accounts[a];
    stock(account.name + ".balance",
          account.label.empty() ? "Part of cash kept in " + model_.currencies[account.currency].name : account.label, s.account_balance[a],
          money);
  }
  if (company.taxes) stock(company.name + ".losses_carried", "Losses carried forward", book(id, M::losses_carried), money);
  for (const std::uint32_t p : company.projects) {
    const auto& project = model_.projects[p];
    stock(project.name + ".capacity", "Online of " + called(project.label, project.name, company.name), projects_[p].capacity,
          model_.definitions[project.size].type.unit);
  }
  stock(company.name + ".runway", "Runway", s.runway, quantity::duration());
  owner_rows(id, rows);
  for (DefId d = 0; d < model_.definitions.size(); ++d) {
    const auto& definition = model_.definitions[d];
    if (definition.company != id || definition.role != model::Role::series || in_setup_def(d)) continue;
    ensure_definition(d);
    Row& row = flow("", definition.label, definition_slot(d));
    row.name = definition.name;
    row.kind = definition.type.unit.per_time() ? Row::Kind::flow : Row::Kind::stock;
    row.unit = definition.type.unit;
  }
}

// Who owns it, where somebody has said so, and what it is worth.
void Lowering::owner_rows(CompanyId id, std::vector<Row>& rows) {
  const auto& company = model_.companies[id];
  const auto money = quantity::money(model_.settings.currency);
  const auto stock = [&](const std::string& name, std::string label, SlotId of, quantity::Unit unit) {
    Row& row = add_row(rows, id, Row::Part::beside, 0, "", std::move(label), of);
    row.name = name;
    row.kind = Row::Kind::stock;
    row.unit = std::move(unit);
  };
  const bool owned = !company.classes.empty() || std::any_of(company.holders.begin(), company.holders.end(), [&](std::uint32_t h) {
    return model_.holders[h].kind == model::Holder::Kind::written;
  });
  const bool priced =
      company.opening_post_money != model::kNone || !company.exits.empty() ||
      std::any_of(company.rounds.begin(), company.rounds.end(), [&](std::uint32_t r) { return rounds_[r].here && sells_shares(r); });
  if (priced) stock(company.name + ".valuation", "Valuation", company_slot(id, M::valuation, true), money);
  if (!owned) return;
  const auto who = [&](const model::Holder& holder) { return called(holder.label, holder.name, company.name); };
  stock(company.name + ".shares", "Shares, fully diluted", company_slot(id, M::shares, true), quantity::Unit(quantity::Dimension::shares));
  for (const std::uint32_t h : company.holders) {
    const auto& holder = model_.holders[h];
    stock(holder.name + ".owned", "Owned by " + who(holder), holder_slot(h, M::holder_owned, true), {});
    rows.back().depth = 1;
  }
  if (company.exits.empty()) return;
  for (const std::uint32_t h : company.holders) {
    const auto& holder = model_.holders[h];
    if (holder.kind == model::Holder::Kind::pool) continue;
    stock(holder.name + ".payout", "At the exit to " + who(holder), holder_slot(h, M::holder_payout, true), money);
    rows.back().nil_if_nothing = true;
  }
}

}  // namespace warchest::program
