// A model's table is built as time goes: what is there at the start, then each round whose closing is a known date, one after the other,
// each priced by the exact engine on the table that the one before has left.
#include "app/commands/captable_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>

#include "app/exit_code.h"
#include "app/terminal.h"
#include "equity/transfers.h"
#include "model/capitalization.h"
#include "model/known.h"
#include "quantity/date.h"
#include "quantity/unit.h"
#include "report/columns.h"
#include "text/names.h"

namespace warchest::app {

namespace {

constexpr int kNoMonth = -1;                                 // before the start
constexpr int kEver = std::numeric_limits<int>::max() / 24;  // after whatever is written

// --- the file ------------------------------------------------------------------------------------------------------------------------

bool has_model_block(const ModelFile& file) {
  for (const lang::Tree& tree : file.trees) {
    for (const lang::ItemId id : tree.top) {
      const lang::Item& item = tree[id];
      if (item.kind == lang::ItemKind::block && tree.name(item.word.name) == "model") return true;
    }
  }
  return false;
}

const char* currency_of(const ModelFile& file) {
  for (const lang::Tree& tree : file.trees) {
    for (const lang::Quantity& quantity : tree.quantities) {
      switch (quantity.currency) {
        case lang::Currency::none:
          break;
        case lang::Currency::dollar:
          return "USD";
        case lang::Currency::euro:
          return "EUR";
        case lang::Currency::pound:
          return "GBP";
        case lang::Currency::yen:
          return "JPY";
      }
    }
  }
  return "USD";
}

// Gives true where the file has no block of its own.
bool complete_plain_table(ModelFile& file) {
  if (!file.unreadable.empty() || file.complaints.has_errors() || has_model_block(file)) return false;
  const std::string block =
      fmt::format("model \"Cap table\" {{ start = 1950-01, horizon = 100 years, currency = {} }}\n", currency_of(file));
  // The block stands where the checker looks for it: in the first tree.
  file.trees.insert(file.trees.begin(), lang::parse(file.sources.add("a plain cap table", block), file.complaints));
  file.inputs.main_files = 2;
  for (auto& [name, which] : file.inputs.models) ++which;
  return true;
}

// --- the company -----------------------------------------------------------------------------------------------------------------------

// What the command asks of one company of one model.
struct Asked {
  ModelFile& file;
  const model::Model& model;
  model::CompanyId company;
  std::uint32_t scenario;
  bool plain;  // without dates of its own
  bool debt;
};

std::optional<model::CompanyId> company_of(Session& session, const model::Model& model, int& exit_code) {
  const std::string& wanted = session.options.captable.company;
  std::vector<std::string> names;
  for (const model::Company& company : model.companies) names.push_back(company.name);
  if (names.empty()) {
    exit_code = session.fail(kWrongModel, "no-company", "the file has no company, so nobody owns anything");
    return std::nullopt;
  }
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  if (wanted.empty()) {
    if (names.size() == 1) return 0;
    exit_code =
        session.fail(kWrongUsage, "which-company", fmt::format("the file has several companies: say which with --company ({})", list));
    return std::nullopt;
  }
  const auto found = std::find(names.begin(), names.end(), wanted);
  if (found != names.end()) return static_cast<model::CompanyId>(found - names.begin());
  const auto nearest = text::nearest_name(wanted, names);
  exit_code = session.fail(
      kWrongUsage, "unknown-company",
      fmt::format("there is no company \"{}\"; {}", wanted, nearest ? fmt::format("did you mean {}?", *nearest) : "it has " + list));
  return std::nullopt;
}

std::optional<double> known_number(const Asked& asked, model::DefId id) {
  if (id == model::kNone) return std::nullopt;
  std::map<model::DefId, model::ExprId> laid;
  for (const model::Override& one : asked.model.base_overrides) laid[one.target] = one.is;
  if (asked.scenario != model::kNone) {
    for (const model::Override& one : asked.model.scenarios[asked.scenario].overrides) laid[one.target] = one.is;
  }
  const auto value_of = [&](model::DefId which) {
    const auto over = laid.find(which);
    return over != laid.end() ? over->second : asked.model.definitions[which].is;
  };
  return model::known_value(asked.model, value_of(id), {value_of});
}

// The month in which a round closes, where that is known beforehand.
std::optional<int> closing_of(const Asked& asked, const model::Round& round) {
  const auto month = known_number(asked, round.closed);
  return month ? std::optional<int>(static_cast<int>(std::floor(*month))) : std::nullopt;
}

int month_of(const model::Model& model, const equity::Date& date) {
  return quantity::month_number(date.year, date.month) - quantity::month_number(model.settings.start_year, model.settings.start_month);
}

bool sells_shares(const model::Round& round) {
  return round.instrument.kind == model::InstrumentKind::preferred || round.instrument.kind == model::InstrumentKind::common;
}

struct Dated {
  int month;
  std::uint32_t round;
};

// Rounds of the company that close from the start to `until`, in the order of their closings, and before `target` where that is one of
// them.
std::vector<Dated> rounds_until(const Asked& asked, int until, std::uint32_t target) {
  std::vector<Dated> rounds;
  for (const std::uint32_t index : asked.model.companies[asked.company].rounds) {
    const model::Round& round = asked.model.rounds[index];
    const auto month = closing_of(asked, round);
    if (index == target || round.before_start || !month || *month < 0 || *month > until) continue;
    rounds.push_back({*month, index});
  }
  std::stable_sort(rounds.begin(), rounds.end(), [](const Dated& a, const Dated& b) { return a.month < b.month; });
  return rounds;
}

// What lenders have been granted as time goes, beside the table that they are in.
struct Lenders {
  std::vector<model::DatedGrant> grants;      // still to come
  std::vector<model::DatedGrant> out, waits;  // in the table; at the price of a round to come
  std::optional<equity::Number> price;        // of a share, in the last round
};

// Warrants whose term has passed by the beginning of a month become the shares that their gain buys, or nothing.
void end_warrants(Lenders& lenders, int month, equity::CapTable& table) {
  for (auto one = lenders.out.begin(); one != lenders.out.end();) {
    if (one->ends > month) {
      ++one;
      continue;
    }
    const auto same = [&](const auto& security) { return security.id == one->name; };
    const auto found = std::find_if(table.securities.begin(), table.securities.end(), same);
    const equity::Option option = std::get<equity::Option>(found->terms);
    table.securities.erase(found);
    std::erase_if(table.holdings, [&](const equity::Holding& holding) { return holding.security == one->name; });
    if (lenders.price && option.strike < *lenders.price) {
      const equity::Number kept = option.shares * (*lenders.price - option.strike) / *lenders.price;
      const std::string name = equity::unused_name(table, one->name + " exercised");
      table.securities.push_back({name, equity::Common{kept}});
      table.holdings.push_back({one->lender, name, kept});
    }
    one = lenders.out.erase(one);
  }
}

// Those granted by the end of a month.
void grant_warrants(Lenders& lenders, int month, equity::CapTable& table) {
  while (!lenders.grants.empty() && lenders.grants.front().month <= month) {
    model::DatedGrant grant = std::move(lenders.grants.front());
    lenders.grants.erase(lenders.grants.begin());
    const bool given = grant.at == model::StrikeAt::price;
    if (!given && (grant.at == model::StrikeAt::next_price || !lenders.price)) {
      lenders.waits.push_back(std::move(grant));
      continue;
    }
    const equity::Number strike = given ? grant.strike : *lenders.price;
    const equity::Number shares = grant.covered / strike;
    grant.name = equity::unused_name(table, grant.name);
    table.securities.push_back({grant.name, equity::Option{shares, strike, false}});
    table.holdings.push_back({grant.lender, grant.name, shares});
    lenders.out.push_back(std::move(grant));
  }
}

bool waits_for_price(Session& session, const Lenders& lenders, const model::Round& round, int& exit_code) {
  if (lenders.waits.empty() || !sells_shares(round)) return false;
  exit_code = refused(session, {fmt::format("{}: the warrants of {} wait for its price, which is found in a run: `warchest run`",
                                            round.name, lenders.waits.front().lender)});
  return true;
}

std::optional<equity::CapTable> after_round(Session& session, const Asked& asked, std::uint32_t index, equity::CapTable table,
                                            Lenders& lenders, int& exit_code) {
  const model::Round& round = asked.model.rounds[index];
  if (round.instrument.kind == model::InstrumentKind::grant) return table;
  if (!sells_shares(round)) return model::with_convertible(asked.model, index, std::move(table), asked.file.complaints, asked.scenario);
  model::RoundTermsOptions options;
  options.scenario = asked.scenario;
  const auto terms = model::round_terms(asked.model, index, table, asked.file.complaints, options);
  if (!terms) return std::nullopt;
  auto closed = equity::priced_round(table, *terms);
  if (closed) {
    lenders.price = closed->price;
    return std::move(closed->after);
  }
  exit_code = refused(session, {fmt::format("{}: {}", round.name, closed.refusal().what)});
  return std::nullopt;
}

// The table at the end of `until`; priced rounds are closed only where `priced` says so.
std::optional<equity::CapTable> table_at(Session& session, const Asked& asked, int until, bool priced, std::uint32_t target,
                                         int& exit_code) {
  model::CapitalizationOptions options;
  options.scenario = asked.scenario;
  options.debt = asked.debt;
  auto table = model::capitalization(asked.model, asked.company, asked.file.complaints, options);
  if (!table) return std::nullopt;
  Lenders lenders;
  if (priced) {
    lenders.grants = model::dated_grants(asked.model, asked.company, asked.scenario);
    const equity::Number all = equity::count(*table).fully_diluted();
    if (const auto worth = model::opening_worth(asked.model, asked.company, asked.scenario); worth && all.sign() > 0)
      lenders.price = *worth / all;
  }
  for (const Dated& one : rounds_until(asked, until, target)) {
    const model::Round& round = asked.model.rounds[one.round];
    if (!priced && sells_shares(round)) continue;
    grant_warrants(lenders, one.month - 1, *table);  // a month grants after its rounds
    end_warrants(lenders, one.month, *table);
    if (waits_for_price(session, lenders, round, exit_code)) return std::nullopt;
    table = after_round(session, asked, one.round, *std::move(table), lenders, exit_code);
    if (!table) return std::nullopt;
  }
  grant_warrants(lenders, target == model::kNone ? until : until - 1, *table);
  end_warrants(lenders, until, *table);
  if (target != model::kNone && waits_for_price(session, lenders, asked.model.rounds[target], exit_code)) return std::nullopt;
  return table;
}

std::optional<std::uint32_t> round_called(Session& session, const Asked& asked, int& exit_code) {
  const std::string& wanted = session.options.captable.round;
  std::vector<std::string> names;
  for (const std::uint32_t index : asked.model.companies[asked.company].rounds) {
    const std::string name(model::name_in_company(asked.model.rounds[index].name));
    if (name == wanted || asked.model.rounds[index].name == wanted) return index;
    names.push_back(name);
  }
  const auto nearest = text::nearest_name(wanted, names);
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  const std::string hint = nearest ? fmt::format("did you mean {}?", *nearest) : list.empty() ? "it has none" : "it has " + list;
  exit_code = session.fail(kWrongUsage, "unknown-round", fmt::format("the company has no round \"{}\"; {}", wanted, hint));
  return std::nullopt;
}

bool load_company(Session& session, const Asked& asked, CapTableSource& source, int& exit_code) {
  const CapTableOptions& options = session.options.captable;
  const int shown = options.date ? month_of(asked.model, *options.date) : asked.plain ? kEver : kNoMonth;
  source.head.date = options.date;
  if (!source.head.date && !asked.plain) source.head.date = model::date_of_month(asked.model, 0);
  std::uint32_t target = model::kNone;
  int until = shown;
  bool priced = options.date.has_value();
  if (!options.round.empty()) {
    const auto found = round_called(session, asked, exit_code);
    if (!found) return false;
    target = *found;
    if (const auto closing = closing_of(asked, asked.model.rounds[target]); closing && !options.date) {
      until = *closing;
      priced = true;
      source.head.date = model::date_of_month(asked.model, *closing);
    }
  }
  auto table = table_at(session, asked, until, priced, target, exit_code);
  if (!table) return false;
  source.table = *std::move(table);
  if (target == model::kNone) return true;
  model::RoundTermsOptions terms;
  terms.scenario = asked.scenario;
  source.round_name = std::string(model::name_in_company(asked.model.rounds[target].name));
  source.round = model::round_terms(asked.model, target, source.table, asked.file.complaints, terms);
  if (source.round && source.head.date) source.round->date = source.head.date;
  return source.round.has_value();
}

bool from_file(Session& session, bool debt, CapTableSource& source, int& exit_code) {
  const Options& options = session.options;
  ModelFile file = load(options.captable.table, {options.set, options.scenario, {}, {}, {}}, session.timing());
  const bool plain = complete_plain_table(file);
  auto checked = session.checked(std::move(file), true, exit_code);
  if (!checked) return false;
  const model::Model& model = *checked->model;
  const auto company = company_of(session, model, exit_code);
  if (!company) return false;
  Asked asked{*checked, model, *company, model::kNone, plain, debt};
  for (std::uint32_t s = 0; s < model.scenarios.size(); ++s) {
    if (!options.scenario.empty() && model.scenarios[s].name == options.scenario) asked.scenario = s;
  }
  const model::Company& named = model.companies[*company];
  source.head = {
      checked->name, checked->sha256, std::string(version()), named.label.empty() ? named.name : named.label, model.settings.currency, {}};
  exit_code = kDone;
  if (load_company(session, asked, source, exit_code)) return true;
  if (exit_code == kDone) exit_code = session.complain(*checked);
  return false;
}

// --- packages ------------------------------------------------------------------------------------------------------------------------

bool from_package(Session& session, CapTableSource& source, int& exit_code) {
  const CapTableOptions& options = session.options.captable;
  if (!options.round.empty()) {
    exit_code = session.fail(kWrongUsage, "unknown-round",
                             "a package of the Open Cap Format has no rounds to come: say with options what the round is");
    return false;
  }
  source.package = read_package(session, exit_code);
  if (!source.package) return false;
  const io::OcfImport& package = *source.package;
  source.head = {options.table,          {},
                 std::string(version()), package.issuer.legal_name.empty() ? options.table : package.issuer.legal_name,
                 package.currency,       package.as_of};
  if (package.table) {
    source.table = *package.table;
    return true;
  }
  const bool looking = options.action == CapTableAction::show || options.action == CapTableAction::export_package;
  if (!looking) {
    exit_code = session.fail(kWrongModel, "open-terms", questions_in_words(package));
    return false;
  }
  source.table = package.ownership;
  return true;
}

// --- what the command line does to it ----------------------------------------------------------------------------------------------------

bool take(CapTableSource& source, Session& session, equity::Result<equity::Moved> moved, int& exit_code) {
  if (!moved) {
    exit_code = refused(session, moved.refusal());
    return false;
  }
  source.table = std::move(moved->table);
  source.steps.insert(source.steps.end(), moved->steps.begin(), moved->steps.end());
  return true;
}

bool apply_transfers(Session& session, CapTableSource& source, int& exit_code) {
  for (const CapTableOptions::Split& split : session.options.captable.splits) {
    auto moved = split.series.empty() ? equity::split_common(source.table, split.ratio)
                                      : equity::split_series(source.table, split.series, split.ratio);
    if (!take(source, session, std::move(moved), exit_code)) return false;
  }
  for (const CapTableOptions::Sale& sale : session.options.captable.sales) {
    if (!same_currency(session, source, "--sale", sale.price, exit_code)) return false;
    if (!take(source, session,
              equity::secondary_sale(source.table, {sale.seller, sale.buyer, sale.security, sale.shares, sale.price.value}), exit_code))
      return false;
  }
  return true;
}

}  // namespace

int refused(Session& session, const equity::Refusal& refusal) {
  return session.fail(kWrongModel, "impossible-terms", report::printable(refusal.what));
}

bool same_currency(Session& session, const CapTableSource& source, const char* option, const Sum& sum, int& exit_code) {
  if (sum.sign.empty() || sum.sign == quantity::sign_of_currency(source.head.currency)) return true;
  exit_code = session.fail(kWrongUsage, "other-currency",
                           fmt::format("{} is in {}, and the cap table is in {}", option, sum.sign, source.head.currency));
  return false;
}

std::string questions_in_words(const io::OcfImport& package) {
  std::string text = "the package leaves open what the engine needs to know:";
  for (const io::OcfQuestion& question : package.questions) {
    text += fmt::format("\n  {}: {}: {}", report::printable(question.security), question.field, report::printable(question.text));
  }
  return text +
         "\n  answer with --safe-basis, --note-base, --preference-multiple or --price-from-issuance, or in warchest.sidecar.json beside "
         "the manifest";
}

bool is_package(const std::string& path) {
  std::error_code ignored;
  return path.ends_with(".zip") || path.ends_with(".json") || std::filesystem::is_directory(path, ignored);
}

std::optional<io::OcfImport> read_package(Session& session, int& exit_code) {
  const CapTableOptions& options = session.options.captable;
  io::OcfOptions reading;
  reading.rule = options.netting ? io::TerminalRule::netting : io::TerminalRule::strict;
  reading.as_of = options.date;
  reading.answers.safe_basis = options.safe_basis;
  reading.answers.note_base = options.note_base;
  reading.answers.preference_multiple = options.preference_multiple;
  reading.answers.price_from_issuance = options.price_from_issuance;
  auto package = io::read_ocf(options.table, reading);
  if (!package) {
    exit_code = session.fail(kUnreadable, "unreadable", package.error);
    return std::nullopt;
  }
  if (!session.options.json) {
    for (const io::OcfMessage& message : package->log) write_error(report::printable(io::spelled(message)) + "\n");
  }
  return std::move(*package.value);
}

std::optional<CapTableSource> captable_source(Session& session, bool debt, int& exit_code) {
  CapTableSource source;
  const bool had =
      is_package(session.options.captable.table) ? from_package(session, source, exit_code) : from_file(session, debt, source, exit_code);
  if (!had || !apply_transfers(session, source, exit_code)) return std::nullopt;
  return source;
}

}  // namespace warchest::app
