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
const STORE: [u64; 3] = [0xa037_6042_6d1b_7a43, 0xb7b2_81f8_e877_a56c, 0xd398_a0d8_33dd_603d];

/// Seeds 1 to 20 of random worlds after 1000 steps.
const RANDOM: [u64; 20] = [
    0xaa8b_fcc4_887c_18e7,
    0x1448_2d99_ddb7_8b9e,
    0xfad8_f4c9_23b8_a8c9,
    0x8e9c_a3e3_df76_bcad,
    0x5aac_3fb0_1ac5_0ce3,
    0x02ef_f59f_80b0_6b4a,
    0x063b_ea13_a4b1_8c74,
    0x3bc0_49d8_2014_92a4,
    0x7520_c9fd_8afd_d22a,
    0x2b8f_5dbf_7250_a032,
    0x6744_1ddd_83de_bf27,
    0xd3ff_e8e1_eb3c_ffe0,
    0x463d_eec4_dde7_08bf,
    0xa42c_a388_c658_3fd3,
    0xe3cb_0d5f_a936_f1c1,
    0x64b1_4824_fac9_be14,
    0x4d57_d698_eb28_644d,
    0xa8cc_7049_eefb_57d1,
    0xca42_212f_9753_d036,
    0x9595_86c2_7d5a_8247,
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
