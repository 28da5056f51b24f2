// One class walks the manifest; each step either adds to the package and the log or stops with the reason of a refusal.
#include "io/ocf_package.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "io/md5.h"
#include "io/ocf_fields.h"
#include "io/ocf_scalar.h"
#include "io/ocf_source.h"

namespace warchest::io {
namespace {

constexpr std::string_view kVersions[] = {
    "1.0.0-a3", "1.0.0-b1",         "1.0.0-b2",         "1.0.0-b3",         "1.0.0-b4",         "1.0.0",           "1.1.0", "1.1.1",
    "1.2.0",    "1.0.1-alpha+main", "1.1.0-alpha+main", "1.1.1-alpha+main", "1.2.0-alpha+main", "1.2.1-alpha+main"};

struct Listed {
  std::string name;
  std::string list;
  std::string md5;
};

bool is_md5(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos &&
         text.find_first_not_of(text[0]) != std::string_view::npos;  // 000...0 is none
}

std::string small_letters(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

class Loader {
 public:
  Loader(OcfSource& source, const OcfOptions& options, OcfLog& log) : source_(source), options_(options), log_(log) {}

  Result<OcfPackage> load() {
    read_manifest();
    if (refusal_.empty()) read_listed();
    if (refusal_.empty()) refuse_huge_numbers();
    if (refusal_.empty()) refuse_duplicates();
    if (refusal_.empty()) read_attachments();
    if (refusal_.empty() && options_.read_sidecar) read_sidecar();
    if (!refusal_.empty()) return Result<OcfPackage>::failed(fmt::format("{}: {}", source_.name(), refusal_));
    return Result<OcfPackage>::of(std::move(package_));
  }

 private:
  void refuse(std::string why) {
    if (refusal_.empty()) refusal_ = std::move(why);
  }

  void read_manifest() {
    package_.manifest_name = source_.manifest();
    const OcfBytes bytes = source_.read(source_.manifest());
    if (bytes.found != OcfFound::read) return refuse(fmt::format("the manifest \"{}\" {}", source_.manifest(), bytes.why));
    OcfJson json = parse_ocf_json(bytes.bytes, options_.limits.depth);
    if (!json.error.empty()) return refuse(fmt::format("the manifest \"{}\" cannot be read: {}", source_.manifest(), json.error));
    if (!json.value.is(OcfValue::Kind::object)) return refuse(fmt::format("the manifest \"{}\" is no object", source_.manifest()));
    package_.manifest = std::move(json.value);
    const std::string version(package_.manifest.text_of("ocf_version"));
    if (std::find(std::begin(kVersions), std::end(kVersions), version) == std::end(kVersions)) {
      log_.warn("unknown_version", source_.manifest(), "",
                fmt::format("ocf_version \"{}\" is none that is known: read as the newest", version));
    }
    if (OcfValue* issuer = package_.manifest.find("issuer"); issuer != nullptr && issuer->is(OcfValue::Kind::object)) {
      add_object(*issuer, source_.manifest(), &package_.issuer);
    } else {
      log_.lose("missing_field", source_.manifest(), "", "issuer is missing");
    }
    list_files();
  }

  void list_files() {
    for (const OcfField& field : package_.manifest.fields) {
      if (field.key.size() < 6 || field.key.substr(field.key.size() - 6) != "_files") continue;
      if (!field.value.is(OcfValue::Kind::array)) {
        log_.warn("unexpected_type", source_.manifest(), "", fmt::format("{} is no list", field.key));
        continue;
      }
      for (const OcfValue& item : field.value.items) list_file(item, field.key);
    }
    if (listed_.size() > options_.limits.files)
      refuse(fmt::format("the manifest names {} files, more than the {} that are read", listed_.size(), options_.limits.files));
  }

  void list_file(const OcfValue& item, const std::string& list) {
    std::string written(item.text_of("filepath"));
    if (written.find('\\') != std::string::npos) {
      log_.warn("backslash_path", source_.manifest(), "", fmt::format("\"{}\" has backslashes: read as slashes", written));
      std::replace(written.begin(), written.end(), '\\', '/');
    }
    if (const std::string fault = fault_in_name(written); !fault.empty())
      return refuse(fmt::format("the manifest names \"{}\", which {}", written, fault));
    const std::string name = plain_name(written);
    if (!names_.insert(name).second)
      return log_.warn("file_named_twice", source_.manifest(), "", fmt::format("\"{}\" is named twice: read once", written));
    listed_.push_back({name, list, std::string(item.text_of("md5"))});
  }

  void read_listed() {
    std::map<std::string, int> said;  // how often an MD5 is said: real ones are said of one file
    for (const Listed& file : listed_) ++said[small_letters(file.md5)];
    for (const Listed& file : listed_) {
      OcfBytes bytes = source_.read(file.name);
      if (bytes.found == OcfFound::refused) return refuse(fmt::format("\"{}\" {}", file.name, bytes.why));
      if (bytes.found == OcfFound::missing) {
        read_replacement(file);
      } else {
        check_md5(file.name, "", file.md5, bytes.bytes, said[small_letters(file.md5)] > 1);
        read_file(file.name, file.list, bytes.bytes);
      }
      if (!refusal_.empty()) return;
    }
  }

  void check_md5(const std::string& file, const std::string& object, const std::string& said, const std::string& bytes,
                 bool said_of_others) {
    if (!is_md5(said) || said_of_others) {
      return log_.decide("md5_placeholder", file, object, fmt::format("its MD5 is a placeholder (\"{}\"): not checked", said));
    }
    const std::string found = md5(bytes);
    if (found != small_letters(said))
      log_.warn("bad_md5", file, object, fmt::format("its MD5 is {}, not {} as said: read all the same", found, said));
  }

  // "All that can be loaded": a file that was renamed after the manifest was written.
  void read_replacement(const Listed& missing) {
    package_.missing_files.push_back(missing.name);
    log_.lose("missing_file", missing.name, "", fmt::format("the manifest names it in {}, but it is not there", missing.list));
    if (!options_.replace_missing) return;
    std::vector<std::string> candidates;
    for (const std::string& name : source_.names()) {
      if (names_.count(name) != 0 || name == source_.manifest() || name.size() < 5 || name.substr(name.size() - 5) != ".json") continue;
      const OcfBytes bytes = source_.read(name);
      if (bytes.found != OcfFound::read || bytes.bytes.find(ocf_file_type(missing.list)) == std::string::npos) continue;
      const OcfJson json = parse_ocf_json(bytes.bytes, options_.limits.depth);
      if (json.value.text_of("file_type") == ocf_file_type(missing.list)) candidates.push_back(name);
    }
    if (candidates.size() != 1) return;
    log_.warn("replaced_file", candidates[0], "",
              fmt::format("read in place of \"{}\": of its type and named by nobody else", missing.name));
    names_.insert(candidates[0]);
    const OcfBytes bytes = source_.read(candidates[0]);
    read_file(candidates[0], missing.list, bytes.bytes);
  }

  void read_file(const std::string& name, const std::string& list, const std::string& bytes) {
    OcfJson json = parse_ocf_json(bytes, options_.limits.depth);
    if (json.hostile) return refuse(fmt::format("\"{}\": {}", name, json.error));
    if (!json.error.empty()) {
      package_.attachments[name] = bytes;
      package_.unread.push_back({name, list, {}});
      return log_.lose("unreadable_file", name, "", fmt::format("nothing of it is read: {}", json.error));
    }
    const std::string wanted = ocf_file_type(list);
    const std::string type(json.value.text_of("file_type"));
    if (type != wanted)
      log_.warn("unexpected_file_type", name, "", fmt::format("its file_type is \"{}\", the manifest lists it as {}", type, wanted));
    OcfValue* items = json.value.find("items");
    if (items == nullptr || !items->is(OcfValue::Kind::array)) {
      package_.attachments[name] = bytes;
      package_.unread.push_back({name, list, {}});
      return log_.lose("unreadable_file", name, "", "nothing of it is read: it has no list of items");
    }
    if (package_.objects.size() + items->items.size() > options_.limits.objects) {
      return refuse(fmt::format("\"{}\" makes more than {} objects", name, options_.limits.objects));
    }
    for (OcfValue& item : items->items) {
      if (!item.is(OcfValue::Kind::object)) {
        package_.attachments[name] = bytes;
        log_.lose("unexpected_type", name, "", "an item is no object");
        continue;
      }
      OcfObject object;
      add_object(item, name, &object);
      package_.objects.push_back(std::move(object));
    }
    json.value.erase("items");
    package_.files.push_back({name, list, std::move(json.value)});
  }

  void add_object(OcfValue& value, const std::string& file, OcfObject* into) {
    const std::string id(value.text_of("id"));
    const OcfRemarks remark = [&](OcfRemark what) { log_.warn(what.kind, file, id, std::move(what.text)); };
    modernize(value, remark);
    check_fields(value, remark);
    *into = {std::string(value.text_of("object_type")), id, file, std::move(value)};
  }

  // No company has 10^30 shares; such a number is there to make somebody's arithmetic blow up.
  void refuse_huge_numbers() {
    for (const OcfObject& object : package_.objects) {
      if (const OcfValue* huge = huge_number(object.value)) {
        return refuse(fmt::format("\"{}\": {}: the number {}... has {} characters; nothing that a company counts is so large", object.file,
                                  object.id, huge->text.substr(0, 20), huge->text.size()));
      }
    }
  }
  static const OcfValue* huge_number(const OcfValue& value) {
    const bool digits = value.is(OcfValue::Kind::number) || (value.is(OcfValue::Kind::text) && is_ocf_numeric(value.text));
    if (digits && (value.text.size() > 45 || is_huge(value.text))) return &value;
    for (const OcfValue& item : value.items) {
      if (const OcfValue* huge = huge_number(item)) return huge;
    }
    for (const OcfField& field : value.fields) {
      if (const OcfValue* huge = huge_number(field.value)) return huge;
    }
    return nullptr;
  }
  static bool is_huge(const std::string& digits) {
    static const equity::Number limit = equity::Number(10).power(30);
    const auto number = equity::Number::parse(digits);
    return !number || *number >= limit || -*number >= limit;
  }

  void refuse_duplicates() {
    std::map<std::pair<std::string, std::string>, std::size_t> seen;
    std::vector<OcfObject> kept;
    for (OcfObject& object : package_.objects) {
      const auto [place, fresh] = seen.try_emplace({object.type, object.id}, kept.size());
      if (fresh || object.id.empty()) {
        kept.push_back(std::move(object));
      } else if (kept[place->second].value == object.value) {
        log_.warn("duplicate_object", object.file, object.id,
                  fmt::format("the same {} stands in it or in another file already: read once", object.type));
      } else {
        return refuse(fmt::format("\"{}\": {}: two different objects of type {} have this id", object.file, object.id, object.type));
      }
    }
    package_.objects = std::move(kept);
  }

  void read_attachments() {
    for (const OcfObject& object : package_.objects) {
      if (object.type == "DOCUMENT") read_document(object);
      if (!refusal_.empty()) return;
    }
    for (const std::string& name : source_.names()) {
      if (names_.count(name) != 0 || name == source_.manifest() || name == kOcfSidecar || package_.attachments.count(name) != 0) continue;
      const OcfBytes bytes = source_.read(name);
      if (bytes.found == OcfFound::refused) return refuse(fmt::format("\"{}\" {}", name, bytes.why));
      log_.warn("unlisted_file", name, "", "it lies in the package, but the manifest does not name it: kept, not read");
      package_.attachments[name] = bytes.bytes;
    }
  }

  void read_document(const OcfObject& object) {
    const std::string path = object.text("path");
    if (path.empty()) return;
    if (const std::string fault = fault_in_name(path); !fault.empty()) {
      return refuse(fmt::format("\"{}\": {}: its path \"{}\" {}", object.file, object.id, path, fault));
    }
    const OcfBytes bytes = source_.read(path);
    if (bytes.found == OcfFound::refused)
      return refuse(fmt::format("\"{}\": {}: its path \"{}\" {}", object.file, object.id, path, bytes.why));
    if (bytes.found == OcfFound::missing)
      return log_.warn("missing_document", object.file, object.id, fmt::format("its file \"{}\" is not there", path));
    check_md5(object.file, object.id, object.text("md5"), bytes.bytes, false);
    package_.attachments[plain_name(path)] = bytes.bytes;
  }

  void read_sidecar() {
    const OcfBytes bytes = source_.read(kOcfSidecar);
    if (bytes.found == OcfFound::missing) return;
    if (bytes.found == OcfFound::refused) return refuse(fmt::format("\"{}\" {}", kOcfSidecar, bytes.why));
    OcfJson json = parse_ocf_json(bytes.bytes, options_.limits.depth, options_.limits.objects);
    if (!json.error.empty()) return refuse(fmt::format("\"{}\" cannot be read: {}", kOcfSidecar, json.error));
    if (json.value.text_of("format") != "warchest OCF sidecar")
      return refuse(fmt::format("\"{}\" does not say \"format\": \"warchest OCF sidecar\"", kOcfSidecar));
    package_.sidecar = std::move(json.value);
    restore_kept();
  }

  // Fields that the schemas do not know went to the sidecar when the package was written.
  void restore_kept() {
    const OcfValue* kept = package_.sidecar.find("kept");
    if (kept == nullptr) return;
    std::map<std::pair<std::string_view, std::string_view>, const OcfValue*> places;
    for (const OcfField& of_type : kept->fields) {
      for (const OcfField& of_object : of_type.value.fields) places[{of_type.key, of_object.key}] = &of_object.value;
    }
    for (OcfObject& object : package_.objects) {
      const auto fields = places.find({object.type, object.id});
      if (fields == places.end()) continue;
      for (const OcfField& field : fields->second->fields) {
        if (object.value.find(field.key) == nullptr) object.value.set(field.key, field.value);
      }
    }
  }

  OcfSource& source_;
  const OcfOptions& options_;
  OcfLog& log_;
  OcfPackage package_;
  std::vector<Listed> listed_;
  std::set<std::string> names_;  // that the manifest names, made plain
  std::string refusal_;
};

}  // namespace

Result<OcfPackage> load_ocf_package(OcfSource& source, const OcfOptions& options, OcfLog& log) {
  return Loader(source, options, log).load();
}

std::optional<equity::Number> ocf_number_of(const OcfValue* value) {
  if (value == nullptr || !value->is(OcfValue::Kind::text)) return std::nullopt;
  if (!is_ocf_numeric(value->text) && !is_ocf_percentage(value->text)) return std::nullopt;
  return equity::Number::parse(value->text);
}

std::optional<equity::Number> ocf_amount_of(const OcfValue* money) {
  return money == nullptr ? std::nullopt : ocf_number_of(money->find("amount"));
}

std::optional<equity::Number> ocf_ratio_of(const OcfValue* ratio) {
  if (ratio == nullptr) return std::nullopt;
  const auto above = ocf_number_of(ratio->find("numerator"));
  const auto below = ocf_number_of(ratio->find("denominator"));
  if (!above || !below || below->is_zero()) return std::nullopt;
  return *above / *below;
}

std::optional<equity::Number> OcfObject::number(std::string_view field) const { return ocf_number_of(value.find(field)); }
std::optional<equity::Number> OcfObject::amount(std::string_view field) const { return ocf_amount_of(value.find(field)); }
std::optional<equity::Number> OcfObject::ratio(std::string_view field) const { return ocf_ratio_of(value.find(field)); }
std::optional<equity::Date> OcfObject::date(std::string_view field) const { return equity::parse_date(value.text_of(field)); }

std::vector<std::string> OcfObject::texts(std::string_view field) const {
  std::vector<std::string> found;
  const OcfValue* list = value.find(field);
  if (list == nullptr) return found;
  for (const OcfValue& item : list->items) {
    if (item.is(OcfValue::Kind::text)) found.push_back(item.text);
  }
  return found;
}

std::string ocf_file_type(std::string_view list) {
  std::string type = "OCF_";
  for (const char c : list.substr(0, list.size() - 1)) type += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return type;  // stock_plans_files: OCF_STOCK_PLANS_FILE
}

std::string_view ocf_list_of(std::string_view object_type) {
  static const std::map<std::string_view, std::string_view> lists{{"STAKEHOLDER", "stakeholders_files"},
                                                                  {"STOCK_CLASS", "stock_classes_files"},
                                                                  {"STOCK_LEGEND_TEMPLATE", "stock_legend_templates_files"},
                                                                  {"STOCK_PLAN", "stock_plans_files"},
                                                                  {"VALUATION", "valuations_files"},
                                                                  {"VESTING_TERMS", "vesting_terms_files"},
                                                                  {"FINANCING", "financings_files"},
                                                                  {"DOCUMENT", "documents_files"}};
  const auto found = lists.find(object_type);
  return found == lists.end() ? "transactions_files" : found->second;
}

}  // namespace warchest::io
