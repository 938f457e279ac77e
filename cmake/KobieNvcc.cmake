# What nvcc needs besides the options that come with a Kokkos built by nvcc_wrapper. It compiles headers, not modules. The
# options of kobie_options (contraction, architecture) reach its host compiler only: device code may fuse.

# Device code calls constexpr functions that say nothing of the device.
target_compile_options(kobie_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:--expt-relaxed-constexpr>)
# nvcc hands xsimd's use of __builtin_shufflevector to the host compiler with its parameter pack gone; defined as 0, this only
# chooses the other branch.
target_compile_definitions(kobie_options INTERFACE XSIMD_WITH_EMULATED=0)
# Loops over no parameters or observables, and what is used in discarded branches only, make it warn.
target_compile_options(kobie_warnings INTERFACE "SHELL:-Xcudafe --diag_suppress=186" "SHELL:-Xcudafe --diag_suppress=177")
