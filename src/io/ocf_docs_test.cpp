// docs/ocf.md is held to the code: every kind of message is explained there and nothing else is, and its example sidecar is read.
#include <filesystem>
#include <regex>
#include <set>

#include "io/file.h"
#include "io/ocf_packages_test.h"
#include "io/ocf_sidecar.h"

namespace warchest::io {
namespace {

namespace fs = std::filesystem;

std::string page() {
  const Result<std::string> text = read_file("docs/ocf.md", kMaxDataBytes);
  EXPECT_TRUE(text) << text.error;
  return text ? *text : std::string();
}

std::set<std::string> found(const std::string& text, const char* pattern) {
  const std::regex expression(pattern);
  std::set<std::string> words;
  for (auto at = std::sregex_iterator(text.begin(), text.end(), expression); at != std::sregex_iterator(); ++at) words.insert((*at)[1]);
  return words;
}

TEST(OcfDocs, EveryKindOfMessageIsExplained) {
  std::set<std::string> kinds;
  for (const fs::directory_entry& entry : fs::directory_iterator("src/io")) {
    const std::string name = entry.path().filename().string();
    if (name.rfind("ocf", 0) != 0 || name.find("_test.") != std::string::npos || entry.path().extension() != ".cpp") continue;
    const std::string code = *read_file(entry.path().string(), kMaxDataBytes);
    for (const char* pattern :
         {R"re(log_?\.(?:warn|lose|decide)\(\s*"([a-z0-9_]+)")re", R"re(\bremarks\(\{"([a-z_]+)")re", R"re("(unknown_[a-z_]+)")re"}) {
      kinds.merge(found(code, pattern));
    }
  }
  const std::string text = page();
  const std::size_t from = text.find("## Messages"), to = text.find("## What is refused");
  ASSERT_NE(to, std::string::npos);
  const std::set<std::string> explained = found(text.substr(from, to - from), "`([a-z0-9_]+)`");
  EXPECT_GT(kinds.size(), 80U);
  for (const std::string& kind : kinds) EXPECT_TRUE(explained.count(kind) != 0) << kind << " is not in docs/ocf.md";
  for (const std::string& kind : explained) EXPECT_TRUE(kinds.count(kind) != 0) << kind << " is in docs/ocf.md only";
}

TEST(OcfDocs, TheExampleSidecarIsRead) {
  const std::string text = page();
  const std::size_t from = text.find("```json\n") + 8;
  const OcfJson json = parse_ocf_json(std::string_view(text).substr(from, text.find("```", from) - from), 64);
  ASSERT_EQ(json.error, "");
  const OcfSidecar sidecar(json.value);
  OcfLog log;
  sidecar.check(log);
  EXPECT_TRUE(log.messages().empty()) << spelled(log.messages()[0]);
  EXPECT_EQ(sidecar.number("classes", "class-2", "conversion_ratio")->text(), "5/4");
  EXPECT_TRUE(sidecar.dividend("class-2"));
  EXPECT_TRUE(sidecar.interest("security-9"));
  EXPECT_EQ(sidecar.debts().size(), 1U);
  EXPECT_EQ(sidecar.name_of("class:class-2"), "Series A");
  EXPECT_EQ(sidecar.fault(), "");
}

TEST(OcfDocs, TheLimitsAreThose) {
  const OcfLimits limits;
  EXPECT_EQ(limits.files, 1000U);
  EXPECT_EQ(limits.file_bytes >> 20, 64U);
  EXPECT_EQ(limits.total_bytes >> 20, 256U);
  EXPECT_EQ(limits.objects, 1'000'000U);
  EXPECT_EQ(limits.ratio, 200U);
  EXPECT_EQ(limits.depth, 64U);
  for (const char* said : {"1,000 files, 64 MiB a file, 256 MiB in all, a million objects, 200 to 1", "deeper than 64"})
    EXPECT_NE(page().find(said), std::string::npos) << said;
}

}  // namespace
}  // namespace warchest::io
