//! The book's two programs in our core, against what they print on Apache Kafka 4.3.1.

use std::rc::Rc;

use brokerscope::session::form_that_works;
use brokerscope::sim::{Action, Scenario, World};

fn world(name: &str) -> World {
    let scenario = Scenario::built_in(name, 1).expect("it is built in");
    World::new(Rc::new(scenario), 1, &mut Vec::new()).expect("it can begin")
}

/// Runs until so many milliseconds after the start.
fn run(world: &mut World, until_ms: u64) {
    world.advance_to(world.start_ms() + until_ms, &mut Vec::new());
}

fn lines(world: &World) -> Vec<String> {
    world.printed().iter().map(|printed| printed.line.to_string()).collect()
}

fn committed(world: &World) -> Vec<(String, i64)> {
    let offsets = world.broker().groups().flat_map(|group| group.offsets());
    offsets.map(|(partition, offset)| (partition.to_string(), offset.offset.as_i64())).collect()
}

/// The lines of a real run, without its times and threads.
const CONSUMED: [&str; 6] = [
    "Consumed: key = alice value = a1 with offset = 0 partition = 0",
    "Consumed: key = alice value = a2 with offset = 2 partition = 0",
    "Consumed: key = bob value = b1 with offset = 1 partition = 0",
    "Consumed: key = carol value = c1 with offset = 0 partition = 2",
    "Consumed: key = dave value = d1 with offset = 0 partition = 1",
    "Consumed: key = eve value = e1 with offset = 1 partition = 2",
];

#[test]
fn the_threaded_consumer_prints_and_commits_what_it_does_on_a_real_broker() {
    let mut world = world("threaded-consumer");
    run(&mut world, 15_000);
    let mut printed = lines(&world);
    printed.sort_unstable();
    assert_eq!(printed, CONSUMED);
    let clients: Vec<_> = world.printed().iter().map(|printed| printed.client).collect();
    assert!(clients.iter().any(|client| *client != clients[0]), "both threads read");
    let expected = [("test-topic-0", 3), ("test-topic-1", 1), ("test-topic-2", 2)];
    assert_eq!(committed(&world), expected.map(|(name, offset)| (name.to_owned(), offset)));
}

#[test]
fn threads_that_die_before_they_commit_print_the_same_again() {
    let mut world = world("threaded-consumer");
    while world.printed().len() < 6 {
        assert!(world.step(&mut Vec::new()), "six records are read");
    }
    for name in ["thread-0", "thread-1"] {
        world.act(&Action::Crash { node: name.into() }, &mut Vec::new()).unwrap();
    }
    assert_eq!(committed(&world), []);
    for name in ["thread-0", "thread-1"] {
        world.act(&Action::Restart { node: name.into() }, &mut Vec::new()).unwrap();
    }
    // The dead members' session is 45 s.
    run(&mut world, 80_000);
    let mut printed = lines(&world).split_off(6);
    printed.sort_unstable();
    assert_eq!(printed, CONSUMED);
}

#[test]
fn a_pasted_mistake_is_printed_as_java_prints_it_and_changes_nothing() {
    let mut world = world("threaded-consumer");
    let action = Action::SetClient {
        client: "thread-0".into(),
        name: "auto.commit.interval.ms".into(),
        value: Some("soon".into()),
    };
    assert!(world.act(&action, &mut Vec::new()).is_err());
    assert_eq!(
        lines(&world),
        [
            "Exception in thread \"main\" org.apache.kafka.common.config.ConfigException: Invalid value soon for \
             configuration auto.commit.interval.ms: Not a number of type INT"
        ]
    );
}

/// As in the transcripts, where the program is called otherwise.
#[test]
fn the_simple_producer_fails_as_written_and_its_other_form_works() {
    let mut world = world("simple-producer");
    run(&mut world, 2000);
    let written = [
        "Exception in thread \"main\" org.apache.kafka.common.config.ConfigException: Invalid value \
         org.apache.kafka.clients.producer.internals.DefaultPartitioner for configuration partitioner.class: Class \
         org.apache.kafka.clients.producer.internals.DefaultPartitioner could not be found.",
        "Exception in thread \"main\" org.apache.kafka.common.errors.SerializationException: Can't convert key of \
         class book.PurchaseKey to class org.apache.kafka.common.serialization.StringSerializer specified in \
         key.serializer",
        "Caused by: java.lang.ClassCastException: class book.PurchaseKey cannot be cast to class java.lang.String \
         (book.PurchaseKey is in unnamed module of loader 'app'; java.lang.String is in module java.base of loader \
         'bootstrap')",
    ];
    assert_eq!(lines(&world), written);
    for action in form_that_works() {
        world.act(&action, &mut Vec::new()).unwrap();
    }
    run(&mut world, 4000);
    assert_eq!(lines(&world), written, "nothing failed any more");
    let ends: Vec<(String, i64)> = world
        .broker()
        .logs()
        .logs()
        .map(|log| (log.partition().to_string(), log.log_end_offset().as_i64()))
        .collect();
    let expected = [("some-topic-0", 1), ("some-topic-1", 0), ("some-topic-2", 0)];
    assert_eq!(ends, expected.map(|(name, end)| (name.to_owned(), end)));
}
