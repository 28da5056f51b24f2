// The no-future rule: a plan knows its own month and the past, a policy the end of the month before; only a question sees all.
//
// What is drawn at the start (inputs, tables) is known on the path from the start, so a plan may read it at any month. What comes out
// of the run may not be read at a month that is still to come, and a window that ends later than now is one.
#include "model/checker.h"

namespace warchest::model {

using text::Code;

namespace {

constexpr std::uint8_t kRun = 4;

}  // namespace

void Checker::check_information() {
  for (const TimeReading& reading : readings_) {
    const Expr& expr = model_.exprs[reading.node];
    const Reads reads = owners_[reading.owner].reads;
    const bool period = expr.kind == ExprKind::in_sum || expr.kind == ExprKind::in_last;
    const bool window = expr.kind == ExprKind::by || expr.kind == ExprKind::through;
    const auto date = period ? std::optional(expr.value) : known(expr.args[1]);
    const double last = period ? expr.value2 : date.value_or(0);
    const bool from_run = (bits_[expr.args[0]] & kRun) != 0;
    if (reads == Reads::question) {
      if (period) {
        if (expr.value2 < 0 || expr.value >= model_.settings.months) within_horizon(expr.value2 < 0 ? -1 : expr.value, reading.span);
      } else if (date && (from_run || window || *date >= 0)) {
        within_horizon(*date, reading.span);
      }
      continue;
    }
    if (window) {
      const bool event = model_.exprs[expr.args[0]].type == TypeKind::event;
      error(Code::looks_ahead, expr.span, std::string(reads == Reads::plan ? "a plan" : "a policy") + " cannot look at months up to a date",
            event ? "an event by itself means that it has happened so far" : "`by` and `through` stand in an `ask` or a `check`");
    } else if (reads != Reads::plan && !(date && last < 0)) {
      error(Code::looks_ahead, reading.span, "a policy sees only the past, and this names a month that may be still to come",
            "prev(x), ago(x, 12 months) and windows look back from now");
    } else if (from_run) {
      error(Code::looks_ahead, reading.span,
            date && last < 0 ? "before the start nothing of this is known"
                             : "a plan sees its own month and the past, and this names a month that may be still to come",
            "prev(x), ago(x, 12 months) and windows look back from now");
    }
  }
  check_readings_at_second_hand();
  for (ExprId id = 0; id < model_.exprs.size(); ++id) {
    const Expr& expr = model_.exprs[id];
    if (expr.kind != ExprKind::measure || !known_at_the_end(expr.measure) || owner_of_[id] == kNone) continue;
    if (owners_[owner_of_[id]].reads == Reads::question) continue;
    error(Code::looks_ahead, expr.span, "`" + std::string(measure_row(expr.measure).name) + "` is known only at the end of the run",
          expr.measure == Measure::lasts ? "`runway` is what is known in the month" : "");
  }
}

// A plan may hold what a table will say of a later month, for it was drawn at the start; a policy may not read it there either. So no
// policy reaches, through any name, a month of something uncertain that may be still to come.
void Checker::check_readings_at_second_hand() {
  std::vector<bool> ahead(model_.exprs.size(), false);
  for (const TimeReading& reading : readings_) {
    const Expr& expr = model_.exprs[reading.node];
    const bool period = expr.kind == ExprKind::in_sum || expr.kind == ExprKind::in_last;
    const auto date = period ? std::optional(expr.value2) : known(expr.args[1]);
    const Variation of = model_.exprs[expr.args[0]].variation;
    if (owners_[reading.owner].reads == Reads::plan && (of == Variation::per_path || of == Variation::monthly) && !(date && *date < 0)) {
      ahead[reading.node] = true;
    }
  }
  for (DefId id = 0; id < states_.size(); ++id) {
    const Reads reads = states_[id].owner == kNone ? Reads::plan : owners_[states_[id].owner].reads;
    if ((reads != Reads::policy && reads != Reads::now) || model_.definitions[id].is == kNone) continue;
    std::vector<ExprId> open = {model_.definitions[id].is};
    std::vector<bool> seen(model_.exprs.size(), false);
    while (!open.empty()) {
      const ExprId at = open.back();
      open.pop_back();
      if (at == kNone || seen[at]) continue;
      seen[at] = true;
      const Expr& expr = model_.exprs[at];
      if (ahead[at]) {
        error(Code::looks_ahead, states_[id].written.span(),
              "a policy sees only the past, and this reads `" + owners_[owner_of_[at]].name + "`, which names a month that may be still to come",
              "prev(x), ago(x, 12 months) and windows look back from now");
        break;
      }
      open.insert(open.end(), expr.args.begin(), expr.args.end());
      if (expr.kind == ExprKind::reference) open.push_back(model_.definitions[expr.index].is);
    }
  }
}

}  // namespace warchest::model
