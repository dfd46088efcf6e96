#include <stdlib.h>
#include "runtime/panic.h"
#include "runtime/panic_internal.h"
namespace gol::rt { bool IsGopanicPc(uint64_t) { return false; } 
void PanicPlainError(std::string_view) { abort(); } }
