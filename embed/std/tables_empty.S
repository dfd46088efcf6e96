# The tables of std_index.cc, empty: for the binary that compiles the standard packages.
	.section .rodata
	.balign 8
	.globl gol_std_symbols, gol_std_symbol_count, gol_std_globals, gol_std_global_count
	.globl gol_std_summaries, gol_std_summary_count
	.globl gol_std_packages, gol_std_package_count, gol_std_globals_bytes
gol_std_symbols:
gol_std_globals:
gol_std_summaries:
gol_std_packages:
gol_std_symbol_count:
gol_std_global_count:
gol_std_summary_count:
gol_std_package_count:
gol_std_globals_bytes:
	.quad 0
	.section .note.GNU-stack,"",@progbits
