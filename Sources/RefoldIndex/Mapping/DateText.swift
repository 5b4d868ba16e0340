import RefoldModel

/// Reads dates from bytes; every function moves `at` behind what it has read.
enum DateText {
    /// Milliseconds or seconds since 1970, written without exponent; a fraction is cut.
    static func epoch(_ text: Span<UInt8>) -> Int64? {
        guard !text.isEmpty else { return nil }
        for place in 0..<text.count where text[place] | 0x20 == UInt8(ascii: "e") { return nil }
        guard text[0] != UInt8(ascii: "+") else { return nil }
        return DecimalNumber(text, as: .coerced)?.truncatedInt64
    }

    /// A year, then as much as there is.
    static func optionalTime(_ text: Span<UInt8>, isStrict: Bool) -> ClosedRange<Int64>? {
        var parts = DateParts()
        var at = 0
        let least = isStrict ? 2 : 1
        guard let year = year(text, &at, isStrict: isStrict) else { return nil }
        parts.year = year
        if take("-", text, &at) {
            guard let month = digits(text, &at, least...2) else { return nil }
            parts.month = month
            if take("-", text, &at) {
                guard let day = digits(text, &at, least...2) else { return nil }
                parts.day = day
            }
        }
        if take("T", text, &at) {
            guard time(text, &at, &parts, least: least) else { return nil }
        }
        return at == text.count ? parts.interval : nil
    }

    private static func time(
        _ text: Span<UInt8>,
        _ at: inout Int,
        _ parts: inout DateParts,
        least: Int
    ) -> Bool {
        guard at < text.count else { return true }
        guard let hour = digits(text, &at, least...2) else { return false }
        parts.hour = hour
        if take(":", text, &at) {
            guard let minute = digits(text, &at, least...2) else { return false }
            parts.minute = minute
            if take(":", text, &at) {
                guard let second = digits(text, &at, least...2) else { return false }
                parts.second = second
                if take(".", text, &at) || take(",", text, &at) {
                    guard let millisecond = fraction(text, &at) else { return false }
                    parts.millisecond = millisecond
                }
            }
        }
        guard at < text.count else { return true }
        guard let offset = offset(text, &at) else { return false }
        parts.offsetMinutes = offset
        return true
    }

    /// Four digits, or with a sign up to seven.
    static func year(_ text: Span<UInt8>, _ at: inout Int, isStrict: Bool) -> Int64? {
        if take("-", text, &at) { return digits(text, &at, 4...7).map { -$0 } }
        if take("+", text, &at) { return digits(text, &at, 5...7) }
        return digits(text, &at, isStrict ? 4...4 : 1...7)
    }

    /// As many digits as there are, within bounds.
    static func digits(_ text: Span<UInt8>, _ at: inout Int, _ bounds: ClosedRange<Int>) -> Int64? {
        var value: Int64 = 0
        var count = 0
        while count < bounds.upperBound, at < text.count, text[at] >= UInt8(ascii: "0"),
            text[at] <= UInt8(ascii: "9")
        {
            value = value * 10 + Int64(text[at] - UInt8(ascii: "0"))
            at += 1
            count += 1
        }
        return count >= bounds.lowerBound ? value : nil
    }

    /// One to nine digits of a second, cut to milliseconds.
    static func fraction(_ text: Span<UInt8>, _ at: inout Int) -> Int64? {
        let start = at
        guard let value = digits(text, &at, 1...9) else { return nil }
        var scaled = value
        for _ in at - start..<9 { scaled *= 10 }
        return scaled / 1_000_000
    }

    /// `Z`, `UTC`, `GMT`, `±HH`, `±HHMM`, `±HH:MM`, in minutes.
    static func offset(_ text: Span<UInt8>, _ at: inout Int) -> Int64? {
        if take("Z", text, &at) { return 0 }
        let start = at
        if take("U", text, &at), take("T", text, &at), take("C", text, &at) { return 0 }
        at = start
        if take("G", text, &at), take("M", text, &at), take("T", text, &at) { return 0 }
        at = start
        let isNegative = take("-", text, &at)
        guard isNegative || take("+", text, &at), let hours = digits(text, &at, 2...2) else { return nil }
        let hasColon = take(":", text, &at)
        let minutes = digits(text, &at, 2...2)
        if hasColon, minutes == nil { return nil }
        guard (minutes ?? 0) <= 59 else { return nil }
        return (hours * 60 + (minutes ?? 0)) * (isNegative ? -1 : 1)
    }

    /// Whether this character stands here.
    static func take(_ character: Unicode.Scalar, _ text: Span<UInt8>, _ at: inout Int) -> Bool {
        guard at < text.count, text[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }
}

/// Patterns of letters: `yyyy-MM-dd HH:mm:ss`.
enum DatePattern {
    /// One piece of a pattern.
    enum Symbol: Sendable {
        /// A character that must stand there.
        case literal(UInt8)
        /// A part of the date, in so many digits.
        case part(DateParts.Name, ClosedRange<Int>)
        /// A fraction of the second.
        case fraction
        /// An offset from UTC.
        case offset
    }

    /// The symbols of a pattern; nil when it has a letter that is not known here.
    static func symbols(of pattern: String) -> [Symbol]? {
        var symbols: [Symbol] = []
        let bytes = Array(pattern.utf8)
        var at = 0
        while at < bytes.count {
            let letter = bytes[at]
            if letter == UInt8(ascii: "'") {
                guard let close = bytes[(at + 1)...].firstIndex(of: UInt8(ascii: "'")) else { return nil }
                symbols += bytes[(at + 1)..<close].map { .literal($0) }
                at = close + 1
                continue
            }
            let run = bytes[at...].prefix { $0 == letter }.count
            at += run
            guard isLetter(letter) else {
                symbols += [Symbol](repeating: .literal(letter), count: run)
                continue
            }
            guard let symbol = symbol(letter, run) else { return nil }
            symbols.append(symbol)
        }
        return symbols.isEmpty ? nil : symbols
    }

    private static func symbol(_ letter: UInt8, _ run: Int) -> Symbol? {
        let two = run == 1 ? 1...2 : 2...2
        switch letter {
        case UInt8(ascii: "y"), UInt8(ascii: "u"): return run == 4 ? .part(.year, 4...4) : nil
        case UInt8(ascii: "M"): return run <= 2 ? .part(.month, two) : nil
        case UInt8(ascii: "d"): return run <= 2 ? .part(.day, two) : nil
        case UInt8(ascii: "H"): return run <= 2 ? .part(.hour, two) : nil
        case UInt8(ascii: "m"): return run <= 2 ? .part(.minute, two) : nil
        case UInt8(ascii: "s"): return run <= 2 ? .part(.second, two) : nil
        case UInt8(ascii: "S"): return .fraction
        case UInt8(ascii: "X"), UInt8(ascii: "Z"): return .offset
        default: return nil
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    }

    /// The span of time of a text that follows the pattern to its end.
    static func interval(of text: Span<UInt8>, by symbols: [Symbol]) -> ClosedRange<Int64>? {
        var parts = DateParts()
        var at = 0
        for symbol in symbols {
            switch symbol {
            case .literal(let byte):
                guard at < text.count, text[at] == byte else { return nil }
                at += 1
            case .part(let name, let bounds):
                guard let value = DateText.digits(text, &at, bounds) else { return nil }
                parts.set(name, to: value)
            case .fraction:
                guard let value = DateText.fraction(text, &at) else { return nil }
                parts.millisecond = value
            case .offset:
                guard let value = DateText.offset(text, &at) else { return nil }
                parts.offsetMinutes = value
            }
        }
        return at == text.count ? parts.interval : nil
    }
}
