// A folder is written beside its place and moved there, as single files are.
#include "io/ocf_write.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "io/file.h"
#include "io/md5.h"
#include "io/ocf_fields.h"
#include "io/ocf_scalar.h"

namespace warchest::io {

namespace fs = std::filesystem;

namespace {

constexpr const char* kLists[] = {"stock_plans_files", "stock_legend_templates_files", "stock_classes_files", "vesting_terms_files",
                                  "valuations_files",  "transactions_files",           "stakeholders_files"};

bool is_omission(const OcfValue& value) {
  const OcfValue* omitted = value.find("omitted");
  return omitted != nullptr && omitted->truth;
}

// Moves what the schemas do not know from the object to `kept`.
void set_aside(OcfObject& object, std::map<std::string, std::map<std::string, OcfValue>>& kept) {
  const OcfKindRule* kind = ocf_kind(object.type);
  if (kind == nullptr || object.id.empty()) return;
  OcfValue aside = OcfValue::object();
  for (const OcfField& field : object.value.fields) {
    if (kind->find(field.key) == nullptr || is_omission(field.value)) aside.set(field.key, field.value);
  }
  if (aside.fields.empty()) return;
  for (const OcfField& field : aside.fields) object.value.erase(field.key);
  kept[object.type][object.id] = std::move(aside);
}

OcfValue listed(const std::string& name, const std::string& bytes) {
  OcfValue entry = OcfValue::object();
  entry.set("filepath", OcfValue::of("./" + name));
  entry.set("md5", OcfValue::of(md5(bytes)));
  return entry;
}

OcfValue manifest_of(const OcfPackage& package, const ZipFiles& files) {
  OcfValue manifest = package.manifest;
  manifest.set("ocf_version", OcfValue::of(kOcfVersion));
  manifest.set("issuer", package.issuer.value);
  for (OcfField& field : manifest.fields) {
    if (field.key.size() > 6 && field.key.substr(field.key.size() - 6) == "_files") field.value = OcfValue::array();
  }
  for (const char* list : kLists) {
    if (manifest.find(list) == nullptr) manifest.set(list, OcfValue::array());
  }
  for (const auto* some : {&package.files, &package.unread}) {
    for (const OcfFile& file : *some) {
      if (manifest.find(file.list) == nullptr) manifest.set(file.list, OcfValue::array());
      manifest.find(file.list)->items.push_back(listed(file.name, files.at(file.name)));
    }
  }
  return manifest;
}

std::string unused_id(const std::set<std::string>& ids, std::string id) {
  while (ids.count(id) != 0) id += "'";
  return id;
}

}  // namespace

Result<ZipFiles> ocf_files(OcfPackage package, bool strict, bool sidecar, OcfLog& log) {
  const auto failed = [](std::string why) { return Result<ZipFiles>::failed(std::move(why)); };
  for (const char* part : {"classes", "convertibles", "options", "debts"}) {
    if (!sidecar && package.sidecar.find(part) != nullptr) {
      return failed("its sidecar carries terms that the format has no field for; allow a sidecar file beside the package");
    }
  }
  std::map<std::string, std::map<std::string, OcfValue>> kept;
  ZipFiles files = package.attachments;
  std::map<std::string, OcfValue> items;
  for (OcfObject& object : package.objects) {
    if (sidecar) set_aside(object, kept);
    if (const std::string fault = schema_fault(object.value); !fault.empty()) {
      if (strict) return failed(fmt::format("{} {} cannot be written: {}", object.type, object.id, fault));
      log.warn("not_valid", object.file, object.id, fmt::format("written as it came, which the schemas refuse: {}", fault));
    }
    auto place = items.try_emplace(object.file, OcfValue::array()).first;
    place->second.items.push_back(object.value);
  }
  if (sidecar) set_aside(package.issuer, kept);
  for (const OcfFile& file : package.files) {
    OcfValue document = file.head;
    document.set("file_type", OcfValue::of(ocf_file_type(file.list)));
    document.set("items", items.count(file.name) != 0 ? std::move(items[file.name]) : OcfValue::array());
    files[file.name] = spelled(document);
  }
  files[package.manifest_name] = spelled(manifest_of(package, files));
  if (!kept.empty()) {
    if (!package.sidecar.is(OcfValue::Kind::object)) package.sidecar = OcfValue::object();
    package.sidecar.set("format", OcfValue::of("warchest OCF sidecar"));
    package.sidecar.set("version", OcfValue::whole(1));
    OcfValue all = OcfValue::object();
    for (auto& [type, of_type] : kept) {
      OcfValue objects = OcfValue::object();
      for (auto& [id, fields] : of_type) objects.fields.push_back({id, std::move(fields)});
      all.fields.push_back({type, std::move(objects)});
    }
    package.sidecar.set("kept", std::move(all));
    log.decide("kept_in_sidecar", std::string(kOcfSidecar), "", "fields that the schemas do not know stand in the sidecar");
  }
  if (sidecar && package.sidecar.is(OcfValue::Kind::object)) files[std::string(kOcfSidecar)] = spelled(package.sidecar);
  return Result<ZipFiles>::of(std::move(files));
}

Result<OcfWritten> write_ocf_files(const ZipFiles& files, const std::string& path, const OcfLog& log) {
  const auto failed = [&](const std::string& why) { return Result<OcfWritten>::failed(fmt::format("{}: {}", path, why)); };
  OcfWritten written;
  written.log = log.messages();
  for (const auto& [name, bytes] : files) written.files.push_back(name);
  if (path.size() > 4 && path.substr(path.size() - 4) == ".zip") {
    const Result<std::string> bytes = write_zip(files);
    if (!bytes) return failed(bytes.error);
    const Result<bool> done = write_file(path, *bytes);
    if (!done) return Result<OcfWritten>::failed(done.error);
    return Result<OcfWritten>::of(std::move(written));
  }
  std::error_code error;
  const fs::path target = fs::path(path).has_filename() ? fs::path(path) : fs::path(path).parent_path();
  if (fs::exists(target, error) && !(fs::is_directory(target, error) && fs::is_empty(target, error))) {
    return failed("it is there already and not an empty folder; a package is written to a fresh one");
  }
  std::string beside = target.string() + ".XXXXXX";
  if (::mkdtemp(beside.data()) == nullptr) return failed("the folder cannot be made");
  const auto give_up = [&](const std::string& why) {
    fs::remove_all(beside, error);
    return failed(why);
  };
  for (const auto& [name, bytes] : files) {
    const fs::path file = fs::path(beside) / name;
    fs::create_directories(file.parent_path(), error);
    const Result<bool> done = write_file(file.string(), bytes);
    if (!done) return give_up(done.error);
  }
  fs::permissions(beside,
                  fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec | fs::perms::others_read | fs::perms::others_exec,
                  error);
  fs::rename(beside, target, error);
  if (error) return give_up(fmt::format("the folder cannot be moved into place: {}", error.message()));
  return Result<OcfWritten>::of(std::move(written));
}

void add_balances(OcfPackage& package, OcfLog& log) {
  std::set<std::string> ids;
  for (const OcfObject& object : package.objects) {
    ids.insert(object.id);
    ids.insert(object.text("security_id"));
  }
  std::vector<OcfObject> added;
  for (const OcfPackage::Rest& rest : package.rests) {
    const OcfObject* issued = &package.objects[rest.issuance];
    const OcfObject* last = &package.objects[rest.last];
    const auto quantity = ocf_numeric(rest.quantity);
    if (!quantity) {
      log.warn("not_valid", issued->file, issued->id,
               fmt::format("no balance is issued for its rest of {}: it needs more than 10 decimals", rest.quantity.text()));
      continue;
    }
    const std::string security = unused_id(ids, issued->text("security_id") + "-balance");
    OcfObject balance = *issued;
    balance.id = unused_id(ids, issued->id + "-balance");
    ids.insert({security, balance.id});
    balance.value.set("id", OcfValue::of(balance.id));
    balance.value.set("security_id", OcfValue::of(security));
    balance.value.set("date", OcfValue::of(spelled(rest.date)));
    if (OcfValue* amount = balance.value.find("investment_amount")) {
      amount->set("amount", OcfValue::of(*quantity));
    } else {
      balance.value.set("quantity", OcfValue::of(*quantity));
    }
    if (ocf_kind(last->type)->find("balance_security_id") != nullptr) {
      package.objects[rest.last].value.set("balance_security_id", OcfValue::of(security));
    } else {  // an exercise has no balance: the rest is transferred to its holder
      OcfObject transfer;
      transfer.type = issued->type.substr(0, issued->type.size() - std::string_view("ISSUANCE").size()) + "TRANSFER";
      transfer.id = unused_id(ids, issued->id + "-rest");
      transfer.file = issued->file;
      ids.insert(transfer.id);
      transfer.value = OcfValue::object();
      transfer.value.set("object_type", OcfValue::of(transfer.type))
          .set("id", OcfValue::of(transfer.id))
          .set("security_id", OcfValue::of(issued->text("security_id")));
      transfer.value.set("date", OcfValue::of(spelled(rest.date))).set("quantity", OcfValue::of(*quantity));
      OcfValue results = OcfValue::array();
      results.items.push_back(OcfValue::of(security));
      transfer.value.set("resulting_security_ids", std::move(results));
      added.push_back(std::move(transfer));
    }
    log.decide("balance_issued", balance.file, balance.id,
               fmt::format("the {} that netting leaves of \"{}\" are written as an issuance of their own", *quantity,
                           issued->text("security_id")));
    added.push_back(std::move(balance));
  }
  for (OcfObject& object : added) package.objects.push_back(std::move(object));
}

}  // namespace warchest::io
