// The options of `warchest captable ACTION`. Amounts are read as exact numbers: $1.10 is 11/10.
#include "app/captable_options.h"

#include <array>

#include "app/captable_command_line.h"
#include "app/command_line.h"
#include "app/exit_code.h"
#include "text/names.h"

namespace warchest::app {

namespace {

using equity::Number;

constexpr std::array<const char*, 6> kActions = {"show", "round", "exit", "breakpoints", "import", "export"};

[[noreturn]] void refuse(const std::string& option, const std::string& what) { throw CLI::ValidationError(option, what); }

// Digits with _ between digits, a point, and k M B T behind.
std::optional<Number> parse_number(std::string text) {
  int zeros = 0;
  constexpr std::string_view kSuffixes = "kMBT";
  if (!text.empty()) {
    if (const auto at = kSuffixes.find(text.back()); at != std::string_view::npos) {
      zeros = 3 * (static_cast<int>(at) + 1);
      text.pop_back();
    }
  }
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    const bool between = text[i] == '_' && i > 0 && i + 1 < text.size();
    if (!digit && !between && text[i] != '.') return std::nullopt;
    if (!between) digits += text[i];
  }
  if (digits.empty() || digits.front() == '.' || digits.back() == '.') return std::nullopt;
  const auto number = Number::parse(digits);
  if (!number) return std::nullopt;
  return *number * Number(10).power(static_cast<unsigned>(zeros));
}

Number number_of(const std::string& option, const std::string& given, const char* example) {
  const auto number = parse_number(given);
  if (!number) refuse(option, fmt::format("\"{}\" is no number; write it as {}", given, example));
  return *number;
}

Sum sum_of(const std::string& option, const std::string& given) {
  const auto sum = parse_sum(given);
  if (!sum) refuse(option, fmt::format("\"{}\" is no amount of money; write it as '$40M' or 40_000_000", given));
  return *sum;
}

Number part_of(const std::string& option, const std::string& given) {
  const auto part = parse_part(given);
  if (!part) refuse(option, fmt::format("\"{}\" is no part; write it as 10%", given));
  return *part;
}

equity::Date date_of(const std::string& option, const std::string& given) {
  const auto date = equity::parse_date(given.size() == 7 ? given + "-01" : given);
  if (!date) refuse(option, fmt::format("\"{}\" is no date; write it as 2027-06-30, or 2027-06 for the first day of it", given));
  return *date;
}

// NAME=VALUE, both not empty.
std::pair<std::string, std::string> pair_of(const std::string& option, const std::string& given, const char* example) {
  const auto equal = given.find('=');
  if (equal == std::string::npos || equal == 0 || equal + 1 == given.size())
    refuse(option, fmt::format("\"{}\" is not written as {}", given, example));
  return {given.substr(0, equal), given.substr(equal + 1)};
}

// An option that is given once, and one that may be given several times or takes a list.
void one(CLI::App& command, const std::string& name, const char* type, const std::string& help,
         std::function<void(const std::string&)> take) {
  command.add_option_function<std::string>(name, std::move(take), help)->type_name(type);
}

void several(CLI::App& command, const std::string& name, const char* type, const std::string& help,
             std::function<void(const std::string&)> take) {
  command
      .add_option_function<std::vector<std::string>>(
          name,
          [take = std::move(take)](const std::vector<std::string>& given) {
            for (const std::string& one : given) take(one);
          },
          help)
      ->type_name(type)
      ->expected(1)
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

CapTableOptions::Split split_of(const std::string& given) {
  constexpr const char* kExample = "10:1, or seed=10:1 for one series";
  const auto equal = given.find('=');
  const std::string ratio = equal == std::string::npos ? given : given.substr(equal + 1);
  const auto colon = ratio.find(':');
  const auto fresh = parse_number(ratio.substr(0, colon)),
             old = colon == std::string::npos ? std::optional<Number>(1) : parse_number(ratio.substr(colon + 1));
  if (!fresh || !old || fresh->sign() <= 0 || old->sign() <= 0)
    refuse("--split", fmt::format("\"{}\" is not written as {}", given, kExample));
  return {equal == std::string::npos ? "" : given.substr(0, equal), *fresh / *old};
}

CapTableOptions::Sale sale_of(const std::string& given) {
  std::vector<std::string> parts{""};
  for (const char c : given) {
    if (c == ':') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  constexpr std::size_t kParts = 5;
  if (parts.size() != kParts) refuse("--sale", fmt::format("\"{}\" is not written as SELLER:BUYER:CLASS:SHARES:PRICE", given));
  return {parts[0], parts[1], parts[2], number_of("--sale", parts[3], "100_000 shares"), sum_of("--sale", parts[4])};
}

const std::map<std::string, equity::PriceMethod> kMethods = {{"percent_ownership", equity::PriceMethod::percent_ownership},
                                                             {"pre_money_fixed", equity::PriceMethod::pre_money_fixed},
                                                             {"dollars_invested", equity::PriceMethod::dollars_invested}};
const std::map<std::string, equity::Direction> kDirections = {
    {"up", equity::Direction::up}, {"down", equity::Direction::down}, {"nearest", equity::Direction::nearest}};
const std::map<std::string, equity::ConvertsBecome> kBecome = {{"shadow_series", equity::ConvertsBecome::shadow_series},
                                                               {"standard_preferred", equity::ConvertsBecome::standard_preferred},
                                                               {"common", equity::ConvertsBecome::common}};
const std::map<std::string, equity::Protection> kProtections = {{"broad_weighted_average", equity::Protection::broad_based},
                                                                {"broad_with_reserve", equity::Protection::broad_based_with_reserve},
                                                                {"narrow_weighted_average", equity::Protection::narrow_based},
                                                                {"full_ratchet", equity::Protection::full_ratchet}};
const std::map<std::string, equity::SafeBasis> kBases = {{"post_money", equity::SafeBasis::post_money},
                                                         {"pre_money", equity::SafeBasis::pre_money}};
const std::map<std::string, equity::NoteBase> kNoteBases = {{"fully_diluted", equity::NoteBase::fully_diluted},
                                                            {"with_converts", equity::NoteBase::fully_diluted_with_converts}};

template <typename T>
void optional_choice(CLI::App& command, const std::string& name, std::optional<T>& target, const std::map<std::string, T>& words,
                     const std::string& help) {
  std::string list;
  for (const auto& [word, value] : words) list += (list.empty() ? "" : "|") + word;
  one(command, name, list.c_str(), help, [&target, &words, name, list](const std::string& given) {
    const auto found = words.find(given);
    if (found == words.end()) refuse(name, fmt::format("\"{}\" is none of {}", given, list));
    target = found->second;
  });
}

// --- groups ----------------------------------------------------------------------------------------------------------------------

void add_package_reading(CLI::App& command, CapTableOptions& table) {
  command.add_flag("--netting", table.netting, "OCF: a reduction without balance leaves the rest in place");
  optional_choice(command, "--safe-basis", table.safe_basis, kBases, "OCF: the basis of SAFEs that do not say theirs");
  optional_choice(command, "--note-base", table.note_base, kNoteBases, "OCF: what caps of notes that do not say so are divided by");
  one(command, "--preference-multiple", "1x", "OCF: the preference of classes that do not say theirs", [&table](const std::string& given) {
    table.preference_multiple = number_of("--preference-multiple", given.ends_with('x') ? given.substr(0, given.size() - 1) : given, "1x");
  });
  command.add_flag("--price-from-issuance", table.price_from_issuance,
                   "OCF: the price of a class without one is what was paid for its shares");
}

// What every action has that reads a table and shows something.
void add_table(CLI::App& command, Options& options, CapTableOptions& table) {
  command.add_option("TABLE", table.table, "A model, a plain cap table (FILE.chest), or a folder or zip of the Open Cap Format (OCF)")
      ->required()
      ->type_name("");
  command.add_option("--company", table.company, "Which company, where the file has several")->type_name("NAME");
  one(command, "--date", "DATE", "The table as it stands then; interest and dividends run to it",
      [&table](const std::string& given) { table.date = date_of("--date", given); });
  several(command, "--split", "10:1", "After a split, of the common or of one series (seed=10:1)",
          [&table](const std::string& given) { table.splits.push_back(split_of(given)); });
  several(command, "--sale", "SALE", "After a sale of shares from one holder to another, SELLER:BUYER:CLASS:SHARES:PRICE",
          [&table](const std::string& given) { table.sales.push_back(sale_of(given)); });
  add_changes(command, options);
  add_package_reading(command, table);
}

void add_shown(CLI::App& command, Options& options, CapTableOptions& table, bool by, bool steps) {
  if (by) {
    one(command, "--by", "holder|class", "Only the table by holder, or by class", [&table](const std::string& given) {
      if (given != "holder" && given != "class") refuse("--by", fmt::format("\"{}\" is none of holder|class", given));
      table.holders = given == "holder";
      table.securities = given == "class";
    });
  }
  if (steps) command.add_flag("--steps", table.steps, "Print every step of every conversion");
  command.add_flag("--csv", options.csv, "Comma-separated values, every digit");
  add_output(command, options, false);
}

void add_round_price(CLI::App& command, CapTableOptions& table) {
  const auto money = [&](const char* name, std::optional<Sum>& target, const char* help) {
    one(command, name, "MONEY", help, [name, &target](const std::string& given) { target = sum_of(name, given); });
  };
  money("--pre-money", table.pre_money, "What the company is worth before the new money");
  money("--post-money", table.post_money, "Or: what it is worth with it");
  money("--amount", table.amount, "The new money; what --investor leaves of it comes from an investor called like the series");
  several(command, "--investor", "NAME=MONEY", "Who puts in what", [&table](const std::string& given) {
    const auto [name, sum] = pair_of("--investor", given, "fund='$6M'");
    table.investors.emplace_back(name, sum_of("--investor", sum));
  });
  optional_choice(command, "--price-method", table.price_method, kMethods, "What becomes of SAFEs and notes in the price");
  one(command, "--price-decimals", "N", "The closing states prices to so many decimals", [&table](const std::string& given) {
    const auto decimals = parse_count(given);
    if (!decimals || *decimals > 12) refuse("--price-decimals", fmt::format("\"{}\" is no number from 0 to 12", given));
    table.price_decimals = static_cast<int>(*decimals);
  });
  optional_choice(command, "--price-rounding", table.price_rounding, kDirections, "How it rounds them (default up)");
  command.add_flag("--whole-shares", table.whole_shares, "The closing issues whole shares; the rest is paid back");
}

void add_round_pool(CLI::App& command, CapTableOptions& table) {
  one(command, "--pool", "PART", "The unissued part of all shares after the round",
      [&table](const std::string& given) { table.pool = part_of("--pool", given); });
  one(command, "--pool-in-all", "PART", "Or: unissued and granted together",
      [&table](const std::string& given) { table.pool_in_all = part_of("--pool-in-all", given); });
  one(command, "--pool-increase", "SHARES", "Or: so many shares more",
      [&table](const std::string& given) { table.pool_increase = number_of("--pool-increase", given, "500_000"); });
  one(command, "--promised", "SHARES", "Options promised and not granted: beyond the pool they count for SAFEs",
      [&table](const std::string& given) { table.promised = number_of("--promised", given, "150_000"); });
}

void add_round_series(CLI::App& command, CapTableOptions& table) {
  command.add_option("--series", table.series, "What the new series is called (default: the round's name, or series)")->type_name("NAME");
  command.add_flag("--common", table.common, "It sells common stock");
  one(command, "--liquidation", "1x", "Its preference", [&table](const std::string& given) {
    table.liquidation = number_of("--liquidation", given.ends_with('x') ? given.substr(0, given.size() - 1) : given, "1x");
  });
  one(command, "--participating", "no|yes|3x", "Whether it shares in the rest, and up to which multiple",
      [&table](const std::string& given) {
        const bool multiple = given.ends_with('x') && parse_number(given.substr(0, given.size() - 1));
        if (given != "no" && given != "yes" && !multiple)
          refuse("--participating", fmt::format("\"{}\" is none of no, yes, or a cap as 3x", given));
        table.participating = given;
      });
  one(command, "--seniority", "senior|pari_passu|N", "Before all others, beside the first of them (default), or rank N; 1 is paid first",
      [&table](const std::string& given) {
        if (given != "senior" && given != "pari_passu" && !parse_number(given)) {
          refuse("--seniority", fmt::format("\"{}\" is none of senior, pari_passu, or a rank as 2", given));
        }
        table.seniority = given;
      });
  optional_choice(command, "--converts-become", table.converts_become, kBecome, "What SAFEs and notes turn into (default shadow_series)");
}

void add_round_rights(CLI::App& command, CapTableOptions& table) {
  several(command, "--anti-dilution", "CLASS=METHOD",
          "Protects a class: broad_weighted_average, broad_with_reserve, narrow_weighted_average, full_ratchet",
          [&table](const std::string& given) {
            const auto [name, method] = pair_of("--anti-dilution", given, "seed=full_ratchet");
            const auto found = kProtections.find(method);
            if (found == kProtections.end()) {
              std::vector<std::string> words;
              for (const auto& [word, value] : kProtections) words.push_back(word);
              const auto nearest = text::nearest_name(method, words);
              refuse("--anti-dilution",
                     fmt::format("\"{}\" is no method{}", method, nearest ? fmt::format("; did you mean {}?", *nearest) : ""));
            }
            table.anti_dilution.emplace_back(name, found->second);
          });
  command.add_flag("--protection-in-pre-money", table.protection_in_pre_money, "The shares that protection adds are inside the pre-money");
  several(
      command, "--pro-rata", "HOLDER[=MULTIPLE]", "A holder who takes its part of the round on top", [&table](const std::string& given) {
        const auto equal = given.find('=');
        table.pro_rata.emplace_back(given.substr(0, equal),
                                    equal == std::string::npos ? Number(1) : number_of("--pro-rata", given.substr(equal + 1), "fund=2"));
      });
  several(command, "--pay-to-play", "CLASS", "Holders of these classes who do not take their part lose their preferred",
          [&table](const std::string& given) { table.pay_to_play.push_back(given); });
  one(command, "--pay-to-play-rate", "N", "Common for each share that is lost, against what it converts into (default 1)",
      [&table](const std::string& given) { table.pay_to_play_rate = number_of("--pay-to-play-rate", given, "0.1"); });
}

// --- the actions -------------------------------------------------------------------------------------------------------------------

using Add = std::function<CLI::App*(const char*, CapTableAction, const char*, const char*)>;

void declare_looking(const Add& add, Options& options, CapTableOptions& table) {
  CLI::App* show = add("show", CapTableAction::show, "Who owns what: holders and classes, SAFEs and notes, the option plan.",
                       "Examples:\n"
                       "  warchest captable show acme.chest\n"
                       "  warchest captable show acme.chest --by class --date 2027-06-30 --steps\n"
                       "  warchest captable show ocf/ --netting --json");
  add_table(*show, options, table);
  add_shown(*show, options, table, true, true);
}

void declare_round(const Add& add, Options& options, CapTableOptions& table) {
  CLI::App* round = add("round", CapTableAction::round, "A priced round as in a term sheet: before, what each cause adds, after.",
                        "Examples:\n"
                        "  warchest captable round acme.chest b\n"
                        "  warchest captable round acme.chest --pre-money '$40M' --amount '$10M' --pool 10%\n"
                        "  warchest captable round acme.chest b --investor fund='$6M' --whole-shares --price-decimals 4 --steps");
  add_table(*round, options, table);
  round->add_option("ROUND", table.round, "A round of the file; without it the options say what the round is")->type_name("");
  add_round_price(*round, table);
  add_round_pool(*round, table);
  add_round_series(*round, table);
  add_round_rights(*round, table);
  add_shown(*round, options, table, true, true);
}

void declare_exits(const Add& add, Options& options, CapTableOptions& table) {
  CLI::App* exit = add("exit", CapTableAction::exit, "Who is paid what when the company is sold, for one exit or many.",
                       "Examples:\n"
                       "  warchest captable exit acme.chest\n"
                       "  warchest captable exit acme.chest --value '$50M' --steps\n"
                       "  warchest captable exit acme.chest --from 0 --to '$200M' --steps-of '$25M' --by holder");
  add_table(*exit, options, table);
  several(*exit, "--value,--values", "MONEY", "What is there to distribute; several with commas",
          [&table](const std::string& given) { table.values.push_back(sum_of("--value", given)); });
  one(*exit, "--from", "MONEY", "A range of exits (default 0)",
      [&table](const std::string& given) { table.from = sum_of("--from", given); });
  one(*exit, "--to", "MONEY", "Its end (default: beyond the last breakpoint)",
      [&table](const std::string& given) { table.to = sum_of("--to", given); });
  one(*exit, "--steps-of", "MONEY", "From one exit to the next",
      [&table](const std::string& given) { table.step = sum_of("--steps-of", given); });
  add_shown(*exit, options, table, true, true);

  CLI::App* breakpoints =
      add("breakpoints", CapTableAction::breakpoints, "Where the split of the next dollar changes, and the order of conversion.",
          "Examples:\n"
          "  warchest captable breakpoints acme.chest\n"
          "  warchest captable breakpoints acme.chest --equity-value '$60M' --volatility 70% --term 3 --rate 4%\n"
          "  warchest captable breakpoints acme.chest --backsolve b='$4.20' --volatility 70% --term 3");
  add_table(*breakpoints, options, table);
  one(*breakpoints, "--equity-value", "MONEY", "Values the classes by the option pricing method",
      [&table](const std::string& given) { table.equity_value = sum_of("--equity-value", given); });
  one(*breakpoints, "--backsolve", "CLASS=PRICE", "Or: the equity value at which a share of this class is worth this",
      [&table](const std::string& given) {
        const auto [name, price] = pair_of("--backsolve", given, "seed='$1.20'");
        table.backsolve = {name, sum_of("--backsolve", price)};
      });
  one(*breakpoints, "--volatility", "PART", "Of equity, a year",
      [&table](const std::string& given) { table.volatility = part_of("--volatility", given); });
  one(*breakpoints, "--term", "YEARS", "Until the exit",
      [&table](const std::string& given) { table.term = number_of("--term", given, "3"); });
  one(*breakpoints, "--rate", "PART", "Riskless, a year, compounded all the time (default 0%)",
      [&table](const std::string& given) { table.rate = part_of("--rate", given); });
  add_shown(*breakpoints, options, table, false, false);
}

void declare_packages(const Add& add, Options& options, CapTableOptions& table) {
  CLI::App* import =
      add("import", CapTableAction::import_package, "Writes a folder or zip of the Open Cap Format as a plain cap table of ours.",
          "Examples:\n"
          "  warchest captable import ocf/ -o acme.chest\n"
          "  warchest captable import acme.ocf.zip --safe-basis post_money --preference-multiple 1x");
  import->add_option("OCF", table.table, "A folder that holds a manifest, or a zip")->required()->type_name("");
  import->add_option("-o,--output", table.output, "Where to (default: standard output)")->type_name("FILE");
  one(*import, "--date", "DATE", "Transactions after it are not applied",
      [&table](const std::string& given) { table.date = date_of("--date", given); });
  add_package_reading(*import, table);
  add_output(*import, options, false);

  CLI::App* out = add("export", CapTableAction::export_package, "Writes a cap table as a package of the Open Cap Format.",
                      "Examples:\n"
                      "  warchest captable export acme.chest -o acme-ocf\n"
                      "  warchest captable export acme.chest -o acme.zip --legal-name \"Acme, Inc.\" --formed 2021-03-01");
  add_table(*out, options, table);
  out->add_option("-o,--output", table.output, "A folder that is not there or empty, or a file that ends in .zip")
      ->required()
      ->type_name("PATH");
  out->add_option("--legal-name", table.legal_name, "Of the company (default: its label)")->type_name("NAME");
  out->add_option("--country", table.country, "Of its formation, two letters (default US)")->type_name("XX");
  one(*out, "--formed", "DATE", "The day of its formation (default: the date of the table)",
      [&table](const std::string& given) { table.formed = date_of("--formed", given); });
  add_output(*out, options, false);
}

std::string overview() {
  return "Examples:\n"
         "  warchest captable show acme.chest\n"
         "  warchest captable round acme.chest --pre-money '$40M' --amount '$10M' --pool 10%\n"
         "  warchest captable exit acme.chest --value '$50M' --steps\n"
         "\n"
         "The cap table alone, in exact numbers and without a simulation.\n"
         "\n"
         "Usage: warchest captable ACTION TABLE [OPTIONS]\n"
         "\n"
         "TABLE is a model with a company, a file with only a company in it, or a folder or zip of the Open Cap Format.\n"
         "\n"
         "Actions:\n"
         "  show TABLE           who owns what\n"
         "  round TABLE [ROUND]  a priced round: before, what each cause adds, after\n"
         "  exit TABLE           who is paid what when the company is sold\n"
         "  breakpoints TABLE    where the split of the next dollar changes; values of classes\n"
         "  import OCF           a package of the Open Cap Format as a file of ours\n"
         "  export TABLE -o DIR  the other way\n"
         "\n"
         "Every action takes --help.\n";
}

std::optional<Parsed> against_each_other(const CapTableOptions& table) {
  const auto no = [](const char* message) { return std::optional(wrong(message)); };
  if (table.pre_money && table.post_money) return no("--pre-money and --post-money exclude each other");
  if ((table.pool ? 1 : 0) + (table.pool_in_all ? 1 : 0) + (table.pool_increase ? 1 : 0) > 1) {
    return no("--pool, --pool-in-all and --pool-increase exclude each other");
  }
  if (table.action == CapTableAction::round && table.round.empty()) {
    if (!table.pre_money && !table.post_money) return no("captable round needs a ROUND of the file, or --pre-money or --post-money");
    if (!table.amount && table.investors.empty()) return no("captable round needs a ROUND of the file, or --amount or --investor");
  }
  if (table.pay_to_play_rate && table.pay_to_play.empty()) return no("--pay-to-play-rate belongs to --pay-to-play");
  if (table.price_rounding && !table.price_decimals) return no("--price-rounding belongs to --price-decimals");
  if (!table.values.empty() && (table.from || table.to || table.step))
    return no("--value and a range (--from, --to, --steps-of) exclude each other");
  if (table.equity_value && table.backsolve) return no("--equity-value and --backsolve exclude each other");
  const bool priced = table.equity_value || table.backsolve;
  if (priced && (!table.volatility || !table.term)) return no("the option pricing method needs --volatility and --term");
  if (!priced && (table.volatility || table.term || table.rate))
    return no("--volatility, --term and --rate belong to --equity-value or --backsolve");
  return std::nullopt;
}

}  // namespace

std::optional<Sum> parse_sum(const std::string& text) {
  for (const std::string_view sign : {"$", "€", "£", "¥"}) {
    if (!text.starts_with(sign)) continue;
    const auto number = parse_number(text.substr(sign.size()));
    return number ? std::optional<Sum>(Sum{*number, std::string(sign)}) : std::nullopt;
  }
  const auto number = parse_number(text);
  return number ? std::optional<Sum>(Sum{*number, ""}) : std::nullopt;
}

std::optional<equity::Number> parse_part(const std::string& text) {
  if (!text.ends_with('%')) return parse_number(text);
  const auto percent = parse_number(text.substr(0, text.size() - 1));
  return percent ? std::optional<Number>(*percent / 100) : std::nullopt;
}

Parsed parse_captable(int count, const char* const* words) {
  if (count < 2) return {std::nullopt, kWrongUsage, overview()};
  const std::string action = words[1];
  if (action == "--help" || action == "-h") return {std::nullopt, kDone, overview()};
  if (std::find(kActions.begin(), kActions.end(), action) == kActions.end()) {
    const auto nearest = text::nearest_name(action, std::vector<std::string>(kActions.begin(), kActions.end()));
    return wrong(fmt::format("captable has no action \"{}\"{}", action,
                             nearest ? fmt::format("; did you mean {}?", *nearest) : "; see warchest captable --help"));
  }
  CLI::App app("", "warchest captable");
  app.require_subcommand(1);
  Options options;
  options.command = Command::captable;
  CapTableOptions& table = options.captable;
  const Add add = [&](const char* name, CapTableAction which, const char* sentence, const char* examples) {
    return add_command(app, name, sentence, examples, [&table, which] { table.action = which; });
  };
  declare_looking(add, options, table);
  declare_round(add, options, table);
  declare_exits(add, options, table);
  declare_packages(add, options, table);
  const auto needs = [](const std::string& name) {
    return name == "import" ? "a folder or zip of the Open Cap Format" : name == "export" ? "a TABLE and -o with where to" : "a TABLE";
  };
  if (auto done = parse_words(app, action, count, words, needs)) return *done;
  if (auto complaint = against_each_other(table)) return *complaint;
  if (options.csv && options.json) return wrong("--csv and --json exclude each other");
  return {options, 0, {}};
}

}  // namespace warchest::app
