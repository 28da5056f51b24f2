// new: a commented model to start from. Each file of the shipped library that has an example, examples/std-NAME.chest, is a template;
// the example is what is written, with the company called after the file. A file that is there is never overwritten.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

#include "app/commands/commands.h"
#include "app/exit_code.h"
#include "app/session.h"
#include "app/terminal.h"
#include "io/file.h"
#include "text/names.h"

namespace warchest::app {

namespace {

constexpr std::string_view kExtension = ".chest";
constexpr std::array<std::string_view, 15> kReserved = {"to", "likely", "between", "and",   "or",      "not", "of", "at",
                                                        "in", "by",     "from",    "until", "through", "yes", "no"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool in_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

struct Template {
  std::string name, text;  // text: of its example
  std::string sentence;    // what it is a model of
};

// "# A nuclear plant: a small one, …" is "A nuclear plant".
std::string sentence_of(const std::string& text) {
  const std::size_t begin = text.find_first_not_of("# ");
  if (begin == std::string::npos) return {};
  return text.substr(begin, std::min(text.find_first_of(".:\n", begin), text.size()) - begin);
}

std::vector<Template> templates() {
  std::vector<Template> found;
  const std::string library = io::shipped_folder();
  for (const std::string& file : io::files_in(library + "/std", kExtension)) {
    Template one;
    one.name = file.substr(0, file.size() - kExtension.size());
    const auto about = io::read_file(library + "/std/" + file, text::kMaxSourceBytes);
    auto example = io::read_file(library + "/examples/std-" + file, text::kMaxSourceBytes);
    if (!about || !example) continue;
    one.sentence = sentence_of(*about);
    one.text = std::move(*example.value);
    found.push_back(std::move(one));
  }
  return found;
}

std::string listed(const std::vector<Template>& all) {
  std::size_t width = 0;
  for (const Template& one : all) width = std::max(width, one.name.size());
  std::string text;
  for (const Template& one : all) text += fmt::format("  {:{}}  {}\n", one.name, width, one.sentence);
  return text;
}

// A name that the language takes, from that of a file: "My plan-2" is my_plan_2.
std::string company_from(const std::string& stem) {
  std::string word;
  for (const char c : stem) {
    if (is_letter(c) || is_digit(c)) {
      word += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    } else if (!word.empty() && word.back() != '_') {
      word += '_';
    }
  }
  while (!word.empty() && word.back() == '_') word.pop_back();
  const bool taken = std::find(kReserved.begin(), kReserved.end(), word) != kReserved.end() || word == "model";
  if (word.empty() || is_digit(word.front()) || taken) word = "company_" + word;
  return word;
}

std::string label_from(const std::string& stem) {
  std::string label = stem;
  for (char& c : label) {
    if (c == '_') c = ' ';
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ') c = '-';
  }
  if (label.front() >= 'a' && label.front() <= 'z') label.front() = static_cast<char>(label.front() - 'a' + 'A');
  return label;
}

// The example with its company called otherwise: whole words only.
std::string renamed(const std::string& text, const std::string& company, const std::string& label) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && in_word(text[end])) ++end;
    if (end == i) {
      result += text[i++];
      continue;
    }
    const std::string_view word = std::string_view(text).substr(i, end - i);
    result += word == "acme" ? company : word == "Acme" ? label : std::string(word);
    i = end;
  }
  return result;
}

int refuse(const std::string& why, const std::vector<Template>& all) {
  write_error(fmt::format("warchest: {}; the templates are\n{}", why, listed(all)));
  return kWrongUsage;
}

}  // namespace

int new_model(const Options& options) {
  const std::vector<Template> all = templates();
  if (all.empty()) {
    write_error("warchest: there are no templates: the library std/ was not installed beside the program\n");
    return kUnreadable;
  }
  if (options.list) return write_output(listed(all)) ? kDone : kUnreadable;
  if (options.template_name.empty())
    return refuse("say what to start from, as in  warchest new " + options.models.front() + " --template saas", all);
  const auto chosen = std::find_if(all.begin(), all.end(), [&](const Template& one) { return one.name == options.template_name; });
  if (chosen == all.end()) {
    std::vector<std::string> names;
    for (const Template& one : all) names.push_back(one.name);
    const auto near = text::nearest_name(options.template_name, names);
    return refuse(fmt::format("there is no template \"{}\"{}", options.template_name, near ? fmt::format(", did you mean {}?", *near) : ""),
                  all);
  }
  std::string file = options.models.front();
  if (!file.ends_with(kExtension)) file += kExtension;
  const std::string stem = std::filesystem::path(file).stem().string();
  if (stem.empty() || stem == kExtension) {
    write_error("warchest: a model needs a name\n");
    return kWrongUsage;
  }
  const std::string company = company_from(stem);
  const auto written = io::write_new_file(file, renamed(chosen->text, company, label_from(stem)));
  if (!written) {
    write_error("warchest: " + written.error + "\n");
    return kUnreadable;
  }
  return write_output(
             fmt::format("{} is written: the company {} from std/{}.chest. Next: warchest run {}\n", file, company, chosen->name, file))
             ? kDone
             : kUnreadable;
}

}  // namespace warchest::app
