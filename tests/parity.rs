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
const STORE: [u64; 3] = [0x33dc_4842_9073_b6b4, 0x9c5a_e9c0_013a_dcd5, 0x40dd_3979_2319_2083];

/// Seeds 1 to 20 of random worlds after 1000 steps.
const RANDOM: [u64; 20] = [
    0x452d_88ca_3284_eba4,
    0xf5cd_fa95_2f9a_5c0a,
    0xf2d7_a74d_a6b6_f5c0,
    0xdb99_df7e_93df_4c56,
    0x02e7_a178_510e_9863,
    0xa61f_b11e_a14b_6249,
    0xa3e3_6112_daef_9219,
    0x1042_27da_3735_8d47,
    0x7545_b368_32a2_4deb,
    0x65d3_3817_dd3a_98f6,
    0xcb8d_860b_7dac_16e0,
    0x3900_317d_6cb4_52e9,
    0x2acc_de68_6fff_d2e9,
    0x6443_118d_a93a_cfe1,
    0xbd04_0e13_7cbd_b0d1,
    0x3497_11ea_3ef1_9544,
    0x4b19_3cf7_14fd_c65a,
    0x20fe_d8aa_871b_0de1,
    0x1936_3809_663d_eb40,
    0x0b6e_34e2_459b_319e,
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
