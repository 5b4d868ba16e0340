internal import RefoldModel

/// Sizes as people write them.
package enum ByteSize {
    private static let units: [String: Int] = [
        "B": 1, "kB": 1000, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
        "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
    ]

    /// The bytes of `64MiB`; nil for any other form and for what no integer holds.
    package static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard (1...18).contains(digits.count), let count = Int(digits),
            let unit = units[String(text.dropFirst(digits.count))]
        else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : bytes
    }
}

/// Durations as people write them.
enum DurationText {
    private static let units: [String: Double] = ["ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400]

    /// The seconds of `30s`; nil for any other form.
    static func seconds(_ text: String) -> Double? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard (1...9).contains(digits.count), let count = Double(digits),
            let unit = units[String(text.dropFirst(digits.count))]
        else { return nil }
        return count * unit
    }
}

/// Times that say where they hold.
enum ZonedTime {
    /// Milliseconds since 1970 of an ISO 8601 time with `Z` or an offset; nil for any other form.
    static func milliseconds(_ text: String) -> Int64? {
        guard let time = text.split(separator: "T").last, text.contains("T"),
            time.last == "Z" || time.contains("+") || time.contains("-")
        else { return nil }
        return Instant.milliseconds(iso: Array(text.utf8))
    }
}
