// Securities are collected with their holdings as they come, then put into the order in which a cap table is read: common, preferred,
// options and warrants, pools, convertibles in the order of their issue, debt. A sidecar may say another order.
#include "io/ocf_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "io/ocf_scalar.h"
#include "io/ocf_sidecar.h"
#include "io/ocf_terms.h"

namespace warchest::io {

using equity::Number;

namespace {

class Builder {
 public:
  Builder(const OcfPackage& package, const OcfLedger& ledger, const OcfOptions& options, OcfLog& log, OcfImport& imported)
      : package_(package),
        ledger_(ledger),
        options_(options),
        log_(log),
        imported_(imported),
        sidecar_(package.sidecar),
        terms_(package, ledger, options, sidecar_, log) {}

  std::string run() {
    sidecar_.check(log_);
    list_stakeholders();
    list_positions();
    list_classes();
    list_plans();
    add_classes("COMMON");
    add_classes("PREFERRED");
    add_unknown_classes();
    for (const std::size_t i : by_plan_and_strike()) add_option(imported_.outstanding[i], *securities_[i]);
    for (const OcfStockPlan& plan : imported_.plans) add_pool(plan);
    for (std::size_t i = 0; i < securities_.size(); ++i) add_convertible(imported_.outstanding[i], *securities_[i]);
    add_debts();
    order();
    ask_about_currencies();
    finish();
    return sidecar_.fault().empty() ? std::string() : fmt::format("\"{}\": {}", kOcfSidecar, sidecar_.fault());
  }

 private:
  // ---------------------------------------------------------------------------------------------------------------- lists

  void list_stakeholders() {
    std::map<std::string, int> named;
    for (const OcfObject& object : package_.objects) {
      if (object.type != "STAKEHOLDER") continue;
      const OcfValue* name = object.value.find("name");
      std::string legal(name == nullptr ? std::string_view() : name->text_of("legal_name"));
      if (legal.empty() && name != nullptr && name->is(OcfValue::Kind::text)) legal = name->text;  // before 1.0.0-b1
      if (legal.empty()) legal = object.id;
      ++named[legal];
      imported_.stakeholders.push_back({object.id, legal, object.text("stakeholder_type"), object.file});
    }
    for (OcfStakeholder& stakeholder : imported_.stakeholders) {
      if (named[stakeholder.name] > 1) stakeholder.name += " (" + stakeholder.id + ")";
      names_[stakeholder.id] = stakeholder.name;
    }
  }

  std::string holder(const std::string& id) const {
    const auto found = names_.find(id);
    return found == names_.end() ? id : found->second;
  }

  void list_positions() {
    for (const OcfSecurity& security : ledger_.securities) {
      if (security.ended) continue;
      const OcfObject& object = *security.issuance;
      OcfPosition position;
      position.security = security.id;
      position.label = object.text("custom_id");
      position.kind = security.kind;
      position.holder = object.text("stakeholder_id");
      position.stock_class = object.text("stock_class_id");
      position.plan = object.text("stock_plan_id");
      position.type = object.text(security.kind == OcfSecurityKind::convertible ? "convertible_type" : "compensation_type");
      position.quantity = security.remaining;
      position.price = security.kind == OcfSecurityKind::stock ? object.amount("share_price") : security.strike;
      position.currency = currency_of(object);
      position.issued = security.issued;
      position.file = object.file;
      position.object = object.id;
      if (position.kind == OcfSecurityKind::warrant) position.stock_class = warrant_class(object);
      if (position.kind == OcfSecurityKind::stock) stock_of_[position.stock_class].push_back(imported_.outstanding.size());
      securities_.push_back(&security);
      imported_.outstanding.push_back(std::move(position));
    }
    for (const OcfSecurity& security : ledger_.securities) {
      const std::string plan = security.issuance->text("stock_plan_id");
      if (!plan.empty()) of_plan_[plan].push_back(&security);
    }
  }

  static std::string currency_of(const OcfObject& object) {
    for (const char* field : {"share_price", "exercise_price", "investment_amount", "base_price", "purchase_price"}) {
      const OcfValue* money = object.value.find(field);
      if (money != nullptr && !money->text_of("currency").empty()) return std::string(money->text_of("currency"));
    }
    return {};
  }

  static std::string warrant_class(const OcfObject& warrant) {
    const OcfValue* triggers = warrant.value.find("exercise_triggers");
    if (triggers == nullptr) return {};
    for (const OcfValue& trigger : triggers->items) {
      const OcfValue* right = trigger.find("conversion_right");
      if (right != nullptr && !right->text_of("converts_to_stock_class_id").empty())
        return std::string(right->text_of("converts_to_stock_class_id"));
    }
    return {};
  }

  void list_classes() {
    for (const OcfObject& object : package_.objects) {
      if (object.type != "STOCK_CLASS") continue;
      OcfStockClass row;
      row.id = object.id;
      row.name = object.text("name").empty() ? object.id : object.text("name");
      row.preferred = object.text("class_type") == "PREFERRED";
      row.authorized = object.number("initial_shares_authorized");
      if (const auto later = ledger_.authorized.find(object.id); later != ledger_.authorized.end()) row.authorized = later->second;
      row.price = object.amount("price_per_share");
      row.multiple = object.number("liquidation_preference_multiple");
      row.participation_cap = object.number("participation_cap_multiple");
      row.seniority = object.number("seniority");
      row.ratio = terms_.ratio(object, false);
      for (const std::size_t i : stock_of(object.id)) row.issued += imported_.outstanding[i].quantity;
      row.file = object.file;
      if (row.authorized && row.issued > *row.authorized) {
        log_.warn("over_authorized", row.file, row.id,
                  fmt::format("{} shares are issued, {} authorized", row.issued.text(), row.authorized->text()));
      }
      imported_.classes.push_back(std::move(row));
    }
  }

  // What a plan still has to grant: reserved - granted + returned. A security that carries another one on is no new grant.
  void list_plans() {
    for (const OcfObject& object : package_.objects) {
      if (object.type != "TX_EQUITY_COMPENSATION_EXERCISE" && object.type != "TX_EQUITY_COMPENSATION_RELEASE") continue;
      for (const std::string& id : object.texts("resulting_security_ids")) exercised_into_.insert(id);
    }
    for (const OcfObject& object : package_.objects) {
      if (object.type != "STOCK_PLAN") continue;
      OcfStockPlan row;
      row.id = object.id;
      row.name = object.text("plan_name").empty() ? object.id : object.text("plan_name");
      row.classes = object.texts("stock_class_ids");
      if (const std::string one = object.text("stock_class_id"); !one.empty()) row.classes.push_back(one);
      row.reserved = object.number("initial_shares_reserved").value_or(Number(0));
      if (const auto later = ledger_.reserved.find(object.id); later != ledger_.reserved.end()) {
        row.reserved = later->second;
        log_.decide("pool_adjusted", object.file, object.id,
                    fmt::format("{} shares are reserved: the latest adjustment is absolute", row.reserved.text()));
      }
      row.file = object.file;
      const Number granted = add_up_grants(object, row);
      row.available = row.reserved - granted;
      if (row.available.sign() < 0) {
        log_.warn("pool_overdrawn", object.file, object.id,
                  fmt::format("{} shares are granted or used, {} reserved: nothing is left to grant", granted.text(), row.reserved.text()));
        row.available = 0;
      }
      plan_places_.try_emplace(object.id, imported_.plans.size());
      imported_.plans.push_back(std::move(row));
    }
  }

  Number add_up_grants(const OcfObject& plan, OcfStockPlan& row) {
    const std::string behavior = plan.text("default_cancellation_behavior");
    const bool returns = behavior.empty() || behavior == "RETURN_TO_POOL";
    bool decided = false;
    Number granted;
    for (const OcfSecurity* granted_to : of_plan_[plan.id]) {
      const OcfSecurity& security = *granted_to;
      const bool option = security.kind == OcfSecurityKind::equity_compensation;
      const bool shares_of_an_exercise = !option && exercised_into_.count(security.id) != 0;
      if (security.from_another || shares_of_an_exercise) {
        if (option) row.outstanding += security.remaining;
        continue;
      }
      granted += security.whole;
      if (option) row.outstanding += security.remaining;
      row.used += option ? equity::least(security.exercised, security.whole) : security.remaining;
      const auto said = ledger_.returned.find(security.id);
      const Number most = security.whole - equity::least(security.exercised, security.whole);
      if (said != ledger_.returned.end()) {
        granted -= equity::least(said->second, most);
      } else if (!security.cancelled.is_zero() && returns) {
        granted -= equity::least(security.cancelled, most);
        decided = true;
      }
    }
    if (decided && behavior.empty()) {
      log_.decide("returned_to_pool", plan.file, plan.id,
                  "default_cancellation_behavior is missing: what was cancelled is read as returned to the pool");
    }
    return granted;
  }

  // ---------------------------------------------------------------------------------------------------------------- securities

  std::string name_for(const std::string& ocf_id, const std::string& wanted, const std::string& id) {
    if (std::string given = sidecar_.name_of(ocf_id); !given.empty()) return given;
    const std::string name = wanted.empty() ? id : wanted;
    if (!taken_.insert(name).second) {
      const std::string longer = name + " (" + id + ")";
      taken_.insert(longer);
      return longer;
    }
    return name;
  }

  void hold(const std::string& security, const OcfPosition& position, const Number& shares) {
    const auto [place, fresh] = holdings_.try_emplace({security, position.holder}, table_.holdings.size());
    if (fresh) {
      table_.holdings.push_back({holder(position.holder), security, shares});
    } else {
      table_.holdings[place->second].shares += shares;
    }
  }

  void add_classes(std::string_view type) {
    for (const OcfObject& object : package_.objects) {
      if (object.type != "STOCK_CLASS") continue;
      const bool preferred = object.text("class_type") == "PREFERRED";
      if (preferred != (type == "PREFERRED")) continue;
      add_class(object, preferred);
    }
  }

  void add_class(const OcfObject& object, bool preferred) {
    const std::string name = name_for("class:" + object.id, object.text("name"), object.id);
    std::vector<OcfQuestion> asked;
    equity::Security security{name, equity::Common{}};
    if (preferred) {
      security.terms = terms_.preferred(object, name, asked);
    } else if (object.text("class_type") != "COMMON") {
      asked.push_back({name, "", object.file, object.id,
                       fmt::format("its class_type is \"{}\": is it COMMON or PREFERRED?", object.text("class_type"))});
    } else if (object.value.find("liquidation_preference_multiple") != nullptr) {
      log_.warn("common_with_preference", object.file, object.id,
                "it is common and has a liquidation preference: read as common, without one");
    }
    Number issued;
    bool any = false;
    for (const std::size_t i : stock_of(object.id)) {
      OcfPosition& position = imported_.outstanding[i];
      issued += position.quantity;
      position.table_id = name;
      any = true;
      hold(name, position, position.quantity);
    }
    if (!any && !asked.empty()) {
      return log_.decide("empty_class", object.file, object.id,
                         fmt::format("{} has no shares and its terms are not complete: left out of the cap table", name));
    }
    if (auto* terms = std::get_if<equity::Preferred>(&security.terms)) terms->shares = issued;
    if (auto* terms = std::get_if<equity::Common>(&security.terms)) terms->shares = issued;
    add_row(std::move(security));
    imported_.questions.insert(imported_.questions.end(), asked.begin(), asked.end());
  }

  // The positions of a class. One without an id has none: shares that name no class are not its.
  const std::vector<std::size_t>& stock_of(const std::string& id) {
    static const std::vector<std::size_t> none;
    return id.empty() ? none : stock_of_[id];
  }

  // Shares of a class that the package does not have: counted, but nobody knows what they are.
  void add_unknown_classes() {
    for (const auto& [id, places] : stock_of_) {
      if (places.empty() || !imported_.outstanding[places[0]].table_id.empty()) continue;
      const std::string name = unused(id.empty() ? "stock of no class" : id);
      Number issued;
      for (const std::size_t i : places) {
        OcfPosition& position = imported_.outstanding[i];
        issued += position.quantity;
        position.table_id = name;
        hold(name, position, position.quantity);
      }
      const OcfPosition& first = imported_.outstanding[places[0]];
      if (terms_.find_class(id) == nullptr) {
        imported_.questions.push_back(
            {name, "", first.file, first.object, fmt::format("its shares are of the class \"{}\", which the package does not have", id)});
      }
      add_row({name, equity::Common{issued}});
    }
  }

  std::string unused(std::string name) const {
    while (rows_.count(name) != 0) name += "'";
    return name;
  }
  void add_row(equity::Security security) {
    taken_.insert(security.id);
    rows_.try_emplace(security.id, table_.securities.size());
    table_.securities.push_back(std::move(security));
  }
  equity::Security* find_row(const std::string& name) {
    const auto found = rows_.find(name);
    return found == rows_.end() ? nullptr : &table_.securities[found->second];
  }
  std::size_t place_of_plan(const std::string& id) const {
    const auto found = plan_places_.find(id);
    return found == plan_places_.end() ? imported_.plans.size() : found->second;
  }

  // Plans in their order, then what is of no plan, then warrants; within each by strike.
  std::vector<std::size_t> by_plan_and_strike() const {
    std::vector<std::size_t> order(securities_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto group = [&](const OcfPosition& position) {
      if (position.kind == OcfSecurityKind::warrant) return imported_.plans.size() + 1;
      return place_of_plan(position.plan);
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const OcfPosition& first = imported_.outstanding[a];
      const OcfPosition& second = imported_.outstanding[b];
      if (group(first) != group(second)) return group(first) < group(second);
      return first.price.value_or(Number(0)) < second.price.value_or(Number(0));
    });
    return order;
  }

  // One security for each plan (or the warrants), kind and strike.
  void add_option(OcfPosition& position, const OcfSecurity& security) {
    const bool warrant = position.kind == OcfSecurityKind::warrant;
    if (!warrant && position.kind != OcfSecurityKind::equity_compensation) return;
    if (position.type == "CSAR") {
      return log_.warn("cash_settled", position.file, position.object,
                       "a stock appreciation right paid in cash is no share: kept, not in the cap table");
    }
    auto shares = sidecar_.number("options", position.security, "shares");
    if (!shares && security.known) shares = position.quantity;
    auto strike = sidecar_.number("options", position.security, "strike");
    if (!strike) strike = position.type == "RSU" ? Number(0) : position.price.value_or(Number(-1));
    const std::string label = option_label(position, strike->sign() < 0 ? "an open price" : shown(*strike));
    std::string name = sidecar_.name_of("security:" + position.security);
    if (name.empty()) name = label;
    position.table_id = name;
    const auto ask = [&](const char* field, const char* text) {
      imported_.questions.push_back({name, "options." + position.security + "." + field, position.file, position.object, text});
    };
    if (!shares) ask("shares", "how many shares it is for is not given");
    if (strike->sign() < 0) ask("strike", "its exercise price is not given");
    const Number scale = scale_of(position);
    const Number count = shares.value_or(Number(0)) * scale;
    const Number price = strike->sign() < 0 ? Number(0) : *strike / scale;
    if (equity::Security* there = find_row(name)) {
      auto* option = std::get_if<equity::Option>(&there->terms);
      if (option != nullptr && option->strike == price) {
        option->shares += count;
        return hold(name, position, count);
      }
      name = position.table_id = unused(name);
    }
    hold(name, position, count);
    add_row({name, equity::Option{count, price}});
  }

  static std::string shown(const Number& strike) { return ocf_numeric(strike).value_or(strike.text()); }

  std::string option_label(const OcfPosition& position, const std::string& strike) {
    std::string source = position.kind == OcfSecurityKind::warrant ? "warrants" : "options";
    const std::size_t plan = place_of_plan(position.plan);
    if (plan < imported_.plans.size()) source = imported_.plans[plan].name + " " + source;
    if (position.type == "RSU") {
      if (rsu_said_.insert(position.plan).second)
        log_.decide("rsu", position.file, position.object, "restricted stock units are read as options with a strike of 0");
      return source.substr(0, source.size() - 7) + "units";
    }
    if (position.type == "SSAR") {
      log_.decide("appreciation_right", position.file, position.object,
                  "a stock appreciation right is read as an option at its base price: at an exit it pays the same");
    }
    return fmt::format("{} at {}", source, strike);
  }

  // An option on a preferred class is read as one on the common shares that it converts into.
  Number scale_of(const OcfPosition& position) {
    const OcfObject* of = terms_.find_class(position.stock_class);
    if (of == nullptr || of->text("class_type") != "PREFERRED") return 1;
    const Number ratio = terms_.ratio(*of, false).value_or(Number(1));
    log_.warn(
        "option_on_preferred", position.file, position.object,
        fmt::format("it is for shares of {}: read as an option on the {} common shares that each converts into, without their preference",
                    of->text("name"), ratio.decimal(4)));
    return ratio;
  }

  void add_pool(const OcfStockPlan& plan) {
    const std::string name = name_for("plan:" + plan.id, plan.name, plan.id);
    if (ledger_.disputed.count("plan " + plan.id) != 0) {
      imported_.questions.push_back({name, "", plan.file, plan.id, ledger_.disputed.at("plan " + plan.id)});
    }
    add_row({name, equity::Pool{plan.available}});
  }

  void add_convertible(OcfPosition& position, const OcfSecurity& security) {
    if (position.kind != OcfSecurityKind::convertible) return;
    const std::string name = name_for("security:" + position.security, position.label, position.security);
    position.table_id = name;
    hold(name, position, position.quantity);
    if (equity::Security* there = find_row(name)) return add_amount(there->terms, position.quantity);  // one security, several holders
    auto terms = terms_.convertible(security, name, imported_.questions);
    if (auto* safe = std::get_if<equity::Safe>(&terms)) {
      add_row({name, *safe});
    } else if (auto* note = std::get_if<equity::Note>(&terms)) {
      add_row({name, *note});
    } else {
      equity::Safe placeholder;
      placeholder.amount = position.quantity;
      add_row({name, placeholder});
    }
  }
  static void add_amount(equity::Terms& terms, const Number& amount) {
    if (auto* safe = std::get_if<equity::Safe>(&terms)) safe->amount += amount;
    if (auto* note = std::get_if<equity::Note>(&terms)) note->principal += amount;
  }

  void add_debts() {
    for (const OcfSidecarDebt& debt : sidecar_.debts()) {
      add_row({debt.id, debt.terms});
      for (const auto& [name, amount] : debt.holders) table_.holdings.push_back({name, debt.id, amount});
    }
  }

  void order() {
    const auto place = [&](const equity::Security& security) { return sidecar_.place_of(security.id).value_or(SIZE_MAX); };
    std::stable_sort(table_.securities.begin(), table_.securities.end(),
                     [&](const equity::Security& a, const equity::Security& b) { return place(a) < place(b); });
  }

  void ask_about_currencies() {
    std::map<std::string, std::size_t> used;
    for (const OcfPosition& position : imported_.outstanding) {
      if (!position.currency.empty()) ++used[position.currency];
    }
    for (const OcfObject& object : package_.objects) {
      const OcfValue* price = object.type == "STOCK_CLASS" ? object.value.find("price_per_share") : nullptr;
      if (price != nullptr && !price->text_of("currency").empty()) ++used[std::string(price->text_of("currency"))];
    }
    std::size_t most = 0;
    for (const auto& [currency, count] : used) {
      if (count <= most) continue;
      most = count;
      imported_.currency = currency;
    }
    for (const OcfPosition& position : imported_.outstanding) {
      if (position.currency.empty() || position.currency == imported_.currency) continue;
      log_.lose("currencies_differ", position.file, position.object,
                fmt::format("its money is {}, the company's {}: the cap table has one currency", position.currency, imported_.currency));
      imported_.questions.push_back({position.table_id, "", position.file, position.object,
                                     fmt::format("its money is {}, the company's {}", position.currency, imported_.currency)});
    }
  }

  void finish() {
    imported_.ownership = table_;
    if (!imported_.questions.empty()) return;
    if (const auto fault = fault_in(table_)) {
      log_.lose("no_sound_table", "", "", fmt::format("the terms make no sound cap table: {}", fault->what));
      imported_.questions.push_back({"", "", "", "", fault->what});
      return;
    }
    imported_.table = table_;
  }

  const OcfPackage& package_;
  const OcfLedger& ledger_;
  const OcfOptions& options_;
  OcfLog& log_;
  OcfImport& imported_;
  OcfSidecar sidecar_;
  OcfTerms terms_;
  equity::CapTable table_;
  std::map<std::string, std::string> names_;                             // of stakeholders, by id
  std::vector<const OcfSecurity*> securities_;                           // of the positions
  std::map<std::pair<std::string, std::string>, std::size_t> holdings_;  // security and holder: place
  std::set<std::string> exercised_into_;                                 // shares that came of options: of the grant, no new one
  std::set<std::string> taken_;
  std::map<std::string, std::size_t> rows_;                         // of the table, by name
  std::map<std::string, std::vector<std::size_t>> stock_of_;        // positions, by class
  std::map<std::string, std::vector<const OcfSecurity*>> of_plan_;  // all that was granted, by plan
  std::map<std::string, std::size_t> plan_places_;
  std::set<std::string> rsu_said_;
};

}  // namespace

std::string build_ocf_table(const OcfPackage& package, const OcfLedger& ledger, const OcfOptions& options, OcfLog& log,
                            OcfImport& imported) {
  return Builder(package, ledger, options, log, imported).run();
}

}  // namespace warchest::io
