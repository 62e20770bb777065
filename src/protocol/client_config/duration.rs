//! A duration as text.
//!
//! Java: `java.time.Duration.parse`.

/// Milliseconds of an ISO-8601 duration such as `PT1H` or `P2DT0.5S`, as `Duration.parse` reads it: each number may
/// have a sign, and so may the whole. `None` for what is none, or is negative.
#[must_use]
pub fn parse_duration_ms(text: &str) -> Option<u64> {
    let text = text.to_ascii_uppercase();
    let (negated, text) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, &*text),
    };
    let rest = text.strip_prefix('P')?;
    let (days, times) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some((days, times)) => (days, times),
        None => (rest, ""),
    };
    if rest.is_empty() {
        return None;
    }
    let mut nanos = 0i128;
    for (part, units) in [(days, "D"), (times, "HMS")] {
        let (mut rest, mut units) = (part, units);
        while !rest.is_empty() {
            let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
            let (number, unit) = (&rest[..end], rest[end..].chars().next()?);
            let at = units.find(unit)?;
            units = &units[at + 1..];
            let unit_s = [('D', 86_400), ('H', 3600), ('M', 60), ('S', 1)];
            let unit_s = unit_s.iter().find(|(name, _)| *name == unit)?.1;
            let (whole, fraction) = match number.split_once(['.', ',']) {
                Some((whole, fraction)) if unit == 'S' => (whole, fraction),
                Some(_) => return None,
                None => (number, ""),
            };
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            if fraction.len() > 9 || !digits(fraction) {
                return None;
            }
            let fraction: i128 = format!("{fraction:0<9}").parse().ok()?;
            // A fraction is as negative as its seconds: "-0.5" too.
            let fraction = if whole.starts_with('-') { -fraction } else { fraction };
            let whole: i64 = whole.parse().ok()?;
            let seconds = whole.checked_mul(unit_s)?;
            nanos += i128::from(seconds) * 1_000_000_000 + fraction;
            rest = &rest[end + 1..];
        }
    }
    let nanos = if negated { -nanos } else { nanos };
    // Seconds are 64 bits in Java.
    i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?;
    u64::try_from(nanos / 1_000_000).ok().filter(|_| nanos >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_java_reads_them() {
        for (text, expected) in [
            ("PT1H", Some(3_600_000)),
            ("P2DT0.5S", Some(172_800_500)),
            ("PT1M30S", Some(90_000)),
            ("P1D", Some(86_400_000)),
            ("-PT1H", None),
            ("PT", None),
            ("P", None),
            ("1H", None),
            ("PT1S1M", None),
            ("pt1,5s", Some(1500)),
            ("PT1.S", Some(1000)),
            ("PT.5S", None),
            ("-PT-5M", Some(300_000)),
            ("PT1H-90M", None),
            ("P-1DT25H", Some(3_600_000)),
            ("PT-0.5S", None),
            ("PT9223372036854775808S", None),
        ] {
            assert_eq!(parse_duration_ms(text), expected, "{text}");
        }
    }
}
