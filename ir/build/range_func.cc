// Range over functions.
#include "base/check.h"
#include "frontend/syntax/walk.h"
#include "ir/build/func_builder.h"

namespace gol::ir {

void FuncBuilder::CollectRangeCaptures(const syntax::BlockStmt*) {}

void FuncBuilder::RangeOverFunc(const syntax::RangeStmt* s, types::Type*) {
  mb_->NotSupported(s->pos, "range over func");
}

bool FuncBuilder::BranchOutOfRange(const syntax::BranchStmt*) { return false; }

void FuncBuilder::ReturnFromRange(const syntax::ReturnStmt*) {}

}  // namespace gol::ir
