//! Puts libtorch's folder on the run path, so that the binary runs from any folder without environment variables.

fn main() {
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    if let Ok(libtorch) = std::env::var("LIBTORCH") {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{libtorch}/lib");
        // The linker must also find what libtorch_cpu itself needs (OpenMP, CUPTI).
        println!("cargo:rustc-link-arg=-Wl,-rpath-link,{libtorch}/lib");
    }
}
