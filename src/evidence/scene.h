// The scene on one day: who holds what, how fast everybody pays, with whom and in what. All of it from rounds dated before that day.
//
// Fields, regions and stages are numbered by how often a history has them, 0 for what is not told or is rare, so that shares are smooth.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "evidence/history.h"
#include "evidence/shrinkage.h"

namespace warchest::evidence {

// Numbers for words, the most frequent first, from 1; 0 is any other.
class Numbering {
 public:
  Numbering(const std::vector<std::string>& words, std::size_t most);
  std::size_t of(const std::string& word) const;
  std::size_t size() const { return numbers_.size() + 1; }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
};

struct Vocabulary {
  explicit Vocabulary(const History& history);
  std::vector<std::size_t> category, region;  // of a company
  std::vector<std::size_t> stage;             // of a round
  std::size_t categories, regions, stages;
};

struct Holding {
  std::uint32_t investor = 0;
  int rounds = 0;                       // of the company that it was in
  int first_round = 0, last_round = 0;  // the company's rounds count from 0
  Day last_paid = 0;
};

struct Link {
  float together = 0;  // companies in which both have paid
  float after = 0;     // those which this one entered when the other was already in
};

class Scene {
 public:
  Scene(const History& history, const Vocabulary& vocabulary, Day day);

  struct Company {
    std::vector<Holding> holdings;
    std::vector<std::size_t> rounds;
    double raised = 0;  // of what is known
  };
  struct Investor {
    double cheques = 0, in_year = 0, in_three_years = 0;
    double entries = 0, late_entries = 0;  // companies; those that had raised before
    double logs = 0, sized = 0;            // of the amounts of its rounds
    Trials back;
    Day first = 0, last = 0;
    std::vector<std::pair<std::uint32_t, Link>> links;  // by investor
  };

  Day day() const { return day_; }
  const History& history() const { return history_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  const Company& company(std::uint32_t c) const { return companies_[c]; }
  const Investor& investor(std::uint32_t i) const { return investors_[i]; }
  std::size_t investors() const { return investors_.size(); }
  double follow_on(std::uint32_t i) const;  // drawn towards all
  double months_since(Day day) const { return static_cast<double>(day_ - day) / kDaysOfMonth; }

  // Entries by investor and field (region, stage before the entry), and how often each is among the entries of all.
  const std::vector<float>& by_category() const { return by_category_; }
  const std::vector<float>& by_region() const { return by_region_; }
  const std::vector<float>& by_stage() const { return by_stage_; }
  // log of how much more often it enters there than all do; few entries draw it to 0.
  double lean(const std::vector<float>& counts, const std::vector<double>& all, std::uint32_t i, std::size_t kind) const;
  const std::vector<double>& all_categories() const { return all_categories_; }
  const std::vector<double>& all_regions() const { return all_regions_; }
  const std::vector<double>& all_stages() const { return all_stages_; }
  double mean_log_amount(std::size_t stage) const { return stage_logs_[stage]; }

  // Has raised in the last `months` months and has not been bought: by what was known that day.
  bool alive(std::uint32_t c, int months) const;

 private:
  void see(std::size_t round);
  void link(std::vector<Holding>& holdings, std::size_t before);

  const History& history_;
  const Vocabulary& vocabulary_;
  Day day_;
  std::vector<Company> companies_;
  std::vector<Investor> investors_;
  std::vector<std::unordered_map<std::uint32_t, Link>> linking_;
  std::vector<float> by_category_, by_region_, by_stage_;
  std::vector<double> all_categories_, all_regions_, all_stages_, stage_logs_;
  Beta prior_;
};

}  // namespace warchest::evidence
