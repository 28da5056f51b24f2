// Money of other currencies: what one of it is worth, what is written in it, and what is kept in it.
//
// Everything is reckoned in the model's currency. A field of money that may vary by month takes money of another currency that the file
// gives a rate for, and multiplies it by the rate of the month; what is read once, and what stands in no such field, is multiplied by hand.
// A plan line and a facility remember the currency that they were written in, an account and a lease keep it: what they owe is owed in it.
#include "model/checker.h"

namespace warchest::model {

using text::Code;

std::string Checker::rate_example(const std::string& code) const {
  return "currency " + code + (code == "EUR" && model_.settings.currency == "USD" ? " = 1.1 " : " = … ") + model_.settings.currency + "/" +
         code;
}

// Before anything is elaborated: whose rates there are.
void Checker::declare_currencies() {
  for (EntityId id = 1; id < entities_.size(); ++id) {
    Entity& entity = entities_[id];
    if (entity.kind == nullptr || entity.kind->id != KindId::currency_) continue;
    const quantity::ScaledUnit* unit = units_.find(entity.name);
    if (unit == nullptr || unit->unit != quantity::money(entity.name)) {
      error(Code::wrong_word, entity.span, "`" + entity.name + "` is no currency", "a currency has three letters: USD, EUR, GBP");
      continue;
    }
    if (entity.name == model_.settings.currency) {
      error(Code::wrong_word, entity.span, "the model itself reckons in " + entity.name + ", and a `currency` is another one",
            rate_example(entity.name == "EUR" ? "GBP" : "EUR"));
      continue;
    }
    entity.index = static_cast<std::uint32_t>(model_.currencies.size());
    Currency currency;
    currency.name = entity.name;
    currency.label = entity.label;
    currency.rate = entity.is;
    currency.opening = definition_of(entity, "opening");
    currency.span = entity.span;
    if (currency.rate != kNone) model_.currencies.push_back(std::move(currency));
  }
}

// The currency of money, where the file gives a rate for it.
std::uint32_t Checker::currency_of(const quantity::Unit& money) const {
  for (std::uint32_t c = 0; c < model_.currencies.size(); ++c)
    if (money == quantity::money(model_.currencies[c].name)) return c;
  return kNone;
}

// Money of another currency in the model's, at the rate of the month, where the field may vary by month. Else as it was.
Value Checker::converted(Value value, const FieldRow& row, const quantity::Unit& wanted, const Context& context, DefId id) {
  const bool money = row.want == Want::money || row.want == Want::flow || row.want == Want::pay;
  const bool by_month =
      row.varies == Varies::any || row.varies == Varies::attempt || row.varies == Varies::policy || row.varies == Varies::now;
  if (!money || !by_month || value.type != TypeKind::number) return value;
  const quantity::Unit of = value.unit * currency() / wanted;
  const std::uint32_t found = currency_of(of);
  if (found == kNone) {
    if (!of.is(quantity::Dimension::money)) return value;
    complain_of_rate(value, of.factors().front().name, wanted);
    return value;
  }
  const DefId rate = model_.currencies[found].rate;
  type_of(rate);
  const ExprId worth = node({.kind = ExprKind::reference, .index = rate, .span = value.span}, context.owner);
  value.id = node({.kind = ExprKind::mul, .args = {value.id, worth}, .span = value.span}, context.owner);
  value.unit = wanted;
  if (id != kNone && !owners_[context.owner].overrides) states_[id].currency = found;
  return value;
}

// What one of a currency is worth.
Value Checker::conform_rate(Value value, DefId id) {
  const Entity& of = entities_[states_[id].entity];
  const quantity::Unit wanted = currency() / quantity::money(of.name);
  const auto fixed = literal(value.id);
  if (of.index == kNone) {  // no currency, and that has been complained about
    value.bad = true;
  } else if (value.unit != wanted) {
    const std::string spelled = quantity::spelled(value.unit);
    error(Code::unit_mismatch, value.span,
          "what one " + of.name + " is worth is told in " + quantity::spelled(wanted) + ", and this is " +
              (value.unit.plain() ? spelled : "in " + spelled),
          rate_example(of.name), spelled, quantity::spelled(wanted), {{value.span, spelled}});
    value.bad = true;
  } else if (fixed && *fixed <= 0) {
    error(Code::out_of_bounds, value.span, "an exchange rate is above zero", rate_example(of.name));
    value.bad = true;
  }
  return value;
}

// Of a lease: a flow of money of any currency, kept as it is. What a case lays over it is in the same one.
Value Checker::conform_own(Value value, const FieldRow& row, DefId id) {
  const quantity::Unit wanted = currency() / quantity::duration();
  if (value.nought) value.unit = states_[id].typed ? model_.definitions[id].type.unit : wanted;
  const quantity::Unit of = value.unit * quantity::duration();
  const std::string spelled = quantity::spelled(value.unit);
  if (!of.is(quantity::Dimension::money)) {
    error(Code::unit_mismatch, value.span,
          "`" + std::string(row.name) + "` wants " + in_words(row.want) + ", and this is " + quantity::in_words(value.unit),
          unit_advice(value, wanted), spelled, in_words(row.want), {{value.span, spelled}});
    value.bad = true;
  } else if (of != currency() && currency_of(of) == kNone) {
    complain_of_rate(value, of.factors().front().name, wanted);
  } else {
    keep_currency(value, id);
  }
  return value;
}

// What a case lays over money that is kept as it is stays in its currency.
void Checker::keep_currency(Value& value, DefId id) {
  const Definition& of = model_.definitions[id];
  if (!states_[id].typed || of.type.unit == value.unit) return;
  const std::string first = quantity::spelled(of.type.unit), now = quantity::spelled(value.unit);
  error(Code::unit_mismatch, value.span, "`" + of.name + "` is in " + first + ", and this is in " + now,
        "a case changes how much it is, not in which currency", now, first, {{value.span, now}});
  value.bad = true;
}

void Checker::complain_of_rate(Value& value, const std::string& code, const quantity::Unit& wanted) {
  const std::string spelled = quantity::spelled(value.unit);
  error(Code::unit_mismatch, value.span, "this is money in " + code + ", and nothing says what that is worth",
        "give its rate:  " + rate_example(code), spelled, quantity::spelled(wanted), {{value.span, spelled}});
  value.bad = true;
}

// Of an account: money of a currency that has a rate, kept as it is.
Value Checker::conform_foreign(Value value, const FieldRow& row, DefId id) {
  const auto fixed = literal(value.id);
  const std::string code = value.unit.is(quantity::Dimension::money) ? value.unit.factors().front().name : "";
  if (code == model_.settings.currency) {
    error(Code::unit_mismatch, value.span, "an account is kept in another currency, and the model reckons in " + code,
          "what is kept in " + code + " is part of the company's `cash`", quantity::spelled(value.unit), in_words(row.want));
    value.bad = true;
  } else if (code.empty()) {
    error(Code::unit_mismatch, value.span,
          "`" + std::string(row.name) + "` wants " + in_words(row.want) + ", and this is " + quantity::in_words(value.unit),
          std::string(row.example), quantity::spelled(value.unit), in_words(row.want));
    value.bad = true;
  } else if (currency_of(value.unit) == kNone) {
    complain_of_rate(value, code, currency());
  } else if (fixed && *fixed < 0) {
    error(Code::out_of_bounds, value.span, "`" + std::string(row.name) + "` is not below zero");
    value.bad = true;
  } else {
    keep_currency(value, id);
  }
  return value;
}

void Checker::settle_account(EntityId id) {
  const Entity& entity = entities_[id];
  Account account;
  account.name = entity.full;
  account.label = entity.label;
  account.balance = definition_of(entity, "balance");
  account.least = definition_of(entity, "least");
  account.most = definition_of(entity, "most");
  account.span = entity.span;
  model_.companies[entity.company].accounts[entity.index] = std::move(account);
}

// Once all values have their units and variation: in which currency accounts, leases, lines and facilities are, and whether the rate before
// the first month is known where something is kept or owed.
void Checker::settle_currencies() {
  std::vector<bool> held(model_.currencies.size(), false);
  const auto spelled = [&](std::uint32_t currency) { return model_.currencies[currency].name; };
  for (Company& company : model_.companies) {
    for (Account& account : company.accounts) {
      if (account.balance == kNone || states_[account.balance].bad) continue;
      account.currency = currency_of(model_.definitions[account.balance].type.unit);
      if (account.currency == kNone) continue;
      held[account.currency] = true;
      for (const Account& other : company.accounts) {
        if (&other == &account) break;
        if (other.currency != account.currency) continue;
        error(Code::duplicate_name, account.span, "`" + company.name + "` has an account in " + spelled(account.currency) + " already",
              "one account holds all that is kept in a currency", "", "", {{other.span, "first here"}, {account.span, "again"}});
      }
    }
    for (Lease& lease : company.leases) {
      if (lease.payment == kNone || states_[lease.payment].bad) continue;
      lease.currency = currency_of(model_.definitions[lease.payment].type.unit * quantity::duration());
      if (lease.currency != kNone) held[lease.currency] = true;
    }
    for (Line& line : company.lines) {
      if (line.is == kNone) continue;
      line.currency = states_[line.is].currency;
      if (line.currency == kNone) continue;
      if (line.delay != kNone || line.billed != kNone) held[line.currency] = true;
    }
  }
  for (Facility& facility : model_.facilities) {
    if (facility.limit == kNone) continue;
    facility.currency = states_[facility.limit].currency;
    if (facility.currency != kNone) held[facility.currency] = true;
  }
  for (std::uint32_t c = 0; c < model_.currencies.size(); ++c) {
    Currency& currency = model_.currencies[c];
    if (currency.opening != kNone || states_[currency.rate].bad) continue;
    const Definition& rate = model_.definitions[currency.rate];
    const Expr& is = model_.exprs[rate.is];
    if (is.kind == ExprKind::reference && model_.definitions[is.index].opening != kNone) {
      currency.opening = model_.definitions[is.index].opening;
    } else if (held[c] && (rate.variation == Variation::known_monthly || rate.variation == Variation::monthly)) {
      error(Code::missing_field, currency.span,
            "the rate varies by month, and something is kept or owed in " + currency.name + ": what was the rate before the first month?",
            "opening = … " + model_.settings.currency + "/" + currency.name, "", "`opening`");
    }
  }
}

}  // namespace warchest::model
