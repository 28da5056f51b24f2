// import: what a table of dated cheques says of its investors, as blocks of our language in canonical form.
#include <fmt/format.h>

#include <algorithm>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/session.h"
#include "evidence/investors.h"
#include "io/file.h"
#include "report/investors_chest.h"
#include "text/check.h"
#include "text/names.h"

namespace warchest::app {

namespace {

// "2013/investments.csv" is cited as investments.csv: where it lies on this machine is nobody's business.
std::string bare_name(const std::string& path) {
  if (path == "-") return "standard input";
  const auto slash = path.find_last_of('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string canonical(const std::string& text) {
  ModelFile file;
  file.name = "investors.chest";
  file.trees.push_back(lang::parse(file.sources.add(file.name, text), file.complaints));
  WARCHEST_CHECK(!file.complaints.has_errors(), "what import writes can be read");
  return warchest::format(file);
}

std::optional<std::uint32_t> company_of(const io::ChequeTable& table, const std::string& name) {
  const std::string key = io::company_key("", name);
  for (std::uint32_t c = 0; c < table.companies.size(); ++c) {
    if (io::company_key("", table.companies[c]) == key) return c;
  }
  return std::nullopt;
}

}  // namespace

int import_investors(const Options& options) {
  Session session(options);
  const ImportOptions& import = options.import;
  const auto text = io::read_file(import.file, io::kMaxDataBytes);
  if (!text) return session.fail(kUnreadable, "unreadable", text.error);
  const auto table = io::read_cheques(*text, import.cheques);
  if (!table) return session.fail(kUnreadable, "no-cheques", fmt::format("{}: {}", import.file, table.error));
  evidence::InvestorOptions wanted;
  wanted.as_of = import.as_of ? import.as_of : import.cheques.until;
  wanted.years = static_cast<int>(import.years);
  wanted.most = import.most;
  if (!import.company.empty()) {
    wanted.company = company_of(*table, import.company);
    if (!wanted.company) {
      const auto nearest = text::nearest_name(import.company, table->companies);
      return session.fail(kWrongUsage, "no-company",
                          fmt::format("{} has no company \"{}\"{}", import.file, import.company,
                                      nearest ? fmt::format("; did you mean \"{}\"?", *nearest) : ""));
    }
  }
  const auto found = evidence::investors_of(*table, wanted);
  if (found.investors.empty())
    return session.fail(
        kUnreadable, "no-cheques",
        fmt::format("{}: nobody has paid anything in the {} years before {}", import.file, import.years, equity::spelled(found.as_of)));
  const std::string made = canonical(
      report::investors_chest(found, {bare_name(import.file), import.currency, io::told_in_words(table->told), table->amounts_are_parts}));
  if (import.output.empty()) return session.finish(made, kDone);
  const auto stored = io::write_file(import.output, made);
  if (!stored) return session.fail(kUnreadable, "unwritable", stored.error);
  return session.finish("", kDone);
}

}  // namespace warchest::app
