// From what a package says about a class or a convertible to the terms that the exact engine computes with.
//
// Whatever is missing becomes an open question, and a placeholder stands in its place; whatever is read by a rule of ours becomes a
// decision in the log. The sidecar goes before the package, the caller's answers after it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "equity/terms.h"
#include "io/ocf.h"
#include "io/ocf_ledger.h"
#include "io/ocf_log.h"
#include "io/ocf_package.h"
#include "io/ocf_sidecar.h"

namespace warchest::io {

class OcfTerms {
 public:
  OcfTerms(const OcfPackage& package, const OcfLedger& ledger, const OcfOptions& options, const OcfSidecar& sidecar, OcfLog& log);

  // A preferred class without its shares. `asked` takes what is open; `security` is its name in the table.
  equity::Preferred preferred(const OcfObject& stock_class, const std::string& security, std::vector<OcfQuestion>& asked);
  // Common shares for one share of the class: 1 for a common class, nothing when it is not known.
  std::optional<equity::Number> ratio(const OcfObject& stock_class, bool say);
  // A SAFE, a note, or nothing for what the engine cannot express (then it is asked for).
  std::variant<std::monostate, equity::Safe, equity::Note> convertible(const OcfSecurity& issued, const std::string& security,
                                                                       std::vector<OcfQuestion>& asked);
  const OcfObject* find_class(const std::string& id) const;

 private:
  struct Mechanism {
    const OcfValue* trigger = nullptr;
    const OcfValue* terms = nullptr;
    std::string type;
  };
  std::optional<equity::Number> own_ratio(const OcfObject& stock_class, bool say, const OcfObject*& target);
  const OcfValue* conversion_right(const OcfObject& stock_class, std::size_t& usable) const;
  Mechanism mechanism_of(const OcfObject& issuance);
  std::optional<equity::Number> class_price(const OcfObject& stock_class);
  equity::Number class_rank(const OcfObject& stock_class, const std::string& security, std::vector<OcfQuestion>& asked);
  void participation(const OcfObject& stock_class, equity::Preferred& terms, const std::string& security, std::vector<OcfQuestion>& asked);
  void compare_prices(const OcfObject& stock_class, const OcfValue& mechanism, const equity::Number& price, const equity::Number& ratio);
  equity::Safe safe(const OcfSecurity& issued, const Mechanism& mechanism, const std::string& security, std::vector<OcfQuestion>& asked);
  std::optional<equity::SafeBasis> safe_basis(const OcfSecurity& issued, const Mechanism& mechanism, bool counts);
  equity::Note note(const OcfSecurity& issued, const Mechanism& mechanism, const std::string& security, std::vector<OcfQuestion>& asked);
  std::optional<equity::Interest> interest(const OcfSecurity& issued, const Mechanism& mechanism, const std::string& security,
                                           std::vector<OcfQuestion>& asked);
  void common_terms(const OcfSecurity& issued, const Mechanism& mechanism, std::optional<equity::Number>& cap,
                    std::optional<equity::Number>& discount);

  const OcfLedger& ledger_;
  const OcfOptions& options_;
  const OcfSidecar& sidecar_;
  OcfLog& log_;
  std::map<std::string, const OcfObject*> classes_;  // by id
  std::vector<equity::Number> ranks_;                // of the preferred classes as written, each once, rising
  std::size_t preferred_ = 0;
  std::map<std::string, std::set<equity::Number>> prices_;  // of outstanding shares, by class
};

}  // namespace warchest::io
