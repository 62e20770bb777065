//! What the programs of a scenario print: a consumer's each record, a producer's exceptions.
//!
//! The book's two programs: `ThreadedConsumerExample` prints what it reads, `SimpleProducer`'s callback prints the
//! exception, and what a constructor or `send` throws ends the program with Java's lines.

use std::rc::Rc;

use crate::client::consumer::ConsumerEvent;
use crate::client::producer::{ProducerEvent, exception_of};
use crate::protocol::java::utf8_lossy;
use crate::protocol::{ClientId, Offset, Refusal, TopicPartition};
use crate::sim::event::{Event, What};
use crate::sim::world::World;

/// So many lines are kept.
const MOST_LINES: usize = 200;

/// A line on a program's console.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Printed {
    /// The step in which it was printed.
    pub index: u64,
    /// When.
    pub at_ms: u64,
    /// By which client's program; `None`: by one that could not be built.
    pub client: Option<ClientId>,
    /// What.
    pub line: Rc<str>,
}

impl World {
    /// What the programs have printed, oldest first; the last lines of it. Nothing in a scenario without a console.
    #[must_use]
    pub fn printed(&self) -> &[Printed] {
        &self.printed
    }

    /// Lets the programs print what these events make them print.
    pub(super) fn print(&mut self, events: &[Event]) {
        if !self.scenario.console {
            return;
        }
        for event in events {
            let (client, line) = match &event.what {
                What::Consumer(id, ConsumerEvent::RecordProcessed { partition, offset }) => {
                    (Some(*id), self.consumed(partition, *offset))
                }
                What::Producer(id, event) => match exception(event) {
                    Some(line) => (Some(*id), line),
                    None => continue,
                },
                What::ActionRefused(thrown) if thrown.starts_with("org.apache.kafka.") => {
                    (None, format!("Exception in thread \"main\" {thrown}"))
                }
                _ => continue,
            };
            for line in line.lines() {
                let (index, at_ms) = (event.index, event.at_ms);
                let line = Printed { index, at_ms, client, line: line.into() };
                let printed = Rc::make_mut(&mut self.printed);
                printed.push(line);
                if printed.len() > MOST_LINES {
                    printed.remove(0);
                }
            }
        }
    }

    /// `System.out.printf` of a record.
    fn consumed(&self, partition: &TopicPartition, offset: Offset) -> String {
        let log = self.broker.logs().get(partition);
        let found = log.and_then(|log| {
            let segment = &log.segments()[log.floor_segment(offset)?];
            let at = segment.translate_offset(offset.as_i64())?;
            let batch = segment.batches_from(at.position).next()?.ok()?;
            let payload = batch.payload().ok()?;
            let record = payload.records().flatten().find(|r| r.offset == offset.as_i64())?;
            Some((record.key.map(utf8_lossy), record.value.map(utf8_lossy)))
        });
        let (key, value) = found.unwrap_or_default();
        let text = |text: Option<String>| text.unwrap_or_else(|| "null".into());
        format!(
            "Consumed: key = {} value = {} with offset = {offset} partition = {}",
            text(key),
            text(value),
            partition.partition
        )
    }
}

/// What a producer's program prints of an exception: its callback, or Java when the program ends by it.
fn exception(event: &ProducerEvent) -> Option<String> {
    match event {
        ProducerEvent::SendFailed { refusal, thrown: Some(class), .. } => {
            let cause = cast_of(&refusal.message)
                .map(|words| format!("\nCaused by: java.lang.ClassCastException: {words}"));
            let cause = cause.unwrap_or_default();
            Some(format!("Exception in thread \"main\" {class}: {}{cause}", refusal.message))
        }
        ProducerEvent::SendFailed { refusal, thrown: None, .. } => Some(format!(
            "Encountered exception: {}: {}",
            exception_class(refusal),
            refusal.message
        )),
        ProducerEvent::BatchFailed { numbers, refusal, .. } => {
            let line = format!(
                "Encountered exception: {}: {}\n",
                exception_class(refusal),
                refusal.message
            );
            Some(line.repeat(numbers.len()))
        }
        _ => None,
    }
}

fn exception_class(refusal: &Refusal) -> String {
    format!("org.apache.kafka.common.errors.{}", exception_of(refusal.error))
}

/// The words of the cast that failed, of an object of an application's own class.
fn cast_of(message: &str) -> Option<String> {
    let (_, rest) = message.strip_prefix("Can't convert ")?.split_once(" of class ")?;
    let (class, rest) = rest.split_once(" to class ")?;
    let serializer = rest.split(' ').next()?;
    let taken = serializer.rsplit('.').next()?.strip_suffix("Serializer")?;
    Some(format!(
        "class {class} cannot be cast to class java.lang.{taken} ({class} is in unnamed module of loader 'app'; \
         java.lang.{taken} is in module java.base of loader 'bootstrap')"
    ))
}
