// What calls of the library yield: a value, or a Failure that says what happened. Part of gol.h.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gol {

// One message of the compiler.
struct CompileMessage {
  std::string path;  // empty when the message has no position
  int line = 0;
  int column = 0;
  std::string text;  // the whole message with its position, continuation lines included
};

enum class FailureKind : uint8_t {
  kCompile,      // the source has errors: Failure::messages
  kPanic,        // a panic was not recovered: Failure::stack, and exception where a host function threw
  kTimeout,      // the deadline has passed
  kInterrupted,  // Isolate::Interrupt
  kMemory,       // the heap's limit, or the system's
  kStack,        // stack overflow
  kGoroutines,   // too many goroutines
  kOutput,       // too much output
  kFuel,         // the fuel is used up: IsolateOptions::fuel
  kDeadlock,     // all goroutines are asleep
  kExit,         // os.Exit: Failure::exit_code. The isolate is at its end
  kFatal,        // another error beyond recovery: concurrent map writes, ...
  kSignature,    // no such function, or it has another signature
  kGone,         // the isolate does not exist any more, or belongs to the process that this one was forked from
  kBusy,         // another thread is in a call of the isolate
  kInternal,     // gol could not do what it should
};

// "panic", "timeout", ...
const char* FailureKindName(FailureKind kind);

struct StackEntry {
  std::string function;  // "main.(*T).Method"
  std::string file;
  int line = 0;
};

struct Failure {
  FailureKind kind = FailureKind::kInternal;
  std::string text = {};                      // one line: "panic: ...", "deadline exceeded"
  std::vector<StackEntry> stack = {};         // of the goroutine at fault, innermost first
  std::string trace = {};                     // all that Go prints at such an end
  std::vector<CompileMessage> messages = {};  // of kCompile: all diagnostics
  int exit_code = 0;
  std::exception_ptr exception = {};          // of kPanic: what the host function threw

  // Everything as text, for people: the messages, or the trace.
  std::string Describe() const;
#if defined(__cpp_exceptions)
  // Throws the exception of a host function again, if that was the reason.
  void Rethrow() const {
    if (exception) std::rethrow_exception(exception);
  }
#endif
};

// A T or a Failure.
template <typename T>
class [[nodiscard]] Expected {
 public:
  Expected(T value) : value_(std::move(value)) {}
  Expected(Failure failure) : failure_(std::make_unique<Failure>(std::move(failure))) {}
  Expected(std::unique_ptr<Failure> failure) : failure_(std::move(failure)) {}

  bool ok() const { return failure_ == nullptr; }
  explicit operator bool() const { return ok(); }
  // Requires: ok(). Otherwise the process ends.
  T& value() & { return Checked(), *value_; }
  const T& value() const& { return Checked(), *value_; }
  T&& value() && { return Checked(), std::move(*value_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  // Requires: !ok().
  const Failure& failure() const { return *failure_; }
  std::unique_ptr<Failure> TakeFailure() { return std::move(failure_); }

 private:
  void Checked() const {
    if (!value_) std::abort();
  }
  std::optional<T> value_;
  std::unique_ptr<Failure> failure_;
};

template <>
class [[nodiscard]] Expected<void> {
 public:
  Expected() = default;
  Expected(Failure failure) : failure_(std::make_unique<Failure>(std::move(failure))) {}
  Expected(std::unique_ptr<Failure> failure) : failure_(std::move(failure)) {}
  bool ok() const { return failure_ == nullptr; }
  explicit operator bool() const { return ok(); }
  const Failure& failure() const { return *failure_; }
  std::unique_ptr<Failure> TakeFailure() { return std::move(failure_); }

 private:
  std::unique_ptr<Failure> failure_;
};

}  // namespace gol
