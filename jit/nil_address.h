// What address a nil dereference reports.
//
// gol compares pointers with nil before it uses them; Go lets the access itself fault where it can, and its report
// names the address of that access: the offset of the field within what the nil pointer would point to. The check passes
// that offset to the panic, so that reports agree. Go folds a check into the first access through the pointer if that comes
// in the same block, at an offset within the first page, before any other write to memory; elsewhere it makes an
// access of its own, at offset 0. Where the order of the words of one value decides, this follows what Go's compiler
// makes of the common forms: the length of a string or slice that is indexed, the capacity of one that grows.
#pragma once

#include <cstdint>
#include <span>

#include "ir/func.h"
#include "ir/type_layout.h"

namespace gol::jit {

// `check` is a NilCheck, `following` the instructions after it in its block.
int64_t NilFaultAddress(const ir::Func& f, ir::TypeLayout& layout, const ir::Inst& check,
                        std::span<const ir::ValueId> following);

}  // namespace gol::jit
