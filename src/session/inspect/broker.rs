//! A broker: whether it runs, what only the page cache has, its logs, its settings.

use crate::protocol::{BrokerId, NodeId, Subject};
use crate::session::inspect::settings::broker_settings;
use crate::session::inspect::{NodeAction, Sheet, line_of, step};
use crate::words::{Line, code, number, size, span_of_ms, strong};

pub(super) fn inspect(sheet: &mut Sheet<'_>, id: BrokerId) -> Option<()> {
    let (words, world) = (sheet.words, sheet.world);
    let broker = world.broker();
    if broker.id() != id {
        return None;
    }
    let running = broker.is_running();
    let subtitle = if running { words.broker_runs() } else { words.broker_is_down() };
    sheet.title(line_of(strong(sheet.name(NodeId::Broker(id)))), subtitle);
    sheet.inspection.actions = if running {
        vec![NodeAction::Crash, NodeAction::PowerLoss, NodeAction::StopBroker]
    } else {
        vec![NodeAction::Restart]
    };

    let logs = broker.logs();
    let written = || logs.logs().filter(|log| log.log_end_offset().0 > 0);
    let bytes: u64 = written().map(|log| log.size_bytes()).sum();
    let value = words.broker_logs(number(written().count() as u64), size(bytes));
    sheet.fact(words.label_logs(), value, words.broker_logs_explain());
    let of_log = |log: &crate::storage::Log| {
        log.segments().iter().map(|segment| segment.unflushed_bytes()).sum::<u64>()
    };
    let unflushed: u64 = logs.logs().map(|log| of_log(log)).sum();
    sheet.fact(words.label_unflushed(), size(unflushed), words.unflushed_explain());
    if let Some(due_ms) = logs.flush_due_ms().filter(|_| running) {
        let value = words.in_time(sheet.clock_of(due_ms), span_of_ms(sheet.until_ms(due_ms)));
        sheet.fact(words.label_next_flush(), value, words.next_flush_explain());
    }

    let steps = vec![
        step(words.step_end_crash(), "LOG-38"),
        step(words.step_end_power(), "LOG-38"),
        step(words.step_end_stop(), "LOG-38"),
    ];
    sheet.why(words.why_recovery(), steps);

    let rows = written().map(|log| {
        let partition = log.partition();
        let line = words.row_log(
            &partition.to_string(),
            log.log_end_offset(),
            log.recovery_point(),
            size(of_log(log)),
        );
        (line, Some(Subject::Partition(partition.clone())))
    });
    sheet.list(words.list_logs(), rows.collect());
    let files = logs.checkpoint_files().into_iter();
    let rows: Vec<(Line, Option<Subject>)> = files
        .map(|(name, text)| (line_of(code(name)).and(format!(" {}", said(&text))), None))
        .collect();
    sheet.list(words.list_checkpoints(), rows);
    sheet.inspection.settings = Some(broker_settings(world, words));
    Some(())
}

/// A checkpoint's text in one line: what follows its version and its count.
fn said(text: &str) -> String {
    let mut lines = text.lines();
    if text.starts_with('{') {
        return text.to_owned();
    }
    lines.by_ref().take(2).for_each(drop);
    let lines: Vec<&str> = lines.collect();
    if lines.is_empty() { "–".to_owned() } else { lines.join(" · ") }
}
