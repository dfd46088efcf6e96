/* A host in C. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gol/c.h"

static int square(void* user, const gol_value* args, size_t nargs, gol_value* results, size_t nresults,
                  const char** error) {
  (void)user, (void)nargs, (void)nresults;
  if (args[0].v.i > 1000) {
    *error = "too large";
    return 1;
  }
  results[0].v.i = args[0].v.i * args[0].v.i;
  return 0;
}

int main(void) {
  const char* name = "script.go";
  const char* text =
      "package script\n"
      "import \"host/math\"\n"
      "func F(n int, s string) (string, int) { return s + \"!\", math.Square(n) }\n";
  gol_engine* engine = gol_engine_new(2);
  gol_package* package = gol_package_new("host/math");
  gol_failure* failure = NULL;
  gol_package_function(package, "Square", "func(int) int", square, NULL);
  gol_module* module = gol_engine_compile(engine, &name, &text, 1, &package, 1, &failure);
  if (module == NULL) return fputs(gol_failure_describe(failure), stderr), 1;
  gol_isolate* isolate = gol_isolate_new(engine, NULL);
  if (!gol_isolate_load(isolate, module, &failure)) return 1;
  gol_value args[2] = {{.kind = GOL_INT, .v.i = 12}, {.kind = GOL_STRING, .s = "hello", .len = 5}};
  gol_value results[2];
  if (!gol_isolate_call(isolate, "F", args, 2, results, 2, &failure)) return 1;
  printf("%s %" PRId64 "\n", results[0].s, results[1].v.i);
  args[0].v.i = 2000;
  if (!gol_isolate_call(isolate, "F", args, 2, results, 2, &failure)) {
    printf("%s: %s\n", gol_failure_kind(failure), gol_failure_text(failure));
    gol_failure_free(failure);
  }
  gol_isolate_free(isolate);
  gol_module_free(module);
  gol_package_free(package);
  gol_engine_free(engine);
  return 0;
}
