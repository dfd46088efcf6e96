// See trace_file.h.
#include "runtime/tracing/trace_file.h"

#include <time.h>

#include <algorithm>

namespace gol::rt::tracing {
namespace {

constexpr uint64_t kNoThread = ~uint64_t{0};
constexpr size_t kMaxBatch = 60 << 10;  // bytes; readers refuse more than 64 KiB
constexpr size_t kMaxText = 1000;       // bytes; readers refuse more than 1 KiB
constexpr size_t kMaxStack = 120;       // frames; readers refuse more than 128

void Varint(std::string* out, uint64_t v) {
  for (; v >= 0x80; v >>= 7) out->push_back(static_cast<char>(v | 0x80));
  out->push_back(static_cast<char>(v));
}

void Type(std::string* out, Wire type) { out->push_back(static_cast<char>(type)); }

}  // namespace

void TraceFile::AddBatch(uint64_t thread, int64_t time_ns, std::string_view data) {
  Type(&out_, Wire::kEventBatch);
  Varint(&out_, 1);  // generation
  Varint(&out_, thread);
  Varint(&out_, static_cast<uint64_t>(time_ns));
  Varint(&out_, data.size());
  out_.append(data);
}

void TraceFile::CloseBatch(uint64_t id, Thread* thread) {
  if (!thread->batch.empty()) AddBatch(id, thread->batch_ns, thread->batch);
  thread->batch.clear();
}

void TraceFile::Event(uint64_t thread, int64_t time_ns, Wire type,
                      std::initializer_list<uint64_t> args) {
  Thread& t = threads_[thread];
  if (t.batch.size() > kMaxBatch) CloseBatch(thread, &t);
  if (t.batch.empty()) t.batch_ns = t.last_ns = time_ns;
  Type(&t.batch, type);
  Varint(&t.batch, static_cast<uint64_t>(time_ns - t.last_ns));
  t.last_ns = time_ns;
  for (uint64_t a : args) Varint(&t.batch, a);
}

uint64_t TraceFile::Text(std::string_view text) {
  if (text.empty()) return 0;
  auto [it, is_new] = text_ids_.emplace(text.substr(0, kMaxText), texts_.size() + 1);
  if (is_new) texts_.push_back(it->first);
  return it->second;
}

uint64_t TraceFile::AddStack(std::vector<Frame> frames) {
  if (frames.empty()) return 0;
  if (frames.size() > kMaxStack) frames.resize(kMaxStack);
  stacks_.push_back(std::move(frames));
  return stacks_.size();
}

uint64_t TraceFile::Stack(std::span<const uint64_t> pcs) {
  if (pcs.empty()) return 0;
  std::vector<uint64_t> key(pcs.begin(), pcs.end());
  if (auto it = stack_ids_.find(key); it != stack_ids_.end()) return it->second;
  std::vector<Frame> frames;
  for (uint64_t pc : pcs) {
    auto [it, is_new] = frames_.try_emplace(pc);
    if (is_new && code_ != nullptr) {
      uint64_t depth = 0;
      code_->Lookup(pc - 1, [&](const CodeFrame& f) {
        // Functions that share an address are told apart as runtime.Callers does.
        const uint64_t address = pc | depth++ << kCallerDepthShift;
        if (f.is_wrapper && f.function != "runtime.main") return;
        it->second.push_back({address, Text(f.function), Text(f.file.empty() ? "?" : f.file),
                              static_cast<uint64_t>(std::max(f.line, 0))});
      });
    }
    frames.insert(frames.end(), it->second.begin(), it->second.end());
  }
  return stack_ids_[std::move(key)] = AddStack(std::move(frames));
}

uint64_t TraceFile::NamedStack(std::string_view function) {
  auto [it, is_new] = named_stacks_.emplace(function, 0);
  // An address that no code has.
  if (is_new) it->second = AddStack({{named_stacks_.size(), Text(function), Text("?"), 0}});
  return it->second;
}

std::string TraceFile::Finish(int64_t start_ns) {
  for (auto& [id, thread] : threads_) CloseBatch(id, &thread);
  // Times are nanoseconds; here is what the clocks said at the start.
  std::string sync;
  Type(&sync, Wire::kSync);
  Type(&sync, Wire::kFrequency);
  Varint(&sync, 1000000000);
  timespec wall, mono;
  clock_gettime(CLOCK_REALTIME, &wall);
  clock_gettime(CLOCK_MONOTONIC, &mono);
  const int64_t passed = int64_t{mono.tv_sec} * 1000000000 + mono.tv_nsec - start_ns;
  const int64_t wall_ns = int64_t{wall.tv_sec} * 1000000000 + wall.tv_nsec - passed;
  Type(&sync, Wire::kClockSnapshot);
  Varint(&sync, 0);
  Varint(&sync, static_cast<uint64_t>(start_ns));
  Varint(&sync, static_cast<uint64_t>(wall_ns / 1000000000));
  Varint(&sync, static_cast<uint64_t>(wall_ns % 1000000000));
  AddBatch(kNoThread, start_ns, sync);

  std::string table;
  auto flush = [&](Wire type, bool always) {
    if (!always && table.size() < kMaxBatch) return;
    if (table.size() > 1) AddBatch(kNoThread, start_ns, table);
    table.clear();
    Type(&table, type);
  };
  flush(Wire::kStrings, true);
  for (size_t i = 0; i < texts_.size(); i++) {
    flush(Wire::kStrings, false);
    Type(&table, Wire::kString);
    Varint(&table, i + 1);
    Varint(&table, texts_[i].size());
    table += texts_[i];
  }
  flush(Wire::kStacks, true);
  for (size_t i = 0; i < stacks_.size(); i++) {
    if (table.size() + stacks_[i].size() * 24 > kMaxBatch) flush(Wire::kStacks, true);
    Type(&table, Wire::kStack);
    Varint(&table, i + 1);
    Varint(&table, stacks_[i].size());
    for (const Frame& f : stacks_[i]) {
      Varint(&table, f.pc);
      Varint(&table, f.function);
      Varint(&table, f.file);
      Varint(&table, f.line);
    }
  }
  flush(Wire::kStacks, true);
  std::string file("go 1.26 trace\0\0\0", 16);
  file += out_;
  Type(&file, Wire::kEndOfGeneration);
  return file;
}

}  // namespace gol::rt::tracing
