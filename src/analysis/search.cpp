#include "analysis/search.h"

#include <algorithm>
#include <cmath>

#include "analysis/answers.h"
#include "program/lower.h"
#include "quantity/unit.h"

namespace warchest::analysis {

namespace {

constexpr std::size_t kCuts = 7;  // values tried inside a gap: it becomes an eighth
constexpr int kCoarseRounds = 2, kMostFineRounds = 8;
constexpr double kFineEnough = 1e-6;  // of x; else a tenth of its sampling error will do
constexpr int kPowersDown = 8, kPowersUp = 12;

bool holds(const Trial& trial) { return trial.gap >= 0; }

std::vector<double> inside(double low, double high, bool whole) {
  std::vector<double> xs;
  for (std::size_t i = 1; i <= kCuts; ++i) {
    double x = low + (high - low) * static_cast<double>(i) / static_cast<double>(kCuts + 1);
    if (whole) x = std::round(x);
    if (x > low && x < high && (xs.empty() || x > xs.back())) xs.push_back(x);
  }
  return xs;
}

// Where a straight line between two values crosses.
double crossing_of(const Trial& low, const Trial& high) {
  const double part = -low.gap / (high.gap - low.gap);
  return low.x + (high.x - low.x) * (part > 0 && part < 1 ? part : 0.5);
}

// Values about a crossing, inside the gap.
std::vector<double> about(double x, std::initializer_list<double> distances, double low, double high) {
  std::vector<double> xs;
  for (const double distance : distances) {
    const double at = x + distance;
    if (at > low && at < high && (xs.empty() || at > xs.back())) xs.push_back(at);
  }
  return xs;
}

// The first neighbours of which one fails and the next holds.
std::optional<std::size_t> crossing(const std::vector<Trial>& trials) {
  for (std::size_t i = 0; i + 1 < trials.size(); ++i)
    if (!holds(trials[i]) && holds(trials[i + 1])) return i;
  return std::nullopt;
}

const Trial& best_of(const std::vector<Trial>& trials) {
  return *std::max_element(trials.begin(), trials.end(), [](const Trial& a, const Trial& b) { return a.gap < b.gap; });
}

}  // namespace

SearchRange range_about(double scale, bool share, bool date, int months) {
  SearchRange range;
  if (date) {
    for (int month = 0; month < months; ++month) range.row.push_back(month);
    range.whole = true;
  } else if (share) {
    for (int i = 0; i <= 20; ++i) range.row.push_back(i / 20.0);
  } else {
    range.row.push_back(0);
    const double middle = std::isfinite(scale) && scale != 0 ? std::abs(scale) : 1;
    for (int power = -kPowersDown; power <= kPowersUp; ++power) range.row.push_back(std::ldexp(middle, power));
  }
  return range;
}

std::optional<Found> find_least(const SearchRange& range, const Try& attempt) {
  Found found;
  found.row = attempt(range.row, false);
  if (found.row.empty()) return std::nullopt;
  bool once = false, broken = false;
  for (const Trial& trial : found.row) {
    if (holds(trial))
      once = true;
    else if (once && trial.gap < -3 * trial.statistic.error)
      broken = true;
  }
  found.monotone = !broken;
  found.best = best_of(found.row);

  // Nothing holds: the best, looked at on all paths, and once more about it.
  const auto settle_for_best = [&]() -> std::optional<Found> {
    const auto at = static_cast<std::size_t>(
        std::max_element(found.row.begin(), found.row.end(), [](const Trial& a, const Trial& b) { return a.gap < b.gap; }) -
        found.row.begin());
    const double low = found.row[at > 0 ? at - 1 : 0].x, high = found.row[std::min(at + 1, found.row.size() - 1)].x;
    std::vector<double> xs = inside(low, high, range.whole);
    xs.push_back(found.row[at].x);
    std::sort(xs.begin(), xs.end());
    const std::vector<Trial> trials = attempt(xs, true);
    if (trials.empty()) return std::nullopt;
    found.best = best_of(trials);
    found.holds = false;
    return found;
  };

  if (holds(found.row.front())) {
    const std::vector<Trial> first = attempt({found.row.front().x}, true);
    if (first.empty()) return std::nullopt;
    found.holds = found.everywhere = holds(first.front());
    found.there = first.front();
    found.least = {first.front().x, 0};
    if (found.holds) return found;
  }
  const auto at = crossing(found.row);
  if (!at) return settle_for_best();
  Trial low = found.row[*at], high = found.row[*at + 1];
  // The slope over a gap wide enough to be seen through the noise.
  double slope = (high.gap - low.gap) / (high.x - low.x);
  for (int round = 0; round < kCoarseRounds + kMostFineRounds; ++round) {
    const bool all_paths = round >= kCoarseRounds;
    double from = low.x, to = high.x;
    if (round == kCoarseRounds) {  // more paths may move the crossing a little
      const double width = high.x - low.x;
      from = std::max(range.row.front(), low.x - 2 * width);
      to = high.x + 2 * width;
    }
    // On all paths a value is dear: the first few stand about the crossing that fewer paths tell, as far from it as their error reaches;
    // then two close about the crossing of the line between the neighbours found. Whole months, and what has no slope, are cut evenly.
    const bool first_of_all = round == kCoarseRounds, known = round > kCoarseRounds;
    const double reach = slope > 0 ? high.statistic.error / slope : 0;
    std::vector<double> xs;
    if (all_paths && !range.whole && reach > 0 && std::isfinite(reach)) {
      const double x = crossing_of(low, high);
      xs = first_of_all ? about(x, {-2.5 * reach, -reach, reach, 2.5 * reach}, range.row.front(), range.row.back())
                        : about(x, {-0.045 * reach, 0.045 * reach}, low.x, high.x);
    }
    if (xs.empty()) {
      xs = inside(from, to, range.whole);
      if ((all_paths && !known) || xs.empty()) {
        xs.insert(xs.begin(), from);
        xs.push_back(to);
      }
    }
    std::vector<Trial> trials = attempt(xs, all_paths);
    if (trials.empty()) return std::nullopt;
    if (!all_paths || known) {
      if (trials.front().x > low.x) trials.insert(trials.begin(), low);
      if (trials.back().x < high.x) trials.push_back(high);
    }
    if (all_paths && !holds(trials.back())) {  // it has moved away: the next value of the row still holds, or nothing does
      const auto beyond = std::upper_bound(range.row.begin(), range.row.end(), std::max(to, trials.back().x));
      if (beyond == range.row.end()) return settle_for_best();
      const std::vector<Trial> further = attempt({*beyond}, true);
      if (further.empty()) return std::nullopt;
      if (!holds(further.front())) return settle_for_best();
      trials.push_back(further.front());
    }
    while (all_paths && holds(trials.front())) {  // or the other way
      const auto below = std::lower_bound(range.row.begin(), range.row.end(), trials.front().x);
      if (below == range.row.begin()) break;
      const std::vector<Trial> nearer = attempt({*std::prev(below)}, true);
      if (nearer.empty()) return std::nullopt;
      trials.insert(trials.begin(), nearer.front());
    }
    if (const auto place = crossing(trials)) {
      low = trials[*place];
      high = trials[*place + 1];
    } else {  // holds all through
      high = trials.front();
      low = trials.front();
    }
    if (round == kCoarseRounds && trials.back().x > trials.front().x) slope = (trials.back().gap - trials.front().gap) / (trials.back().x - trials.front().x);
    if (!all_paths) continue;
    const double width = high.x - low.x, error = slope > 0 ? high.statistic.error / slope : 0;
    if (width <= std::max(0.1 * error, kFineEnough * std::abs(high.x)) || (range.whole && width <= 1)) break;
  }
  found.holds = true;
  found.there = high;
  found.least = {high.x, slope > 0 ? high.statistic.error / slope : kUnknown};
  if (found.there.gap > found.best.gap) found.best = found.there;
  return found;
}

// From above is from below with the sign turned.
std::optional<Found> find_greatest(const SearchRange& range, const Try& attempt) {
  SearchRange turned = range;
  if (!range.whole && range.row.size() > 1) std::erase(turned.row, 0.0);  // nothing of it is no answer
  std::reverse(turned.row.begin(), turned.row.end());
  for (double& x : turned.row) x = -x;
  const Try try_turned = [&](const std::vector<double>& xs, bool all_paths) {
    std::vector<double> as_they_are(xs.rbegin(), xs.rend());
    for (double& x : as_they_are) x = -x;
    std::vector<Trial> trials = attempt(as_they_are, all_paths);
    std::reverse(trials.begin(), trials.end());
    for (Trial& trial : trials) trial.x = -trial.x;
    return trials;
  };
  std::optional<Found> found = find_least(turned, try_turned);
  if (!found) return found;
  found->least.value = -found->least.value;
  for (Trial* trial : {&found->there, &found->best}) trial->x = -trial->x;
  std::reverse(found->row.begin(), found->row.end());
  for (Trial& trial : found->row) trial.x = -trial.x;
  return found;
}

model::Model with_values(const model::Model& model, std::uint32_t ask, std::size_t of_case, const std::vector<double>& xs) {
  model::Model result = model;
  model::Ask& one = result.asks[ask];
  const model::DefId target = one.find->target;
  model::Ask::For each;
  each.target = target;
  for (const double x : xs) {
    model::Expr number;
    number.kind = model::ExprKind::number;
    number.type = result.definitions[target].type.kind;
    number.value = x;
    each.values.push_back(static_cast<model::ExprId>(result.exprs.size()));
    each.texts.push_back("#" + std::to_string(each.values.size()));
    result.exprs.push_back(std::move(number));
  }
  one.for_each = std::move(each);
  one.cases = {one.cases[of_case]};
  one.find.reset();
  return result;
}

model::Model asking_for_target(const model::Model& model, std::uint32_t ask) {
  model::Model result = model;
  model::Ask& one = result.asks[ask];
  model::Expr reference;
  reference.kind = model::ExprKind::reference;
  reference.index = one.find->target;
  reference.type = result.definitions[one.find->target].type.kind;
  reference.variation = result.definitions[one.find->target].variation;
  model::Shown shown;
  shown.expr = static_cast<model::ExprId>(result.exprs.size());
  shown.unit = result.definitions[one.find->target].type.unit;
  result.exprs.push_back(reference);
  one.shown = {shown};
  one.cases = {one.cases.front()};
  one.at = 0;
  one.find.reset();
  return result;
}

namespace {

constexpr std::uint64_t kCoarsePaths = 4096;

std::optional<Answers> answers_of(model::Model model, std::uint32_t ask, const engine::RunOptions& running) {
  const Questions questions = as_asked(std::move(model));
  program::LowerOptions lowering;
  lowering.all_asks = lowering.checks = false;
  lowering.asks = {ask};
  const program::Lowered lowered = program::lower(questions.model, lowering);
  std::vector<const program::Program*> programs;
  for (const program::Run& one : lowered.runs) programs.push_back(&one.program);
  const std::vector<results::Results> results = engine::run_all(programs, running);
  if (!results.empty() && results.back().interrupted) return std::nullopt;
  return answer(questions, lowered, results);
}

const std::vector<Answer>& of_ask(const Answers& answers, const std::string& name) {
  static const std::vector<Answer> kNone;
  for (const AskAnswers& ask : answers.asks)
    if (ask.name == name) return ask.answers;
  return kNone;
}

}  // namespace

std::vector<Answer> search(const model::Model& model, std::uint32_t ask_id, const engine::RunOptions& running) {
  const model::Ask& ask = model.asks[ask_id];
  const model::Definition& target = model.definitions[ask.find->target];
  engine::RunOptions coarse = running;
  coarse.paths = std::min(running.paths, kCoarsePaths);
  coarse.progress = nullptr;
  engine::RunOptions fine = running;
  fine.progress = nullptr;
  const quantity::Spelling spelling = quantity::spelling(target.type.unit);
  const bool date = target.type.kind == model::TypeKind::date;

  double scale = 1;
  if (!date && !ask.find->share) {
    const auto now = answers_of(asking_for_target(model, ask_id), ask_id, coarse);
    if (!now) return {};
    const auto& told = of_ask(*now, ask.name);
    if (!told.empty()) scale = told.front().spread.p50.value * spelling.scale;
    if (!(std::abs(scale) > 0) && target.type.unit == quantity::money(model.settings.currency)) scale = 1e6;
  }
  const SearchRange range = range_about(scale, ask.find->share, date, model.settings.months);

  std::vector<Answer> result;
  for (std::size_t of_case = 0; of_case < ask.cases.size(); ++of_case) {
    Answer answer;
    const Try attempt = [&](const std::vector<double>& xs, bool all_paths) -> std::vector<Trial> {
      const auto told = answers_of(with_values(model, ask_id, of_case, xs), ask_id, all_paths ? fine : coarse);
      if (!told) return {};
      const auto& answers = of_ask(*told, ask.name);
      std::vector<Trial> trials;
      for (std::size_t i = 0; i < xs.size() && xs.size() + i < answers.size(); ++i) {
        const Answer &statistic = answers[i], &bound = answers[xs.size() + i];  // shown by shown, each for every value
        Trial trial;
        trial.x = xs[i];
        trial.statistic = statistic.figure;
        trial.wanted =
            bound.kind == AnswerKind::number ? bound.spread.mean.value : bound.figure.value;  // a plain number, or a statistic too
        trial.gap = ask.find->at_least ? trial.statistic.value - trial.wanted : trial.wanted - trial.statistic.value;
        if (std::isnan(trial.gap)) trial.gap = -HUGE_VAL;  // no value: not held
        trials.push_back(trial);
        answer.search.emplace();
        answer.search->chance = statistic.kind == AnswerKind::chance;
        answer.search->wanted = trial.wanted;
        answer.search->there.unit = statistic.unit;
      }
      return trials;
    };
    const auto found = ask.find->greatest ? find_greatest(range, attempt) : find_least(range, attempt);
    if (!found) return result;
    answer.of = ask.find->target_text;
    answer.kind = AnswerKind::value;
    answer.paths = running.paths;
    const model::Case& which = ask.cases[of_case];
    if (ask.cases.size() > 1 || which.label != "base") {
      answer.case_label = which.label;
      answer.case_words = case_in_words(model, which);
    }
    answer.unit = date ? "" : spelling.text;
    answer.month = date;
    const double size = date ? 1 : spelling.scale;
    answer.figure = found->holds ? Figure{found->least.value / size, found->least.error / size} : Figure{kUnknown, kUnknown};
    Answer::Search& told = *answer.search;
    const std::string unit = told.there.unit;
    const auto spelled = [&](const Trial& trial) { return Answer::Trial{trial.x / size, trial.statistic, unit}; };
    told.greatest = ask.find->greatest;
    told.holds = found->holds;
    told.everywhere = found->everywhere;
    told.monotone = found->monotone;
    told.so_that = ask.find->so_that;
    told.there = spelled(found->there);
    told.best = spelled(found->best);
    for (const Trial& trial : found->row) told.row.push_back(spelled(trial));
    result.push_back(std::move(answer));
  }
  return result;
}

}  // namespace warchest::analysis
