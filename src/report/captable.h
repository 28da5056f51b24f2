// The documents of `warchest captable`: who owns what, a round side by side, exits, breakpoints; each as text, CSV and JSON, and the table
// as a text of our own language. What they show is computed by equity/ and handed in.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "equity/opm.h"
#include "equity/ownership.h"
#include "equity/round.h"
#include "equity/waterfall.h"

namespace warchest::report {

// What every document says on top.
struct CapTableHead {
  std::string file, sha256, version;
  std::string company;  // as people call it
  std::string currency;
  std::optional<equity::Date> date;  // of interest and dividends
};

struct CapTableLayout {
  std::size_t width = 80;
  bool colour = false;
  bool holders = true, securities = true;  // which tables
  bool steps = false;                      // the working, figure by figure
};

struct OwnershipDocument {
  CapTableHead head;
  equity::CapTable table;
  equity::OwnershipGrid grid;
  std::optional<equity::Estimate> estimate;  // what SAFEs and notes would take if every cap bound
  std::string no_estimate;                   // why there is none
  // Of a package that does not say all: by security the fields that are open, whose values in the table mean nothing.
  std::map<std::string, std::vector<std::string>> open = {};
};

struct RoundDocument {
  CapTableHead head;
  std::string name;
  equity::CapTable before;
  equity::RoundTerms terms;
  equity::RoundResult round;
  std::vector<equity::ProFormaRow> holders, securities;
  equity::Steps steps;  // of what came before it (pay to play), then its own
};

struct ExitCase {
  equity::Number value;
  equity::ExitResult exit;
  std::vector<equity::HolderPayout> holders;
};

struct ExitDocument {
  CapTableHead head;
  equity::CapTable table;
  std::vector<ExitCase> cases;             // ascending
  bool chart_holders = false;              // else securities
  std::vector<std::vector<double>> parts;  // of the exit, for each column of the chart; empty: no chart
  equity::Number chart_from, chart_to;
};

// The split of the next dollar between two breakpoints, and what happens at the first of them.
struct BreakpointRow {
  equity::Number from;
  std::vector<equity::Number> slopes;
  std::vector<std::string> events;  // "seed converts"
};

struct PricedClass {
  std::string name;
  double value = 0;
  std::optional<double> per_share;  // of a SAFE, note or debt: none
};

struct PricingDocument {
  double equity = 0;  // given, or found by backsolve
  equity::OpmMarket market;
  std::string solved_for;  // "seed at $1.20"; empty: the equity value was given
  std::vector<PricedClass> classes;
};

struct BreakpointDocument {
  CapTableHead head;
  equity::CapTable table;
  std::vector<BreakpointRow> rows;
  std::vector<std::vector<std::string>> conversions;
  bool payoffs_step = false;  // at an election of SAFEs a payout jumps
  std::optional<PricingDocument> pricing;
};

std::string ownership_text(const OwnershipDocument& document, const CapTableLayout& layout);
std::string ownership_csv(const OwnershipDocument& document, const CapTableLayout& layout);
std::string ownership_json(const OwnershipDocument& document, const CapTableLayout& layout);

std::string round_text(const RoundDocument& document, const CapTableLayout& layout);
std::string round_csv(const RoundDocument& document, const CapTableLayout& layout);
std::string round_json(const RoundDocument& document, const CapTableLayout& layout);

std::string exit_text(const ExitDocument& document, const CapTableLayout& layout);
std::string exit_csv(const ExitDocument& document, const CapTableLayout& layout);
std::string exit_json(const ExitDocument& document, const CapTableLayout& layout);

std::string breakpoints_text(const BreakpointDocument& document, const CapTableLayout& layout);
std::string breakpoints_csv(const BreakpointDocument& document, const CapTableLayout& layout);
std::string breakpoints_json(const BreakpointDocument& document, const CapTableLayout& layout);

// "preferred at $1.20, 1x, not participating, rank 2": the terms of a class or instrument, in words.
std::string terms_in_words(const equity::Terms& terms, std::string_view currency);
std::string_view kind_of(const equity::Terms& terms);  // common, preferred, options, pool, safe, note, debt

}  // namespace warchest::report
