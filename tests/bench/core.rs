//! x
#[cfg(target_arch = "wasm32")]
mod web {
    use wasm_bindgen::prelude::wasm_bindgen;
    /// x
    #[wasm_bindgen]
    pub fn run(name: &str, n: u32) -> u32 {
        name.len() as u32 + n
    }
}
fn main() {}
