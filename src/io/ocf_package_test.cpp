// Packages as they come: split, renamed, old, half broken; and packages that mean harm.
#include <filesystem>
#include <fstream>

#include "io/ocf_packages_test.h"
#include "io/ocf_source.h"

namespace warchest::io {
namespace {

namespace fs = std::filesystem;

TestPackage plain() {
  TestPackage package;
  package.transactions = {TestPackage::stock("s1", "100")};
  return package;
}

std::string refusal(const Result<OcfImport>& read) { return read ? "read" : read.error; }

bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

// A folder that is gone when the test is.
class Folder {
 public:
  Folder()
      : path_(fs::temp_directory_path() / fs::path(testing::UnitTest::GetInstance()->current_test_info()->name() + std::string("-ocf"))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  void put(const ZipFiles& files) const {
    for (const auto& [name, bytes] : files) {
      fs::create_directories((path_ / name).parent_path());
      std::ofstream(path_ / name, std::ios::binary) << bytes;
    }
  }
  fs::path path() const { return path_; }

 private:
  fs::path path_;
};

TEST(OcfPackage, APlainPackageHasNothingToSay) {
  const OcfImport imported = plain().import();
  EXPECT_TRUE(imported.anomalies.empty()) << imported.anomalies.begin()->first;
  EXPECT_EQ(imported.issuer.legal_name, "Test Inc.");
  EXPECT_EQ(imported.counts.transactions, 1U);
  EXPECT_EQ(spelled(imported.as_of), "2024-12-31");
  EXPECT_EQ(imported.currency, "USD");
  ASSERT_TRUE(imported.table);
  EXPECT_EQ(imported.table->holdings.at(0).holder, "Ann");
}

TEST(OcfPackage, AFolderAManifestAndAZipAreTheSame) {
  const Folder folder;
  folder.put(plain().files());
  const Result<OcfImport> by_folder = read_ocf(folder.path().string());
  const Result<OcfImport> by_manifest = read_ocf((folder.path() / "Manifest.ocf.json").string());
  std::ofstream(folder.path() / "p.zip", std::ios::binary) << *write_zip(plain().files());
  const Result<OcfImport> by_zip = read_ocf((folder.path() / "p.zip").string());
  for (const auto* read : {&by_folder, &by_manifest, &by_zip}) {
    ASSERT_TRUE(*read) << read->error;
    EXPECT_EQ(outstanding(**read, "s1"), "100");
    EXPECT_TRUE((*read)->anomalies.empty());
  }
}

TEST(OcfPackage, TheManifestIsFoundByItsTypeAndInAFolderOfTheZip) {
  ZipFiles files;
  for (const auto& [name, bytes] : plain().files())
    files["company/" + (name == "Manifest.ocf.json" ? std::string("cap.json") : name)] = bytes;
  files["__MACOSX/company/._cap.json"] = "junk";
  const Result<OcfImport> read = TestPackage::read_files(files);
  ASSERT_TRUE(read) << read.error;
  EXPECT_EQ(outstanding(*read, "s1"), "100");
  files["company/second.json"] = files["company/cap.json"];
  EXPECT_TRUE(says(refusal(TestPackage::read_files(files)), "more than one manifest"));
  EXPECT_TRUE(says(refusal(TestPackage::read_files({{"a.json", "{}"}})), "no file of it is a manifest"));
  EXPECT_TRUE(says(refusal(read_ocf("there/is/no/such")), "no such file or folder"));
  EXPECT_TRUE(says(refusal(read_ocf_zip("something else", "x.bin")), "no Open Cap Format package"));
}

TEST(OcfPackage, AnySplitOfTheFiles) {
  TestPackage package = plain();
  ZipFiles files = package.files();
  files["deep/more.json"] = TestPackage::file("TRANSACTIONS", {TestPackage::stock("s2", "20")});
  std::string& manifest = files["Manifest.ocf.json"];
  manifest.replace(
      manifest.find("\"transactions_files\": ["), 23,
      fmt::format(R"("transactions_files": [{{"filepath": ".//deep/./more.json", "md5": "{}"}}, )", md5(files["deep/more.json"])));
  const Result<OcfImport> read = TestPackage::read_files(files);
  ASSERT_TRUE(read) << read.error;
  EXPECT_EQ(read->counts.transactions, 2U);
  EXPECT_EQ(read->classes.at(0).issued, 120);
  EXPECT_TRUE(read->anomalies.empty());
}

TEST(OcfPackage, MissingAndReplacedFiles) {
  ZipFiles files = plain().files();
  files["People.json"] = files["Stakeholders.ocf.json"];
  files.erase("Stakeholders.ocf.json");
  const Result<OcfImport> replaced = TestPackage::read_files(files);
  ASSERT_TRUE(replaced) << replaced.error;
  EXPECT_EQ(replaced->missing_files, std::vector<std::string>{"Stakeholders.ocf.json"});
  EXPECT_EQ(anomaly(*replaced, "missing_file"), 1U);
  EXPECT_EQ(anomaly(*replaced, "replaced_file"), 1U);
  EXPECT_EQ(replaced->counts.stakeholders, 2U);
  OcfOptions strictly;
  strictly.replace_missing = false;
  const Result<OcfImport> without = TestPackage::read_files(files, strictly);
  ASSERT_TRUE(without) << without.error;
  EXPECT_EQ(without->counts.stakeholders, 0U);
  EXPECT_EQ(anomaly(*without, "unknown_stakeholder"), 1U);
  EXPECT_EQ(anomaly(*without, "unlisted_file"), 1U);
  EXPECT_EQ(without->ownership.holdings.at(0).holder, "ann") << "by its id";
}

TEST(OcfPackage, Md5IsCheckedAndPlaceholdersAreNot) {
  ZipFiles files = plain().files();
  std::string& manifest = files["Manifest.ocf.json"];
  const std::string right = md5(files["StockClasses.ocf.json"]);
  manifest.replace(manifest.find(right), 32, "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(anomaly(*TestPackage::read_files(files).value, "bad_md5"), 1U);
  manifest.replace(manifest.find("d41d8cd98f00b204e9800998ecf8427e"), 32, std::string(32, '0'));
  const OcfImport placeholder = *TestPackage::read_files(files).value;
  EXPECT_EQ(anomaly(placeholder, "bad_md5"), 0U);
  EXPECT_TRUE(decided(placeholder, "md5_placeholder"));
  std::string capitals = right;
  for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  manifest.replace(manifest.find(std::string(32, '0')), 32, capitals);
  EXPECT_TRUE(TestPackage::read_files(files)->anomalies.empty());
}

TEST(OcfPackage, OldNamesOmissionsAndNumbersAreReadWithAWarning) {
  TestPackage package;
  package.classes = {R"({"object_type": "STOCK_CLASS", "id": "common", "name": "Common", "class_type": "COMMON", "default_id_prefix": "CS-",
    "current_shares_authorized": 1e6, "votes_per_share": {"omitted": true, "comment": "Data not available"}, "seniority": 1.0})"};
  package.plans = {
      R"({"object_type": "STOCK_PLAN", "id": "plan", "plan_name": "Plan", "current_shares_reserved": "500", "stock_class_id": "common"})"};
  std::string option = TestPackage::option("o1", "100");
  option.replace(option.find("TX_EQUITY_COMPENSATION"), 22, "TX_PLAN_SECURITY");
  package.transactions = {option, TestPackage::tx("PLAN_SECURITY_CANCELLATION", "c1", "o1", "2023-01-01",
                                                  R"("quantity": 100, "reason_text": "left", "balance_security_id": "")")};
  const OcfImport imported = package.import();
  EXPECT_EQ(anomaly(imported, "old_name"), 4U);
  EXPECT_EQ(anomaly(imported, "omitted_field"), 1U);
  EXPECT_EQ(anomaly(imported, "number_for_text"), 3U);
  EXPECT_EQ(anomaly(imported, "empty_id"), 1U);
  EXPECT_EQ(anomaly(imported, "missing_field"), 0U) << "what is left out on purpose is said once";
  EXPECT_EQ(*imported.classes.at(0).authorized, 1'000'000);
  EXPECT_EQ(imported.plans.at(0).available, 500);
  EXPECT_EQ(outstanding(imported, "o1"), "nothing");
}

TEST(OcfPackage, WhatIsUnknownIsKeptAndSaid) {
  TestPackage package = plain();
  package.transactions.push_back(R"({"object_type": "TX_STOCK_MERGER", "id": "m", "date": "2022-01-01"})");
  package.classes[0].insert(1, R"("color": "blue", )");
  const OcfImport imported = package.import();
  EXPECT_EQ(anomaly(imported, "unknown_object_type"), 1U);
  EXPECT_EQ(anomaly(imported, "unknown_field"), 1U);
  EXPECT_EQ(imported.counts.transactions, 2U);
}

TEST(OcfPackage, AnUnreadableFileIsNamedAndTheRestIsRead) {
  ZipFiles files = plain().files();
  files["Stakeholders.ocf.json"] = "{ broken";
  const Result<OcfImport> read = TestPackage::read_files(files);
  ASSERT_TRUE(read) << read.error;
  EXPECT_EQ(anomaly(*read, "unreadable_file"), 1U);
  EXPECT_EQ(outstanding(*read, "s1"), "100");
  files["Manifest.ocf.json"] = "{\"file_type\": \"OCF_MANIFEST_FILE\", broken";
  EXPECT_TRUE(says(refusal(TestPackage::read_files(files)), "cannot be read"));
}

TEST(OcfPackage, UnknownVersionIsReadAsTheNewest) {
  ZipFiles files = plain().files();
  std::string& manifest = files["Manifest.ocf.json"];
  manifest.replace(manifest.find("1.2.1-alpha+main"), 16, "9.9.9");
  EXPECT_EQ(anomaly(*TestPackage::read_files(files).value, "unknown_version"), 1U);
}

TEST(OcfPackage, ADocumentComesAlong) {
  TestPackage package = plain();
  package.documents = {R"({"object_type": "DOCUMENT", "id": "d", "path": "./papers/a.pdf", "md5": "0cc175b9c0f1b6a831c399e269772661"})",
                       R"({"object_type": "DOCUMENT", "id": "e", "path": "gone.pdf", "md5": "0cc175b9c0f1b6a831c399e269772661"})"};
  package.more["papers/a.pdf"] = "a";
  const OcfImport imported = package.import();
  EXPECT_EQ(anomaly(imported, "missing_document"), 1U);
  EXPECT_EQ(anomaly(imported, "bad_md5"), 0U);
  package.more["papers/a.pdf"] = "b";
  EXPECT_EQ(anomaly(package.import(), "bad_md5"), 1U);
}

// ------------------------------------------------------------------------------------------------------------------- harm

TEST(OcfHostile, PathsThatLeadOut) {
  for (const char* path : {"../secret.json", "/etc/passwd", "a/../../b.json", "..\\\\secret.json", "C:\\\\x.json"}) {
    ZipFiles files = plain().files();
    std::string& manifest = files["Manifest.ocf.json"];
    manifest.replace(manifest.find("./Stakeholders.ocf.json"), 23, path);
    const std::string why = refusal(TestPackage::read_files(files));
    EXPECT_TRUE(says(why, "the manifest names")) << path << ": " << why;
  }
  TestPackage package = plain();
  package.documents = {R"({"object_type": "DOCUMENT", "id": "d", "path": "../../etc/passwd", "md5": "0cc175b9c0f1b6a831c399e269772661"})"};
  EXPECT_TRUE(says(refusal(package.read()), "leads out of the package"));
}

TEST(OcfHostile, LinksOutOfAFolder) {
  const Folder folder;
  folder.put(plain().files());
  const Folder* outside = &folder;
  const fs::path secret = outside->path().string() + "-secret.json";
  std::ofstream(secret) << TestPackage::file("STAKEHOLDERS", {});
  fs::remove(folder.path() / "Stakeholders.ocf.json");
  fs::create_symlink(secret, folder.path() / "Stakeholders.ocf.json");
  const std::string why = refusal(read_ocf(folder.path().string()));
  fs::remove(secret);
  EXPECT_TRUE(says(why, "leads out of the package")) << why;
}

TEST(OcfHostile, LinksWithinAFolderAreFine) {
  const Folder folder;
  folder.put(plain().files());
  fs::rename(folder.path() / "Stakeholders.ocf.json", folder.path() / "people.bin");
  fs::create_symlink("people.bin", folder.path() / "Stakeholders.ocf.json");
  EXPECT_EQ(refusal(read_ocf(folder.path().string())), "read");
}

TEST(OcfHostile, WhatIsNoPlainFile) {
  const Folder folder;
  folder.put(plain().files());
  fs::remove(folder.path() / "Stakeholders.ocf.json");
  fs::create_directory(folder.path() / "Stakeholders.ocf.json");
  EXPECT_TRUE(says(refusal(read_ocf(folder.path().string())), "is no plain file"));
}

TEST(OcfHostile, ZipBomb) {
  ZipFiles files = plain().files();
  files["bomb.json"] = std::string(std::size_t{40} << 20, ' ');
  EXPECT_TRUE(says(refusal(TestPackage::read_files(files)), "zip bomb"));
}

TEST(OcfHostile, LimitsOfSizeAndCount) {
  OcfOptions options;
  options.limits.objects = 3;
  EXPECT_TRUE(says(refusal(plain().read(options)), "more than 3 objects"));
  options.limits = {};
  options.limits.files = 2;
  EXPECT_NE(refusal(plain().read(options)), "read");
  const Folder folder;
  folder.put(plain().files());
  EXPECT_NE(refusal(read_ocf(folder.path().string(), options)), "read");
  options.limits = {};
  options.limits.total_bytes = 1000;
  EXPECT_NE(refusal(read_ocf(folder.path().string(), options)), "read");
}

TEST(OcfHostile, HugeNumbersAndDeepNesting) {
  TestPackage package = plain();
  package.transactions = {TestPackage::stock("s1", std::string(60, '9'))};
  EXPECT_TRUE(says(refusal(package.read()), "nothing that a company counts is so large")) << refusal(package.read());
  package.transactions = {TestPackage::stock("s1", "1" + std::string(30, '0'))};
  EXPECT_NE(refusal(package.read()), "read");
  std::string number = TestPackage::stock("s1", "100");
  number.replace(number.find("\"100\""), 5, "1e300");
  package.transactions = {number};
  EXPECT_NE(refusal(package.read()), "read");
  number.replace(number.find("1e300"), 5, "1e99999");
  package.transactions = {number};
  EXPECT_TRUE(says(refusal(package.read()), "too large to mean anything")) << refusal(package.read());
  package = plain();
  package.transactions[0].insert(1, "\"comments\": " + std::string(100, '[') + std::string(100, ']') + ", ");
  EXPECT_TRUE(says(refusal(package.read()), "nested more than 64 deep"));
}

TEST(OcfHostile, BytesThatAreNoText) {
  TestPackage package = plain();
  package.stakeholders[0].replace(package.stakeholders[0].find("Ann"), 3, "A\xffn");
  EXPECT_TRUE(says(refusal(package.read()), "Stakeholders.ocf.json\": it is not UTF-8")) << refusal(package.read());
}

TEST(OcfHostile, TwoObjectsOfOneId) {
  TestPackage package = plain();
  package.stakeholders.push_back(package.stakeholders[0]);
  EXPECT_EQ(anomaly(package.import(), "duplicate_object"), 1U) << "the same twice does no harm";
  std::string& second = package.stakeholders.back();
  second.replace(second.find("\"Ann\""), 5, "\"Eve\"");
  EXPECT_TRUE(says(refusal(package.read()), "ann: two different objects of type STAKEHOLDER")) << refusal(package.read());
}

TEST(OcfHostile, ASidecarThatIsNone) {
  TestPackage package = plain();
  package.sidecar = R"({"format": "something"})";
  EXPECT_TRUE(says(refusal(package.read()), "does not say"));
  package.sidecar = R"({"format": "warchest OCF sidecar", "version": 1, "classes": {"common": {"seniority": "first"}}})";
  package.classes.push_back(TestPackage::preferred("series", "2"));
  package.sidecar = R"({"format": "warchest OCF sidecar", "version": 1, "classes": {"series": {"seniority": "first"}}})";
  EXPECT_TRUE(says(refusal(package.read()), "classes.series.seniority is not a number")) << refusal(package.read());
}

}  // namespace
}  // namespace warchest::io
