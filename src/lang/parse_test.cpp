// What is read and how: the print of the tree for each form of the language.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "lang/tree.h"
#include "text/render.h"

namespace warchest::lang {
namespace {

std::string printed(const std::string& text) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const Tree tree = parse(sources.add("m", text), diagnostics);
  return text::render_text(diagnostics, sources) + print(tree);
}

// The tree of one expression on one line: (+ a (* b c)).
std::string nested(const Tree& tree, ExprId id) {
  const Expr& expr = tree[id];
  std::string text = print(tree, id);
  text = text.substr(0, text.find('\n'));
  std::string parts;
  for (const ExprId child : tree.children(expr)) parts += " " + nested(tree, child);
  for (const ItemId cell : tree.cells(expr)) {
    const Item& item = tree[cell];
    parts +=
        " " + (item.key != ExprId::none ? nested(tree, item.key) : tree.name(tree.path(item)[0].name)) + ":" + nested(tree, item.value);
  }
  const bool leaf = expr.kind == ExprKind::number || expr.kind == ExprKind::name || expr.kind == ExprKind::date;
  if (leaf)
    return text.substr(text.find(' ') + 1, expr.kind == ExprKind::number ? text.find(" = ") - text.find(' ') - 1 : std::string::npos);
  if (expr.op != Operator::none) text = std::string(operator_sign(expr.op));
  return "(" + text + parts + ")";
}

std::string read(const std::string& text) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const ParsedExpression parsed = parse_expression(sources.add("e", text), diagnostics);
  if (!diagnostics.empty()) return text::render_text(diagnostics, sources);
  return nested(parsed.tree, parsed.root);
}

double value(const std::string& text) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const ParsedExpression parsed = parse_expression(sources.add("e", text), diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << text::render_text(diagnostics, sources);
  return parsed.tree.quantity(parsed.tree[parsed.root]).value;
}

TEST(Parse, OperatorsBindAsTheTableSays) {
  EXPECT_EQ(read("a + b * c"), "(+ a (* b c))");
  EXPECT_EQ(read("a - b - c"), "(- (- a b) c)");
  EXPECT_EQ(read("a / 20% of b"), "(/ a (of 20% b))");
  EXPECT_EQ(read("2 * 3 to 5"), "(* 2 (range 3 5))");
  EXPECT_EQ(read("1 to 2 likely 1.4 of v"), "(of (range 1 2 1.4) v)");
  EXPECT_EQ(read("between 2 and 5 likely 3 and b"), "(and (between 2 5 3) b)");
  EXPECT_EQ(read("-5% to 10%"), "(range (- 5%) 10%)");
  EXPECT_EQ(read("a in 2026 / a in 2025"), "(/ (in a 2026) (in a 2025))");
  EXPECT_EQ(read("-x at 2025-12"), "(- (at x 2025-12))");
  EXPECT_EQ(read("2 ^ -x"), "(^ 2 (- x))");
  EXPECT_EQ(read("not x by 2024-10 and y"), "(and (not (by x 2024-10)) y)");
  EXPECT_EQ(read("a or b and c"), "(or a (and b c))");
  EXPECT_EQ(read("cash > $1B through 2026-12"), "(through (> cash $1B) 2026-12)");
  EXPECT_EQ(read("70% of base from 2025-07 until 2027-06"), "(from (of 70% base) 2025-07 2027-06)");
  EXPECT_EQ(read("2024 - 10"), "(- 2024 10)");
  EXPECT_EQ(read("a +\n b"), "(+ a b)");
  EXPECT_EQ(read("a\n + b"), "(+ a b)");
}

TEST(Parse, PartsArgumentsAndBraces) {
  EXPECT_EQ(read("openai.next.raised(from: insiders)"), "(call (member raised (member next openai)) (pair from insiders))");
  EXPECT_EQ(read("x[-3]"), "(index x (- 3))");
  EXPECT_EQ(read("f()"), "(call f)");
  EXPECT_EQ(read("[a, b: 2,]"), "(list a (pair b 2))");
  EXPECT_EQ(read("(a)"), "(paren a)");
  EXPECT_EQ(read("{ 2024: 1\n 2025-Q3: 2 }"), "(table 2024:1 2025-Q3:2)");
  EXPECT_EQ(read("preferred { by = 1, to = 2 }"), "(record preferred by:1 to:2)");
  EXPECT_EQ(read("{ a.b: 1 }"), "(table (member b a):1)");
  EXPECT_EQ(read("{}"), "(table)");
  EXPECT_EQ(read("note {}"), "(record note)");
  EXPECT_EQ(read("x.by + y.in"), "(+ (member by x) (member in y))");
}

TEST(Parse, Quantities) {
  EXPECT_EQ(value("45%"), 0.45);
  EXPECT_EQ(value("6.6B USD"), 6.6e9);
  EXPECT_EQ(value("$6_500/kW"), 6500);
  EXPECT_EQ(value("900k/person/year"), 900e3);
  EXPECT_EQ(value("1e-5"), 1e-5);
  EXPECT_EQ(value("2.5E3"), 2500);
  EXPECT_EQ(value("0.1T"), 0.1e12);
  EXPECT_EQ(value("1.1%"), 0.011);
  EXPECT_EQ(value("0"), 0);
  EXPECT_EQ(value("1e-999"), 0);
  EXPECT_EQ(read("18 months of burn"), "(of 18 months burn)");
  EXPECT_EQ(read("5GW"), "5 GW");
  EXPECT_EQ(read("5 x"), "5x");
  EXPECT_EQ(read("12 / n"), "(/ 12 n)");
  EXPECT_EQ(read("12/2"), "(/ 12 2)");
  EXPECT_EQ(read("12/n"), "12/n");
  EXPECT_EQ(read("5 GW/2"), "(/ 5 GW 2)");
  EXPECT_EQ(read("5 to 6"), "(range 5 6)");
  EXPECT_EQ(read("€1.5M/year"), "€1.5M/year");
}

TEST(Parse, AQuantityKnowsItsParts) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const ParsedExpression parsed = parse_expression(sources.add("e", "£1_200.5M GW/person/year"), diagnostics);
  const Quantity& quantity = parsed.tree.quantity(parsed.tree[parsed.root]);
  EXPECT_EQ(quantity.currency, Currency::pound);
  EXPECT_EQ(quantity.number, "1_200.5");
  EXPECT_EQ(quantity.suffix, 'M');
  EXPECT_FALSE(quantity.year_like);
  const auto units = parsed.tree.units_of(quantity);
  ASSERT_EQ(units.size(), 3u);
  EXPECT_EQ(parsed.tree.name(units[0].name), "GW");
  EXPECT_EQ(units[0].power, 1);
  EXPECT_EQ(units[2].power, -1);
  EXPECT_EQ(sources[0].piece(units[1].span), "person");
}

TEST(Parse, OnlyABareYearIsLikeAYear) {
  const auto year_like = [](const std::string& text) {
    text::SourceMap sources;
    text::Diagnostics diagnostics;
    const ParsedExpression parsed = parse_expression(sources.add("e", text), diagnostics);
    return parsed.tree.quantity(parsed.tree[parsed.root]).year_like;
  };
  EXPECT_TRUE(year_like("2024"));
  for (const char* text : {"$2024", "2024%", "2024k", "2024 GW", "2024.5", "2_024", "2024e1", "20240", "2024/year"})
    EXPECT_FALSE(year_like(text)) << text;
}

TEST(Parse, DatesInAllForms) {
  EXPECT_EQ(read("2024-Q3"), "2024-Q3");
  EXPECT_EQ(read("2024-02-29"), "2024-02-29");
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const ParsedExpression parsed = parse_expression(sources.add("e", "2024-Q3"), diagnostics);
  EXPECT_EQ(parsed.tree.date(parsed.tree[parsed.root]), (Date{DateForm::quarter, 2024, 7, 1}));
}

TEST(Parse, BlocksInAllForms) {
  EXPECT_EQ(printed("market { a = 1 }\nuse \"x\"\nmodel \"m\" { }\nunit wafer\nrisk r \"R\" @us\nround n \"N\" { b = yes }\ncost c = "
                    "5\ncost d \"D\" = 6 @us\n"),
            "block market {}\n"
            "  field a\n"
            "    number 1 = 1\n"
            "block use \"x\"\n"
            "block model \"m\" {}\n"
            "block unit wafer\n"
            "block risk r \"R\"  @us\n"
            "block round n \"N\" {}\n"
            "  field b\n"
            "    truth yes\n"
            "block cost c =\n"
            "  field is\n"
            "    number 5 = 5\n"
            "block cost d \"D\" =  @us\n"
            "  field is\n"
            "    number 6 = 6\n");
  EXPECT_EQ(printed("together { a.x & b: +0.4 }"),
            "block together {}\n"
            "  pair a.x & b\n"
            "    unary +\n"
            "      number 0.4 = 0.4\n");
}

TEST(Parse, EmptyTexts) {
  EXPECT_EQ(printed(""), "");
  EXPECT_EQ(printed("\n\n  \r\n"), "");
  EXPECT_EQ(printed("# only\n"), "comment leading # only\n");
  EXPECT_EQ(printed("\xEF\xBB\xBFx = 1\r\ny = 2\r\n"), "field x\n  number 1 = 1\nfield y\n  number 2 = 2\n");
}

std::string sources_of(const Tree& tree, ItemId item) {
  std::string result;
  for (const Word& word : tree.cites_of(item)) result += tree.name(word.name) + " ";
  return result;
}

TEST(Cites, CoverCellLineAndBlock) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const Tree tree = parse(sources.add("m",
                                      "company a {\n"
                                      "  limit = 1, until = 2, rate = 3  @bank,\n"
                                      "  x = 1 @own, y = 2\n"
                                      "  t = {\n"
                                      "    2024: 1 @cell\n"
                                      "    2025: 2, 2026: 3 @line @two\n"
                                      "    2027: 4\n"
                                      "  } @table\n"
                                      "  b { p = 1, q = 2 @inner }\n"
                                      "} @block\n"
                                      "z = 1\n"),
                          diagnostics);
  ASSERT_TRUE(diagnostics.empty());
  const auto body = tree.body(tree[tree.top[0]]);
  EXPECT_EQ(sources_of(tree, body[0]), "bank ");
  EXPECT_EQ(sources_of(tree, body[1]), "bank ");
  EXPECT_EQ(sources_of(tree, body[3]), "own ");
  EXPECT_EQ(sources_of(tree, body[4]), "block ");
  const auto cells = tree.cells(tree[tree[body[5]].value]);
  EXPECT_EQ(sources_of(tree, cells[0]), "cell ");
  EXPECT_EQ(sources_of(tree, cells[1]), "line two ");
  EXPECT_EQ(sources_of(tree, cells[2]), "line two ");
  EXPECT_EQ(sources_of(tree, cells[3]), "table ");
  const auto inner = tree.body(tree[body[6]]);
  EXPECT_EQ(sources_of(tree, inner[0]), "block ");  // @inner is not the last of its line
  EXPECT_EQ(sources_of(tree, inner[1]), "inner ");
  EXPECT_EQ(sources_of(tree, tree.top[1]), "");
}

TEST(Spans, AreThePiecesOfTheText) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const text::Source& source = sources.add("m", "cost c \"C\" = plant + $45/MWh * load @us\n");
  const Tree tree = parse(source, diagnostics);
  const Item& block = tree[tree.top[0]];
  EXPECT_EQ(source.piece(block.span), "cost c \"C\" = plant + $45/MWh * load");
  EXPECT_EQ(source.piece(block.name.span), "c");
  EXPECT_EQ(source.piece(block.label_span), "\"C\"");
  const Expr& sum = tree[tree[tree.body(block)[0]].value];
  EXPECT_EQ(source.piece(sum.mark), "+");
  EXPECT_EQ(source.piece(tree[tree.child(sum, 1)].span), "$45/MWh * load");
}

TEST(Trees, AreValues) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  Tree tree = parse(sources.add("m", "a b { c = d * 2 GW }"), diagnostics);
  const Tree copy = tree;
  const Tree moved = std::move(tree);
  EXPECT_TRUE(same_structure(copy, moved));
  const Tree other = parse(sources.add("m", "a b { c = d * 3 GW }"), diagnostics);
  EXPECT_FALSE(same_structure(copy, other));
}

TEST(Parse, TheOctoberModelWithoutComplaint) {
  std::ifstream file("tests/lang/openai-2024-full.chest");
  ASSERT_TRUE(file) << "run from the root of the project";
  std::stringstream text;
  text << file.rdbuf();
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const Tree tree = parse(sources.add("openai", text.str()), diagnostics);
  EXPECT_EQ(text::render_text(diagnostics, sources), "");
  EXPECT_EQ(tree.top.size(), 38u);
  EXPECT_EQ(tree.comments.size(), 31u);
}

}  // namespace
}  // namespace warchest::lang
