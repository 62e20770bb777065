use super::*;
use crate::protocol::record::{BatchBuilder, BatchOptions, Compression, Record};

const NAME: &str = "t-0/00000000000000000010.log";

fn batch(base_offset: i64, codec: Codec) -> Vec<u8> {
    let options = BatchOptions { base_offset, ..BatchOptions::default() };
    let mut builder = BatchBuilder::new(options).compressed(Compression::from(codec));
    for timestamp in [1000, 1005] {
        let value = Some(b"a lamp, a lamp, a lamp, a lamp"[..].into());
        let key = Some(b"k"[..].into());
        builder.append(&Record { timestamp, key, value, headers: Vec::new() }).unwrap();
    }
    builder.build(None).unwrap()
}

fn log() -> Vec<u8> {
    Codec::ALL.iter().zip([10, 12, 14, 16, 18]).flat_map(|(codec, at)| batch(at, *codec)).collect()
}

fn anomalies(files: &[(&str, &[u8])]) -> Vec<(String, u64, AnomalyKind)> {
    let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    let files = import(files).files.into_iter();
    files
        .flat_map(|file| {
            let name = file.name.clone();
            file.anomalies.into_iter().map(move |found| (name.clone(), found.position, found.kind))
        })
        .collect()
}

fn of_log(bytes: &[u8]) -> Vec<(u64, AnomalyKind)> {
    anomalies(&[(NAME, bytes)]).into_iter().map(|(_, at, kind)| (at, kind)).collect()
}

#[test]
fn every_codec_is_decoded_and_its_saving_seen() {
    let imported = import(vec![(NAME.into(), log())]);
    let [file] = &imported.files[..] else { panic!() };
    assert_eq!((file.base_offset, &file.anomalies[..]), (Some(10), &[][..]));
    let Contents::Log(batches) = &file.contents else { panic!() };
    for (batch, codec) in batches.iter().zip(Codec::ALL) {
        assert_eq!(batch.codec, Some(codec));
        assert_eq!(batch.uncompressed_bytes, batches[0].size_bytes, "{codec:?}");
        assert!(codec == Codec::Gzip || batch.size_bytes <= batches[0].size_bytes, "{codec:?}");
        let offsets: Vec<i64> = batch.records.iter().map(|record| record.offset).collect();
        assert_eq!(offsets, [batch.base_offset, batch.base_offset + 1]);
    }
}

#[test]
fn each_anomaly_of_a_log_is_named_at_its_place() {
    let first = batch(10, Codec::None);
    let two = |second: Vec<u8>| [first.clone(), second].concat();
    let at = first.len() as u64;
    assert_eq!(
        of_log(&two(batch(12, Codec::None)[..30].to_vec())),
        [(at, AnomalyKind::TruncatedTail(30))]
    );
    assert_eq!(of_log(&two(vec![0; 9])), [(at, AnomalyKind::TruncatedTail(9))]);
    assert_eq!(of_log(&two(vec![0; 40])), [(at, AnomalyKind::ImpossibleLength(0))]);
    let found = of_log(&two(batch(11, Codec::None)));
    assert_eq!(found, [(at, AnomalyKind::OffsetNotIncreasing(11, 11))]);
    assert_eq!(of_log(&batch(9, Codec::None)), [(0, AnomalyKind::BeforeBaseOffset(9, 10))]);
    let mut damaged = two(batch(12, Codec::None));
    let last = damaged.len() - 1;
    damaged[last] = 2; // A header that is not there.
    let found = of_log(&damaged);
    assert!(
        matches!(found[..], [(crc, AnomalyKind::WrongCrc(..)), (record, AnomalyKind::UnreadableRecord(1))]
        if crc == at && record == at),
        "{found:?}"
    );
    let mut old = first.clone();
    old[16] = 1;
    assert_eq!(of_log(&old), [(0, AnomalyKind::UnknownMagic(1))]);
    let nameless = anomalies(&[("a.log", &first)]);
    assert_eq!(nameless, [("a.log".to_owned(), 0, AnomalyKind::NoBaseOffset)]);
}

#[test]
fn each_anomaly_of_an_index_is_named_at_its_place() {
    let log = log();
    let second = batch(10, Codec::None).len() as u32;
    let index = |entries: &[(u32, u32)]| -> Vec<u8> {
        entries.iter().flat_map(|(a, b)| [a.to_be_bytes(), b.to_be_bytes()].concat()).collect()
    };
    let of_index = |bytes: Vec<u8>| {
        let files: [(&str, &[u8]); 2] = [(NAME, &log), ("t-0/00000000000000000010.index", &bytes)];
        let found = anomalies(&files).into_iter().map(|(_, at, kind)| (at, kind));
        found.collect::<Vec<_>>()
    };
    use AnomalyKind as K;
    assert_eq!(of_index(index(&[(1, 0), (3, second)])), []);
    assert_eq!(of_index(index(&[(3, second), (0, 0), (0, 0)])), [(8, K::Preallocated(2))]);
    assert_eq!(of_index(index(&[(3, second), (1, 0)])), [(8, K::EntryOutOfOrder(11, 13))]);
    assert_eq!(of_index(index(&[(2, second)])), [(0, K::OtherOffset(12, 13))]);
    assert_eq!(of_index(index(&[(3, second + 1)])), [(0, K::PointsNowhere(i64::from(second) + 1))]);
    let size = log.len();
    assert_eq!(of_index(index(&[(3, 9999)])), [(0, K::BeyondLog(9999, size as u64))]);
    assert_eq!(of_index(vec![0, 0, 0]), [(0, K::PartialEntry(3))]);
    let alone = anomalies(&[("00000000000000000010.index", &index(&[(1, 0)]))]);
    assert_eq!(alone[0].2, K::NoLog);

    let times = |entries: &[(i64, u32)]| -> Vec<u8> {
        entries
            .iter()
            .flat_map(|(a, b)| [&a.to_be_bytes()[..], &b.to_be_bytes()].concat())
            .collect()
    };
    let of_times = |bytes: Vec<u8>| {
        let files: [(&str, &[u8]); 2] =
            [(NAME, &log), ("t-0/00000000000000000010.timeindex", &bytes)];
        let found = anomalies(&files).into_iter().map(|(_, at, kind)| (at, kind));
        found.collect::<Vec<_>>()
    };
    assert_eq!(of_times(times(&[(1005, 1)])), []);
    assert_eq!(of_times(times(&[(1004, 1)])), [(0, K::OtherTimestamp(1004, 1005))]);
    assert_eq!(of_times(times(&[(1005, 2)])), [(0, K::OffsetNotFound(12))]);
    assert_eq!(
        of_times(times(&[(1005, 1), (1005, 3)])),
        [(12, K::TimestampOutOfOrder(1005, 1005))]
    );
}

#[test]
fn snapshots_and_aborted_transactions_are_checked() {
    let empty = [0u8, 1, 0x48, 0x67, 0x4b, 0xc7, 0, 0, 0, 0]; // As Kafka writes it without producers.
    assert_eq!(anomalies(&[("00000000000000000010.snapshot", &empty)]), []);
    let found = anomalies(&[("00000000000000000010.snapshot", &empty[..9])]);
    assert!(matches!(found[0].2, AnomalyKind::CorruptSnapshot(_)));
    let mut aborted = [0; 34];
    aborted[25] = 9; // lastOffset
    let found = anomalies(&[("00000000000000000010.txnindex", &[&aborted[..], &[0]].concat())]);
    let kinds: Vec<_> = found.into_iter().map(|(_, at, kind)| (at, kind)).collect();
    assert_eq!(
        kinds,
        [(0, AnomalyKind::AbortedTooEarly(9, 10)), (34, AnomalyKind::PartialEntry(1))]
    );
}

#[test]
fn nothing_panics_on_damage() {
    let log = log();
    for at in 0..log.len() {
        let mut damaged = log.clone();
        damaged[at] ^= 0xff;
        let files = vec![(NAME.into(), damaged), (NAME.replace("log", "index"), log.clone())];
        assert_eq!(import(files).files.len(), 2);
    }
}
