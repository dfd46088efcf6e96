// Result<T>: a value or an error message, for host input, files and limits. No exception crosses
// a folder of gol.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/check.h"

namespace gol {

struct Error {
  std::string message;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  T& value() {
    GOL_CHECK(ok());
    return *value_;
  }
  const T& value() const {
    GOL_CHECK(ok());
    return *value_;
  }
  const Error& error() const { return error_; }

 private:
  std::optional<T> value_;
  Error error_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace gol
