// One pass over the transactions in order of date and rule. Securities are found by id; what cannot be applied is named and left out.
#include "io/ocf_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "io/ocf_fields.h"

namespace warchest::io {
namespace {

using equity::Date;
using equity::Number;

enum class Order : unsigned char { issuance, split, ending, adjustment, none };

struct Entry {
  Date date;
  Order order = Order::none;
  std::size_t place = 0;  // in the package
  const OcfObject* object = nullptr;
};

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

Order order_of(std::string_view type) {
  if (ends_with(type, "_ISSUANCE") && !ends_with(type, "_REISSUANCE")) return Order::issuance;
  if (type == "TX_STOCK_CLASS_SPLIT") return Order::split;
  for (const char* end : {"_CANCELLATION", "_CONVERSION", "_EXERCISE", "_REPURCHASE", "_REISSUANCE", "_TRANSFER", "_RELEASE", "_RETRACTION",
                          "_CONSOLIDATION"}) {
    if (ends_with(type, end)) return Order::ending;
  }
  if (ends_with(type, "_ADJUSTMENT") || ends_with(type, "_REPRICING") || type == "TX_STOCK_PLAN_RETURN_TO_POOL") return Order::adjustment;
  return Order::none;
}

OcfSecurityKind kind_of(std::string_view type) {
  if (type.substr(0, 10) == "TX_WARRANT") return OcfSecurityKind::warrant;
  if (type.substr(0, 14) == "TX_CONVERTIBLE") return OcfSecurityKind::convertible;
  if (type.substr(0, 22) == "TX_EQUITY_COMPENSATION") return OcfSecurityKind::equity_compensation;
  return OcfSecurityKind::stock;
}

// The quantity that a warrant's mechanism fixes: converts_to_quantity of its first trigger that has one.
std::optional<Number> fixed_quantity(const OcfObject& warrant) {
  const OcfValue* triggers = warrant.value.find("exercise_triggers");
  if (triggers == nullptr) return std::nullopt;
  for (const OcfValue& trigger : triggers->items) {
    const OcfValue* right = trigger.find("conversion_right");
    const OcfValue* mechanism = right == nullptr ? nullptr : right->find("conversion_mechanism");
    const auto quantity = mechanism == nullptr ? std::nullopt : ocf_number_of(mechanism->find("converts_to_quantity"));
    if (quantity) return quantity;
  }
  return std::nullopt;
}

class Fold {
 public:
  Fold(const OcfPackage& package, const OcfOptions& options, OcfLog& log) : package_(package), options_(options), log_(log) {}

  OcfLedger run() {
    collect();
    for (const Entry& entry : entries_) {
      switch (entry.order) {
        case Order::issuance:
          issue(*entry.object, entry.date);
          break;
        case Order::split:
          split(*entry.object, entry.date);
          break;
        case Order::ending:
          end(*entry.object);
          break;
        case Order::adjustment:
          adjust(*entry.object, entry.date);
          break;
        case Order::none:
          break;
      }
    }
    for (const OcfSecurity& security : ledger_.securities) judge(security);
    return std::move(ledger_);
  }

 private:
  // Every transaction that is applied, in order. A transaction on a security waits for the issuance.
  void collect() {
    std::map<std::string, Date> issued;
    for (const OcfObject& object : package_.objects) {
      const auto date = object.date("date");
      if (order_of(object.type) == Order::issuance && date) issued.try_emplace(object.text("security_id"), *date);
    }
    for (const OcfObject& object : package_.objects) {
      if (object.type != "STOCK_PLAN") continue;
      std::vector<std::string> classes = object.texts("stock_class_ids");
      if (const std::string one = object.text("stock_class_id"); !one.empty()) classes.push_back(one);
      if (classes.size() == 1) sole_class_[object.id] = classes[0];
    }
    for (std::size_t i = 0; i < package_.objects.size(); ++i) {
      const OcfObject& object = package_.objects[i];
      if (!is_ocf_transaction(object.type) || ocf_kind(object.type) == nullptr) continue;
      const auto date = object.date("date");
      if (!date) {
        log_.lose("no_date", object.file, object.id, "it has no date that can be read: not applied");
        continue;
      }
      Date applies = *date;
      const auto of = issued.find(object.text("security_id"));
      if (of != issued.end() && of->second > applies && order_of(object.type) != Order::issuance) {
        applies = of->second;
        log_.warn("before_issuance", object.file, object.id,
                  fmt::format("it is dated {}, before its security was issued on {}: applied on the day of the issuance", spelled(*date),
                              spelled(applies)));
      }
      if (options_.as_of && applies > *options_.as_of) continue;
      ++ledger_.applied;
      ledger_.last = ledger_.last ? std::max(*ledger_.last, applies) : applies;
      entries_.push_back({applies, order_of(object.type), i, &object});
      note_successors(object);
    }
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return std::tie(a.date, a.order, a.place) < std::tie(b.date, b.order, b.place);
    });
  }

  void note_successors(const OcfObject& object) {
    if (order_of(object.type) != Order::ending) return;
    std::vector<std::string> next;
    if (const std::string balance = object.text("balance_security_id"); !balance.empty()) next.push_back(balance);
    const bool changes_kind = ends_with(object.type, "_EXERCISE") || ends_with(object.type, "_RELEASE");
    if (!changes_kind) {
      for (const std::string& id : object.texts("resulting_security_ids")) next.push_back(id);
    }
    continuations_.insert(next.begin(), next.end());
  }

  // ---------------------------------------------------------------------------------------------------------------- issuing

  void issue(const OcfObject& object, const Date& date) {
    OcfSecurity security;
    security.issuance = &object;
    security.kind = kind_of(object.type);
    security.id = object.text("security_id");
    security.issued = date;
    security.from_another = continuations_.count(security.id) != 0;
    if (security.id.empty()) return log_.lose("missing_field", object.file, object.id, "it has no security_id: not applied");
    const auto quantity = quantity_of(object, security.kind);
    security.known = quantity.has_value();
    if (!quantity && security.kind != OcfSecurityKind::warrant) {
      return log_.lose("no_quantity", object.file, object.id, "how much it issues cannot be read: not applied");
    }
    security.whole = security.remaining = quantity.value_or(Number(0));
    if (security.whole.sign() < 0)
      return log_.lose("negative_quantity", object.file, object.id, "it issues less than nothing: not applied");
    security.strike = object.amount("exercise_price");
    if (!security.strike) security.strike = object.amount("base_price");
    const auto [place, fresh] = places_.try_emplace({security.kind, security.id}, ledger_.securities.size());
    if (!fresh) {
      return log_.lose("duplicate_security_id", object.file, object.id,
                       fmt::format("the security \"{}\" was issued by {} already: not applied", security.id,
                                   ledger_.securities[place->second].issuance->id));
    }
    of_class_[class_of(object)].push_back(ledger_.securities.size());
    ledger_.securities.push_back(std::move(security));
  }

  std::optional<Number> quantity_of(const OcfObject& object, OcfSecurityKind kind) {
    if (kind == OcfSecurityKind::convertible) return object.amount("investment_amount");
    if (kind != OcfSecurityKind::warrant) return object.number("quantity");
    const auto written = object.number("quantity");
    const auto fixed = fixed_quantity(object);
    const std::string source = object.text("quantity_source");
    if (!fixed || (written && *written == *fixed)) {
      if (!written) log_.warn("no_quantity", object.file, object.id, "the warrant's shares depend on a later price: not counted");
      if (written && (source == "INSTRUMENT_MAX" || source == "INSTRUMENT_MIN")) {
        log_.decide(
            "quantity_source", object.file, object.id,
            fmt::format("its quantity is the instrument's {}: counted in full", source == "INSTRUMENT_MAX" ? "maximum" : "minimum"));
      }
      return written;
    }
    const bool estimated = source == "HUMAN_ESTIMATED" || source == "MACHINE_ESTIMATED";
    if (!written || estimated) {
      log_.warn("mechanism_quantity", object.file, object.id,
                fmt::format("its conversion mechanism fixes {} shares, its quantity {}: the mechanism's are counted", fixed->text(),
                            written ? fmt::format("says {} ({})", written->text(), source) : "is not given"));
      return fixed;
    }
    log_.warn("quantities_differ", object.file, object.id,
              fmt::format("its quantity is {}{}, its conversion mechanism fixes {}: the quantity is counted", written->text(),
                          source.empty() ? "" : " (" + source + ")", fixed->text()));
    return written;
  }

  // ---------------------------------------------------------------------------------------------------------------- splitting

  void split(const OcfObject& object, const Date& date) {
    const auto ratio = object.ratio("split_ratio");
    if (!ratio || ratio->sign() <= 0)
      return log_.lose("bad_split", object.file, object.id, "its split_ratio cannot be read or is not above zero: not applied");
    const std::string of_class = object.text("stock_class_id");
    const auto [place, fresh] = ledger_.split_since.try_emplace(of_class, *ratio);
    if (!fresh) place->second *= *ratio;
    Number before;
    Number spared;
    bool options_left = false;
    for (const std::size_t place_of_security : of_class_[of_class]) {
      OcfSecurity& security = ledger_.securities[place_of_security];
      if (security.ended) continue;
      if (security.kind == OcfSecurityKind::stock) {
        if (security.issued == date || security.issuance->text("split_transaction_id") == object.id) {
          spared += security.remaining;
          continue;
        }
        before += security.remaining;
      } else if (!options_.split_options) {
        options_left = true;
        continue;
      }
      security.split = date;
      for (Number* count : {&security.whole, &security.remaining, &security.reduced, &security.exercised, &security.cancelled})
        *count *= *ratio;
      if (security.kind != OcfSecurityKind::stock && security.strike) *security.strike /= *ratio;
    }
    log_.decide("split", object.file, object.id,
                fmt::format("{} shares issued before {} became {}; {} issued that day stand as written", before.text(), spelled(date),
                            (before * *ratio).text(), spared.text()));
    if (options_left) {
      log_.decide("split_leaves_options", object.file, object.id,
                  "options and warrants on the class stand as written: the format has no event that splits them");
    }
  }

  // The class that an issuance is of, for options by way of a plan that has one class only.
  std::string class_of(const OcfObject& issuance) const {
    if (std::string id = issuance.text("stock_class_id"); !id.empty()) return id;
    const auto plan = sole_class_.find(issuance.text("stock_plan_id"));
    if (plan != sole_class_.end()) return plan->second;
    return {};
  }

  // ---------------------------------------------------------------------------------------------------------------- ending

  void end(const OcfObject& object) {
    std::vector<std::string> ids = object.texts("security_ids");
    if (const std::string id = object.text("security_id"); !id.empty()) ids.push_back(id);
    Number taken;
    bool applied = false;
    for (const std::string& id : ids) {
      const auto place = places_.find({kind_of(object.type), id});
      if (place == places_.end()) {
        if (issued_somewhere(id)) {  // else it was named by the references
          log_.lose("wrong_kind", object.file, object.id,
                    fmt::format("it ends the {} \"{}\", but what was issued by that id is of another kind: not applied",
                                kind_name(kind_of(object.type)), id));
        }
        continue;
      }
      taken += reduce(ledger_.securities[place->second], object);
      applied = true;
    }
    if (applied) compare_results(object, taken);
  }

  // How much the transaction says that it takes; nothing when it takes all.
  std::optional<Number> quantity_taken(const OcfSecurity& security, const OcfObject& object) {
    if (security.kind == OcfSecurityKind::convertible) {
      const bool conversion = ends_with(object.type, "_CONVERSION");
      if (conversion && object.number("quantity_converted") && !object.text("balance_security_id").empty()) return std::nullopt;
      if (conversion && object.number("quantity_converted")) {
        log_.decide("conversion_quantity", object.file, object.id,
                    "quantity_converted is read as the shares that came of it, not as money: the convertible is converted in full");
      }
      return object.amount("amount");
    }
    if (ends_with(object.type, "_RETRACTION") || ends_with(object.type, "_REISSUANCE") || ends_with(object.type, "_CONSOLIDATION"))
      return std::nullopt;
    return object.number(ends_with(object.type, "_CONVERSION") ? "quantity_converted" : "quantity");
  }

  Number reduce(OcfSecurity& security, const OcfObject& object) {
    ++security.endings;
    const auto said = quantity_taken(security, object);
    const bool readable = !said || said->sign() >= 0;
    if (!readable) {
      log_.lose("negative_quantity", object.file, object.id,
                fmt::format("it takes {} of \"{}\"; its quantity is not used", said->text(), security.id));
    }
    const Number taken = said && readable ? *said : security.whole;
    const std::string balance = object.text("balance_security_id");
    const bool has_balance = !balance.empty() && issued_somewhere(balance);
    const bool partial = readable && taken < security.whole && security.known;
    if (partial && !has_balance) {
      log_.warn(
          "partial_without_balance", object.file, object.id,
          fmt::format("it takes {} of the {} of \"{}\" and no balance was issued: {}", taken.text(), security.whole.text(), security.id,
                      options_.rule == TerminalRule::strict ? "by the strict rule the rest ends too" : "by netting the rest stays"));
    }
    security.reduced += taken;
    security.last = &object;
    if (has_balance && said && readable) compare_balance(security, object, balance);
    if (ends_with(object.type, "_EXERCISE") || ends_with(object.type, "_RELEASE")) security.exercised += taken;
    if (ends_with(object.type, "_CANCELLATION") || ends_with(object.type, "_RETRACTION")) security.cancelled += taken;
    const bool leaves_rest = options_.rule == TerminalRule::netting && partial && !has_balance;
    if (options_.rule == TerminalRule::netting && !readable) return taken;
    security.remaining = leaves_rest ? equity::greatest(security.remaining - taken, 0) : Number(0);
    if (security.remaining.is_zero()) security.ended = true;
    return taken;
  }

  void compare_balance(const OcfSecurity& security, const OcfObject& object, const std::string& balance) {
    const OcfObject& rest = *issued_ids_[balance];
    const auto quantity = security.kind == OcfSecurityKind::convertible ? rest.amount("investment_amount") : rest.number("quantity");
    if (!quantity || *quantity == security.whole - security.reduced) return;
    log_.warn("balance_mismatch", object.file, object.id,
              fmt::format("it takes {} of {}, but its balance was issued with {}: issuances count as written", security.reduced.text(),
                          security.whole.text(), quantity->text()));
  }

  bool issued_somewhere(const std::string& id) {
    if (issued_ids_.empty()) {
      for (const OcfObject& object : package_.objects) {
        if (order_of(object.type) == Order::issuance) issued_ids_.try_emplace(object.text("security_id"), &object);
      }
    }
    return issued_ids_.count(id) != 0;
  }

  // What comes out of a transfer, an exercise, a reissue is as much as went in.
  void compare_results(const OcfObject& object, const Number& taken) {
    const bool same_count = ends_with(object.type, "_TRANSFER") || ends_with(object.type, "_EXERCISE") ||
                            ends_with(object.type, "_REISSUANCE") || object.type == "TX_STOCK_CONSOLIDATION";
    if (!same_count || !object.text("split_transaction_id").empty()) return;
    std::vector<std::string> results = object.texts("resulting_security_ids");
    if (const std::string id = object.text("resulting_security_id"); !id.empty()) results.push_back(id);
    if (results.empty()) return;
    Number issued;
    for (const std::string& id : results) {
      if (!issued_somewhere(id)) return;  // named as dangling
      const OcfObject& result = *issued_ids_[id];
      const auto quantity =
          kind_of(result.type) == OcfSecurityKind::convertible ? result.amount("investment_amount") : result.number("quantity");
      if (!quantity) return;
      issued += *quantity;
      const auto split_then = ledger_.split_since.find(result.text("stock_class_id"));
      if (ends_with(object.type, "_REISSUANCE") && split_then != ledger_.split_since.end())
        return;  // after a split the counts differ rightly
    }
    if (issued != taken) {
      log_.warn(
          "quantity_mismatch", object.file, object.id,
          fmt::format("it takes {}, but its results were issued with {} in all: issuances count as written", taken.text(), issued.text()));
    }
  }

  // ---------------------------------------------------------------------------------------------------------------- adjusting

  void adjust(const OcfObject& object, const Date& date) {
    const std::string of_class = object.text("stock_class_id");
    const std::string plan = object.text("stock_plan_id");
    if (object.type == "TX_STOCK_CLASS_CONVERSION_RATIO_ADJUSTMENT") {
      const OcfValue* mechanism = object.value.find("new_ratio_conversion_mechanism");
      const auto ratio = mechanism == nullptr ? std::nullopt : ocf_ratio_of(mechanism->find("ratio"));
      if (latest(object, date, "class " + of_class + " ratio", ratio)) ledger_.ratios[of_class] = &object;
    } else if (object.type == "TX_STOCK_PLAN_POOL_ADJUSTMENT") {
      const auto shares = object.number("shares_reserved");
      if (latest(object, date, "plan " + plan, shares)) ledger_.reserved[plan] = *shares;
    } else if (object.type == "TX_STOCK_CLASS_AUTHORIZED_SHARES_ADJUSTMENT") {
      const auto shares = object.number("new_shares_authorized");
      if (latest(object, date, "class " + of_class + " authorized", shares)) ledger_.authorized[of_class] = *shares;
    } else if (object.type == "TX_STOCK_PLAN_RETURN_TO_POOL") {
      if (const auto shares = object.number("quantity")) ledger_.returned[object.text("security_id")] += *shares;
    } else if (object.type == "TX_EQUITY_COMPENSATION_REPRICING") {
      reprice(object, date);
    }
  }

  void reprice(const OcfObject& object, const Date& date) {
    const auto place = places_.find({OcfSecurityKind::equity_compensation, object.text("security_id")});
    if (place == places_.end()) return;
    const auto price = object.amount("new_exercise_price");
    if (latest(object, date, "price of " + object.text("security_id"), price)) ledger_.securities[place->second].strike = price;
  }

  // Absolute values: the latest date wins, and two of one day must agree.
  bool latest(const OcfObject& object, const Date& date, const std::string& what, const std::optional<Number>& value) {
    if (!value) {
      log_.lose("unreadable_adjustment", object.file, object.id, "its new value cannot be read: not applied");
      return false;
    }
    const auto [place, fresh] = values_.try_emplace(what, std::pair(date, *value));
    if (!fresh && place->second.first == date && place->second.second != *value) {
      const std::string why = fmt::format("two adjustments of {} say {} and {}", spelled(date), place->second.second.text(), value->text());
      log_.lose("same_day_disagreement", object.file, object.id, why + ": neither is taken for sure");
      ledger_.disputed[what] = why;
      return false;
    }
    if (!fresh && place->second.first != date) ledger_.disputed.erase(what);
    place->second = {date, *value};
    return true;
  }

  void judge(const OcfSecurity& security) {
    const OcfObject& object = *security.issuance;
    if (security.endings > 1) {
      log_.warn("several_terminal_tx_on_one_security", object.file, object.id,
                fmt::format("the security \"{}\" was ended {} times", security.id, security.endings));
    }
    if (security.known && security.reduced > security.whole) {
      log_.warn("over_reduced", object.file, object.id,
                fmt::format("{} were taken in all from the security \"{}\", which held {}", security.reduced.text(), security.id,
                            security.whole.text()));
    }
    const char* expiry = security.kind == OcfSecurityKind::warrant ? "warrant_expiration_date" : "expiration_date";
    const auto expires = object.date(expiry);
    if (!security.ended && expires && ledger_.last && *expires < *ledger_.last) {
      log_.warn("expired_outstanding", object.file, object.id,
                fmt::format("it expired on {}, but no transaction ended it: counted as outstanding", spelled(*expires)));
    }
  }

  const OcfPackage& package_;
  const OcfOptions& options_;
  OcfLog& log_;
  OcfLedger ledger_;
  std::vector<Entry> entries_;
  std::map<std::pair<OcfSecurityKind, std::string>, std::size_t> places_;
  std::map<std::string, const OcfObject*> issued_ids_;        // of the whole package, by security id
  std::map<std::string, std::vector<std::size_t>> of_class_;  // securities, by class
  std::map<std::string, std::string> sole_class_;             // of plans that have one only
  std::set<std::string> continuations_;                       // securities that carry another one on
  std::map<std::string, std::pair<Date, Number>> values_;     // by what an adjustment sets
};

}  // namespace

std::string_view kind_name(OcfSecurityKind kind) {
  switch (kind) {
    case OcfSecurityKind::stock:
      return "stock";
    case OcfSecurityKind::equity_compensation:
      return "equity compensation";
    case OcfSecurityKind::warrant:
      return "warrant";
    case OcfSecurityKind::convertible:
      return "convertible";
  }
  return "";
}

OcfLedger fold_ocf(const OcfPackage& package, const OcfOptions& options, OcfLog& log) { return Fold(package, options, log).run(); }

}  // namespace warchest::io
