// The rows of a statement: every line, flow and balance of every company, by the slot that holds it.
#include <algorithm>

#include "program/lowering.h"

namespace warchest::program {

std::vector<Statement::Row> Lowering::statement() {
  std::vector<Statement::Row> rows;
  using Kind = Statement::Row::Kind;
  const auto money = quantity::money(model_.settings.currency);
  const auto flow_unit = money * quantity::per_month();
  for (CompanyId c = 0; c < model_.companies.size(); ++c) {
    ensure_company(c);
    const auto& company = model_.companies[c];
    const auto& s = companies_[c];
    const auto add = [&](std::string name, std::string label, Kind kind, SlotId slot_id, quantity::Unit unit) {
      rows.push_back({std::move(name), std::move(label), kind, slot_id, std::move(unit)});
    };
    add(company.name, company.label.empty() ? company.name : company.label, Kind::heading, kNoSlot, {});
    // The lines of one class (none: revenue), and their sum.
    const auto lines = [&](model::CostClass of) {
      Operand sum = constant(0);
      for (const auto& line : company.lines)
        if (line.cost_class == of) {
          const auto& d = model_.definitions[line.is];
          add(d.name, d.label, Kind::flow, definition_slot(line.is), flow_unit);
          in_main(program_.month, [&] { sum = emit(Op::add, sum, read(definition_slot(line.is), When::now())); });
        }
      return sum;
    };
    const auto subtotal = [&](const std::string& name, const std::string& label, Operand value) {
      const SlotId total = history(company.name + "." + name);
      in_main(program_.month, [&] { emit_to(total, Op::copy, value); });
      add(company.name + "." + name, label, Kind::flow, total, flow_unit);
    };
    lines(model::CostClass::none);
    add(company.name + ".revenue", "Revenue", Kind::flow, s.revenue, flow_unit);
    const auto of_class = [&](model::CostClass wanted) {
      return std::any_of(company.lines.begin(), company.lines.end(), [&](const auto& line) { return line.cost_class == wanted; });
    };
    // Costs by class, in the order of an income statement.
    if (of_class(model::CostClass::cost_of_revenue)) {
      const Operand direct = lines(model::CostClass::cost_of_revenue);
      subtotal("cost_of_revenue", "Cost of revenue", direct);
      Operand gross;
      in_main(program_.month, [&] { gross = emit(Op::sub, slot(s.revenue), direct); });
      subtotal("gross_profit", "Gross profit", gross);
    }
    if (of_class(model::CostClass::research)) subtotal("research_and_development", "Research and development", lines(model::CostClass::research));
    if (of_class(model::CostClass::sales)) subtotal("sales_and_marketing", "Sales and marketing", lines(model::CostClass::sales));
    if (of_class(model::CostClass::general)) subtotal("general_and_administrative", "General and administrative", lines(model::CostClass::general));
    add(company.name + ".cost", "Cost", Kind::flow, s.cost, flow_unit);
    if (!company.projects.empty()) {
      add(company.name + ".project_yield", "Yield of projects", Kind::flow, s.project_yield, flow_unit);
      add(company.name + ".project_cost", "Running cost of projects", Kind::flow, s.project_cost, flow_unit);
    }
    add(company.name + ".ebitda", "EBITDA", Kind::flow, s.ebitda, flow_unit);
    if (!company.projects.empty()) {
      add(company.name + ".depreciation", "Depreciation", Kind::flow, s.depreciation, flow_unit);
      add(company.name + ".ebit", "EBIT", Kind::flow, s.ebit, flow_unit);
    }
    add(company.name + ".received", "Received from customers", Kind::flow, s.received, flow_unit);
    add(company.name + ".paid", "Paid in cash", Kind::flow, s.paid, flow_unit);
    for (std::size_t i = 0; i < company.credits.size(); ++i)
      add(company.credits[i].name + ".used", "Paid with credit " + company.credits[i].name, Kind::flow, s.credit_used[i], flow_unit);
    for (const std::uint32_t p : company.projects) {
      const auto& project = model_.projects[p];
      const std::string called = project.label.empty() ? project.name.substr(company.name.size() + 1) : project.label;
      add(project.name + ".spend", "Spent on " + called, Kind::flow, projects_[p].spend, flow_unit);
      if (project.salvage != model::kNone) add(project.name + ".returned", "Came back of " + called, Kind::flow, projects_[p].returned, flow_unit);
    }
    if (!company.projects.empty()) add(company.name + ".capex", "Capital expenditure", Kind::flow, s.capex, flow_unit);
    add(company.name + ".interest", "Interest and fees", Kind::flow, s.interest, flow_unit);
    const auto has = [&](auto what) {
      return std::any_of(company.facilities.begin(), company.facilities.end(), [&](std::uint32_t f) { return facilities_[f].here && what(model_.facilities[f]); });
    };
    if (has([](const model::Facility& f) { return f.payment_months > 1 || f.pik != model::kNone || f.project != model::kNone; })) {
      add(company.name + ".interest_paid", "  of it paid", Kind::flow, s.interest_paid, flow_unit);
      add(company.name + ".interest_added", "  of it added to debt", Kind::flow, s.interest_added, flow_unit);
    }
    add(company.name + ".burn", "Net burn", Kind::flow, s.burn, flow_unit);
    add(company.name + ".round_money", "Raised in rounds", Kind::flow, s.round_money, flow_unit);
    add(company.name + ".drawn", "Drawn from facilities", Kind::flow, s.drawn, flow_unit);
    add(company.name + ".fees", "Fees kept back from draws", Kind::flow, s.fees, flow_unit);
    add(company.name + ".repaid", "Repaid", Kind::flow, s.repaid, flow_unit);
    if (has([](const model::Facility& f) { return f.reserve != model::kNone; })) {
      add(company.name + ".reserved", "Put into reserve accounts", Kind::flow, s.reserved, flow_unit);
      add(company.name + ".reserve", "Reserve accounts, not part of cash", Kind::stock, s.reserve, money);
    }
    add(company.name + ".cash", "Cash", Kind::stock, s.cash, money);
    add(company.name + ".debt", "Debt", Kind::stock, s.debt, money);
    if (!equities_[c].converts.empty()) {
      add(company.name + ".notes", "  of it notes, with interest", Kind::stock, s.notes, money);
      add(company.name + ".notes_repaid", "Notes paid back, part of repaid", Kind::flow, s.notes_repaid, flow_unit);
    }
    for (std::size_t i = 0; i < company.credits.size(); ++i)
      add(company.credits[i].name + ".balance", "Credit left: " + company.credits[i].name, Kind::stock, s.credit_balance[i], money);
    for (const std::uint32_t p : company.projects) {
      const auto& project = model_.projects[p];
      const std::string called = project.label.empty() ? project.name.substr(company.name.size() + 1) : project.label;
      add(project.name + ".capacity", "Online of " + called, Kind::stock, projects_[p].capacity, model_.definitions[project.size].type.unit);
      add(project.name + ".book_value", "Book value of " + called, Kind::stock, projects_[p].book_value, money);
    }
    add(company.name + ".runway", "Runway", Kind::stock, s.runway, quantity::duration());
    // Who owns it, where somebody has said so.
    const bool owned = !company.classes.empty() || std::any_of(company.holders.begin(), company.holders.end(), [&](std::uint32_t h) {
                         return model_.holders[h].kind == model::Holder::Kind::written;
                       });
    const bool priced = company.opening_post_money != model::kNone || !company.exits.empty() ||
                        std::any_of(company.rounds.begin(), company.rounds.end(), [&](std::uint32_t r) { return rounds_[r].here && sells_shares(r); });
    if (priced) add(company.name + ".valuation", "Valuation", Kind::stock, company_slot(c, M::valuation, true), money);
    if (owned)
      for (const std::uint32_t h : company.holders) {
        const auto& holder = model_.holders[h];
        const std::string called = holder.label.empty() ? holder.name.substr(company.name.size() + 1) : holder.label;
        add(holder.name + ".owned", "Owned by " + called, Kind::stock, holder_slot(h, M::holder_owned, true), {});
        if (!company.exits.empty() && holder.kind != model::Holder::Kind::pool)
          add(holder.name + ".payout", "Paid at the exit to " + called, Kind::stock, holder_slot(h, M::holder_payout, true), money);
      }
    for (DefId d = 0; d < model_.definitions.size(); ++d) {
      const auto& definition = model_.definitions[d];
      if (definition.company != c || definition.role != model::Role::series || in_setup_def(d)) continue;
      ensure_definition(d);
      const bool per_time = definition.type.unit.per_time();
      add(definition.name, definition.label, per_time ? Kind::flow : Kind::stock, definition_slot(d), definition.type.unit);
    }
  }
  return rows;
}

}  // namespace warchest::program
