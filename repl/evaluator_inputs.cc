// What an input leaves behind, and when it goes.
//
// Trees, scopes, objects and types of an input are made in a region of its own (types::InputRegion). Most inputs declare
// nothing: when their statements are done nothing but their value refers to them, and the value of an expression goes when the
// next one has a value. Then the region goes, with the text, the variable that held the value, and the number in the input's
// link names.
//
// Another input may mean the value by `_`: the region stays as long as that of the other input.
//
// What lasts may come to refer to what an input made: the tables of types, a type of a package that is completed on first
// use, a method of an instance. The checker notes each such case (Context::NoteShared), and the region stays. That happens
// when something is used for the first time, so that it is bounded by what the session uses.
//
// The variables of values that went are a place for values to come. A collection that has begun reads them where they were:
// while it does the input stays (Heap::RemoveGlobals).
#include <algorithm>

#include "frontend/types/scope.h"
#include "frontend/types/sizes.h"
#include "repl/evaluator_impl.h"
#include "runtime/mem/mheap.h"

namespace gol::repl {
namespace {

constexpr int64_t kPlaceAlign = 64;

int64_t RoundUp(int64_t bytes) { return (bytes + kPlaceAlign - 1) & ~(kPlaceAlign - 1); }

}  // namespace

void Evaluator::Impl::BeginInput(std::string_view text) {
  EndInputs();
  if (free_numbers.empty()) {
    current.number = ++loads;
  } else {
    current.number = free_numbers.back();
    free_numbers.pop_back();
  }
  current.source = sources.Add(source_name, std::string(text));
  current.region = std::make_unique<types::InputRegion>();
  context.BeginRegion(current.region.get());
}

// Decides over the input that was loaded last, and lets go what nothing needs any more.
void Evaluator::Impl::EndInputs() {
  context.EndRegion();
  if (current.region != nullptr) {
    current.region->is_shared |= current.stays;
    done.push_back(std::move(current));
    current = {};
  }
  // From the newest on: what stays keeps what it uses.
  for (size_t i = done.size(); i-- > 0;) {
    if (!done[i].region->is_shared) continue;
    for (types::InputRegion* used_by_it : done[i].region->uses) used_by_it->is_shared = true;
    context.ForgetRegion(done[i].region.get());
    regions.push_back(std::move(done[i].region));
  }
  std::erase_if(done, [](const Input& input) { return input.region == nullptr; });
  // From the newest on, too: what goes frees what it used.
  for (size_t i = done.size(); i-- > 0;) {
    if (Drop(done[i])) done.erase(done.begin() + static_cast<ptrdiff_t>(i));
  }
}

// False: it is still needed.
bool Evaluator::Impl::Drop(const Input& input) {
  for (const Input& other : done) {
    const std::vector<types::InputRegion*>& uses = other.region->uses;
    if (std::find(uses.begin(), uses.end(), input.region.get()) != uses.end()) return false;
  }
  if (input.module != nullptr) {
    for (const Variable& v : variables) {
      if (v.var->pkg == input.package) return false;
    }
    if (input.globals_bytes != 0) {
      if (!runtime->heap().RemoveGlobals(globals.base() + input.globals_base)) return false;
      GivePlaceBack(input.globals_base, input.globals_bytes);
    }
    for (types::Var* v : input.package->results) offsets.erase(ir::LinkName(v));
    std::erase_if(modules, [&](const auto& m) { return m.get() == input.module; });
  }
  context.ForgetRegion(input.region.get());
  loader.ForgetInput(input.source);
  sources.Remove(input.source);
  free_numbers.push_back(input.number);
  return true;
}

// Where the variables of an input are to begin: in the place of values that went where it has no more than values.
int64_t Evaluator::Impl::PlaceFor(const types::Package& input) const {
  if (!input.vars.empty()) return globals_end;
  int64_t bytes = 0;
  for (const types::Var* v : input.results) bytes += RoundUp(types::Sizeof(v->type));
  if (bytes == 0) return globals_end;
  for (const auto& [base, free] : free_places) {
    if (free >= bytes) return base;
  }
  return globals_end;
}

bool Evaluator::Impl::Fits(int64_t place, int64_t bytes) const {
  auto it = free_places.find(place);
  return it == free_places.end() || bytes <= it->second;
}

void Evaluator::Impl::TakePlace(int64_t base, int64_t bytes) {
  bytes = RoundUp(bytes);
  auto it = free_places.find(base);
  if (it == free_places.end()) {
    globals_end = base + bytes;
    return;
  }
  const int64_t left = it->second - bytes;
  free_places.erase(it);
  if (left > 0) free_places[base + bytes] = left;
}

void Evaluator::Impl::GivePlaceBack(int64_t base, int64_t bytes) {
  auto it = free_places.emplace(base, RoundUp(bytes)).first;
  auto next = std::next(it);
  if (next != free_places.end() && it->first + it->second == next->first) {
    it->second += next->second;
    free_places.erase(next);
  }
  if (it != free_places.begin()) {
    auto before = std::prev(it);
    if (before->first + before->second == it->first) {
      before->second += it->second;
      free_places.erase(it);
    }
  }
}

}  // namespace gol::repl
