// Types declared inside generic functions.
#include "ir/build/module_builder.h"

namespace gol::ir {

types::Type* ModuleBuilder::SubstLocal(types::Type* t, const Env*) { return t; }

}  // namespace gol::ir
