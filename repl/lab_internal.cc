// See lab_internal.h.
#include "repl/lab_internal.h"

#include <cstdio>

#include "repl/value_printer.h"

namespace gol::repl::lab {

std::shared_ptr<State> NewState() { return std::make_shared<State>(); }

rt::MemStats Stats(Evaluator* evaluator) {
  rt::MemStats stats{};
  evaluator->runtime().heap().collector().ReadMemStats(&stats);
  return stats;
}

std::optional<Value> ProbeOne(CommandContext* context, std::string_view expression) {
  Outcome outcome = context->evaluator->Probe(expression);
  if (outcome.kind != Outcome::kOk) {
    context->outcome = std::move(outcome);
    context->ran = true;
    return std::nullopt;
  }
  if (outcome.results.size() != 1 || outcome.results[0].type == nullptr ||
      outcome.results[0].address == nullptr) {
    Fail(context, "gol: " + std::string(expression) + " is not an expression with one value");
    return std::nullopt;
  }
  return outcome.results[0];
}

uintptr_t TargetOf(const Value& value) {
  const auto* words = static_cast<const uintptr_t*>(value.address);
  switch (value.type->kind) {
    case rt::kPointer:
    case rt::kUnsafePointer:
    case rt::kSlice:
    case rt::kString:
    case rt::kMap:
    case rt::kChan:
    case rt::kFunc:
      return words[0];
    case rt::kInterface:
      return words[1];
    default:
      return 0;
  }
}

Roots RootsOf(Evaluator* evaluator) {
  Roots roots;
  for (const Global& g : evaluator->Globals()) {
    if (g.value.type == nullptr || g.value.address == nullptr) continue;
    const auto address = reinterpret_cast<uintptr_t>(g.value.address);
    if (g.kind == Global::kProbe) {
      roots.hidden.push_back({address, g.value.type->size});
      continue;
    }
    std::string name = g.value.name;
    if (g.kind == Global::kHidden) name += " of input " + std::to_string(g.input);
    roots.variables.push_back({std::move(name), g.value.type, address});
  }
  return roots;
}

std::string TypeName(const rt::lab::HeapGraph::Object& o) {
  using rt::lab::Content;
  std::string type = o.type == nullptr ? std::string() : PrintType(o.type);
  // Of maps that are reached through memory of unknown type.
  if (type.starts_with("struct { Topbits ")) type = "bucket of a map";
  switch (o.content) {
    case Content::kValue:
      return o.type->size != 0 && o.bytes >= 2 * o.type->size && o.bytes > 16 ? "[]" + type : type;
    case Content::kArray: return "[]" + type;
    case Content::kBytes: return "string";
    case Content::kMap:
    case Content::kChan:
    case Content::kFunc: return type;
    case Content::kBuckets: return type + " buckets";
    case Content::kChanBuffer: return type + " buffer";
    case Content::kUnknown: break;
  }
  return o.has_pointers ? "? with pointers" : "? without pointers";
}

std::string_view TakeWord(std::string_view* argument) {
  *argument = Trim(*argument);
  const size_t end = std::min(argument->find_first_of(" \t"), argument->size());
  const std::string_view word = argument->substr(0, end);
  *argument = Trim(argument->substr(end));
  return word;
}

}  // namespace gol::repl::lab
