// The Open Cap Format (OCF), versions 1.0.0-b1 to main: a folder or zip of JSON files is read into who owns what, and written back.
//
// A package is a ledger: issuances give a security to a stakeholder, terminal transactions (transfer, cancellation, conversion,
// exercise, repurchase, reissuance, release, retraction) end it, and balances and results are issuances of their own. The ledger is
// folded by date into what is outstanding; from that and the terms of classes, plans, warrants and convertibles comes a cap table for
// the exact engine. Nothing is guessed: what the engine needs and the package does not say (the price of a preferred series, the
// basis of a SAFE) is an open question, answered by the caller or by a sidecar file; what is decided by rule is said in the log.
// Nothing is lost: every object is kept as it was written, so that an export holds all that was imported. docs/ocf.md is the manual.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "equity/cap_table.h"
#include "equity/interest.h"
#include "io/result.h"

namespace warchest::io {

// ------------------------------------------------------------------------------------------------------------------- the log

enum class OcfSeverity : std::uint8_t { decision, warning, error };  // an error: something of the package is lost to the cap table

// One thing to know about a package. `kind` is a word of docs/ocf.md ("bad_md5", "over_reduced"), the same for every message of its
// sort; `anomaly` says that it is counted in OcfImport::anomalies.
struct OcfMessage {
  OcfSeverity severity = OcfSeverity::warning;
  std::string kind;
  std::string file;    // as in the manifest; empty: the package
  std::string object;  // id; empty: the file
  std::string text;    // a sentence without full stop
  bool anomaly = false;
};

std::string_view severity_name(OcfSeverity severity);  // "decision", "warning", "error"
std::string spelled(const OcfMessage& message);        // one line: "Transactions.ocf.json: EXERCISE_01: warning[...]: ..."

// ------------------------------------------------------------------------------------------------------------------- reading

// What ends a security. Strict: any terminal transaction ends all of it, a rest lives only by its own balance issuance. Netting: a
// reduction by less than the whole, without a balance issuance, leaves the rest in place (as most exports mean it).
enum class TerminalRule : std::uint8_t { strict, netting };

// What the package may leave open and the caller may answer for all securities alike; each use is a decision in the log. A sidecar
// answers for one security and goes before these.
struct OcfAnswers {
  std::optional<equity::SafeBasis> safe_basis;        // for SAFEs without conversion timing and capitalization rules
  std::optional<equity::NoteBase> note_base;          // for notes without capitalization rules
  std::optional<equity::Number> preference_multiple;  // for preferred classes without liquidation_preference_multiple
  bool price_from_issuance = false;                   // for preferred classes without price_per_share: the one price of their shares
  std::optional<equity::DayCount> actual_365;         // what ACTUAL_365 means (open-cap-format issue 423); absent: actual/365 fixed
};

// A package is data from a stranger: it is refused beyond these.
struct OcfLimits {
  std::size_t files = 1000;
  std::size_t file_bytes = std::size_t{64} << 20;
  std::size_t total_bytes = std::size_t{256} << 20;
  std::size_t ratio = 200;  // of a zip entry's size to its packed size, beyond the first MiB
  std::size_t objects = 1'000'000;
  std::size_t depth = 64;  // of arrays and objects in one another
};

struct OcfOptions {
  TerminalRule rule = TerminalRule::strict;
  std::optional<equity::Date> as_of;  // transactions after it are not applied; absent: all are
  bool replace_missing = true;        // a named file that is missing is replaced by an unnamed one of the same type, with a warning
  bool split_options = false;         // a split of a class also splits the options on it, which the format does not say
  bool read_sidecar = true;           // warchest.sidecar.json beside the manifest
  OcfAnswers answers;
  OcfLimits limits;
};

enum class OcfSecurityKind : std::uint8_t { stock, equity_compensation, warrant, convertible };
std::string_view kind_name(OcfSecurityKind kind);

struct OcfIssuer {
  std::string id;
  std::string legal_name;
  std::string version;  // ocf_version as written
  std::optional<equity::Date> as_of;
};

struct OcfStakeholder {
  std::string id;
  std::string name;  // legal name
  std::string type;  // INDIVIDUAL, INSTITUTION; as written
  std::string file;
};

struct OcfStockClass {
  std::string id;
  std::string name;
  bool preferred = false;
  std::optional<equity::Number> authorized;  // latest adjustment
  std::optional<equity::Number> price;       // price_per_share
  std::optional<equity::Number> multiple;    // liquidation_preference_multiple
  std::optional<equity::Number> participation_cap;
  std::optional<equity::Number> seniority;  // as written: the higher number is paid first
  std::optional<equity::Number> ratio;      // common shares for one, latest adjustment
  equity::Number issued;                    // outstanding
  std::string file;
};

struct OcfStockPlan {
  std::string id;
  std::string name;
  std::vector<std::string> classes;
  equity::Number reserved;     // latest adjustment
  equity::Number outstanding;  // granted and not ended
  equity::Number used;         // issued as shares: exercised, released or granted as stock
  equity::Number available;    // still to grant, never below 0
  std::string file;
};

// A security that is outstanding.
struct OcfPosition {
  std::string security;  // security_id
  std::string label;     // custom_id, as people call it
  OcfSecurityKind kind = OcfSecurityKind::stock;
  std::string holder;                   // stakeholder id
  std::string stock_class;              // id; of a convertible or a warrant empty when open
  std::string plan;                     // id
  std::string type;                     // OPTION, RSU, SAFE, NOTE ...; empty for stock and warrants
  equity::Number quantity;              // shares; of a convertible its amount
  std::optional<equity::Number> price;  // paid per share, or the exercise price
  std::string currency;
  equity::Date issued;
  std::string file;
  std::string object;    // id of the issuance
  std::string table_id;  // the security of the cap table that holds it
};

struct OcfCounts {
  std::size_t files = 0;
  std::size_t stakeholders = 0;
  std::size_t stock_classes = 0;
  std::size_t stock_plans = 0;
  std::size_t stock_legend_templates = 0;
  std::size_t vesting_terms = 0;
  std::size_t valuations = 0;
  std::size_t financings = 0;
  std::size_t documents = 0;
  std::size_t transactions = 0;
  std::size_t applied = 0;  // transactions not after the date
};

// What must be said before the engine may compute a round or an exit.
struct OcfQuestion {
  std::string security;  // of the cap table
  std::string field;     // of the sidecar: "original_price", "multiple", "basis" ...
  std::string file;
  std::string object;
  std::string text;
};

struct OcfPackage;  // every object as it was written; ocf_package.h

struct OcfImport {
  OcfIssuer issuer;
  equity::Date as_of;  // of the figures: the option, else the manifest's, else that of the last transaction
  std::string currency;
  OcfCounts counts;
  std::vector<OcfStakeholder> stakeholders;
  std::vector<OcfStockClass> classes;
  std::vector<OcfStockPlan> plans;
  std::vector<OcfPosition> outstanding;
  // Every security with its holders, by name. Counts and ownership are right; unanswered terms are placeholders: only for showing.
  equity::CapTable ownership;
  // The same with all terms known: for rounds, exits, breakpoints. Absent while there are open questions.
  std::optional<equity::CapTable> table;
  std::vector<OcfQuestion> questions;
  std::vector<OcfMessage> log;
  std::map<std::string, std::size_t> anomalies;  // by kind; the kinds of docs/ocf.md that occurred
  std::vector<std::string> missing_files;        // named in the manifest and not there
  std::shared_ptr<const OcfPackage> package;

  std::string holder_name(std::string_view stakeholder) const;  // its name in the cap table
};

// `path`: a folder that holds a manifest, the manifest itself, or a zip. Refused: what is no package, and what could do harm.
Result<OcfImport> read_ocf(const std::string& path, const OcfOptions& options = {});

// The same for the bytes of a zip; `name` is used in messages.
Result<OcfImport> read_ocf_zip(std::string_view bytes, const std::string& name, const OcfOptions& options = {});

// ------------------------------------------------------------------------------------------------------------------- writing

struct OcfCompany {
  std::string legal_name;
  equity::Date as_of;
  equity::Date formation;        // OCF wants one
  std::string country = "US";    // ISO 3166, two letters
  std::string currency = "USD";  // ISO 4217, three letters
};

struct OcfWriteOptions {
  bool sidecar = true;  // false: economics that OCF cannot carry are refused instead
};

struct OcfWritten {
  std::vector<std::string> files;  // relative to the folder or inside the zip
  std::vector<OcfMessage> log;     // what went into the sidecar, and other decisions
};

// To a folder, which must not exist or be empty, or to a file when `path` ends in .zip. All or nothing.
// What was imported goes out as it came, with MD5s of what is written and texts instead of numbers.
Result<OcfWritten> write_ocf(const OcfImport& imported, const std::string& path, const OcfWriteOptions& options = {});
// A table of ours: one issuance per holding, dated as_of.
Result<OcfWritten> write_ocf(const equity::CapTable& table, const OcfCompany& company, const std::string& path,
                             const OcfWriteOptions& options = {});

}  // namespace warchest::io
