// Reference classes: how far projects of a kind went over their budgets, and their time with it, by one luck.
//
// A class is a distribution of the factor on cost. Published figures (mean overrun, the part of the projects that went over by half or
// more, the mean of those) are met by three parts that follow from them: a tail that begins at 1.5 and falls as a power (Flyvbjerg, Budzier
// and others 2022 find power laws in such tails), and a body between 0.7 and 1.5, most likely where the mean of all comes out as published.
// The factor on time is 1 + time_per_cost x (factor on cost - 1), never below 0.7.
#pragma once

#include <span>
#include <string_view>

namespace warchest::model {

inline constexpr double kTailBegins = 1.5, kLeastCost = 0.7, kLeastTime = 0.7;

struct ReferenceClass {
  enum class Form : unsigned char { lognormal, published };
  std::string_view name, what;
  Form form;
  double log_mean, log_sd;       // lognormal
  double mean, tail, tail_mean;  // published; as parts, 0.75 is 75 %
  double time_per_cost;
  std::string_view source, grade;

  double body_mode() const;    // published: the most likely factor of those that are not in the tail
  double tail_shape() const;   // published: of the Pareto distribution that begins at 1.5
  double mean_factor() const;  // on cost
  double tail_chance() const;  // that the factor is 1.5 or more
};

std::span<const ReferenceClass> reference_classes();
const ReferenceClass* find_reference_class(std::string_view name);

}  // namespace warchest::model
