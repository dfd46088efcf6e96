// Native half of iter.
extern "C" {

void gol_native_runtime_Goexit();
void gol_native_iter_goexit() { gol_native_runtime_Goexit(); }

}  // extern "C"
