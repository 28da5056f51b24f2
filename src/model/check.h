// From tree to meaning: the one door of this folder.
//
// check() takes the parsed files of a model (the main one first, then those it uses) and gives the checked model, or nothing where
// a mistake was found; all mistakes go to the sink. It opens no file: which ones a model wants, wanted_files() says, and the columns
// of CSV files and the cap tables of packages are handed in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "equity/cap_table.h"
#include "lang/tree.h"
#include "model/model.h"
#include "text/diagnostic.h"

namespace warchest::model {

// What the files hold that a model names beside its text.
struct Inputs {
  std::map<std::string, std::size_t> models;  // `use`: file as written -> which of the files of the model
  std::size_t main_files = 1;                 // the first ones stand for themselves; others only where they are used
  std::map<std::string, std::map<std::string, std::vector<double>>> samples;  // `sample`: file as written -> column -> values
  std::map<std::string, equity::CapTable> captables;                          // `ocf`: package as written -> who owns what
};

// What the command line adds to a model.
struct CheckOptions {
  struct Setting {  // --set name=value
    std::string path;
    lang::ParsedExpression value;
  };
  std::vector<Setting> settings;
  std::optional<lang::ParsedExpression> expression;     // --expr: an ask named "expr"
  std::optional<lang::ParsedExpression> expression_at;  // --at
  std::string expression_label;                         // shown as the ask's label; may be empty
  std::string scenario;                                 // --scenario: every case runs in it
};

std::optional<Model> check(const std::vector<lang::Tree>& files, const Inputs& inputs, const CheckOptions& options,
                           text::Diagnostics& diagnostics);

// The files that a tree names: other models (`use`), tables (`sample`) and packages (`ocf`), which may be folders.
struct WantedFile {
  std::string name;
  text::Span span;
  bool model = false;     // else a CSV table,
  bool captable = false;  // or a package of the Open Cap Format
};
std::vector<WantedFile> wanted_files(const lang::Tree& tree);

}  // namespace warchest::model
