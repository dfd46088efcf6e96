// gol::Interrupter over rt::RunSignal.
#include "embed/interrupter.h"

#include "gol/gol.h"

namespace gol {

struct Interrupter::Impl {
  std::shared_ptr<rt::RunSignal> signal = std::make_shared<rt::RunSignal>();
};

struct InterrupterAccess {
  static std::shared_ptr<rt::RunSignal> Signal(Interrupter& i) { return i.impl_->signal; }
};

Interrupter::Interrupter() : impl_(std::make_unique<Impl>()) {}
Interrupter::~Interrupter() = default;
void Interrupter::Interrupt() noexcept { impl_->signal->Interrupt(); }
void Interrupter::Quit(const void* pc) noexcept {
  impl_->signal->Quit(reinterpret_cast<uint64_t>(pc));
}
void Interrupter::Reset() noexcept { impl_->signal->Reset(); }

namespace embed {

std::shared_ptr<rt::RunSignal> InterruptSignal(Interrupter& interrupter) {
  return InterrupterAccess::Signal(interrupter);
}

}  // namespace embed
}  // namespace gol
