# The library as hosts get it, and its installation: headers, libgol.so, libgol.a, the CMake package, gol.pc.
#
# The shared library is linked from the same objects as the command. These are position-independent as far as an
# executable needs it; that is enough for a library as well, since its version script (gol.map)
# keeps every symbol but the interface's from being replaced. So LLVM inside is nobody else's business: a
# host may have another LLVM.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

find_library(GOL_SHARED_RE2 NAMES libre2.so)
if(NOT GOL_SHARED_RE2 OR NOT GOL_PRECOMPILE_STD OR GOL_SANITIZE_ADDRESS OR GOL_SANITIZE_THREAD OR GOL_FUZZ)
  return()
endif()

set(std_dir ${CMAKE_BINARY_DIR}/std)
set_source_files_properties(${std_dir}/tables.S PROPERTIES GENERATED TRUE)
add_library(gol_shared SHARED ${std_dir}/tables.S)
add_library(gol::gol ALIAS gol_shared)
add_dependencies(gol_shared gol)  # makes the precompiled packages
# RE2's archive is not made for shared libraries: its shared one goes in front.
target_link_libraries(gol_shared PRIVATE ${GOL_SHARED_RE2} $<LINK_LIBRARY:WHOLE_ARCHIVE,gol_embed> ${std_dir}/libgolstd.a)
target_link_options(gol_shared PRIVATE -Wl,--version-script=${CMAKE_SOURCE_DIR}/cmake/gol.map
  -Wl,--gc-sections -Wl,-Bsymbolic -Wl,--no-undefined)
set_property(TARGET gol_shared APPEND PROPERTY LINK_DEPENDS ${CMAKE_SOURCE_DIR}/cmake/gol.map
  ${std_dir}/libgolstd.a)
target_include_directories(gol_shared INTERFACE
  $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(gol_shared INTERFACE cxx_std_20)
set_target_properties(gol_shared PROPERTIES OUTPUT_NAME gol EXPORT_NAME gol
  VERSION ${PROJECT_VERSION} SOVERSION 0 LINKER_LANGUAGE CXX)

# The static library: everything joined to one object, in which only the interface's symbols can be seen. Not part of
# the usual build, as it takes half a minute: cmake --build <build> --target gol_static, and it is installed.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  set(joiner ${CMAKE_SOURCE_DIR}/cmake/static_object.py)
  set(archiver ${CMAKE_SOURCE_DIR}/cmake/static_library.py)
  set(script ${CMAKE_SOURCE_DIR}/cmake/gol.map)
  add_executable(gol_joined EXCLUDE_FROM_ALL ${std_dir}/tables.S)
  add_dependencies(gol_joined gol)
  target_link_libraries(gol_joined PRIVATE $<LINK_LIBRARY:WHOLE_ARCHIVE,gol_embed> ${std_dir}/libgolstd.a)
  target_link_options(gol_joined PRIVATE --ld-path=${joiner} -nostdlib)
  set_target_properties(gol_joined PROPERTIES LINKER_LANGUAGE CXX OUTPUT_NAME gol_joined.o)
  set_property(TARGET gol_joined APPEND PROPERTY LINK_DEPENDS ${joiner} ${std_dir}/libgolstd.a)
  add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/libgol.a
    COMMAND ${Python3_EXECUTABLE} ${archiver} $<TARGET_FILE:gol_joined> ${script} ${CMAKE_BINARY_DIR}/libgol.a
    DEPENDS gol_joined ${archiver} ${script} VERBATIM COMMENT "Making libgol.a")
  add_custom_target(gol_static DEPENDS ${CMAKE_BINARY_DIR}/libgol.a)
  install(FILES ${CMAKE_BINARY_DIR}/libgol.a DESTINATION ${CMAKE_INSTALL_LIBDIR} OPTIONAL)
endif()

install(TARGETS gol_shared EXPORT golTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT golTargets NAMESPACE gol:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gol)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/gol DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h")
install(TARGETS gol RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# Where a gdb of the same prefix looks for it.
install(FILES ${CMAKE_SOURCE_DIR}/cmd/gol/gol-gdb.py
  DESTINATION ${CMAKE_INSTALL_DATADIR}/gdb/auto-load${CMAKE_INSTALL_FULL_BINDIR})
configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/golConfig.cmake.in
  ${CMAKE_BINARY_DIR}/golConfig.cmake INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gol)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/golConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
configure_file(${CMAKE_SOURCE_DIR}/cmake/gol.pc.in ${CMAKE_BINARY_DIR}/gol.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/golConfig.cmake ${CMAKE_BINARY_DIR}/golConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/gol)
install(FILES ${CMAKE_BINARY_DIR}/gol.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
