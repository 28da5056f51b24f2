// warchest.sidecar.json, beside a manifest: what the Open Cap Format has no field for, and answers to what a package leaves open.
//
// Dividends, full participation, debt, maturities, compounding, day counts, most favoured elections, exact fractions, the names and
// the order of our table. What stands here goes before what stands in the package. docs/ocf.md lists every field.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "equity/terms.h"
#include "io/ocf_log.h"
#include "io/ocf_value.h"

namespace warchest::io {

struct OcfSidecarDebt {
  std::string id;
  equity::Debt terms;
  std::vector<std::pair<std::string, equity::Number>> holders;
};

// Read access; every method gives nothing for what is not there. What is there and makes no sense is said in `fault`.
class OcfSidecar {
 public:
  explicit OcfSidecar(const OcfValue& value);

  // `part` is "classes", "convertibles" or "options"; `id` of the class or the security.
  std::optional<equity::Number> number(std::string_view part, std::string_view id, std::string_view field) const;
  std::string text(std::string_view part, std::string_view id, std::string_view field) const;
  bool has(std::string_view part, std::string_view id, std::string_view field) const;
  std::optional<equity::Dividend> dividend(std::string_view stock_class) const;
  std::optional<equity::Interest> interest(std::string_view security) const;
  std::vector<OcfSidecarDebt> debts() const;

  // The name in our table of "class:ID", "plan:ID" or "security:ID"; empty when the sidecar gives none. And a name's place in the table.
  std::string name_of(const std::string& ocf_id) const;
  std::optional<std::size_t> place_of(const std::string& name) const;

  const std::string& fault() const { return fault_; }  // the first thing that cannot be read; complete after check()
  void check(OcfLog& log) const;                       // names fields that nobody reads

 private:
  const OcfValue* entry(std::string_view part, std::string_view id, std::string_view field) const;
  std::optional<equity::Number> read_number(const OcfValue& value, const std::string& place) const;
  std::optional<equity::Interest> read_interest(const OcfValue& value, const std::string& place) const;
  void complain(const std::string& place, std::string_view wanted) const;

  const OcfValue& value_;
  std::map<std::pair<std::string_view, std::string_view>, const OcfValue*> entries_;  // by part and id
  std::map<std::string, std::string> names_;
  std::map<std::string, std::size_t> places_;
  mutable std::string fault_;
};

OcfValue sidecar_interest(const equity::Interest& interest);
OcfValue sidecar_dividend(const equity::Dividend& dividend);
OcfValue sidecar_number(const equity::Number& value);  // exact: "7/6"

}  // namespace warchest::io
