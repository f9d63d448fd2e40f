//! The `secnotes` command: hands the arguments to the library and leaves with its exit code.

fn main() -> std::process::ExitCode {
    secnotes::cli::run(std::env::args_os()).into()
}
