// Reading, in the order in which it happens: bytes, objects, references, ledger, cap table.
#include "io/ocf.h"

#include <fmt/format.h>

#include <algorithm>

#include "io/ocf_export.h"
#include "io/ocf_fields.h"
#include "io/ocf_ledger.h"
#include "io/ocf_log.h"
#include "io/ocf_package.h"
#include "io/ocf_references.h"
#include "io/ocf_source.h"
#include "io/ocf_table.h"
#include "io/ocf_write.h"

namespace warchest::io {
namespace {

OcfCounts counts_of(const OcfPackage& package) {
  OcfCounts counts;
  counts.files = package.files.size() + 1;
  for (const OcfObject& object : package.objects) {
    if (is_ocf_transaction(object.type)) ++counts.transactions;
    if (object.type == "STAKEHOLDER") ++counts.stakeholders;
    if (object.type == "STOCK_CLASS") ++counts.stock_classes;
    if (object.type == "STOCK_PLAN") ++counts.stock_plans;
    if (object.type == "STOCK_LEGEND_TEMPLATE") ++counts.stock_legend_templates;
    if (object.type == "VESTING_TERMS") ++counts.vesting_terms;
    if (object.type == "VALUATION") ++counts.valuations;
    if (object.type == "FINANCING") ++counts.financings;
    if (object.type == "DOCUMENT") ++counts.documents;
  }
  return counts;
}

// The day of the figures: as asked; else as the manifest says, unless transactions after it are applied.
equity::Date day_of_figures(const OcfImport& imported, const OcfLedger& ledger, const OcfOptions& options, const OcfPackage& package,
                            OcfLog& log) {
  if (options.as_of) return *options.as_of;
  const auto said = imported.issuer.as_of;
  if (said && ledger.last && *ledger.last > *said) {
    log.warn("after_as_of", package.manifest_name, "",
             fmt::format("the manifest is as of {}, but transactions run to {}: all are applied", spelled(*said), spelled(*ledger.last)));
    return *ledger.last;
  }
  if (said) return *said;
  return ledger.last.value_or(equity::Date{1970, 1, 1});
}

void note_rests(const OcfLedger& ledger, OcfPackage& package) {
  for (const OcfSecurity& security : ledger.securities) {
    const bool rest = !security.ended && security.last != nullptr && security.remaining != security.whole;
    if (!rest) continue;
    const auto place = [&](const OcfObject* object) { return static_cast<std::size_t>(object - package.objects.data()); };
    equity::Date date = std::max(security.last->date("date").value_or(security.issued), security.issued);
    if (security.split) date = std::max(date, *security.split);  // what is issued on the day of a split is not split again
    package.rests.push_back({place(security.issuance), place(security.last), security.remaining, date});
  }
}

Result<OcfImport> read_source(OcfSource& source, const OcfOptions& options) {
  OcfLog log;
  Result<OcfPackage> loaded = load_ocf_package(source, options, log);
  if (!loaded) return Result<OcfImport>::failed(loaded.error);
  auto package = std::make_shared<OcfPackage>(std::move(*loaded.value));
  const auto refused = [&](const std::string& why) { return Result<OcfImport>::failed(fmt::format("{}: {}", source.name(), why)); };
  if (const std::string why = check_ocf_references(*package, log); !why.empty()) return refused(why);
  const OcfLedger ledger = fold_ocf(*package, options, log);
  OcfImport imported;
  const OcfObject& issuer = package->issuer;
  imported.issuer = {issuer.id, issuer.text("legal_name"), std::string(package->manifest.text_of("ocf_version")),
                     equity::parse_date(package->manifest.text_of("as_of"))};
  imported.counts = counts_of(*package);
  imported.counts.applied = ledger.applied;
  imported.as_of = day_of_figures(imported, ledger, options, *package, log);
  if (const std::string why = build_ocf_table(*package, ledger, options, log, imported); !why.empty()) return refused(why);
  if (!options.as_of) note_rests(ledger, *package);  // a rest of an earlier day is none of the whole package
  imported.log = log.messages();
  imported.anomalies = log.anomalies();
  imported.missing_files = package->missing_files;
  imported.package = std::move(package);
  return Result<OcfImport>::of(std::move(imported));
}

}  // namespace

std::string OcfImport::holder_name(std::string_view stakeholder) const {
  for (const OcfStakeholder& one : stakeholders) {
    if (one.id == stakeholder) return one.name;
  }
  return std::string(stakeholder);
}

Result<OcfImport> read_ocf(const std::string& path, const OcfOptions& options) {
  Result<OcfSource> source = OcfSource::open(path, options.limits);
  if (!source) return Result<OcfImport>::failed(source.error);
  return read_source(*source.value, options);
}

Result<OcfImport> read_ocf_zip(std::string_view bytes, const std::string& name, const OcfOptions& options) {
  Result<OcfSource> source = OcfSource::of_zip(bytes, name, options.limits);
  if (!source) return Result<OcfImport>::failed(source.error);
  return read_source(*source.value, options);
}

Result<OcfWritten> write_ocf(const OcfImport& imported, const std::string& path, const OcfWriteOptions& options) {
  if (!imported.package) return Result<OcfWritten>::failed(fmt::format("{}: there is no package to write", path));
  OcfLog log;
  OcfPackage package = *imported.package;
  for (const std::string& name : package.missing_files)
    log.warn("missing_file", name, "", "it was named in the manifest and not there: not named in what is written");
  add_balances(package, log);
  const Result<ZipFiles> files = ocf_files(std::move(package), false, options.sidecar, log);
  if (!files) return Result<OcfWritten>::failed(fmt::format("{}: {}", path, files.error));
  return write_ocf_files(*files, path, log);
}

Result<OcfWritten> write_ocf(const equity::CapTable& table, const OcfCompany& company, const std::string& path,
                             const OcfWriteOptions& options) {
  OcfLog log;
  Result<OcfPackage> package = ocf_package_of(table, company, options, log);
  if (!package) return Result<OcfWritten>::failed(fmt::format("{}: {}", path, package.error));
  const Result<ZipFiles> files = ocf_files(std::move(*package.value), true, options.sidecar, log);
  if (!files) return Result<OcfWritten>::failed(fmt::format("{}: {}", path, files.error));
  return write_ocf_files(*files, path, log);
}

}  // namespace warchest::io
