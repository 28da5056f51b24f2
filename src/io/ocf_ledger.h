// The ledger, folded: which securities are outstanding and how much of each, what the absolute values of classes and plans are now.
//
// Transactions are applied by date. The format gives no order within a day; ours is: issuances, then splits, then what ends
// securities, then adjustments. A transaction on a security dated before its issuance is applied on the day of the issuance, and
// named. A split multiplies what was issued before its day; what is issued on its day, or says that it was issued because of the
// split, stands as written.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "equity/interest.h"
#include "equity/number.h"
#include "io/ocf.h"
#include "io/ocf_log.h"
#include "io/ocf_package.h"

namespace warchest::io {

struct OcfSecurity {
  const OcfObject* issuance = nullptr;
  OcfSecurityKind kind = OcfSecurityKind::stock;
  std::string id;
  equity::Date issued;
  bool known = true;         // false: its quantity is not given
  equity::Number whole;      // as issued, after splits
  equity::Number remaining;  // outstanding
  equity::Number reduced;    // by all transactions on it, also by those that took more than there was
  equity::Number exercised;  // of equity compensation: turned into shares
  equity::Number cancelled;  // cancelled or retracted
  std::size_t endings = 0;   // terminal transactions on it
  bool ended = false;
  bool from_another = false;             // it is the balance or the result of another security of its kind
  std::optional<equity::Number> strike;  // exercise or base price, after repricing and splits
  std::optional<equity::Date> split;     // the last day on which it was split
  const OcfObject* last = nullptr;       // the last transaction that reduced it
};

struct OcfLedger {
  std::vector<OcfSecurity> securities;                // in the order of their issue
  std::map<std::string, const OcfObject*> ratios;     // by stock class: the adjustment in force
  std::map<std::string, equity::Number> split_since;  // by stock class: product of the splits
  std::map<std::string, equity::Number> authorized;   // by stock class
  std::map<std::string, equity::Number> reserved;     // by stock plan
  std::map<std::string, equity::Number> returned;     // by security: said to return to the pool
  std::map<std::string, std::string> disputed;        // "class ID ratio", "plan ID": why its value is not known
  std::size_t applied = 0;
  std::optional<equity::Date> last;  // date of the last transaction applied
};

OcfLedger fold_ocf(const OcfPackage& package, const OcfOptions& options, OcfLog& log);

}  // namespace warchest::io
