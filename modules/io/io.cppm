/// kobie.io: files of results (HDF5, NumPy, CSV) and pictures of them. Nothing here knows of solvers: arrays come in by
/// pointer.
export module kobie.io;

export import :block_file;
export import :csv;
export import :dataset;
export import :files;
export import :hdf5;
export import :npy;
export import :pictures;
export import :posix_file;
