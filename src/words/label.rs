//! What has a name of one to three words on the page; the names are in `panel.rs`.

/// What a button, a field or a heading is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// The heading of the controls of time.
    Time,
    /// Let the clock run.
    Play,
    /// Stop the clock.
    Pause,
    /// To the next thing that happens.
    StepForward,
    /// To the last thing that happened.
    StepBack,
    /// How fast the clock runs.
    Speed,
    /// The place in the run.
    Timeline,
    /// Which world.
    Scenario,
    /// The built-in store.
    Store,
    /// A world from a seed.
    RandomWorld,
    /// A scenario file.
    OpenFile,
    /// From its beginning.
    StartAgain,
    /// The first lesson.
    Tour,
    /// Opens the form that sends records.
    Send,
    /// The other language, in that language.
    OtherLanguage,
    /// Light or dark.
    Theme,
    /// Copies a link to this very moment.
    Share,
    /// The link was copied.
    Copied,
    /// Keys of the keyboard.
    Help,
    /// Closes a panel.
    Close,
    /// What happened lately.
    Events,
    /// What is on the stage, as a tree.
    Stage,
    /// The panel that explains a thing.
    Inspector,
    /// A producer.
    Producer,
    /// A topic.
    Topic,
    /// A key.
    Key,
    /// A value.
    Value,
    /// Many records at once.
    Paste,
    /// No value: a tombstone.
    Tombstone,
    /// No key.
    NoKey,
    /// Drop a file here.
    Drop,
    /// Add a consumer.
    AddConsumer,
    /// Settings.
    Settings,
    /// Set a value.
    Set,
    /// Back to the default.
    Reset,
    /// The default's value.
    Default,
    /// As a `.properties` text.
    Properties,
    /// Take over the text.
    Apply,
    /// Go on in the lesson.
    GoOn,
    /// Leave the lesson.
    Leave,
    /// What is to be reached.
    Goal,
    /// Reached.
    Reached,
    /// Not yet.
    NotYet,
    /// The bytes of a thing.
    Bytes,
    /// Why something is so.
    Why,
    /// Crash a process.
    Crash,
    /// Crash a broker's process.
    CrashBroker,
    /// Take the power from a broker's machine.
    PowerLoss,
    /// Stop a broker in order.
    StopBroker,
    /// Delete the records before this one.
    DeleteBefore,
    /// `seekToBeginning`.
    SeekBeginning,
    /// `seekToEnd`.
    SeekEnd,
    /// `pause`.
    PausePartition,
    /// `resume`.
    ResumePartition,
    /// A message on its way is lost.
    DropMessage,
    /// It comes late.
    DelayMessage,
    /// It comes twice.
    DuplicateMessage,
    /// Restart it.
    Restart,
    /// Close a client.
    CloseClient,
    /// Let the application hang.
    Hang,
    /// Let it go on.
    Resume,
    /// Stop a producer's own flow.
    StopFlow,
    /// Start it.
    StartFlow,
    /// Lose its next message.
    Lose,
    /// Delay its next message.
    Delay,
    /// Jump there.
    JumpThere,
    /// The page is loading.
    Loading,
    /// To what this is part of.
    Up,
    /// The scenario with a compressed clock.
    Week,
    /// The rooms of the page.
    Rooms,
    /// The room of keys.
    KeysRoom,
    /// The room of bytes.
    BytesRoom,
    /// The room of one client.
    ClientsRoom,
    /// The room of one group.
    GroupsRoom,
    /// The room of every record's life.
    LedgerRoom,
    /// The room of comparisons with Apache Kafka.
    VerifyRoom,
    /// A partition.
    Partition,
    /// Which of a segment's files.
    FileOfSegment,
    /// Opens the room of bytes.
    OpenBytesRoom,
    /// A record batch.
    Batch,
    /// The batch before this one.
    PreviousBatch,
    /// The batch after this one.
    NextBatch,
    /// The fields of a batch.
    Fields,
    /// A batch's header.
    Header,
    /// Where something lies.
    Place,
    /// Bytes as they are.
    Octets,
    /// Opens a varint's bits.
    BitByBit,
    /// A rule of Kafka's.
    Rule,
    /// The heading of a log's files.
    FilesOfLog,
    /// What the marks under a segment are.
    MarksExplained,
    /// The segment that is appended to.
    Active,
    /// A segment that is no longer appended to.
    Closed,
    /// What is looked for.
    FindBy,
    /// By offset.
    ByOffset,
    /// By timestamp.
    ByTimestamp,
    /// The offset or timestamp to find.
    FindWhat,
    /// Begins a look-up.
    Find,
    /// The controls of a look-up.
    StepsOfLookup,
    /// Takes files away.
    Export,
    /// One partition's directory as an archive.
    ExportPartition,
    /// A topic's directories as an archive.
    ExportTopic,
    /// All directories as an archive.
    ExportDisk,
    /// Real files to look at.
    OpenLogFiles,
    /// Back to the world's own files.
    PutAway,
    /// What is wrong with files.
    Anomalies,
    /// Nothing is wrong.
    NoAnomalies,
    /// An anomaly that is to be expected.
    Harmless,
    /// An anomaly that is damage.
    Damage,
    /// The files that were opened.
    ImportedFiles,
    /// The records of a batch.
    RecordsOfBatch,
    /// A record's headers.
    Headers,
}
