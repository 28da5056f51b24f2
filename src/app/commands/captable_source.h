// Where the cap table of `warchest captable` comes from: a company of a model, a plain cap table, or a package of the Open Cap Format.
//
// A plain cap table is a file of the model language without a `model` block: only who owns what, at no date. It gets a block that looks
// over the dates that such a file has (1950 to 2049), in the currency whose sign it uses.
#pragma once

#include <optional>
#include <string>

#include "app/session.h"
#include "equity/cap_table.h"
#include "equity/round.h"
#include "io/ocf.h"
#include "report/captable.h"

namespace warchest::app {

struct CapTableSource {
  report::CapTableHead head;
  equity::CapTable table;  // after the splits and sales of the command line
  equity::Steps steps;     // of those

  // Of a file: a round of it that the command names, with its terms.
  std::optional<equity::RoundTerms> round;
  std::string round_name;

  std::optional<io::OcfImport> package;
};

// With `debt`, what the company owes stands in the table as a claim. Nothing where it could not be had: then all is told, and this is the
// exit code.
std::optional<CapTableSource> captable_source(Session& session, bool debt, int& exit_code);

// A refusal of the engine, told; gives the exit code.
int refused(Session& session, const equity::Refusal& refusal);

// In the currency of the table, or a complaint about another sign.
bool same_currency(Session& session, const CapTableSource& source, const char* option, const Sum& sum, int& exit_code);

bool is_package(const std::string& path);
std::optional<io::OcfImport> read_package(Session& session, int& exit_code);
std::string questions_in_words(const io::OcfImport& package);  // what must be answered before the engine may compute

}  // namespace warchest::app
