// The options of `warchest import investors FILE.csv`: which rows, which columns, as of when, how many investors.
#include "app/import_options.h"

#include <algorithm>
#include <map>

#include "app/command_line.h"
#include "app/exit_code.h"
#include "app/import_command_line.h"
#include "text/names.h"

namespace warchest::app {

namespace {

constexpr std::uint64_t kMostInvestors = 1000, kMostYears = 30, kMostDays = 3650;

[[noreturn]] void refuse(const std::string& option, const std::string& what) { throw CLI::ValidationError(option, what); }

equity::Date date_of(const std::string& option, const std::string& given) {
  const auto date = equity::parse_date(given.size() == 7 ? given + "-01" : given);
  if (!date) refuse(option, fmt::format("\"{}\" is no date; write it as 2012-06-30, or 2012-06 for the first day of it", given));
  return *date;
}

void date(CLI::App& command, const char* name, std::optional<equity::Date>& target, const char* help) {
  command
      .add_option_function<std::string>(
          name, [name, &target](const std::string& given) { target = date_of(name, given); }, help)
      ->type_name("DATE");
}

// NAME=VALUE, several times or with commas between.
void pairs(CLI::App& command, const std::string& name, const std::string& example, const std::string& help,
           std::function<void(const std::string&, const std::string&)> take) {
  command
      .add_option_function<std::vector<std::string>>(
          name,
          [name, example, take = std::move(take)](const std::vector<std::string>& given) {
            for (const std::string& one : given) {
              const auto equal = one.find('=');
              if (equal == std::string::npos || equal == 0 || equal + 1 == one.size())
                refuse(name, fmt::format("\"{}\" is not written as {}", one, example));
              take(one.substr(0, equal), one.substr(equal + 1));
            }
          },
          help)
      ->type_name("NAME=TEXT")
      ->expected(1)
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_table(CLI::App& command, ImportOptions& import) {
  io::ChequeOptions& cheques = import.cheques;
  command.add_option("CSV", import.file, "A row for each company, investor and date; - for standard input")->required()->type_name("");
  pairs(command, "--columns", "investor=fund",
        "What the columns are called: company (company_name), investor (investor_name), date (funded_at), amount (amount_usd)",
        [&cheques](const std::string& what, const std::string& column) {
          const std::map<std::string, std::string*> known = {
              {"company", &cheques.company}, {"investor", &cheques.investor}, {"date", &cheques.date}, {"amount", &cheques.amount}};
          const auto found = known.find(what);
          if (found == known.end()) refuse("--columns", fmt::format("\"{}\" is none of company, investor, date, amount", what));
          *found->second = column;
        });
  static const std::map<std::string, io::AmountIs> kAmounts = {{"of_the_round", io::AmountIs::of_the_round},
                                                               {"of_the_cheque", io::AmountIs::of_the_cheque}};
  choice(command, "--amounts", cheques.amount_is, kAmounts,
         "Whether a row has the amount of its round, repeated (default; shared out equally), or that of its cheque");
  pairs(command, "--where", "us_round_type=series-b", "Only rows with this text in that column",
        [&cheques](const std::string& column, const std::string& text) { cheques.where.emplace_back(column, text); });
  command
      .add_option_function<std::vector<std::string>>(
          "--nobody", [&cheques](const std::vector<std::string>& names) { cheques.nobody = names; }, "Names that stand for no investor")
      ->type_name("NAME")
      ->expected(1)
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  count(
      command, "--same-round", [&cheques](std::uint64_t n) { cheques.same_round_days = static_cast<int>(n); }, 0, kMostDays,
      "Rows of a company within so many days are one round (default 30)");
}

void declare(CLI::App& app, Options& options) {
  ImportOptions& import = options.import;
  CLI::App* command =
      add_command(app, "investors", "Investor blocks from a table of dated cheques, with what each figure was counted from.",
                  "Examples:\n"
                  "  warchest import investors cheques.csv -o investors.chest\n"
                  "  warchest import investors cheques.csv --top 40 --since 2007-07 --until 2012-07 --company \"Acme Labs\"\n"
                  "  warchest import investors deals.csv --columns company=Startup,investor=Fund,date=Day,amount=EUR --currency EUR",
                  [&options] { options.command = Command::import_investors; });
  add_table(*command, import);
  date(*command, "--since", import.cheques.from, "Only rows from this day on");
  date(*command, "--until", import.cheques.until, "Only rows before this day");
  date(*command, "--as-of", import.as_of, "The day from which years are counted back (default --until, else the day after the last row)");
  count(
      *command, "--years", [&import](std::uint64_t n) { import.years = n; }, 1, kMostYears,
      "Years from which capacity is told (default 5)");
  count(
      *command, "--top", [&import](std::uint64_t n) { import.most = n; }, 1, kMostInvestors,
      "So many investors, those with the most cheques in these years (default 20); all others become one block");
  command->add_option("--company", import.company, "Those who have paid into this company come first")->type_name("NAME");
  command
      ->add_option_function<std::string>(
          "--currency",
          [&import](const std::string& given) {
            const bool code = given.size() == 3 && std::all_of(given.begin(), given.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
            if (!code) refuse("--currency", fmt::format("\"{}\" is no currency; write it as USD", given));
            import.currency = given;
          },
          "Of the amounts (default USD)")
      ->type_name("USD");
  command->add_option("-o,--output", import.output, "A file instead of standard output")->type_name("FILE");
}

std::string overview() {
  return "Examples:\n"
         "  warchest import investors cheques.csv -o investors.chest\n"
         "  warchest import investors --help\n"
         "\n"
         "What is known of the world outside, as blocks of a model.\n"
         "\n"
         "Usage: warchest import WHAT FILE [OPTIONS]\n"
         "\n"
         "What:\n"
         "  investors CSV  a table of dated cheques: capacity, largest cheque, follow-on, interest\n"
         "\n"
         "A cap table in the Open Cap Format is read by warchest captable import.\n";
}

Parsed consistent(const Options& options) {
  const ImportOptions& import = options.import;
  const io::ChequeOptions& cheques = import.cheques;
  if (cheques.from && cheques.until && !(*cheques.from < *cheques.until)) return wrong("--since lies before --until");
  if (cheques.from && import.as_of && !(*cheques.from < *import.as_of)) return wrong("--since lies before --as-of");
  if (cheques.until && import.as_of && *import.as_of < *cheques.until)
    return wrong("--as-of lies before --until: rows from it on would be left out in silence; give the earlier day to --until");
  Options rounded = options;
  if (import.as_of && !cheques.until) rounded.import.cheques.until = import.as_of;  // what comes later is not known yet
  return {rounded, 0, {}};
}

}  // namespace

Parsed parse_import(int count, const char* const* words) {
  if (count < 2) return {std::nullopt, kWrongUsage, overview()};
  const std::string what = words[1];
  if (what == "--help" || what == "-h") return {std::nullopt, kDone, overview()};
  if (what != "investors") {
    const auto nearest = text::nearest_name(what, std::vector<std::string>{"investors"});
    return wrong(fmt::format("import knows no \"{}\"{}", what, nearest ? "; did you mean investors?" : "; it reads investors CSV"));
  }
  CLI::App app("", "warchest import");
  app.require_subcommand(1);
  Options options;
  declare(app, options);
  const auto needs = [](const std::string&) { return "a CSV"; };
  if (auto done = parse_words(app, what, count, words, needs)) return *done;
  return consistent(options);
}

}  // namespace warchest::app
