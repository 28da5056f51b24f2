// Where a model may look, tried with every way out that we know of; and reading and writing at their limits.
#include "io/file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace warchest::io {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "warchest-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
    fs::create_directories(root_ / "models/data");
    fs::create_directories(root_ / "share/std");
    write("models/mine.chest", "mine");
    write("models/data/growth.csv", "x\n1\n");
    write("share/std/saas.chest", "saas");
    write("share/hidden.chest", "hidden");
    write("secret.txt", "secret");
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) { std::ofstream(root_ / name) << text; }
  std::string path(const std::string& name) const { return (root_ / name).string(); }
  Library library() const { return {path("models"), path("share")}; }

  fs::path root_;
};

TEST_F(Files, AreFoundBesideTheModelAndInTheShippedLibrary) {
  const auto mine = library().find("data/growth.csv");
  ASSERT_TRUE(mine) << mine.error;
  EXPECT_EQ(*read_file(*mine, 100), "x\n1\n");
  const auto shipped = library().find("std/saas.chest");
  ASSERT_TRUE(shipped) << shipped.error;
  EXPECT_EQ(*read_file(*shipped, 100), "saas");
  EXPECT_TRUE(library().find("./mine.chest"));
}

TEST_F(Files, NoWayLeadsOutOfTheFolder) {
  fs::create_symlink(root_ / "secret.txt", root_ / "models/link.txt");
  fs::create_directory_symlink(root_, root_ / "models/up");
  fs::create_symlink(root_ / "share/hidden.chest", root_ / "share/std/link.chest");
  fs::create_symlink("loop", root_ / "models/loop");
  for (const std::string& name :
       {std::string("../secret.txt"), std::string("data/../../secret.txt"), std::string("data/.."), std::string(".."), std::string("."),
        std::string("link.txt"), std::string("up/secret.txt"), std::string("loop"), path("secret.txt"), std::string("/etc/passwd"),
        std::string("std/../hidden.chest"), std::string("std/link.chest"), std::string("std"), std::string("std/"), std::string("..\\secret.txt"),
        std::string(), std::string("mine.chest\0.csv", 15), std::string("data"), std::string("absent.chest")}) {
    const auto found = library().find(name);
    EXPECT_FALSE(found) << name;
    EXPECT_FALSE(found.error.empty()) << name;
  }
  EXPECT_EQ(library().find("../secret.txt").error, "\"../secret.txt\" leads out of the model's folder");
  EXPECT_EQ(library().find("link.txt").error, "\"link.txt\" leads out of the model's folder");
  EXPECT_EQ(library().find("absent.chest").error, "there is no file \"absent.chest\" beside the model");
  EXPECT_EQ(library().find("data").error, "\"data\" is no plain file");
}

TEST_F(Files, ALinkWithinTheFolderIsFollowed) {
  fs::create_symlink("mine.chest", root_ / "models/alias.chest");
  EXPECT_TRUE(library().find("alias.chest"));
}

TEST_F(Files, AreReadUpToTheLimit) {
  write("ten", "0123456789");
  EXPECT_EQ(*read_file(path("ten"), 10), "0123456789");
  EXPECT_FALSE(read_file(path("ten"), 9));
  EXPECT_EQ(read_file("/dev/zero", 2 << 20).error, "/dev/zero is larger than 2 MiB, the most that is read");
}

TEST_F(Files, SayWhyTheyCannotBeRead) {
  EXPECT_EQ(read_file(path("none"), 10).error, "cannot read " + path("none") + ": there is no such file");
  EXPECT_EQ(read_file(path("models"), 10).error, "cannot read " + path("models") + ": it is a folder");
  EXPECT_EQ(read_file(path("secret.txt/x"), 10).error, "cannot read " + path("secret.txt/x") + ": a part of the path is no folder");
}

TEST_F(Files, AreReplacedWholeAndKeepTheirRightsAndLinks) {
  fs::permissions(root_ / "models/mine.chest", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("mine.chest", root_ / "models/alias.chest");
  ASSERT_TRUE(write_file(path("models/alias.chest"), "new"));
  EXPECT_EQ(*read_file(path("models/mine.chest"), 10), "new");
  EXPECT_TRUE(fs::is_symlink(root_ / "models/alias.chest"));
  EXPECT_EQ(fs::status(root_ / "models/mine.chest").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(write_file(path("absent/mine.chest"), "new"));
}

TEST_F(Files, AreMadeWhereThereAreNone) {
  ASSERT_TRUE(write_new_file(path("models/new.chest"), "new"));
  EXPECT_EQ(*read_file(path("models/new.chest"), 10), "new");
  EXPECT_EQ(write_new_file(path("models/new.chest"), "newer").error,
            "cannot write " + path("models/new.chest") + ": it is there already, and is left as it is");
  EXPECT_EQ(*read_file(path("models/new.chest"), 10), "new");
  EXPECT_EQ(write_new_file(path("absent/new.chest"), "new").error, "cannot write " + path("absent/new.chest") + ": there is no such folder");
  EXPECT_FALSE(write_new_file(path("models"), "new"));
}

TEST_F(Files, AreListedByTheEndOfTheirNames) {
  write("models/b.chest", ""), write("models/a.chest", "");
  fs::create_directory(root_ / "models/c.chest");
  EXPECT_EQ(files_in(path("models"), ".chest"), (std::vector<std::string>{"a.chest", "b.chest", "mine.chest"}));
  EXPECT_TRUE(files_in(path("absent"), ".chest").empty());
}

}  // namespace
}  // namespace warchest::io
