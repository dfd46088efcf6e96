// The C interface: values both ways, failures, signatures.
#include "gol/c.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace {

gol_value Int(int64_t i) {
  gol_value v{};
  v.kind = GOL_INT;
  v.v.i = i;
  return v;
}
gol_value Text(const char* s) {
  gol_value v{};
  v.kind = GOL_STRING;
  v.s = s;
  v.len = std::strlen(s);
  return v;
}

int Divide(void*, const gol_value* args, size_t, gol_value* results, size_t, const char** error) {
  if (args[1].v.i == 0) {
    *error = "division by zero in C";
    return 1;
  }
  results[0].v.i = args[0].v.i / args[1].v.i;
  return 0;
}

TEST(CApi, CallsBothWays) {
  gol_engine* engine = gol_engine_new(2);
  gol_package* package = gol_package_new("host/c");
  EXPECT_TRUE(gol_package_function(package, "Divide", "func(int, int) int", Divide, nullptr));
  EXPECT_FALSE(gol_package_function(package, "Odd", "func([]int)", Divide, nullptr));
  const char* name = "s.go";
  const char* text =
      "package s\nimport \"host/c\"\nfunc F(a int, b int32, s string) (string, int, error) { return s + s, c.Divide(a, int(b)), nil }\n";
  gol_failure* failure = nullptr;
  gol_module* module = gol_engine_compile(engine, &name, &text, 1, &package, 1, &failure);
  ASSERT_NE(module, nullptr) << gol_failure_describe(failure);
  gol_package_free(package);
  gol_isolate* isolate = gol_isolate_new(engine, nullptr);
  ASSERT_TRUE(gol_isolate_load(isolate, module, &failure));
  gol_module_free(module);
  gol_value args[3] = {Int(84), Int(2), Text("ab")};
  gol_value results[3];
  ASSERT_TRUE(gol_isolate_call(isolate, "F", args, 3, results, 3, &failure));
  EXPECT_EQ(std::string(results[0].s, results[0].len), "abab");
  EXPECT_EQ(results[1].v.i, 42);
  EXPECT_EQ(results[2].kind, GOL_ERROR);
  EXPECT_EQ(results[2].v.i, 0);
  args[1] = Int(0);
  ASSERT_FALSE(gol_isolate_call(isolate, "F", args, 3, results, 3, &failure));
  EXPECT_STREQ(gol_failure_kind(failure), "panic");
  EXPECT_STREQ(gol_failure_text(failure), "panic: division by zero in C");
  gol_failure_free(failure);
  args[1] = Int(int64_t{1} << 40);  // no int32
  ASSERT_FALSE(gol_isolate_call(isolate, "F", args, 3, results, 3, &failure));
  EXPECT_STREQ(gol_failure_kind(failure), "signature");
  gol_failure_free(failure);
  gol_isolate_free(isolate);
  gol_engine_free(engine);
}

TEST(CApi, FilesAndFuel) {
  gol_engine* engine = gol_engine_new(2);
  gol_engine_count_fuel(engine, 1);
  const char* name = "s.go";
  const char* text =
      "package s\nimport \"os\"\n"
      "func Copy(from, to string) error { b, err := os.ReadFile(from); if err != nil { return err }\n"
      " return os.WriteFile(to, b, 0644) }\nvar n int\nfunc Loop() { for { n++ } }\nfunc N() int { return n }\n";
  gol_failure* failure = nullptr;
  gol_module* module = gol_engine_compile(engine, &name, &text, 1, nullptr, 0, &failure);
  ASSERT_NE(module, nullptr) << gol_failure_describe(failure);
  gol_files* files = gol_files_new(10000);
  gol_files_add(files, "/a/b", "12345", 5);
  gol_options options{};
  options.files = files;
  options.fuel = 1000000;
  gol_isolate* isolate = gol_isolate_new(engine, &options);
  ASSERT_TRUE(gol_isolate_load(isolate, module, &failure));
  gol_value args[2] = {Text("/a/b"), Text("/c")};
  gol_value result;
  ASSERT_TRUE(gol_isolate_call(isolate, "Copy", args, 2, &result, 1, &failure));
  EXPECT_EQ(result.v.i, 0);
  size_t len = 0;
  const char* got = gol_files_get(files, "/c", &len);
  ASSERT_NE(got, nullptr);
  EXPECT_EQ(std::string(got, len), "12345");
  EXPECT_EQ(gol_files_get(files, "/x", &len), nullptr);
  gol_files_free(files);
  args[0] = Text("/etc/passwd");
  ASSERT_TRUE(gol_isolate_call(isolate, "Copy", args, 2, &result, 1, &failure));
  EXPECT_EQ(std::string(result.s, result.len), "open /etc/passwd: no such file or directory");
  gol_isolate_set_fuel(isolate, 500);
  EXPECT_EQ(gol_isolate_fuel(isolate), 500u);
  ASSERT_FALSE(gol_isolate_call(isolate, "Loop", nullptr, 0, nullptr, 0, &failure));
  EXPECT_STREQ(gol_failure_kind(failure), "fuel");
  gol_failure_free(failure);
  gol_isolate_set_fuel(isolate, 500);
  ASSERT_TRUE(gol_isolate_call(isolate, "N", nullptr, 0, &result, 1, &failure));
  EXPECT_EQ(result.v.i, 500);
  EXPECT_EQ(gol_isolate_fuel(isolate), 499u);
  gol_isolate_free(isolate);
  gol_module_free(module);
  gol_engine_free(engine);
}

}  // namespace
