//! The core's benchmarks: one source, built natively and for Node, timed side by side by `run.mjs`.

mod crc;
mod peers;
mod workloads;

/// In Node: exports that the driver calls and times.
#[cfg(target_arch = "wasm32")]
#[expect(unreachable_pub, reason = "what JavaScript calls must be public")]
mod exports {
    use std::cell::RefCell;

    use wasm_bindgen::prelude::wasm_bindgen;

    use crate::workloads::{self, Prepared};

    thread_local! {
        static PREPARED: RefCell<Prepared> = RefCell::new(Prepared::new());
    }

    #[wasm_bindgen]
    pub fn run(name: &str, iterations: u32) -> Option<u32> {
        PREPARED.with_borrow_mut(|prepared| prepared.run(name, iterations))
    }

    #[wasm_bindgen]
    pub fn sizes() -> Vec<u32> {
        PREPARED.with_borrow(workloads::sizes).to_vec()
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}

/// On a desk: reads `NAME ITERATIONS` from each line, answers `NANOSECONDS RESULT`.
#[cfg(not(target_arch = "wasm32"))]
fn main() {
    use std::io::{BufRead, Write};

    let mut prepared = workloads::Prepared::new();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("the driver writes text");
        let (name, iterations) = line.split_once(' ').expect("a line is NAME ITERATIONS");
        let iterations = iterations.parse().expect("ITERATIONS is a number");
        let started = std::time::Instant::now();
        let result = prepared.run(name, iterations);
        let nanoseconds = started.elapsed().as_nanos();
        let mut out = std::io::stdout().lock();
        match result {
            Some(result) => writeln!(out, "{nanoseconds} {result}"),
            None => writeln!(out, "0 unknown"),
        }
        .and_then(|()| out.flush())
        .expect("the driver reads");
    }
}
