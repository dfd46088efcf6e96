// What a gol::Interrupter shares with the Runs that it may end.
#pragma once

#include <memory>

#include "runtime/limits.h"

namespace gol {
class Interrupter;
namespace embed {

std::shared_ptr<rt::RunSignal> InterruptSignal(Interrupter& interrupter);

}  // namespace embed
}  // namespace gol
