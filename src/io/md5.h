// MD5, by which an Open Cap Format manifest names its files. After RFC 1321; checked against its published examples. Good for finding
// a file that was changed by accident; no protection against anybody.
#pragma once

#include <string>
#include <string_view>

namespace warchest::io {

std::string md5(std::string_view bytes);  // 32 small hexadecimal digits

}  // namespace warchest::io
