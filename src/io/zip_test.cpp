// Archives as we write them, and archives as only an attacker does. The bytes of the latter are made here.
#include "io/zip.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zip.h>

#include <cstring>
#include <functional>

namespace warchest::io {
namespace {

constexpr ZipLimits kLimits{};

std::string zipped(const ZipFiles& files) {
  const Result<std::string> bytes = write_zip(files);
  EXPECT_TRUE(bytes) << bytes.error;
  return bytes ? *bytes : std::string();
}

std::string refusal(const std::string& bytes, const ZipLimits& limits = kLimits) {
  const Result<ZipFiles> files = read_zip(bytes, "a.zip", limits);
  return files ? "read" : files.error;
}

// One entry, then whatever `change` does to it.
std::string made(const char* name, const std::string& contents, const std::function<void(zip_t*)>& change) {
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_CREATE, nullptr);
  zip_file_add(archive, name, zip_source_buffer(archive, contents.data(), contents.size(), 0), ZIP_FL_ENC_UTF_8);
  change(archive);
  EXPECT_EQ(zip_close(archive), 0) << zip_strerror(archive);
  zip_source_open(target);
  std::string bytes(1 << 16, '\0');
  bytes.resize(static_cast<std::size_t>(zip_source_read(target, bytes.data(), bytes.size())));
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

TEST(Zip, ReadsWhatItWrote) {
  const ZipFiles files{{"a.json", "{}"}, {"folder/b.json", std::string(100'000, 'b')}, {"empty", ""}};
  const Result<ZipFiles> again = read_zip(zipped(files), "a.zip", kLimits);
  ASSERT_TRUE(again) << again.error;
  EXPECT_EQ(*again, files);
  EXPECT_EQ(zipped(files), zipped(files)) << "the same files give the same bytes";
}

TEST(Zip, NamesThatLeadOutAreRefused) {
  for (const char* name : {"../a.json", "x/../../a.json", "/etc/passwd", "x/..", "C:/a.json", "a\\..\\b.json", ".."}) {
    EXPECT_NE(refusal(zipped({{name, "x"}})), "read") << name;
    EXPECT_NE(refusal(zipped({{name, "x"}})).find(fmt::format("the entry \"{}\" ", name)), std::string::npos)
        << refusal(zipped({{name, "x"}}));
  }
  EXPECT_EQ(refusal(zipped({{"a..b/..c", "x"}})), "read");
}

TEST(Zip, BombsAreRefusedBeforeTheyAreUnpacked) {
  const std::string bomb = zipped({{"bomb.json", std::string(std::size_t{40} << 20, ' ')}});
  EXPECT_LT(bomb.size(), std::size_t{100} << 10);
  EXPECT_NE(refusal(bomb).find("zip bomb"), std::string::npos) << refusal(bomb);
  EXPECT_EQ(refusal(zipped({{"small.json", std::string(std::size_t{1} << 20, ' ')}})), "read") << "the first MiB is free";
  EXPECT_NE(refusal(zipped({{"a", std::string(1001, 'x')}}), {.entry_bytes = 1000}).find("more than the 1000"), std::string::npos);
  EXPECT_NE(refusal(zipped({{"a", std::string(600, 'x')}, {"b", std::string(600, 'y')}}), {.total_bytes = 1000}).find("more than the 1000"),
            std::string::npos);
  EXPECT_NE(refusal(zipped({{"a", "1"}, {"b", "2"}, {"c", "3"}}), {.entries = 2}).find("3 entries"), std::string::npos);
}

TEST(Zip, LinksAndEncryptionAreRefused) {
  const std::string link = made("link", "/etc/passwd", [](zip_t* archive) {
    zip_file_set_external_attributes(archive, 0, 0, ZIP_OPSYS_UNIX, static_cast<zip_uint32_t>(0120777) << 16);
  });
  EXPECT_NE(refusal(link).find("is a link"), std::string::npos) << refusal(link);
  const std::string secret = made("secret", "text", [](zip_t* archive) { zip_file_set_encryption(archive, 0, ZIP_EM_AES_256, "key"); });
  EXPECT_NE(refusal(secret).find("is encrypted"), std::string::npos) << refusal(secret);
}

TEST(Zip, DamagedIsRefused) {
  const std::string whole = zipped({{"a.json", std::string(5000, 'a') + "end"}});
  EXPECT_NE(refusal(whole.substr(0, whole.size() / 2)).find("no sound zip"), std::string::npos);
  EXPECT_NE(refusal("PK\x03\x04 and then nothing"), "read");
  for (std::size_t at = 0; at < whole.size(); ++at) {  // whatever byte is turned: read with the right bytes, or refused
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
    const Result<ZipFiles> files = read_zip(bytes, "a.zip", kLimits);
    if (!files || files->count("a.json") == 0) continue;
    EXPECT_EQ(files->at("a.json"), std::string(5000, 'a') + "end") << "byte " << at;
  }
}

TEST(Zip, ASizeThatLiesIsRefused) {
  std::string bytes = zipped({{"a.json", std::string(5000, 'a')}});
  const std::size_t directory = bytes.rfind("PK\x01\x02");
  ASSERT_NE(directory, std::string::npos);
  const std::uint32_t smaller = 100;
  std::memcpy(bytes.data() + directory + 24, &smaller, sizeof smaller);
  EXPECT_NE(refusal(bytes), "read");
}

TEST(Zip, TheSameNameTwiceIsRefused) {
  std::string bytes = zipped({{"a.json", "1"}, {"b.json", "2"}});
  for (std::size_t at = bytes.find("b.json"); at != std::string::npos; at = bytes.find("b.json", at)) bytes[at] = 'a';
  EXPECT_NE(refusal(bytes), "read");
}

}  // namespace
}  // namespace warchest::io
