# Libraries from Debian's packages. The launcher (gol, tests/run) installs them; the list of
# packages is cmake/debian-packages.txt.
find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
include(GoogleTest)
find_package(Boost 1.74 REQUIRED)
find_package(fmt REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
if(GOL_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()

# LLVM, linked statically: a process start with a JIT session is then about twice as fast as with
# the shared library.
find_package(LLVM 19.1 REQUIRED CONFIG PATHS /usr/lib/llvm-19/lib/cmake/llvm NO_DEFAULT_PATH)
llvm_map_components_to_libnames(GOL_LLVM_LIBS
  core support irreader orcjit jitlink runtimedyld native nativecodegen passes ipo
  instcombine scalaropts vectorize transformutils object debuginfodwarf symbolize x86disassembler)
add_library(gol_llvm INTERFACE)
target_include_directories(gol_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
target_link_libraries(gol_llvm INTERFACE ${GOL_LLVM_LIBS})

# mimalloc serves the host side's malloc: linked before the C library, its malloc is the one found.
find_library(GOL_MIMALLOC NAMES mimalloc)
