// The last twelve months, counted on paper and against a list of dated cheques.
#include "market/ledger.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "market/investor.h"
#include "market/reference.h"

namespace warchest::market {
namespace {

void go_to(Ledger& ledger, int month) {
  while (ledger.month() < month) ledger.next_month();
}

// A cheque of month 3 counts in months 3 to 14 and is free again in month 15.
TEST(Ledger, AChequeCountsInItsMonthAndTheElevenAfter) {
  Ledger ledger(2, 0);
  EXPECT_EQ(ledger.spent(0), 0);
  go_to(ledger, 3);
  ledger.pay(0, 5);
  EXPECT_EQ(ledger.spent(0), 5);
  EXPECT_EQ(ledger.spent(1), 0);
  go_to(ledger, 14);
  EXPECT_EQ(ledger.spent(0), 5);
  go_to(ledger, 15);
  EXPECT_EQ(ledger.spent(0), 0);
  EXPECT_EQ(ledger.total(0), 5);
}

// A dated book eight months before the start still binds in months 0 to 3, even beyond the capacity of 4.
TEST(Ledger, ABookBeforeTheStartCountsInItsMonthBeyondTheBudget) {
  Ledger ledger(1, -8);
  ledger.pay(0, 6.6);
  go_to(ledger, 0);
  EXPECT_EQ(ledger.spent(0), 6.6);
  EXPECT_EQ(budget<double>(4, ledger.spent(0)), 0);
  go_to(ledger, 3);
  EXPECT_EQ(budget<double>(4, ledger.spent(0)), 0);
  go_to(ledger, 4);
  EXPECT_EQ(budget<double>(4, ledger.spent(0)), 4);
}

TEST(Ledger, TranchesCountWhenTheyArePaid) {
  Ledger ledger(1, 0);
  ledger.pay(0, 10, std::vector<Tranche>{{0.5, 0}, {0.3, 6}, {0.2, 14}});
  EXPECT_DOUBLE_EQ(ledger.spent(0), 5);
  go_to(ledger, 6);
  EXPECT_DOUBLE_EQ(ledger.spent(0), 8);
  go_to(ledger, 12);
  EXPECT_DOUBLE_EQ(ledger.spent(0), 3);
  go_to(ledger, 14);
  EXPECT_DOUBLE_EQ(ledger.spent(0), 5);  // 3 of month 6 and 2 of month 14
  go_to(ledger, 40);
  EXPECT_EQ(ledger.spent(0), 0);
}

RC_GTEST_PROP(Ledger, IsTheSumOfTheDatedChequesOfTwelveMonths, ()) {
  const int first = *rc::gen::inRange(-15, 3);
  Ledger ledger(3, first);
  std::vector<DatedCheque> all;
  for (int month = first; month < first + 40; ++month) {
    const int cheques = *rc::gen::inRange(0, 4);
    for (int k = 0; k < cheques; ++k) {
      const DatedCheque cheque{*rc::gen::inRange<std::size_t>(0, 3), month, *rc::gen::inRange(0, 1000) / 7.0};
      ledger.pay(cheque.investor, cheque.amount);
      all.push_back(cheque);
    }
    for (std::size_t i = 0; i < 3; ++i) {
      RC_ASSERT(std::abs(ledger.spent(i) - static_cast<double>(reference_spent(all, i, month))) <= 1e-10);
    }
    ledger.next_month();
  }
}

}  // namespace
}  // namespace warchest::market
