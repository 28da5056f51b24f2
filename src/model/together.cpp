// `together`: rank correlations between lucks. A set of pairs that no distribution can have is refused, with the nearest that one can.
//
// Rank correlation r becomes 2 sin(pi r / 6) between normal scores (Pearson 1907); the matrix of those must have no negative
// eigenvalue. The nearest correlation matrix is found by alternating projections (Higham, "Computing the nearest correlation matrix",
// IMA Journal of Numerical Analysis 22, 2002).
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include "model/checker.h"

#include <fmt/format.h>

namespace warchest::model {

using text::Code;

namespace {

double to_score(double rank) { return 2 * std::sin(std::numbers::pi * rank / 6); }
double to_rank(double score) { return 6 / std::numbers::pi * std::asin(score / 2); }

Eigen::MatrixXd without_negative(const Eigen::MatrixXd& matrix) {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
  const Eigen::VectorXd values = solver.eigenvalues().cwiseMax(1e-9);
  return solver.eigenvectors() * values.asDiagonal() * solver.eigenvectors().transpose();
}

Eigen::MatrixXd nearest_correlation(const Eigen::MatrixXd& wanted) {
  Eigen::MatrixXd result = wanted, correction = Eigen::MatrixXd::Zero(wanted.rows(), wanted.cols());
  for (int step = 0; step < 200; ++step) {
    const Eigen::MatrixXd shifted = result - correction;
    const Eigen::MatrixXd projected = without_negative(shifted);
    correction = projected - shifted;
    Eigen::MatrixXd next = projected;
    next.diagonal().setOnes();
    const double moved = (next - result).norm();
    result = next;
    if (moved < 1e-10) break;
  }
  return result;
}

}  // namespace

// The lucks of a definition, without those of what it names: one for the path, or the process's own of every month.
std::vector<std::uint32_t> Checker::lucks_of(DefId id) const {
  std::vector<std::uint32_t> result;
  for (const ExprId expr : parts_of(model_.definitions[id].is)) {
    const Expr& drawn = model_.exprs[expr];
    if (drawn.kind != ExprKind::draw && drawn.kind != ExprKind::regimes) continue;
    const std::uint32_t luck = drawn.kind == ExprKind::draw ? model_.draws[drawn.index].luck : model_.regimes[drawn.index].luck;
    if (luck == kNone || model_.lucks[luck].kind == LuckKind::attempt) continue;
    if (std::find(result.begin(), result.end(), luck) == result.end()) result.push_back(luck);
  }
  return result;
}

void Checker::settle_together() {
  std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (EntityId id = 1; id < entities_.size(); ++id) {
    if (entities_[id].kind->id != KindId::together_) continue;
    const lang::Tree& tree = *entities_[id].tree;
    for (const lang::ItemId item_id : tree.body(tree[entities_[id].item])) {
      const lang::Item& item = tree[item_id];
      if (item.kind != lang::ItemKind::pair) continue;
      cites_of(tree, item_id);
      Context context = question_context(0, "together", item.span);
      context.reads = owners_.back().reads = Reads::plan;
      std::vector<std::uint32_t> lucks;
      bool good = true;
      for (const auto& words : {tree.path(item), tree.other_path(item)}) {
        std::vector<std::string> path;
        std::string spelled;
        for (const lang::Word& word : words) {
          path.push_back(tree.name(word.name));
          spelled += (spelled.empty() ? "" : ".") + path.back();
        }
        const text::Span span = text::joined(words.front().span, words.back().span);
        const auto target = find_target(path, span, context);
        if (!target) {
          good = false;
          continue;
        }
        const auto own = lucks_of(*target);
        if (own.size() != 1) {
          if (!states_[*target].bad) {
            error(Code::bad_correlation, span,
                  own.empty() ? "`" + spelled + "` draws nothing by itself, so it cannot be correlated"
                              : "`" + spelled + "` draws more than once: which draw is meant?",
                  own.empty() ? "" : "give the one that is meant a name of its own:  input x = …");
          }
          good = false;
        } else {
          lucks.push_back(own.front());
        }
      }
      const Written written{&tree, item.value};
      const Value value = expression(written, context);
      const auto rank = value.bad ? std::nullopt : literal(value.id);
      if (!value.bad && (!rank || std::abs(*rank) > 1 || !value.unit.plain() || value.type != TypeKind::number)) {
        error(Code::bad_correlation, written.span(), "a rank correlation is a number from -1 to 1");
        continue;
      }
      if (!good || value.bad || lucks.size() != 2) continue;
      if (lucks[0] == lucks[1]) {
        error(Code::bad_correlation, item.span, "these two share one luck already");
        continue;
      }
      if (!pairs.insert(std::minmax(lucks[0], lucks[1])).second) {
        error(Code::bad_correlation, item.span, "this pair is there twice");
        continue;
      }
      model_.correlations.push_back({lucks[0], lucks[1], *rank});
      together_span_ = entities_[id].span;
    }
  }
}

void Checker::check_correlations() {
  if (model_.correlations.empty()) return;
  std::map<std::uint32_t, Eigen::Index> place;
  for (const Correlation& pair : model_.correlations) {
    place.try_emplace(pair.first, static_cast<Eigen::Index>(place.size()));
    place.try_emplace(pair.second, static_cast<Eigen::Index>(place.size()));
  }
  const auto size = static_cast<Eigen::Index>(place.size());
  if (size > 500) {
    error(Code::correlation_matrix, together_span_, "at most 500 draws can be correlated");
    return;
  }
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(size, size);
  for (const Correlation& pair : model_.correlations) {
    const double score = to_score(pair.rank_correlation);
    matrix(place[pair.first], place[pair.second]) = matrix(place[pair.second], place[pair.first]) = score;
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix, Eigen::EigenvaluesOnly);
  if (solver.eigenvalues().minCoeff() > -1e-9) return;
  const Eigen::MatrixXd closest = nearest_correlation(matrix);
  std::string help = "the nearest that can be:";
  int shown = 0;
  for (const Correlation& pair : model_.correlations) {
    if (++shown > 12) {
      help += " …";
      break;
    }
    const double rank = to_rank(std::clamp(closest(place[pair.first], place[pair.second]), -1.0, 1.0));
    help += fmt::format("{}{} & {}: {:+.2f}", shown == 1 ? " " : ", ", model_.lucks[pair.first].name, model_.lucks[pair.second].name, rank);
  }
  error(Code::correlation_matrix, together_span_, "no draws can be correlated in this way all at once", help);
}

}  // namespace warchest::model
