# Libraries from Debian's packages. The launcher (gol, tests/run) installs them; the list of
# packages is cmake/debian-packages.txt.
find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
include(GoogleTest)
find_package(Boost 1.74 REQUIRED)
find_package(fmt REQUIRED)
find_package(ZLIB REQUIRED)
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
include(LateLlvm)
gol_late_llvm(gol_llvm ${GOL_LLVM_LIBS})

# The command is linked statically: its start then takes half the time and memory, most of which went
# into loading and relocating shared libraries. Sanitizers need the shared C library.
set(GOL_STATIC_DEFAULT ON)
if(GOL_SANITIZE_ADDRESS OR GOL_SANITIZE_THREAD OR GOL_FUZZ)
  set(GOL_STATIC_DEFAULT OFF)
endif()
option(GOL_STATIC "Link gol without shared libraries" ${GOL_STATIC_DEFAULT})
# Of LLVM's support library only a solver that nothing here uses needs Z3.
get_target_property(links LLVMSupport INTERFACE_LINK_LIBRARIES)
list(FILTER links EXCLUDE REGEX "libz3")
set_target_properties(LLVMSupport PROPERTIES INTERFACE_LINK_LIBRARIES "${links}")
if(GOL_STATIC)
  find_library(GOL_STATIC_C NAMES libc.a)
  find_library(GOL_STATIC_RE2 NAMES libre2.a)
  find_library(GOL_STATIC_Z NAMES libz.a)
  find_library(GOL_STATIC_ZSTD NAMES libzstd.a)
  if(NOT GOL_STATIC_C OR NOT GOL_STATIC_RE2 OR NOT GOL_STATIC_Z OR NOT GOL_STATIC_ZSTD)
    message(STATUS "gol is linked dynamically: static libraries are missing")
    set(GOL_STATIC OFF)
  else()
    set_target_properties(PkgConfig::RE2 PROPERTIES INTERFACE_LINK_LIBRARIES ${GOL_STATIC_RE2})
    list(TRANSFORM links REPLACE "^ZLIB::ZLIB$" ${GOL_STATIC_Z})
    list(TRANSFORM links REPLACE "^zstd::libzstd_shared$" ${GOL_STATIC_ZSTD})
    set_target_properties(LLVMSupport PROPERTIES INTERFACE_LINK_LIBRARIES "${links}")
  endif()
endif()

# The host side's malloc: a fifth of the work of generating code is spent there with the C library's.
# jemalloc has a static library; a command that is linked dynamically takes mimalloc, linked before the C
# library, so that its malloc is the one found.
find_library(GOL_JEMALLOC NAMES libjemalloc.a)
find_library(GOL_MIMALLOC NAMES mimalloc)
