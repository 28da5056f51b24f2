// Ids are collected first, so that a reference may stand before what it names. Circles are looked for with a stack of our own: a chain
// may be as long as the package.
#include "io/ocf_references.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace warchest::io {
namespace {

using Graph = std::map<std::string, std::vector<std::string>>;
using Ids = std::set<std::string, std::less<>>;

// One node of a circle, if there is one.
std::string node_of_circle(const Graph& graph) {
  enum class State : unsigned char { open, done };
  std::map<std::string, State> states;
  for (const auto& [start, unused] : graph) {
    if (states.count(start) != 0) continue;
    std::vector<std::pair<std::string, std::size_t>> stack{{start, 0}};
    states[start] = State::open;
    while (!stack.empty()) {
      auto& [node, next] = stack.back();
      const auto edges = graph.find(node);
      if (edges == graph.end() || next == edges->second.size()) {
        states[node] = State::done;
        stack.pop_back();
        continue;
      }
      const std::string to = edges->second[next++];
      const auto seen = states.find(to);
      if (seen == states.end()) {
        states[to] = State::open;
        stack.emplace_back(to, 0);
      } else if (seen->second == State::open) {
        return to;
      }
    }
  }
  return {};
}

bool is_issuance(const OcfObject& object) {
  return object.type == "TX_STOCK_ISSUANCE" || object.type == "TX_EQUITY_COMPENSATION_ISSUANCE" || object.type == "TX_WARRANT_ISSUANCE" ||
         object.type == "TX_CONVERTIBLE_ISSUANCE";
}

std::vector<std::string> successors(const OcfObject& object) {
  std::vector<std::string> ids = object.texts("resulting_security_ids");
  for (const char* field : {"balance_security_id", "resulting_security_id"}) {
    if (const std::string id = object.text(field); !id.empty()) ids.push_back(id);
  }
  return ids;
}

class References {
 public:
  References(const OcfPackage& package, OcfLog& log) : package_(package), log_(log) {}

  std::string check() {
    for (const OcfObject& object : package_.objects) collect(object);
    for (const OcfObject& object : package_.objects) follow(object);
    return circle();
  }

 private:
  void collect(const OcfObject& object) {
    ids_[object.type].insert(object.id);
    all_.insert(object.id);
    if (is_issuance(object)) {
      securities_.insert(object.text("security_id"));
      issuances_.insert(object.id);
    }
    if (object.type == "VESTING_TERMS") collect_conditions(object);
  }
  void collect_conditions(const OcfObject& terms) {
    const OcfValue* conditions = terms.value.find("vesting_conditions");
    if (conditions == nullptr) return;
    for (const OcfValue& condition : conditions->items) {
      const std::string id(condition.text_of("id"));
      conditions_.insert(id);
      const OcfValue* next = condition.find("next_condition_ids");
      if (next == nullptr) continue;
      for (const OcfValue& to : next->items) vesting_[terms.id + " " + id].push_back(terms.id + " " + to.text);
    }
  }

  void follow(const OcfObject& object) {
    refer(object, "stakeholder_id", "STAKEHOLDER", "unknown_stakeholder", "stakeholder");
    refer(object, "stock_class_id", "STOCK_CLASS", "unknown_class", "stock class");
    refer(object, "stock_class_ids", "STOCK_CLASS", "unknown_class", "stock class");
    refer(object, "stock_plan_id", "STOCK_PLAN", "unknown_plan", "stock plan");
    refer(object, "vesting_terms_id", "VESTING_TERMS", "unknown_vesting_terms", "vesting terms");
    refer(object, "stock_legend_ids", "STOCK_LEGEND_TEMPLATE", "unknown_legend", "legend");
    refer(object, "valuation_id", "VALUATION", "unknown_valuation", "valuation");
    refer(object, "split_transaction_id", "TX_STOCK_CLASS_SPLIT", "unknown_split", "split");
    if (const std::string id = object.text("issuer_id"); !id.empty() && id != package_.issuer.id)
      say(object, "unknown_issuer", "issuer", id);
    if (object.type == "FINANCING") {
      for (const std::string& id : object.texts("issuance_ids")) {
        if (issuances_.count(id) == 0) say(object, "unknown_issuance", "issuance", id);
      }
    }
    if (object.type == "DOCUMENT") follow_document(object);
    if (object.type == "STOCK_CLASS") follow_rights(object, object.value.find("conversion_rights"), true);
    follow_triggers(object, object.value.find("conversion_triggers"));
    follow_triggers(object, object.value.find("exercise_triggers"));
    if (object.type == "STOCK_PLAN") {
      follow_plan(object);
    }
    follow_securities(object);
  }

  void follow_plan(const OcfObject& plan) {
    std::vector<std::string> parts = plan.texts("stock_class_ids");
    parts.push_back(plan.text("stock_class_id"));
    for (const std::string& id : parts) {
      const bool is_class = ids_["STOCK_CLASS"].count(id) != 0;  // ids are unique within their kind only
      if (!is_class && ids_["STOCK_PLAN"].count(id) != 0) plans_[plan.id].push_back(id);
    }
  }

  void refer(const OcfObject& object, const char* field, const char* type, const char* kind, const char* what) {
    std::vector<std::string> ids = object.texts(field);
    if (const std::string id = object.text(field); !id.empty()) ids.push_back(id);
    for (const std::string& id : ids) {
      if (ids_[type].count(id) == 0) say(object, kind, what, id);
    }
  }
  void say(const OcfObject& object, const char* kind, const char* what, const std::string& id) {
    log_.warn(kind, object.file, object.id, fmt::format("it names the {} \"{}\", which the package does not have", what, id));
  }

  void follow_document(const OcfObject& document) {
    const OcfValue* related = document.value.find("related_objects");
    if (related == nullptr) return;
    for (const OcfValue& reference : related->items) {
      const std::string id(reference.text_of("object_id"));
      if (all_.count(id) == 0 && id != package_.issuer.id) say(document, "unknown_object", "object", id);
    }
  }

  void follow_rights(const OcfObject& object, const OcfValue* rights, bool of_class) {
    if (rights == nullptr) return;
    for (const OcfValue& right : rights->items) {
      const std::string to(right.text_of("converts_to_stock_class_id"));
      if (to.empty()) continue;
      if (ids_["STOCK_CLASS"].count(to) == 0) say(object, "unknown_class", "stock class", to);
      // Two common classes that convert into each other are usual and change no count; the circle of interest has a preferred in it.
      if (of_class && (object.text("class_type") == "PREFERRED" || to == object.id)) conversions_[object.id].push_back(to);
    }
  }
  void follow_triggers(const OcfObject& object, const OcfValue* triggers) {
    if (triggers == nullptr) return;
    for (const OcfValue& trigger : triggers->items) {
      const OcfValue* right = trigger.find("conversion_right");
      const std::string to(right == nullptr ? std::string_view() : right->text_of("converts_to_stock_class_id"));
      if (!to.empty() && ids_["STOCK_CLASS"].count(to) == 0) say(object, "unknown_class", "stock class", to);
    }
  }

  void follow_securities(const OcfObject& object) {
    if (object.type.substr(0, 3) != "TX_" || is_issuance(object)) return;
    std::vector<std::string> about = object.texts("security_ids");
    if (const std::string id = object.text("security_id"); !id.empty()) about.push_back(id);
    for (const std::string& id : about) {
      if (securities_.count(id) != 0) continue;
      log_.lose("tx_on_unknown_security", object.file, object.id,
                fmt::format("it is about the security \"{}\", which was never issued: not applied", id));
      break;  // once for the transaction
    }
    for (const std::string& to : successors(object)) {
      for (const std::string& id : about) securities_from_[id].push_back(to);
      if (securities_.count(to) != 0 || !dangling_.insert(to).second) continue;
      log_.lose("dangling_resulting_or_balance_id", object.file, object.id,
                fmt::format("it results in the security \"{}\", which no issuance has", to));
    }
    if (const std::string id = object.text("vesting_condition_id"); !id.empty() && conditions_.count(id) == 0) {
      say(object, "unknown_vesting_condition", "vesting condition", id);
    }
  }

  std::string circle() const {
    if (const std::string id = node_of_circle(securities_from_); !id.empty()) {
      return fmt::format("the security \"{}\" results from itself, by way of the transactions on it", id);
    }
    if (const std::string id = node_of_circle(conversions_); !id.empty())
      return fmt::format("the stock class \"{}\" converts into itself", id);
    if (const std::string id = node_of_circle(plans_); !id.empty()) return fmt::format("the stock plan \"{}\" is made of itself", id);
    if (const std::string id = node_of_circle(vesting_); !id.empty())
      return fmt::format("the vesting condition \"{}\" follows after itself", id);
    return {};
  }

  const OcfPackage& package_;
  OcfLog& log_;
  std::map<std::string, Ids, std::less<>> ids_;  // by object type
  Ids all_, securities_, issuances_, conditions_, dangling_;
  Graph securities_from_, conversions_, plans_, vesting_;
};

}  // namespace

std::string check_ocf_references(const OcfPackage& package, OcfLog& log) { return References(package, log).check(); }

}  // namespace warchest::io
