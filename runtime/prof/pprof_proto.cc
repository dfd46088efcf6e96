// See pprof_proto.h. Protocol buffers are written by hand: a field is its number and wire type as a varint,
// then a varint or a length and bytes. Messages come in any order; the text table at the end.
#include "runtime/prof/pprof_proto.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "runtime/debug/mem_profile.h"
#include "runtime/prof/profiler.h"

namespace gol::rt::prof {
namespace {

void Varint(std::string* out, uint64_t v) {
  for (; v >= 0x80; v >>= 7) out->push_back(static_cast<char>(v | 0x80));
  out->push_back(static_cast<char>(v));
}

void Number(std::string* out, int field, uint64_t v) {
  if (v == 0) return;
  Varint(out, static_cast<uint64_t>(field) << 3);
  Varint(out, v);
}

void Bytes(std::string* out, int field, std::string_view bytes) {
  Varint(out, static_cast<uint64_t>(field) << 3 | 2);
  Varint(out, bytes.size());
  out->append(bytes);
}

std::string ValueTypeBytes(uint64_t type, uint64_t unit) {
  std::string m;
  Number(&m, 1, type);
  Number(&m, 2, unit);
  return m;
}

std::string Gzip(const std::string& in) {
  z_stream z = {};
  if (deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&z, in.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  z.avail_in = static_cast<uInt>(in.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

// Go's name for a C++ function that compiled code calls: gol_rt_chanrecv is runtime.chanrecv,
// gol_native_sync_runtime_Semacquire sync.runtime_Semacquire. Empty for others.
std::string EntryName(std::string_view symbol) {
  constexpr std::string_view kEntry = "gol_rt_", kNative = "gol_native_";
  if (symbol.starts_with(kEntry)) return "runtime." + std::string(symbol.substr(kEntry.size()));
  if (!symbol.starts_with(kNative)) return {};
  std::string name(symbol.substr(kNative.size()));
  if (size_t at = name.find('_'); at != name.npos) name[at] = '.';
  return name;
}

}  // namespace

ProfileWriter::ProfileWriter(CodeInfo* code, std::vector<ValueType> values) : code_(code) {
  Text("");
  for (const ValueType& v : values) Bytes(&out_, 1, ValueTypeBytes(Text(v.first), Text(v.second)));
  // One mapping for all code, which says that names are complete.
  std::string mapping;
  Number(&mapping, 1, 1);
  Number(&mapping, 3, ~uint64_t{0} >> 1);
  Number(&mapping, 5, Text("gol"));
  for (int field = 7; field <= 10; field++) Number(&mapping, field, 1);
  Bytes(&out_, 3, mapping);
}

void ProfileWriter::set_period(ValueType type, int64_t period) {
  Bytes(&out_, 11, ValueTypeBytes(Text(type.first), Text(type.second)));
  Number(&out_, 12, static_cast<uint64_t>(period));
}

void ProfileWriter::set_time(int64_t unix_ns, int64_t duration_ns) {
  Number(&out_, 9, static_cast<uint64_t>(unix_ns));
  Number(&out_, 10, static_cast<uint64_t>(duration_ns));
}

uint64_t ProfileWriter::Text(std::string_view text) {
  auto [it, is_new] = text_ids_.emplace(text, texts_.size());
  if (is_new) texts_.emplace_back(text);
  return it->second;
}

uint64_t ProfileWriter::Function(std::string_view name, std::string_view file) {
  const uint64_t name_id = Text(name), file_id = Text(file);
  auto [it, is_new] = functions_.emplace(std::pair(name_id, file_id), functions_.size() + 1);
  if (is_new) {
    std::string m;
    Number(&m, 1, it->second);
    Number(&m, 2, name_id);
    Number(&m, 3, name_id);
    Number(&m, 4, file_id);
    Bytes(&out_, 5, m);
  }
  return it->second;
}

uint64_t ProfileWriter::Location(uint64_t key, uint64_t address, const std::vector<Line>& lines) {
  uint64_t id = 0;
  if (!lines.empty()) {
    id = next_location_++;
    std::string m;
    Number(&m, 1, id);
    Number(&m, 2, 1);
    Number(&m, 3, address);
    for (const Line& l : lines) {
      std::string line;
      Number(&line, 1, l.function);
      Number(&line, 2, static_cast<uint64_t>(l.line));
      Bytes(&m, 4, line);
    }
    Bytes(&out_, 4, m);
  }
  locations_[key] = id;
  return id;
}

uint64_t ProfileWriter::StackLocation(uint64_t pc, Native native) {
  const uint64_t key = pc;
  if (auto it = locations_.find(key); it != locations_.end()) return it->second;
  std::vector<Line> lines;
  constexpr const char* kNames[] = {"runtime._System", "runtime._GC", "runtime.mcentral.lock", "runtime.mheap.lock"};
  static_assert(kPcSystem == 1 && kPcCollector == 2 && kPcCentralLock == 3 && kPcPagesLock == 4);
  if (pc >= kPcSystem && pc <= kPcPagesLock) {
    lines.push_back({Function(kNames[pc - kPcSystem], ""), 0});
  } else if (code_ != nullptr && code_->IsCompiled(pc - 1)) {
    code_->Lookup(pc - 1, [&](const CodeFrame& f) {
      if (f.is_wrapper && f.function != "runtime.main") return;
      lines.push_back({Function(f.function, f.file), f.line});
      if (f.function == "runtime.main") outermost_.insert(pc);
    });
  } else if (code_ != nullptr) {
    const std::string symbol = code_->NativeName(pc - 1);
    std::string name = EntryName(symbol);
    if (name.empty() && native == Native::kAll) name = symbol.empty() ? "runtime._ExternalCode" : symbol;
    if (!name.empty()) lines.push_back({Function(name, ""), 0});
  }
  return Location(key, pc - 1, lines);
}

void ProfileWriter::AddSample(std::span<const uint64_t> locations, std::span<const int64_t> values,
                              const Labels& labels) {
  std::string m, packed;
  for (uint64_t id : locations) Varint(&packed, id);
  if (!packed.empty()) Bytes(&m, 1, packed);
  packed.clear();
  for (int64_t v : values) Varint(&packed, static_cast<uint64_t>(v));
  Bytes(&m, 2, packed);
  for (const auto& [key, value] : labels) {
    std::string label;
    Number(&label, 1, Text(key));
    Number(&label, 2, Text(value));
    Bytes(&m, 3, label);
  }
  Bytes(&out_, 2, m);
}

void ProfileWriter::AddStack(std::span<const uint64_t> stack, Native native,
                             std::span<const int64_t> values, const Labels& labels) {
  std::vector<uint64_t> ids;
  for (uint64_t pc : stack) {
    if (uint64_t id = StackLocation(pc, native); id != 0) ids.push_back(id);
    if (outermost_.contains(pc)) break;
  }
  AddSample(ids, values, labels);
}

void ProfileWriter::AddCallers(std::span<const uint64_t> callers, std::span<const int64_t> values,
                               const Labels& labels) {
  std::vector<uint64_t> ids;
  for (uint64_t caller : callers) {
    uint64_t id = 0;
    if (auto it = locations_.find(caller); it != locations_.end()) {
      id = it->second;
    } else {
      std::vector<Line> lines;
      CodeFrame f;
      if (FindCaller(code_, caller, false, &f)) lines.push_back({Function(f.function, f.file), f.line});
      constexpr uint64_t kAddress = (uint64_t{1} << kCallerDepthShift) - 1;
      id = Location(caller, (caller & kAddress) - 1, lines);
    }
    if (id != 0) ids.push_back(id);
  }
  AddSample(ids, values, labels);
}

std::string ProfileWriter::Finish() {
  Number(&out_, 14, default_value_);
  for (const std::string& text : texts_) Bytes(&out_, 6, text);
  return Gzip(out_);
}

std::string CpuProfile(Profiler& profiler, CodeInfo* code) {
  ProfileWriter w(code, {{"samples", "count"}, {"cpu", "nanoseconds"}});
  w.set_period({"cpu", "nanoseconds"}, 1000000000 / profiler.cpu_hz());
  w.set_time(profiler.cpu_start_unix_ns(), profiler.cpu_duration_ns());
  profiler.cpu().ForEach([&](const StackTable::Record& r) {
    const int64_t values[] = {r.count, r.sum};
    w.AddStack(r.stack, ProfileWriter::Native::kAll, values, profiler.LabelsOf(r.label));
  });
  return w.Finish();
}

namespace {

std::string WaitProfile(StackTable& table, int64_t scale, CodeInfo* code) {
  ProfileWriter w(code, {{"contentions", "count"}, {"delay", "nanoseconds"}});
  w.set_period({"contentions", "count"}, 1);
  table.ForEach([&](const StackTable::Record& r) {
    const int64_t values[] = {r.count * scale, r.sum * scale};
    w.AddStack(r.stack, ProfileWriter::Native::kEntries, values);
  });
  return w.Finish();
}

}  // namespace

std::string BlockProfile(Profiler& profiler, CodeInfo* code) {
  return WaitProfile(profiler.blocks(), 1, code);
}

std::string MutexProfile(Profiler& profiler, CodeInfo* code) {
  const int64_t fraction = profiler.mutex_fraction();
  return WaitProfile(profiler.mutexes(), fraction > 0 ? fraction : 1, code);
}

std::string AllocProfile(MemProfile& records, int64_t rate, CodeInfo* code) {
  ProfileWriter w(code, {{"alloc_objects", "count"},
                         {"alloc_space", "bytes"},
                         {"inuse_objects", "count"},
                         {"inuse_space", "bytes"}});
  w.set_period({"space", "bytes"}, rate);
  w.set_default_value("alloc_space");
  for (const MemProfile::Record& r : records.Read(code, true)) {
    int64_t values[] = {r.alloc_objects, r.alloc_bytes, r.alloc_objects - r.free_objects,
                        r.alloc_bytes - r.free_bytes};
    // An object of the average size is sampled with the probability 1 - exp(-size / rate).
    for (int i = 0; i < 4 && rate > 1; i += 2) {
      if (values[i] == 0 || values[i + 1] == 0) continue;
      const double average = static_cast<double>(values[i + 1]) / static_cast<double>(values[i]);
      const double scale = 1 / (1 - std::exp(-average / static_cast<double>(rate)));
      for (int j = i; j < i + 2; j++) {
        values[j] = static_cast<int64_t>(static_cast<double>(values[j]) * scale);
      }
    }
    size_t depth = 0;
    while (depth < MemProfile::kDepth && r.stack[depth] != 0) depth++;
    w.AddCallers({r.stack, depth}, values);
  }
  return w.Finish();
}

}  // namespace gol::rt::prof
