// The operations of ops.go on C++ hash maps: absl::flat_hash_map and std::unordered_map, for keys of
// 64 bits, 32 bits, and strings of 16 bytes. Times are per operation, as ops.go prints them.
//
// The benchmarks' names are "map/key/operation/entries": run.py reads them.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#if __has_include(<absl/container/flat_hash_map.h>)
#include <absl/container/flat_hash_map.h>
#define GOL_HAS_ABSL 1
#endif

namespace {

uint64_t Mix(uint64_t x) {
  x *= 0x9e3779b97f4a7c15;
  x ^= x >> 29;
  x *= 0xbf58476d1ce4e5b9;
  return x ^ x >> 32;
}

// Keys of strings are views of memory that lives as long as the keys, as Go's strings are.
template <typename K>
struct Keys {
  std::vector<char> text;
  std::vector<K> keys;
  explicit Keys(size_t n) {
    if constexpr (std::is_same_v<K, std::string_view>) {
      text.resize(16 * n + 1);
      for (size_t i = 0; i < n; i++) {
        std::snprintf(&text[16 * i], 17, "%016llx", static_cast<unsigned long long>(Mix(i)));
        keys.emplace_back(&text[16 * i], 16);
      }
    } else {
      for (size_t i = 0; i < n; i++) {
        keys.push_back(sizeof(K) == 8 ? static_cast<K>(Mix(i))
                                      : static_cast<K>(static_cast<uint32_t>(i) * 0x9e3779b1u));
      }
    }
  }
};

template <typename M>
void Fill(M* m, const std::vector<typename M::key_type>& keys, size_t n) {
  for (size_t i = 0; i < n; i++) (*m)[keys[i]] = static_cast<int64_t>(i);
}

constexpr size_t kBlock = 20'000;

// Calls f(from, to) on blocks of [0, n), a block per iteration.
template <typename F>
void Blocks(benchmark::State& state, size_t n, F f) {
  const size_t block = std::min(kBlock, n);
  size_t at = 0;
  int64_t ops = 0;
  for (auto _ : state) {
    if (at + block > n) at = 0;
    f(at, at + block);
    at += block;
    ops += static_cast<int64_t>(block);
  }
  state.SetItemsProcessed(ops);
}

template <typename M>
void Overwrite(benchmark::State& state) {
  const auto n = static_cast<size_t>(state.range(0));
  Keys<typename M::key_type> k(n);
  M m;
  Fill(&m, k.keys, n);
  Blocks(state, n, [&](size_t from, size_t to) {
    for (size_t i = from; i < to; i++) m[k.keys[i]] = static_cast<int64_t>(i);
  });
}

template <typename M>
void LookUp(benchmark::State& state) {
  const auto n = static_cast<size_t>(state.range(0));
  Keys<typename M::key_type> k(n);
  M m;
  Fill(&m, k.keys, n);
  Blocks(state, n, [&](size_t from, size_t to) {
    int64_t sum = 0;
    for (size_t i = from; i < to; i++) {
      auto it = m.find(k.keys[i]);
      if (it != m.end()) sum += it->second;
    }
    benchmark::DoNotOptimize(sum);
  });
}

template <typename M>
void Insert(benchmark::State& state) {
  const auto n = static_cast<size_t>(state.range(0));
  Keys<typename M::key_type> k(n);
  for (auto _ : state) {
    M m;
    Fill(&m, k.keys, n);
    benchmark::DoNotOptimize(m.size());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(n));
}

template <typename M>
void Churn(benchmark::State& state) {
  const auto n = static_cast<size_t>(state.range(0));
  Keys<typename M::key_type> k(2 * n);
  M m;
  Fill(&m, k.keys, n);
  size_t here = 0;
  const size_t block = std::min(kBlock, n);
  Blocks(state, n, [&](size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
      m.erase(k.keys[here + i]);
      m[k.keys[n - here + i]] = static_cast<int64_t>(i);
    }
    if (to + block > n) here = n - here;
  });
}

template <typename M>
void Iterate(benchmark::State& state) {
  const auto n = static_cast<size_t>(state.range(0));
  Keys<typename M::key_type> k(n);
  M m;
  Fill(&m, k.keys, n);
  for (auto _ : state) {
    int64_t sum = 0;
    for (auto& [key, value] : m) sum += value;
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(n));
}

template <typename M>
void Register(const std::string& name) {
  auto add = [&](const char* op, void (*f)(benchmark::State&)) {
    benchmark::RegisterBenchmark((name + "/" + op).c_str(), f)
        ->Arg(4000)
        ->Arg(250'000)
        ->Arg(8'000'000)
        ->MinTime(0.4);
  };
  add("overwrite", Overwrite<M>);
  add("lookup", LookUp<M>);
  add("insert", Insert<M>);
  add("churn", Churn<M>);
  add("iterate", Iterate<M>);
}

}  // namespace

int main(int argc, char** argv) {
#if GOL_HAS_ABSL
  Register<absl::flat_hash_map<int64_t, int64_t>>("absl/int64");
  Register<absl::flat_hash_map<int32_t, int64_t>>("absl/int32");
  Register<absl::flat_hash_map<std::string_view, int64_t>>("absl/string");
#endif
  Register<std::unordered_map<int64_t, int64_t>>("std/int64");
  Register<std::unordered_map<int32_t, int64_t>>("std/int32");
  Register<std::unordered_map<std::string_view, int64_t>>("std/string");
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
