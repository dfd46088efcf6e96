// What inlined map operations read of a map's header, and reading it once for a loop. See map_heads.cc. Internal
// to jit/.
#pragma once

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/PassManager.h"

namespace gol::jit {

// A call of a map function behind an inlined path, which seldom happens.
inline constexpr char kSlowMapCall[] = "gol-slow-map-call";

struct MapHead {
  llvm::Value* buckets;  // without any: a bucket that is empty
  llvm::Value* mask;     // number of buckets - 1
  llvm::Value* seed;     // of the hash, as rt::HashSeed
};

// Emits the reading of the map's header; the map may be nil.
MapHead ReadMapHead(llvm::IRBuilder<>& b, llvm::Value* map);
// Notes that the map, a variable of the frame, was made here anew.
void NoteMapMade(llvm::IRBuilder<>& b, llvm::Value* map);
// The map, or where it is nil, the header of one that is empty, or that only the call can write to.
llvm::Value* MapOrEmpty(llvm::IRBuilder<>& b, llvm::Value* map);
llvm::Value* MapOrBusy(llvm::IRBuilder<>& b, llvm::Value* map);

// Runs on each function, once everything is inlined.
struct MapHeadsPass : llvm::PassInfoMixin<MapHeadsPass> {
  static bool isRequired() { return true; }
  llvm::PreservedAnalyses run(llvm::Function& f, llvm::FunctionAnalysisManager& am);
};

}  // namespace gol::jit
