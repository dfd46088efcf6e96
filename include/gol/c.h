/* gol for other languages: a C interface with opaque handles over gol.h.
 *
 * Ownership: what a function called *_new, *_compile or *_take returns is the caller's, to be freed by
 * the function *_free of its type. Strings that go in are copied; strings that come out live as
 * long as the handle they came from, those in results until the next call of the isolate.
 * Threads: as in gol.h: engines and modules from any thread, an isolate from one at a time.
 * Failures: functions with a parameter `gol_failure** failure` return 0 or null when they fail and then
 * store a failure there, where that is not null. */
#ifndef GOL_C_H_
#define GOL_C_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define GOL_API __attribute__((visibility("default")))
#else
#define GOL_API
#endif

typedef struct gol_engine gol_engine;
typedef struct gol_package gol_package;
typedef struct gol_module gol_module;
typedef struct gol_isolate gol_isolate;
typedef struct gol_files gol_files;
typedef struct gol_failure gol_failure;

/* A value of a basic type. GOL_INT stands for all signed integer types, GOL_UINT for the unsigned ones,
 * GOL_FLOAT for both floating-point types. */
enum { GOL_NONE = 0, GOL_BOOL = 1, GOL_INT = 2, GOL_UINT = 3, GOL_FLOAT = 4, GOL_STRING = 5, GOL_ERROR = 6 };
typedef struct gol_value {
  int32_t kind;
  int32_t reserved;
  union {
    int64_t i; /* GOL_BOOL: 0 or 1; GOL_ERROR: 0 none, 1: the text is in s */
    uint64_t u;
    double f;
  } v;
  const char* s; /* GOL_STRING, GOL_ERROR; not terminated by NUL */
  size_t len;
} gol_value;

/* Which part of the process scripts may use. */
enum { GOL_GRANT_FILES = 1, GOL_GRANT_ENVIRONMENT = 2, GOL_GRANT_PROCESSES = 4, GOL_GRANT_CLOCK = 8,
       GOL_GRANT_NETWORK = 16 };

typedef struct gol_options {
  uint64_t heap_bytes;   /* limits; 0: none */
  uint64_t goroutines;
  uint64_t stack_bytes;
  uint64_t output_bytes;
  int64_t deadline_ns;   /* of each call */
  uint32_t grants;
  /* Output of the script; stream is 1 or 2. Null: dropped. */
  void (*write)(void* user, int stream, const char* data, size_t len);
  void* user;
  gol_files* files;      /* that the script sees in place of the process's; null: none */
  uint64_t fuel;         /* at the beginning; 0: not counted. See gol_engine_count_fuel */
  uint64_t seed;         /* with fuel; 0 means 1 */
} gol_options;

GOL_API const char* gol_version(void);

GOL_API gol_engine* gol_engine_new(int opt_level);
/* Whether modules compiled from now on count fuel: see IsolateOptions::fuel in isolate.h. */
GOL_API void gol_engine_count_fuel(gol_engine*, int on);
GOL_API void gol_engine_free(gol_engine*);

/* A tree of files in memory; thread-safe. max_bytes: what it may take when scripts change it; 0: they may not. */
GOL_API gol_files* gol_files_new(uint64_t max_bytes);
/* path: absolute, with single slashes, as "/data/a.txt". */
GOL_API void gol_files_add(gol_files*, const char* path, const char* data, size_t len);
/* The contents of a file, until the next call for the tree; null: there is none. */
GOL_API const char* gol_files_get(gol_files*, const char* path, size_t* len);
/* Isolates that have them keep what they need. */
GOL_API void gol_files_free(gol_files*);

/* A host function: fills the results, whose kinds are set. Returns 0, or makes the script panic with the text
 * that it stores in *error, which must live until the host function is called again. */
typedef int (*gol_function)(void* user, const gol_value* args, size_t nargs, gol_value* results,
                            size_t nresults, const char** error);
GOL_API gol_package* gol_package_new(const char* import_path);
/* signature: "func(int, string) (float64, error)", basic types only. Returns 0 if it is not such. */
GOL_API int gol_package_function(gol_package*, const char* name, const char* signature,
                                 gol_function function, void* user);
/* Modules that use it keep what they need. */
GOL_API void gol_package_free(gol_package*);

/* Compiles files in memory: names[i] has the text texts[i]. */
GOL_API gol_module* gol_engine_compile(gol_engine*, const char* const* names, const char* const* texts,
                                       size_t nfiles, gol_package* const* packages, size_t npackages,
                                       gol_failure** failure);
/* Returns when the module's functions have their final, optimised code. Modules can be called before that, and are
 * optimised in the background when isolates go on using them. */
GOL_API int gol_module_optimize(gol_module*, gol_failure** failure);
GOL_API void gol_module_free(gol_module*);

GOL_API gol_isolate* gol_isolate_new(gol_engine*, const gol_options* options); /* options: may be null */
GOL_API void gol_isolate_free(gol_isolate*);
GOL_API int gol_isolate_load(gol_isolate*, gol_module*, gol_failure** failure);
/* Calls a function whose parameters and results are of basic types, error among the results included. The
 * kinds of args must fit; those of results are set. */
GOL_API int gol_isolate_call(gol_isolate*, const char* name, const gol_value* args, size_t nargs,
                             gol_value* results, size_t nresults, gol_failure** failure);
GOL_API void gol_isolate_interrupt(gol_isolate*); /* from any thread, and signal handlers */
GOL_API void gol_isolate_collect(gol_isolate*);
GOL_API uint64_t gol_isolate_heap_bytes(gol_isolate*);
/* What is left of the fuel; UINT64_MAX where it is not counted. */
GOL_API uint64_t gol_isolate_fuel(gol_isolate*);
GOL_API void gol_isolate_set_fuel(gol_isolate*, uint64_t units);

GOL_API const char* gol_failure_kind(const gol_failure*); /* "panic", "timeout", ... */
GOL_API const char* gol_failure_text(const gol_failure*); /* one line */
GOL_API const char* gol_failure_describe(const gol_failure*); /* diagnostics, or the traceback */
GOL_API int gol_failure_exit_code(const gol_failure*);
GOL_API void gol_failure_free(gol_failure*);

#ifdef __cplusplus
}
#endif

#endif /* GOL_C_H_ */
