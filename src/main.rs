//! The command `stakelint`.

/// All threads of a check allocate at once, which the allocators of some systems make wait for one another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    stakelint::cli::run()
}
