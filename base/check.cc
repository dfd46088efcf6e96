// See base/check.h.
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace gol {
namespace {
thread_local ScopedPhase* current_phase __attribute__((tls_model("initial-exec"))) = nullptr;
}  // namespace

ScopedPhase::ScopedPhase(const char* phase, const char* subject)
    : phase_(phase), subject_(subject), outer_(current_phase) {
  current_phase = this;
}

ScopedPhase::~ScopedPhase() { current_phase = outer_; }

void CheckFailed(const char* file, int line, const char* text) {
  std::fprintf(stderr, "gol: internal error: %s:%d: check failed: %s\n", file, line, text);
  for (ScopedPhase* p = current_phase; p != nullptr; p = p->outer_) {
    std::fprintf(stderr, "gol:   while in %s: %s\n", p->phase_, p->subject_);
  }
  std::fflush(stderr);
  std::abort();
}

}  // namespace gol
