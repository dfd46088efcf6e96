// Values of Go literals, and the quoting of strings for diagnostics.
//
// The scanner has already accepted the text, but nothing here relies on it: malformed text gives
// the unknown value. Callers bound the length of number literals (the checker refuses more than
// 10,000 characters).
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "frontend/types/const_number.h"
#include "frontend/types/const_value.h"

namespace gol::types {

using Access = internal::ConstAccess;
using internal::BigInt;
using internal::FloatRep;

namespace {

int DigitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char lower = static_cast<char>(c | 0x20);
  if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
  return 16;
}

// Appends the digits of a number base at a time to *n; stops at the first character that is
// neither a digit nor an underscore. Returns the number of digits read.
size_t ReadDigits(std::string_view text, size_t* at, int base, BigInt* n) {
  size_t digits = 0;
  uint64_t chunk = 0, scale = 1;
  for (; *at < text.size(); ++*at) {
    if (text[*at] == '_') continue;
    int d = DigitValue(text[*at]);
    if (d >= base) break;
    chunk = chunk * static_cast<uint64_t>(base) + static_cast<uint64_t>(d);
    scale *= static_cast<uint64_t>(base);
    digits++;
    if (scale >= uint64_t{1} << 58) {
      *n = *n * scale + chunk;
      chunk = 0;
      scale = 1;
    }
  }
  if (scale > 1) *n = *n * scale + chunk;
  return digits;
}

// The base that a prefix selects; *at is moved past the prefix. A leading 0 alone is octal for
// integers only.
int ReadPrefix(std::string_view text, size_t* at, bool legacy_octal) {
  if (text.size() < 2 || text[0] != '0') return 10;
  switch (text[1] | 0x20) {
    case 'x': *at = 2; return 16;
    case 'o': *at = 2; return 8;
    case 'b': *at = 2; return 2;
  }
  return legacy_octal ? 8 : 10;
}

void AppendUtf8(uint32_t r, std::string* out) {
  if (r < 0x80) {
    out->push_back(static_cast<char>(r));
  } else if (r < 0x800) {
    out->push_back(static_cast<char>(0xc0 | r >> 6));
    out->push_back(static_cast<char>(0x80 | (r & 0x3f)));
  } else if (r < 0x10000) {
    out->push_back(static_cast<char>(0xe0 | r >> 12));
    out->push_back(static_cast<char>(0x80 | (r >> 6 & 0x3f)));
    out->push_back(static_cast<char>(0x80 | (r & 0x3f)));
  } else {
    out->push_back(static_cast<char>(0xf0 | r >> 18));
    out->push_back(static_cast<char>(0x80 | (r >> 12 & 0x3f)));
    out->push_back(static_cast<char>(0x80 | (r >> 6 & 0x3f)));
    out->push_back(static_cast<char>(0x80 | (r & 0x3f)));
  }
}

// Decodes one character of valid or invalid UTF-8; an invalid byte gives U+FFFD of size 1.
uint32_t DecodeUtf8(std::string_view s, size_t at, size_t* size) {
  auto byte = [&](size_t i) -> uint32_t {
    return at + i < s.size() ? static_cast<unsigned char>(s[at + i]) : 0;
  };
  auto tail = [&](size_t i) { return (byte(i) & 0xc0) == 0x80; };
  uint32_t b = byte(0);
  *size = 1;
  if (b < 0x80) return b;
  if (b >= 0xc2 && b < 0xe0 && tail(1)) {
    *size = 2;
    return (b & 0x1f) << 6 | (byte(1) & 0x3f);
  }
  if (b >= 0xe0 && b < 0xf0 && tail(1) && tail(2)) {
    uint32_t r = (b & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    if (r >= 0x800 && (r < 0xd800 || r > 0xdfff)) {
      *size = 3;
      return r;
    }
  }
  if (b >= 0xf0 && b < 0xf5 && tail(1) && tail(2) && tail(3)) {
    uint32_t r = (b & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 |
                 (byte(3) & 0x3f);
    if (r >= 0x10000 && r <= 0x10ffff) {
      *size = 4;
      return r;
    }
  }
  return 0xfffd;
}

// One escape sequence after its backslash, at text[*at]. A byte value (\x, octal) sets *is_byte.
bool ReadEscape(std::string_view text, size_t* at, uint32_t* value, bool* is_byte) {
  *is_byte = false;
  if (*at >= text.size()) return false;
  char c = text[(*at)++];
  size_t digits = 0;
  int base = 16;
  switch (c) {
    case 'a': *value = '\a'; return true;
    case 'b': *value = '\b'; return true;
    case 'f': *value = '\f'; return true;
    case 'n': *value = '\n'; return true;
    case 'r': *value = '\r'; return true;
    case 't': *value = '\t'; return true;
    case 'v': *value = '\v'; return true;
    case '\\': case '\'': case '"': *value = static_cast<uint32_t>(c); return true;
    case 'x': digits = 2; *is_byte = true; break;
    case 'u': digits = 4; break;
    case 'U': digits = 8; break;
    default:
      if (c < '0' || c > '7') return false;
      --*at;
      digits = 3;
      base = 8;
      *is_byte = true;
  }
  uint64_t n = 0;
  for (; digits > 0; digits--, ++*at) {
    if (*at >= text.size() || DigitValue(text[*at]) >= base) return false;
    n = n * static_cast<uint64_t>(base) + static_cast<uint64_t>(DigitValue(text[*at]));
  }
  if (*is_byte ? n > 0xff : n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff)) return false;
  *value = static_cast<uint32_t>(n);
  return true;
}

bool Unquote(std::string_view text, std::string* out) {
  if (text.size() < 2 || text.back() != text.front()) return false;
  bool raw = text.front() == '`';
  if (!raw && text.front() != '"') return false;
  text = text.substr(1, text.size() - 2);
  out->reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    char c = text[i++];
    if (raw) {
      if (c != '\r') out->push_back(c);
    } else if (c != '\\') {
      out->push_back(c);
    } else {
      uint32_t value;
      bool is_byte;
      if (!ReadEscape(text, &i, &value, &is_byte)) return false;
      if (is_byte) {
        out->push_back(static_cast<char>(value));
      } else {
        AppendUtf8(value, out);
      }
    }
  }
  return true;
}

bool UnquoteRune(std::string_view text, int64_t* out) {
  if (text.size() < 3 || text.front() != '\'' || text.back() != '\'') return false;
  text = text.substr(1, text.size() - 2);
  size_t at = 1;
  if (text[0] == '\\') {
    uint32_t value;
    bool is_byte;
    if (!ReadEscape(text, &at, &value, &is_byte)) return false;
    *out = value;
  } else {
    *out = DecodeUtf8(text, 0, &at);
  }
  return at == text.size();
}

// base^n rounded to a few bits more than a float constant keeps.
FloatRep Power(int base, int64_t n) {
  constexpr int kGuardedBits = internal::kFloatBits + 128;
  FloatRep result = internal::MakeFloat(1, 0), square = internal::MakeFloat(base, 0);
  for (; n > 0; n >>= 1) {
    if (n & 1) result = internal::MulFloat(result, square, kGuardedBits);
    square = internal::MulFloat(square, square, kGuardedBits);
  }
  return result;
}

}  // namespace

// The number mant * base2^e2 * 10^e10. A value of moderate size becomes an exact fraction.
ConstValue ConstPool::FloatLiteral(std::string_view text) {
  // Decimal exponents beyond this are far outside of the range of a float.
  constexpr int64_t kExponentLimit = int64_t{1} << 33;
  size_t at = 0;
  const int base = ReadPrefix(text, &at, /*legacy_octal=*/false);
  BigInt mant = 0;
  size_t digits = ReadDigits(text, &at, base, &mant);
  int64_t fraction_digits = 0;
  if (at < text.size() && text[at] == '.') {
    at++;
    fraction_digits = static_cast<int64_t>(ReadDigits(text, &at, base, &mant));
  }
  if (digits + static_cast<size_t>(fraction_digits) == 0) return ConstValue();
  int64_t e2 = 0, e10 = 0;
  (base == 16 ? e2 : e10) = base == 16 ? -4 * fraction_digits : -fraction_digits;
  if (at < text.size()) {
    char marker = static_cast<char>(text[at] | 0x20);
    if (marker != 'e' && marker != 'p') return ConstValue();
    at++;
    bool negative = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) at++;
    int64_t e = 0;
    bool any = false;
    for (; at < text.size(); at++) {
      if (text[at] == '_') continue;
      if (text[at] < '0' || text[at] > '9') return ConstValue();
      any = true;
      if (e < kExponentLimit) e = e * 10 + (text[at] - '0');
    }
    if (!any) return ConstValue();
    (marker == 'e' ? e10 : e2) += negative ? -e : e;
  }
  if (mant.is_zero()) return Access::Make(*this, BigInt(0), BigInt(1));

  double log2 = static_cast<double>(internal::BitLength(mant)) + static_cast<double>(e2) +
                static_cast<double>(e10) * (M_LN10 / M_LN2);
  if (log2 > 2.0 * internal::kMaxFloatExp) return ConstValue();
  if (std::llabs(e2) > internal::kMaxFloatExp || std::llabs(e10) > internal::kMaxFloatExp) {
    return ConstValue();
  }
  if (log2 < -2.0 * internal::kMaxFloatExp) return Access::Make(*this, BigInt(0), BigInt(1));
  // Well inside of the fractions' range, the size of the parts decides between fraction and float.
  if (std::fabs(log2) < internal::kMaxFractionBits - 2 && std::llabs(e10) < 8192) {
    BigInt num = std::move(mant), den = 1;
    BigInt power = boost::multiprecision::pow(BigInt(10), static_cast<unsigned>(std::llabs(e10)));
    (e10 < 0 ? den : num) *= power;
    (e2 < 0 ? den : num) <<= static_cast<unsigned>(std::llabs(e2));
    return Access::Make(*this, std::move(num), std::move(den));
  }
  FloatRep f = internal::MakeFloat(std::move(mant), e2);
  FloatRep power = Power(10, std::llabs(e10));
  f = e10 < 0 ? internal::DivideFloat(f, power) : internal::MulFloat(f, power);
  if (!f.is_inf && f.mant.is_zero()) return Access::Make(*this, BigInt(0), BigInt(1));
  return Access::Make(*this, std::move(f));
}

ConstValue ConstPool::Literal(ConstLiteral kind, std::string_view text) {
  switch (kind) {
    case ConstLiteral::kInt: {
      size_t at = 0;
      int base = ReadPrefix(text, &at, /*legacy_octal=*/true);
      BigInt n = 0;
      size_t digits = 0;
      if (text.size() - at <= 15) {
        // Fits 64 bits in any base.
        int64_t small = 0;
        for (; at < text.size(); at++) {
          if (text[at] == '_') continue;
          int d = DigitValue(text[at]);
          if (d >= base) return ConstValue();
          small = small * base + d;
          digits++;
        }
        return digits > 0 ? ConstValue::Int(small) : ConstValue();
      }
      digits = ReadDigits(text, &at, base, &n);
      if (digits == 0 || at != text.size()) return ConstValue();
      return Access::Make(*this, std::move(n));
    }
    case ConstLiteral::kFloat:
      return FloatLiteral(text);
    case ConstLiteral::kImag: {
      if (text.empty() || text.back() != 'i') return ConstValue();
      text.remove_suffix(1);
      return Complex(ConstValue::Int(0), FloatLiteral(text));
    }
    case ConstLiteral::kRune: {
      int64_t r;
      return UnquoteRune(text, &r) ? ConstValue::Int(r) : ConstValue();
    }
    case ConstLiteral::kString: {
      // Most strings have nothing to unquote: the value is the text between the quotes.
      if (text.size() >= 2 && text.front() == text.back() && text.find('\\') == text.npos &&
          text.find('\r') == text.npos && (text.front() == '"' || text.front() == '`')) {
        return String(text.substr(1, text.size() - 2));
      }
      std::string value;
      return Unquote(text, &value) ? String(value) : ConstValue();
    }
  }
  return ConstValue();
}

std::string EncodeRune(uint32_t r) {
  std::string out;
  AppendUtf8(r >= 0xd800 && r <= 0xdfff ? 0xfffd : r, &out);
  return out;
}

std::string QuoteGoString(std::string_view text) {
  static const char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (size_t i = 0; i < text.size();) {
    size_t size;
    uint32_t r = DecodeUtf8(text, i, &size);
    auto byte = static_cast<unsigned char>(text[i]);
    bool invalid = r == 0xfffd && size == 1;
    switch (invalid ? 0 : r) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\a': out += "\\a"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\v': out += "\\v"; break;
      default:
        if (invalid || r < 0x20 || r == 0x7f) {
          out += "\\x";
          out += kHex[byte >> 4];
          out += kHex[byte & 15];
        } else if ((r >= 0x80 && r <= 0xa0) || r == 0xad || (r >= 0x2000 && r <= 0x200f) ||
                   (r >= 0x2028 && r <= 0x202f) || (r >= 0x205f && r <= 0x206f) || r == 0x3000 ||
                   (r >= 0xe000 && r <= 0xf8ff) || r == 0xfeff || (r & 0xfffe) == 0xfffe ||
                   r >= 0xe0000) {
          // Spaces, controls, private and unassigned characters that Go does not print as is.
          char buf[16];
          std::snprintf(buf, sizeof buf, r < 0x10000 ? "\\u%04x" : "\\U%08x", r);
          out += buf;
        } else {
          out += text.substr(i, size);
        }
    }
    i += size;
  }
  out += '"';
  return out;
}

}  // namespace gol::types
