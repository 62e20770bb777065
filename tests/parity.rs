//! The same seed gives the same digest natively, in Node and in the browser.
//!
//! A digest that changes is a run that changes: accept it with the change that explains it. The failure's
//! message holds the new digests.

use std::rc::Rc;

use brokerscope::sim::{Scenario, World};

fn world(name: &str, seed: u64) -> World {
    let scenario = Rc::new(Scenario::built_in(name, seed).expect("it is built in"));
    World::new(scenario, seed, &mut Vec::new()).expect("built-in worlds are possible")
}

/// Seeds 1 to 3 of the store after a minute of model time.
const STORE: [u64; 3] = [0x0ab7_bdf0_d2de_2262, 0x9ebe_3b10_93b1_17e9, 0x295f_da02_2472_df6d];

/// Seeds 1 to 20 of random worlds after 1000 steps.
const RANDOM: [u64; 20] = [
    0x9fd6_ef90_b934_7538,
    0x3c39_2b90_64a3_7aac,
    0xfd30_7842_3bfb_6d40,
    0x6274_c1c4_a686_5e73,
    0xea66_5db1_45ef_7442,
    0x3f13_1305_3454_1303,
    0x28d2_cbf6_8bf7_f14c,
    0x51aa_9d7a_ea87_bcdf,
    0x0d3a_a4c2_2947_2107,
    0x1bda_237d_0074_c7ff,
    0x3c92_6788_3839_de49,
    0xb61b_2058_cea7_11f3,
    0x7b7b_c23b_91ea_2cb7,
    0xc524_a257_c015_57e5,
    0xffe9_0e18_6e80_100f,
    0xf352_f3f9_535d_ee5f,
    0x1474_ecde_9757_7ace,
    0x4eef_1d76_e9c2_300e,
    0x79e4_797c_b07b_ca03,
    0x8f35_125f_e180_6916,
];

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_store_comes_to_the_same_state_everywhere() {
    let digests = [1, 2, 3].map(|seed| {
        let mut world = world("store", seed);
        world.advance_to(world.start_ms() + 60_000, &mut Vec::new());
        world.digest()
    });
    assert_eq!(digests, STORE, "{digests:#018x?}");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn random_worlds_come_to_the_same_state_everywhere() {
    let digests: Vec<u64> = (1..=20)
        .map(|seed| {
            let mut world = world("random", seed);
            let mut events = Vec::new();
            while world.event_index() < 1000 {
                events.clear();
                assert!(world.step(&mut events), "seed {seed}: nothing is due any more");
            }
            world.digest()
        })
        .collect();
    assert_eq!(digests, RANDOM, "{digests:#018x?}");
}
