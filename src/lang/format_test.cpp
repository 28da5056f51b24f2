// The laws of the canonical form: read again it is the same tree, formatted again the same text, and no comment is lost.
// They are held on random texts of the whole grammar with odd line breaks and comments, and shown on one text of all forms.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <sstream>

#include "lang/tree.h"
#include "text/render.h"

namespace warchest::lang {
namespace {

std::string formatted(const std::string& text) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const Tree tree = parse(sources.add("m", text), diagnostics);
  EXPECT_EQ(text::render_text(diagnostics, sources), "");
  return format(tree);
}

TEST(Format, AllForms) {
  EXPECT_EQ(formatted("# file comment\n"
                      "\n"
                      "\n"
                      "# second\n"
                      "\n"
                      "a=1   # trail a\n"
                      "b = 2,c = 3@us   # line cites\n"
                      "d = 2 @x, e = 3, f = 4 @us @plan,\n"
                      "market { # opening\n"
                      "\n"
                      "  # lead\n"
                      "  x = 1 +  # mid\n"
                      "    2\n"
                      "\n"
                      "  # closing\n"
                      "}\n"
                      "empty {\n"
                      "  # nothing here\n"
                      "}\n"
                      "t = { # in table\n"
                      "  2024: 1, 2025: 2  @us\n"
                      "  # inside\n"
                      "  2026: curve { 1: 2, # odd\n"
                      "    3: 4 }\n"
                      "  # tail\n"
                      "} @plan\n"
                      "u = f({}, { a: 1 # one\n"
                      "}, # between\n"
                      " 3)\n"
                      "unit wafer, use \"std/saas.chest\"\n"
                      "g = not a and b or not (c or d) by 2024-10 and x through 2024-Q3\n"
                      "h = a from 2024 until 2025-10-02, i = -5% to 10% likely 2% of x at 2025-12 in 2024\n"
                      "k = \"quo\\\"te \\\\ back\", m = 1.5x + 5GW - 900k/person/year + €300M + 6.6B   USD + 2_000 people\n"
                      "n = x { a = 1, b = 2 @us\n"
                      "}\n"
                      "q = 1, r { a = 1\n"
                      " b = 2 }, s = 3 @us\n"
                      "by = 2026-10, x.by.in = 3\n"
                      "# last\n"),
            "# file comment\n"
            "\n"
            "# second\n"
            "\n"
            "a = 1                         # trail a\n"
            "b = 2, c = 3             @us  # line cites\n"
            "d = 2  @x, e = 3, f = 4  @us @plan\n"
            "market {  # opening\n"
            "  # lead\n"
            "  # mid\n"
            "  x = 1 + 2\n"
            "\n"
            "  # closing\n"
            "}\n"
            "empty {\n"
            "  # nothing here\n"
            "}\n"
            "t = {  # in table\n"
            "  2024: 1, 2025: 2  @us\n"
            "  # inside\n"
            "  2026: curve {\n"
            "    1: 2  # odd\n"
            "    3: 4\n"
            "  }\n"
            "  # tail\n"
            "}  @plan\n"
            "# between\n"
            "u = f(\n"
            "  {},\n"
            "  {\n"
            "    a: 1  # one\n"
            "  },\n"
            "  3\n"
            ")\n"
            "unit wafer, use \"std/saas.chest\"\n"
            "g = not a and b or not (c or d) by 2024-10 and x through 2024-Q3\n"
            "h = a from 2024 until 2025-10-02, i = -5% to 10% likely 2% of x at 2025-12 in 2024\n"
            "k = \"quo\\\"te \\\\ back\", m = 1.5x + 5 GW - 900k/person/year + €300M + 6.6B USD + 2_000 people\n"
            "n = x { a = 1  @us, b = 2  @us }\n"
            "q = 1\n"
            "r {\n"
            "  a = 1\n"
            "  b = 2\n"
            "}\n"
            "s = 3  @us\n"
            "by = 2026-10, x.by.in = 3\n"
            "# last\n");
}

TEST(Format, SetsNeighboursInColumns) {
  EXPECT_EQ(formatted("model \"m\" {\n"
                      "  start = 2024-10 @us # s\n"
                      "  min_cash = $0.5B\n"
                      "  horizon = 5 years @us @them\n"
                      "\n"
                      "  x = 1 @us\n"
                      "  # apart\n"
                      "  longer = 12 @us\n"
                      "}\n"
                      "source a { on = 2024 }\n"
                      "source longer { on = 2024 }\n"
                      "risk b { on = 2024 }\n"),
            "model \"m\" {\n"
            "  start    = 2024-10  @us  # s\n"
            "  min_cash = $0.5B\n"
            "  horizon  = 5 years  @us @them\n"
            "\n"
            "  x = 1  @us\n"
            "  # apart\n"
            "  longer = 12  @us\n"
            "}\n"
            "source a      { on = 2024 }\n"
            "source longer { on = 2024 }\n"
            "risk b { on = 2024 }\n");
  const std::string long_name(90, 'n');
  EXPECT_EQ(formatted("x = 1 @us\nxy = " + long_name + " @us\nz = 123 @us\n"),
            "x  = 1    @us\nxy = " + long_name + "  @us\nz  = 123  @us\n");
}

TEST(Format, BreaksWhatDoesNotFit) {
  const std::string long_name(60, 'n');
  EXPECT_EQ(formatted("x = " + long_name + " + " + long_name + " * " + long_name + "\n"),
            "x = " + long_name + " +\n    " + long_name + " * " + long_name + "\n");
  EXPECT_EQ(formatted("b { x = " + long_name + ", y = " + long_name + " @us, z = " + long_name + " } @them\n"),
            "b {\n  x = " + long_name + "\n  y = " + long_name + "  @us\n  z = " + long_name + "\n}  @them\n");
  EXPECT_EQ(formatted("a { x = " + long_name + ", y = " + long_name + ", z = " + long_name + " @us\n q = 1 }\n"),
            "a {\n  x = " + long_name + "  @us\n  y = " + long_name + "  @us\n  z = " + long_name + "  @us\n  q = 1\n}\n");
}

TEST(Format, AnExpressionOnOneLine) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const ParsedExpression parsed = parse_expression(sources.add("e", "chance( openai.cash>$1B\n through 2026-12 )"), diagnostics);
  EXPECT_EQ(format(parsed.tree, parsed.root), "chance(openai.cash > $1B through 2026-12)");
}

// What must hold of every text without errors.
std::string broken_law(const std::string& text) {
  text::SourceMap sources;
  text::Diagnostics diagnostics;
  const Tree tree = parse(sources.add("m", text), diagnostics);
  if (!diagnostics.empty()) return "not read: " + text::render_text(diagnostics, sources);
  const std::string once = format(tree);
  const Tree again = parse(sources.add("formatted", once), diagnostics);
  if (!diagnostics.empty()) return "formatted, not read: " + text::render_text(diagnostics, sources);
  if (print(tree) != print(again)) return "another tree:\n" + print(tree) + "----\n" + print(again);
  if (format(again) != once) return "not stable:\n" + once + "----\n" + format(again);
  if (again.comments.size() != tree.comments.size()) return "comments lost";
  return "";
}

TEST(Format, TheOctoberModel) {
  std::ifstream file("tests/lang/openai-2024-full.chest");
  ASSERT_TRUE(file) << "run from the root of the project";
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(broken_law(text.str()), "");
}

// Random texts, written down as the grammar reads. Every choice comes from one list of numbers, so that a failing text shrinks.
class Writer {
 public:
  explicit Writer(const std::vector<unsigned>& choices) : choices_(choices) {}

  std::string file() {
    items(3);
    return out_ + (chance(2) ? "\n" : "");
  }

 private:
  unsigned pick(unsigned count) { return next_ < choices_.size() ? choices_[next_++] % count : 0; }
  bool chance(unsigned one_in) { return pick(one_in) == one_in - 1; }

  std::string word() {
    static constexpr const char* kWords[] = {"a", "cash", "x1", "_b", "plan",
                                             "k", "M",    "x",  "e5", "very_long_name_of_something_that_does_not_fit_easily"};
    return kWords[pick(10)];
  }

  std::string path_word(bool first) {
    static constexpr const char* kReserved[] = {"by", "to", "in", "yes", "of"};
    return !first && chance(4) ? kReserved[pick(5)] : word();
  }

  void path() {
    out_ += path_word(true);
    while (chance(4)) out_ += "." + path_word(false);
  }

  void separator() {
    switch (pick(5)) {
      case 0:
        out_ += ", ";
        break;
      case 1:
        out_ += "\n";
        break;
      case 2:
        out_ += ",\n\n";
        break;
      case 3:
        out_ += "  # c" + std::to_string(pick(100)) + "\n";
        break;
      default:
        out_ += "\n\n# c" + std::to_string(pick(100)) + "\n  # d\n\n";
    }
  }

  // Where the line may end without ending the item.
  void gap() {
    if (chance(12))
      out_ += " # g" + std::to_string(pick(100));
    else if (!chance(10))
      return;
    out_ += chance(3) ? "\n\n  " : "\n";
  }

  void cites() {
    while (chance(4)) out_ += " @" + word();
  }

  void items(int depth) {
    for (unsigned count = pick(5); count > 0; --count) {
      item(depth);
      if (count > 1 || chance(3)) separator();
    }
  }

  void item(int depth) {
    switch (pick(depth > 0 ? 7 : 3)) {
      case 0:
      case 1:
        if (chance(5))
          out_ += "from";
        else
          path();
        out_ += " =";
        gap();
        value(3);
        break;
      case 2:
        out_ += word() + " " + word() + (chance(2) ? " \"label \\\" # \\\\\"" : "") + (chance(2) ? " =" : "");
        if (out_.ends_with("=")) value(3);
        break;
      case 3:
        path();
        out_ += " & ";
        path();
        out_ += ": ";
        value(1);
        break;
      case 4:
        out_ += "use \"text\"";
        break;
      default:
        out_ += word() + (chance(2) ? " " + word() : "") + (chance(2) ? " \"label\"" : "") + " {";
        gap();
        items(depth - 1);
        gap();
        out_ += "}";
    }
    cites();
  }

  void value(int depth) {
    out_ += " ";
    logic(depth);
  }

  void logic(int depth) {
    window(depth);
    if (depth == 0 || !chance(5)) return;
    out_ += chance(2) ? " and" : " or";
    gap();
    out_ += chance(3) ? " not " : " ";
    window(depth - 1);
  }

  void window(int depth) {
    sum(depth);
    if (depth == 0 || !chance(6)) return;
    static constexpr const char* kCompare[] = {" ==", " != ", "<", " <= ", " >", ">="};
    if (chance(2)) {
      out_ += kCompare[pick(6)];
      gap();
      out_ += " ";
      sum(depth - 1);
    }
    switch (pick(4)) {
      case 0:
        out_ += " by ";
        break;
      case 1:
        out_ += " through ";
        break;
      case 2:
        out_ += " from ";
        break;
      default:
        return;
    }
    const bool from = out_.ends_with("from ");
    operand(depth - 1);
    if (from && chance(2)) {
      out_ += " until ";
      operand(depth - 1);
    }
  }

  void sum(int depth) {
    part(depth);
    if (depth == 0) return;
    static constexpr const char* kSigns[] = {" + ", " -", "*", " / ", " of "};
    for (unsigned more = chance(3) ? pick(6) : 0; more > 0; --more) {
      out_ += kSigns[pick(5)];
      gap();
      out_ += " ";
      part(depth - 1);
    }
  }

  void part(int depth) {
    switch (pick(7)) {
      case 0:
        out_ += std::string(chance(2) ? "-" : "+") + "(y)";
        break;
      case 1:
        quantity();
        out_ += " to ";
        quantity();
        if (chance(2)) {
          out_ += " likely ";
          quantity();
        }
        break;
      case 2:
        out_ += "between -";
        quantity();
        out_ += " and ";
        quantity();
        break;
      case 3:
        operand(depth);
        out_ += " ^ ";
        operand(depth);
        break;
      default:
        operand(depth);
        if (!chance(5)) break;
        out_ += chance(2) ? " at " : " in ";
        operand(0);
    }
  }

  void quantity() {
    static constexpr const char* kQuantities[] = {
        "12",   "1_000.5", "45%", "$6.6B", "6.6B USD", "5GW", "$6_500/kW", "900k/person/year", "18 months", "1.5x",
        "1e-5", "1 e5",    "2 k", "3k",    "9%/year",  "€1",  "2024",      "1.2M x",           "0"};
    out_ += kQuantities[pick(19)];
  }

  void operand(int depth) {
    if (depth <= 0 || chance(3)) {
      static constexpr const char* kLeaves[] = {"a",  "openai.cash",  "2024-10", "2024-Q1", "2024-02-29", "yes",
                                                "no", "\"t # \\\"\"", "{}",      "[]",      "f()"};
      const unsigned leaf = pick(13);
      if (leaf > 10)
        quantity();
      else
        out_ += kLeaves[leaf];
      return;
    }
    switch (pick(5)) {
      case 0:
        out_ += "(";
        gap();
        logic(depth - 1);
        gap();
        out_ += ")";
        break;
      case 1:
        path();
        arguments("(", ")", depth);
        break;
      case 2:
        arguments("[", "]", depth);
        break;
      case 3:
        out_ += "x[";
        logic(depth - 1);
        out_ += "]";
        break;
      default:
        braces(depth);
    }
  }

  void arguments(const char* open, const char* close, int depth) {
    out_ += open;
    gap();
    for (unsigned count = pick(4); count > 0; --count) {
      if (chance(3)) out_ += word() + ": ";
      logic(depth - 1);
      if (count > 1 || chance(4)) out_ += ",";
      gap();
      out_ += " ";
    }
    out_ += close;
  }

  void braces(int depth) {
    static constexpr const char* kKeys[] = {"2024", "2025-Q2", "1.5x", "name", "a.b", "to", "45%"};
    const bool table = chance(2);
    if (chance(2)) out_ += word() + " ";
    out_ += "{";
    gap();
    for (unsigned count = pick(4); count > 0; --count) {
      out_ += table ? std::string(kKeys[pick(7)]) + ":" : word() + " =";
      value(depth - 1);
      cites();
      if (count > 1 || chance(3)) separator();
    }
    gap();
    out_ += "}";
  }

  const std::vector<unsigned>& choices_;
  std::size_t next_ = 0;
  std::string out_;
};

RC_GTEST_PROP(Format, HoldsItsLawsOnRandomTexts, ()) {
  const auto choices = *rc::gen::resize(600, rc::gen::container<std::vector<unsigned>>(rc::gen::inRange(0u, 1u << 16)));
  const std::string text = Writer(choices).file();
  const std::string broken = broken_law(text);
  if (!broken.empty()) RC_FAIL(text + "\n====\n" + broken);
}

}  // namespace
}  // namespace warchest::lang
