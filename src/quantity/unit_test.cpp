// The laws of the algebra on random units, and the spellings that people read.
#include "quantity/unit.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace warchest::quantity {
namespace {

Unit of(std::initializer_list<WrittenFactor> factors) {
  const UnitNames names;
  Unit unit;
  for (const WrittenFactor& factor : factors) unit = unit * names.find(factor.name)->unit.power(factor.exponent);
  return unit;
}

Unit random_unit() {
  const UnitNames names;
  const auto all = names.all();
  Unit unit;
  const int count = *rc::gen::inRange(0, 5);
  for (int i = 0; i < count; ++i) {
    unit = unit * names.find(*rc::gen::elementOf(all))->unit.power(*rc::gen::inRange(-3, 4));
  }
  return unit;
}

RC_GTEST_PROP(Unit, MultiplicationIsAnAbelianGroup, ()) {
  const Unit a = random_unit(), b = random_unit(), c = random_unit();
  RC_ASSERT(a * b == b * a);
  RC_ASSERT((a * b) * c == a * (b * c));
  RC_ASSERT(a * Unit() == a);
  RC_ASSERT((a / a).plain());
  RC_ASSERT((a / b) * b == a);
}

RC_GTEST_PROP(Unit, PowersAndRootsUndoEachOther, ()) {
  const Unit a = random_unit();
  const int n = *rc::gen::inRange(1, 5);
  RC_ASSERT(a.power(n).root(n) == a);
  RC_ASSERT(a.power(n) * a.power(-n) == Unit());
  RC_ASSERT(a.power(2) == a * a);
}

RC_GTEST_PROP(Unit, ASpellingIsReadBack, ()) {
  const Unit a = random_unit();
  const Spelling spelling = quantity::spelling(a);
  const UnitNames names;
  Unit unit;
  double scale = 1;
  std::string text = spelling.text;
  int sign = 1;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("*/", at), text.size());
    const std::string name = text.substr(at, end - at);
    if (name != "1") {
      const ScaledUnit* found = names.find(name);
      RC_ASSERT(found != nullptr);
      unit = unit * found->unit.power(sign);
      scale *= sign > 0 ? found->scale : 1 / found->scale;
    }
    if (end < text.size()) sign = text[end] == '/' ? -1 : 1;
    at = end + 1;
  }
  RC_ASSERT(unit == a);
  RC_ASSERT(std::abs(scale / spelling.scale - 1) < 1e-12);
}

TEST(Unit, AYearIsTwelveMonthsFourQuarters365DaysAnd8760Hours) {
  const UnitNames names;
  const double year = names.find("year")->scale;
  EXPECT_EQ(year, 12);
  EXPECT_EQ(4 * names.find("quarters")->scale, year);
  EXPECT_DOUBLE_EQ(365 * names.find("days")->scale, year);
  EXPECT_DOUBLE_EQ(8760 * names.find("hours")->scale, year);
  EXPECT_DOUBLE_EQ(60 * names.find("minutes")->scale, names.find("hour")->scale);
}

TEST(Unit, EnergyIsPowerTimesTime) {
  const UnitNames names;
  EXPECT_EQ(names.find("MWh")->unit, names.find("MW")->unit * names.find("hour")->unit);
  EXPECT_DOUBLE_EQ(names.find("MWh")->scale, names.find("MW")->scale * names.find("hour")->scale);
  EXPECT_DOUBLE_EQ(names.find("TWh")->scale, 1e6 * names.find("MWh")->scale);
  EXPECT_DOUBLE_EQ(names.find("kW")->scale, 0.001);
}

TEST(Unit, IsSpelledAsPeopleWriteIt) {
  EXPECT_EQ(spelled(money("USD")), "USD");
  EXPECT_EQ(spelled(of({{"USD", 1}, {"year", -1}})), "USD/year");
  EXPECT_EQ(spelled(of({{"USD", 1}, {"MWh", -1}})), "USD/MWh");
  EXPECT_EQ(spelled(of({{"USD", 1}, {"year", -1}, {"person", -1}})), "USD/person/year");
  EXPECT_EQ(spelled(duration()), "months");
  EXPECT_EQ(spelled(Unit()), "a plain number");
  EXPECT_EQ(spelled(per_month()), "1/year");
  EXPECT_EQ(spelling(of({{"USD", 1}, {"year", -1}})).text, "USD/month");
  EXPECT_EQ(spelling(of({{"people", 1}})).text, "people");
  EXPECT_DOUBLE_EQ(spelling(of({{"USD", 1}, {"MWh", -1}})).scale, 730);
  EXPECT_EQ(in_words(of({{"USD", 1}, {"year", -1}})), "money per time");
  EXPECT_EQ(in_words(of({{"MW", 1}, {"year", 1}})), "energy");
}

TEST(Unit, TakesDeclaredNames) {
  UnitNames names;
  EXPECT_EQ(names.find("wafers"), nullptr);
  EXPECT_TRUE(names.declare("wafer"));
  EXPECT_FALSE(names.declare("wafer"));
  EXPECT_FALSE(names.declare("month"));
  ASSERT_NE(names.find("wafers"), nullptr);
  EXPECT_EQ(names.find("wafers")->unit, names.find("wafer")->unit);
  EXPECT_NE(names.find("wafer")->unit, names.find("tokens")->unit);
}

TEST(Unit, KnowsMoneyByItsSign) {
  EXPECT_EQ(currency_of_sign("€"), "EUR");
  EXPECT_EQ(currency_of_sign("%"), "");
  EXPECT_EQ(sign_of_currency("JPY"), "¥");
  EXPECT_EQ(sign_of_currency("SEK"), "");
}

}  // namespace
}  // namespace warchest::quantity
