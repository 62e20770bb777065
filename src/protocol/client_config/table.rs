//! Every setting of Kafka's producer and consumer, in the order in which the client reads them.
//!
//! Kafka: `ProducerConfig.CONFIG`, `ConsumerConfig.CONFIG` of 4.3.1, and of 1.0.0 for the book profile. A test
//! holds this to what those classes say (`tests/files/client-settings-*.txt`).

use super::check::Check;
use super::check::{INT, LONG};
use crate::protocol::config::{Profile, Scope};

/// What holds where nothing is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fallback {
    /// The client cannot be built.
    Required,
    /// Null.
    Null,
    /// This, as text.
    Is(&'static str),
}

use Fallback::{Is, Null, Required};

/// One setting of a client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    check: Check,
    fallback: Fallback,
    /// Since which Kafka; until which.
    in_4: bool,
    in_book: bool,
    book: Option<Fallback>,
}

impl Row {
    const fn book(self, fallback: Fallback) -> Self {
        Self { book: Some(fallback), ..self }
    }

    pub(super) fn fallback(&self, profile: Profile) -> Fallback {
        match (profile, self.book) {
            (Profile::Book, Some(fallback)) => fallback,
            _ => self.fallback,
        }
    }

    /// What Kafka's `ConfigDef` asks of a value. 1.0.0 asked less of most.
    pub(super) fn check(&self, profile: Profile) -> Check {
        match (profile, self.check) {
            (Profile::Book, Check::List { .. }) => Check::AnyList,
            (Profile::Book, Check::AnyCase(_)) => Check::Text,
            (Profile::Book, Check::Class) => Check::BookClass,
            (Profile::Book, Check::OffsetReset) => Check::OneOf(&["latest", "earliest", "none"]),
            (Profile::Book, Check::OneOf(_)) if self.name == "compression.type" => Check::Text,
            (Profile::Book, Check::OneOf(_)) if self.name == "metrics.recording.level" => {
                Check::OneOf(&["INFO", "DEBUG"])
            }
            (_, check) => check,
        }
    }

    fn is_in(&self, profile: Profile) -> bool {
        match profile {
            Profile::V4 => self.in_4,
            Profile::Book => self.in_book,
        }
    }
}

const fn both(name: &'static str, check: Check, fallback: Fallback) -> Row {
    Row { name, check, fallback, in_4: true, in_book: true, book: None }
}
const fn new(name: &'static str, check: Check, fallback: Fallback) -> Row {
    Row { name, check, fallback, in_4: true, in_book: false, book: None }
}
const fn old(name: &'static str, check: Check, fallback: Fallback) -> Row {
    Row { name, check, fallback, in_4: false, in_book: true, book: None }
}

/// The settings of a client, in the order in which Kafka defines and checks them.
pub(super) fn rows(scope: Scope, profile: Profile) -> impl Iterator<Item = &'static Row> {
    let (first, last) = match scope {
        Scope::Consumer => (CONSUMER, CONSUMER_LAST),
        _ => (PRODUCER, PRODUCER_LAST),
    };
    first.iter().chain(SECURITY).chain(last).filter(move |row| row.is_in(profile))
}

const PRODUCER: &[Row] = &[
    both("bootstrap.servers", Check::List { may_be_empty: false }, Required),
    new(
        "client.dns.lookup",
        Check::OneOf(&["use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"]),
        Is("use_all_dns_ips"),
    ),
    both("buffer.memory", Check::Long(Some(0), None), Is("33554432")),
    both("retries", Check::Int(Some(0), Some(2147483647)), Is("2147483647")).book(Is("0")),
    both("acks", Check::OneOf(&["all", "-1", "0", "1"]), Is("all")).book(Is("1")),
    both("compression.type", Check::OneOf(&["none", "gzip", "snappy", "lz4", "zstd"]), Is("none")),
    new("compression.gzip.level", Check::GzipLevel, Is("-1")),
    new("compression.lz4.level", Check::Int(Some(1), Some(17)), Is("9")),
    new("compression.zstd.level", Check::Int(Some(-131072), Some(22)), Is("3")),
    both("batch.size", Check::Int(Some(0), None), Is("16384")),
    new("partitioner.adaptive.partitioning.enable", Check::Boolean, Is("true")),
    new("partitioner.availability.timeout.ms", Check::Long(Some(0), None), Is("0")),
    new("partitioner.ignore.keys", Check::Boolean, Is("false")),
    both("linger.ms", Check::Long(Some(0), None), Is("5")).book(Is("0")),
    new("delivery.timeout.ms", Check::Int(Some(0), None), Is("120000")),
    both("client.id", Check::Text, Is("")),
    both("send.buffer.bytes", Check::Int(Some(-1), None), Is("131072")),
    both("receive.buffer.bytes", Check::Int(Some(-1), None), Is("32768")),
    both("max.request.size", Check::Int(Some(0), None), Is("1048576")),
    both("reconnect.backoff.ms", Check::Long(Some(0), None), Is("50")),
    both("reconnect.backoff.max.ms", Check::Long(Some(0), None), Is("1000")),
    both("retry.backoff.ms", Check::Long(Some(0), None), Is("100")),
    new("retry.backoff.max.ms", Check::Long(Some(0), None), Is("1000")),
    new("enable.metrics.push", Check::Boolean, Is("true")),
    both("max.block.ms", Check::Long(Some(0), None), Is("60000")),
    both("request.timeout.ms", Check::Int(Some(0), None), Is("30000")),
    both("metadata.max.age.ms", Check::Long(Some(0), None), Is("300000")),
    new("metadata.max.idle.ms", Check::Long(Some(5000), None), Is("300000")),
    both("metrics.sample.window.ms", Check::Long(Some(0), None), Is("30000")),
    both("metrics.num.samples", Check::Int(Some(1), None), Is("2")),
    both("metrics.recording.level", Check::OneOf(&["INFO", "DEBUG", "TRACE"]), Is("INFO")),
    both(
        "metric.reporters",
        Check::List { may_be_empty: true },
        Is("org.apache.kafka.common.metrics.JmxReporter"),
    )
    .book(Is("")),
    both("max.in.flight.requests.per.connection", Check::Int(Some(1), None), Is("5")),
    both("key.serializer", Check::Class, Required),
    both("value.serializer", Check::Class, Required),
    new("socket.connection.setup.timeout.ms", LONG, Is("10000")),
    new("socket.connection.setup.timeout.max.ms", LONG, Is("30000")),
    both("connections.max.idle.ms", LONG, Is("540000")),
    both("partitioner.class", Check::Class, Null)
        .book(Is("org.apache.kafka.clients.producer.internals.DefaultPartitioner")),
    both("interceptor.classes", Check::List { may_be_empty: true }, Is("")).book(Null),
    both(
        "security.protocol",
        Check::AnyCase(&["SASL_SSL", "PLAINTEXT", "SSL", "SASL_PLAINTEXT"]),
        Is("PLAINTEXT"),
    ),
    new("security.providers", Check::Text, Null),
];

const SECURITY: &[Row] = &[
    both("ssl.protocol", Check::Text, Is("TLSv1.3")).book(Is("TLS")),
    both("ssl.provider", Check::Text, Null),
    both("ssl.cipher.suites", Check::List { may_be_empty: true }, Is("")).book(Null),
    both("ssl.enabled.protocols", Check::List { may_be_empty: true }, Is("TLSv1.2,TLSv1.3"))
        .book(Is("TLSv1.2,TLSv1.1,TLSv1")),
    both("ssl.keystore.type", Check::Text, Is("JKS")),
    both("ssl.keystore.location", Check::Text, Null),
    both("ssl.keystore.password", Check::Password, Null),
    both("ssl.key.password", Check::Password, Null),
    new("ssl.keystore.key", Check::Password, Null),
    new("ssl.keystore.certificate.chain", Check::Password, Null),
    new("ssl.truststore.certificates", Check::Password, Null),
    both("ssl.truststore.type", Check::Text, Is("JKS")),
    both("ssl.truststore.location", Check::Text, Null),
    both("ssl.truststore.password", Check::Password, Null),
    both("ssl.keymanager.algorithm", Check::Text, Is("SunX509")),
    both("ssl.trustmanager.algorithm", Check::Text, Is("PKIX")),
    both("ssl.endpoint.identification.algorithm", Check::Text, Is("https")).book(Null),
    both("ssl.secure.random.implementation", Check::Text, Null),
    new("ssl.engine.factory.class", Check::Class, Null),
    both("sasl.kerberos.service.name", Check::Text, Null),
    both("sasl.kerberos.kinit.cmd", Check::Text, Is("/usr/bin/kinit")),
    both("sasl.kerberos.ticket.renew.window.factor", Check::Double(None), Is("0.8")),
    both("sasl.kerberos.ticket.renew.jitter", Check::Double(None), Is("0.05")),
    both("sasl.kerberos.min.time.before.relogin", LONG, Is("60000")),
    new("sasl.login.refresh.window.factor", Check::Double(Some(("0.5", "1.0"))), Is("0.8")),
    new("sasl.login.refresh.window.jitter", Check::Double(Some(("0.0", "0.25"))), Is("0.05")),
    new("sasl.login.refresh.min.period.seconds", Check::Short(Some(0), Some(900)), Is("60")),
    new("sasl.login.refresh.buffer.seconds", Check::Short(Some(0), Some(3600)), Is("300")),
    both("sasl.mechanism", Check::Text, Is("GSSAPI")),
    both("sasl.jaas.config", Check::Password, Null),
    new("sasl.client.callback.handler.class", Check::Class, Null),
    new("sasl.login.callback.handler.class", Check::Class, Null),
    new("sasl.login.class", Check::Class, Null),
    new("sasl.login.connect.timeout.ms", INT, Null),
    new("sasl.login.read.timeout.ms", INT, Null),
    new("sasl.login.retry.backoff.max.ms", LONG, Is("10000")),
    new("sasl.login.retry.backoff.ms", LONG, Is("100")),
    new(
        "sasl.oauthbearer.jwt.retriever.class",
        Check::Class,
        Is("org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever"),
    ),
    new(
        "sasl.oauthbearer.jwt.validator.class",
        Check::Class,
        Is("org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator"),
    ),
    new("sasl.oauthbearer.scope", Check::Text, Null),
    new("sasl.oauthbearer.client.credentials.client.id", Check::Text, Null),
    new("sasl.oauthbearer.client.credentials.client.secret", Check::Password, Null),
    new("sasl.oauthbearer.assertion.algorithm", Check::AnyCase(&["ES256", "RS256"]), Is("RS256")),
    new("sasl.oauthbearer.assertion.claim.aud", Check::Text, Null),
    new(
        "sasl.oauthbearer.assertion.claim.exp.seconds",
        Check::Int(Some(0), Some(86400)),
        Is("300"),
    ),
    new("sasl.oauthbearer.assertion.claim.iss", Check::Text, Null),
    new("sasl.oauthbearer.assertion.claim.jti.include", Check::Boolean, Is("false")),
    new("sasl.oauthbearer.assertion.claim.nbf.seconds", Check::Int(Some(0), Some(3600)), Is("60")),
    new("sasl.oauthbearer.assertion.claim.sub", Check::Text, Null),
    new("sasl.oauthbearer.assertion.file", Check::Text, Null),
    new("sasl.oauthbearer.assertion.private.key.file", Check::Text, Null),
    new("sasl.oauthbearer.assertion.private.key.passphrase", Check::Password, Null),
    new("sasl.oauthbearer.assertion.template.file", Check::Text, Null),
    new("sasl.oauthbearer.scope.claim.name", Check::Text, Is("scope")),
    new("sasl.oauthbearer.sub.claim.name", Check::Text, Is("sub")),
    new("sasl.oauthbearer.token.endpoint.url", Check::Text, Null),
    new("sasl.oauthbearer.jwks.endpoint.url", Check::Text, Null),
    new("sasl.oauthbearer.jwks.endpoint.refresh.ms", LONG, Is("3600000")),
    new("sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", LONG, Is("10000")),
    new("sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", LONG, Is("100")),
    new("sasl.oauthbearer.clock.skew.seconds", INT, Is("30")),
    new("sasl.oauthbearer.expected.audience", Check::List { may_be_empty: true }, Is("")),
    new("sasl.oauthbearer.expected.issuer", Check::Text, Null),
    new("sasl.oauthbearer.header.urlencode", Check::Boolean, Is("false")),
];

const PRODUCER_LAST: &[Row] = &[
    both("enable.idempotence", Check::Boolean, Is("true")).book(Is("false")),
    both("transaction.timeout.ms", INT, Is("60000")),
    both("transactional.id", Check::NonEmpty, Null),
    new("transaction.two.phase.commit.enable", Check::Boolean, Is("false")),
    new("metadata.recovery.strategy", Check::AnyCase(&["REBOOTSTRAP", "NONE"]), Is("rebootstrap")),
    new("metadata.recovery.rebootstrap.trigger.ms", Check::Long(Some(0), None), Is("300000")),
    new("config.providers", Check::List { may_be_empty: true }, Is("")),
];

const CONSUMER: &[Row] = &[
    both("bootstrap.servers", Check::List { may_be_empty: false }, Required),
    new("client.dns.lookup", Check::OneOf(&["use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"]), Is("use_all_dns_ips")),
    both("group.id", Check::Text, Null).book(Is("")),
    new("group.instance.id", Check::NonEmpty, Null),
    both("session.timeout.ms", INT, Is("45000")).book(Is("10000")),
    both("heartbeat.interval.ms", INT, Is("3000")),
    both("partition.assignment.strategy", Check::List { may_be_empty: true }, Is("org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor")).book(Is("org.apache.kafka.clients.consumer.RangeAssignor")),
    both("metadata.max.age.ms", Check::Long(Some(0), None), Is("300000")),
    both("enable.auto.commit", Check::Boolean, Is("true")),
    both("auto.commit.interval.ms", Check::Int(Some(0), None), Is("5000")),
    both("client.id", Check::Text, Is("")),
    new("client.rack", Check::Text, Is("")),
    both("max.partition.fetch.bytes", Check::Int(Some(0), None), Is("1048576")),
    both("send.buffer.bytes", Check::Int(Some(-1), None), Is("131072")),
    both("receive.buffer.bytes", Check::Int(Some(-1), None), Is("65536")),
    both("fetch.min.bytes", Check::Int(Some(0), None), Is("1")),
    both("fetch.max.bytes", Check::Int(Some(0), None), Is("52428800")),
    both("fetch.max.wait.ms", Check::Int(Some(0), None), Is("500")),
    both("reconnect.backoff.ms", Check::Long(Some(0), None), Is("50")),
    both("reconnect.backoff.max.ms", Check::Long(Some(0), None), Is("1000")),
    both("retry.backoff.ms", Check::Long(Some(0), None), Is("100")),
    new("retry.backoff.max.ms", Check::Long(Some(0), None), Is("1000")),
    new("enable.metrics.push", Check::Boolean, Is("true")),
    both("auto.offset.reset", Check::OffsetReset, Is("latest")),
    both("check.crcs", Check::Boolean, Is("true")),
    both("metrics.sample.window.ms", Check::Long(Some(0), None), Is("30000")),
    both("metrics.num.samples", Check::Int(Some(1), None), Is("2")),
    both("metrics.recording.level", Check::OneOf(&["INFO", "DEBUG", "TRACE"]), Is("INFO")),
    both("metric.reporters", Check::List { may_be_empty: true }, Is("org.apache.kafka.common.metrics.JmxReporter")).book(Is("")),
    both("key.deserializer", Check::Class, Required),
    both("value.deserializer", Check::Class, Required),
    both("request.timeout.ms", Check::Int(Some(0), None), Is("30000")).book(Is("305000")),
    new("default.api.timeout.ms", Check::Int(Some(0), None), Is("60000")),
    new("socket.connection.setup.timeout.ms", LONG, Is("10000")),
    new("socket.connection.setup.timeout.max.ms", LONG, Is("30000")),
    both("connections.max.idle.ms", LONG, Is("540000")),
    both("interceptor.classes", Check::List { may_be_empty: true }, Is("")).book(Null),
    both("max.poll.records", Check::Int(Some(1), None), Is("500")),
    both("max.poll.interval.ms", Check::Int(Some(1), None), Is("300000")),
    both("exclude.internal.topics", Check::Boolean, Is("true")),
    old("internal.leave.group.on.close", Check::Boolean, Is("true")),
    new("internal.throw.on.fetch.stable.offset.unsupported", Check::Boolean, Is("false")),
    both("isolation.level", Check::OneOf(&["read_committed", "read_uncommitted"]), Is("read_uncommitted")),
    new("allow.auto.create.topics", Check::Boolean, Is("true")),
    new("group.protocol", Check::AnyCase(&["CONSUMER", "CLASSIC"]), Is("classic")),
    new("group.remote.assignor", Check::Text, Null),
    new("security.providers", Check::Text, Null),
    both("security.protocol", Check::AnyCase(&["SASL_SSL", "PLAINTEXT", "SSL", "SASL_PLAINTEXT"]), Is("PLAINTEXT")),
];

const CONSUMER_LAST: &[Row] = &[
    new("metadata.recovery.strategy", Check::AnyCase(&["REBOOTSTRAP", "NONE"]), Is("rebootstrap")),
    new("metadata.recovery.rebootstrap.trigger.ms", Check::Long(Some(0), None), Is("300000")),
    new("share.acknowledgement.mode", Check::Share(&["implicit", "explicit"]), Is("implicit")),
    new(
        "share.acquire.mode",
        Check::Share(&["batch_optimized", "record_limit"]),
        Is("BATCH_OPTIMIZED"),
    ),
    new("config.providers", Check::List { may_be_empty: true }, Is("")),
];
