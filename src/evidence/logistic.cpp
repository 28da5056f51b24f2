// The products are taken over blocks of rows, so that the scaled copy of the sample never stands in memory as a whole.
#include "evidence/logistic.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace warchest::evidence {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
constexpr std::size_t kBlock = 2048;

class Fit {
 public:
  Fit(const Sample& sample, double ridge) : sample_(sample), ridge_(ridge), size_(static_cast<Eigen::Index>(sample.columns) + 1) {
    scale();
  }

  Logistic found() {
    Eigen::VectorXd at = Eigen::VectorXd::Zero(size_);
    at(0) = start();
    double height = pass(at, true);
    constexpr int kSteps = 60;
    for (int step = 0; step < kSteps; ++step) {
      const Eigen::VectorXd move = curvature_.ldlt().solve(slope_);
      const double gain = slope_.dot(move);
      if (!(gain > 1e-9)) {  // so near that the height tells no more; Newton's last step is its best
        if (gain > 0) at += move;
        break;
      }
      double part = 1;
      Eigen::VectorXd next = at + move;
      double there = pass(next, false);
      while (there < height && part > 1e-6) {
        part /= 2;
        next = at + part * move;
        there = pass(next, false);
      }
      if (there <= height) break;
      at = next;
      height = pass(at, true);
    }
    fitted_.intercept = at(0);
    for (std::size_t c = 0; c < sample_.columns; ++c) fitted_.coefficients[c] = at(static_cast<Eigen::Index>(c) + 1);
    return fitted_;
  }

 private:
  void scale() {
    const std::size_t columns = sample_.columns;
    fitted_.mean.assign(columns, 0);
    fitted_.scale.assign(columns, 0);
    fitted_.coefficients.assign(columns, 0);
    for (const double weight : sample_.weights) weight_ += weight;
    for (std::size_t r = 0; r < sample_.rows(); ++r) {
      for (std::size_t c = 0; c < columns; ++c) fitted_.mean[c] += sample_.weights[r] / weight_ * sample_.values[r * columns + c];
    }
    for (std::size_t r = 0; r < sample_.rows(); ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        const double off = sample_.values[r * columns + c] - fitted_.mean[c];
        fitted_.scale[c] += sample_.weights[r] / weight_ * off * off;
      }
    }
    for (double& scale : fitted_.scale) scale = scale > 1e-20 ? std::sqrt(scale) : 0;
  }

  double start() const {
    double sum = 0.5;
    for (std::size_t r = 0; r < sample_.rows(); ++r) sum += sample_.weights[r] * sample_.outcomes[r];
    const double share = sum / (weight_ + 1);
    return std::log(share / (1 - share));
  }

  // The height at a point; with `derive` the slope and the curvature (of the negative) too.
  double pass(const Eigen::VectorXd& at, bool derive) {
    const std::size_t columns = sample_.columns;
    double height = -ridge_ / 2 * at.tail(size_ - 1).squaredNorm();
    if (derive) {
      slope_ = -ridge_ * at;
      slope_(0) = 0;
      curvature_ = Matrix::Identity(size_, size_) * std::max(ridge_, 1e-9);  // a column that never varies must not make it singular
      curvature_(0, 0) = 1e-9;
    }
    for (std::size_t first = 0; first < sample_.rows(); first += kBlock) {
      const std::size_t rows = std::min(kBlock, sample_.rows() - first);
      Matrix block(rows, size_);
      for (std::size_t r = 0; r < rows; ++r) {
        const auto row = static_cast<Eigen::Index>(r);
        block(row, 0) = 1;
        const double* values = sample_.values.data() + (first + r) * columns;
        for (std::size_t c = 0; c < columns; ++c) {
          block(row, static_cast<Eigen::Index>(c) + 1) = fitted_.scale[c] > 0 ? (values[c] - fitted_.mean[c]) / fitted_.scale[c] : 0;
        }
      }
      const Eigen::VectorXd odds = block * at;
      Eigen::VectorXd pull(odds.size()), bend(odds.size());
      for (std::size_t r = 0; r < rows; ++r) {
        const auto row = static_cast<Eigen::Index>(r);
        const double weight = sample_.weights[first + r], outcome = sample_.outcomes[first + r];
        const double chance = 1 / (1 + std::exp(-odds(row)));
        height += weight *
                  (outcome * odds(row) - (odds(row) > 0 ? odds(row) + std::log1p(std::exp(-odds(row))) : std::log1p(std::exp(odds(row)))));
        pull(row) = weight * (outcome - chance);
        bend(row) = weight * chance * (1 - chance);
      }
      if (!derive) continue;
      slope_.noalias() += block.transpose() * pull;
      const Matrix bent = bend.cwiseMax(0).cwiseSqrt().asDiagonal() * block;
      curvature_.selfadjointView<Eigen::Lower>().rankUpdate(bent.transpose());
    }
    if (derive) curvature_ = Matrix(curvature_.selfadjointView<Eigen::Lower>());
    return height;
  }

  const Sample& sample_;
  double ridge_;
  Eigen::Index size_;
  double weight_ = 0;
  Logistic fitted_;
  Eigen::VectorXd slope_;
  Matrix curvature_;
};

}  // namespace

void Sample::add(std::span<const double> row, double outcome, double weight) {
  values.insert(values.end(), row.begin(), row.end());
  outcomes.push_back(outcome);
  weights.push_back(weight);
}

double Logistic::score(std::span<const double> row) const {
  double sum = intercept;
  for (std::size_t c = 0; c < coefficients.size(); ++c) {
    if (scale[c] > 0) sum += coefficients[c] * (row[c] - mean[c]) / scale[c];
  }
  return sum;
}

double Logistic::chance(std::span<const double> row) const { return 1 / (1 + std::exp(-score(row))); }

Logistic fit_logistic(const Sample& sample, double ridge) {
  if (sample.rows() == 0)
    return {std::vector<double>(sample.columns, 0), std::vector<double>(sample.columns, 0), std::vector<double>(sample.columns, 0), 0};
  return Fit(sample, ridge).found();
}

}  // namespace warchest::evidence
