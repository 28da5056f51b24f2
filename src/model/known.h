// The value of an expression that is one known number: arithmetic over numbers and over names that are such. Nothing where it varies,
// where it is no arithmetic (tables, windows, measures), or where it is too long to be a figure of a term sheet.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "model/model.h"

namespace warchest::model {

struct KnownReading {
  std::function<ExprId(DefId)> value_of;                           // what a name stands for; kNone: not known
  std::function<std::optional<double>(const Expr&)> measure = {};  // of measures; none is known where it is empty
};

// One operation on numbers; nothing where it is none.
std::optional<double> applied(ExprKind kind, const std::vector<double>& x);

std::optional<double> known_value(const Model& model, ExprId id, const KnownReading& reading);

}  // namespace warchest::model
