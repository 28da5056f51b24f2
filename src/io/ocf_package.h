// A package as it was written: the manifest, every object of every file that it names, and what lies beside. Nothing is interpreted
// here beyond old names and texts for numbers; what is broken is named and the rest is read.
//
// Refused as a whole: names that lead out, broken limits, bytes that are no text, two different objects of one kind with one id, and
// a manifest that cannot be read.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "equity/interest.h"
#include "equity/number.h"
#include "io/ocf.h"
#include "io/ocf_log.h"
#include "io/ocf_value.h"

namespace warchest::io {

class OcfSource;

inline constexpr std::string_view kOcfSidecar = "warchest.sidecar.json";

struct OcfObject {
  std::string type;  // object_type, in its present name
  std::string id;
  std::string file;
  OcfValue value;

  std::string text(std::string_view field) const { return std::string(value.text_of(field)); }
  std::optional<equity::Number> number(std::string_view field) const;  // a Numeric or a Percentage; nothing when it is neither
  std::optional<equity::Number> amount(std::string_view field) const;  // of a Monetary
  std::optional<equity::Number> ratio(std::string_view field) const;
  std::optional<equity::Date> date(std::string_view field) const;
  std::vector<std::string> texts(std::string_view field) const;
};

std::optional<equity::Number> ocf_number_of(const OcfValue* value);
std::optional<equity::Number> ocf_amount_of(const OcfValue* money);
std::optional<equity::Number> ocf_ratio_of(const OcfValue* ratio);  // nothing for a denominator of zero

struct OcfFile {
  std::string name;  // as in the manifest, made plain
  std::string list;  // of the manifest: "stock_classes_files"
  OcfValue head;     // the file without its items
};

struct OcfPackage {
  std::string manifest_name;
  OcfValue manifest;
  OcfObject issuer;
  std::vector<OcfFile> files;
  std::vector<OcfFile> unread;                     // named in the manifest and not readable: their bytes are attachments
  std::vector<OcfObject> objects;                  // in the order of the manifest and the files
  std::map<std::string, std::string> attachments;  // documents and files that the manifest does not name
  OcfValue sidecar;                                // null when there is none
  std::vector<std::string> missing_files;
  // What reading the ledger found, for the export of balance issuances.
  struct Rest {
    std::size_t issuance = 0;  // places in `objects`
    std::size_t last = 0;      // of the transaction that left it
    equity::Number quantity;
    equity::Date date;
  };
  std::vector<Rest> rests;
};

Result<OcfPackage> load_ocf_package(OcfSource& source, const OcfOptions& options, OcfLog& log);

// The file_type that a list of the manifest holds, and the list of an object type: "OCF_STOCK_PLANS_FILE", "stock_plans_files".
std::string ocf_file_type(std::string_view list);
std::string_view ocf_list_of(std::string_view object_type);

}  // namespace warchest::io
