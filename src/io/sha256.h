// SHA-256, by which a result names the very text that it came from. After FIPS 180-4; checked against its published examples.
#pragma once

#include <string>
#include <string_view>

namespace warchest::io {

std::string sha256(std::string_view bytes);  // 64 small hexadecimal digits

}  // namespace warchest::io
