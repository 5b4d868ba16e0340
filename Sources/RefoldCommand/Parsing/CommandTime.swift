import RefoldModel

/// A time of the command line: with `Z` or an offset, or a local `18:00` of today or yesterday.
///
/// Source: MANIFESTS, third paragraph. Local times are read with the offset that holds at that time.
package struct CommandTime: Sendable {
    /// Milliseconds since 1970.
    package let milliseconds: Int64
    /// Whether the zone of this machine had a say, so that the time is echoed in UTC.
    package let isLocal: Bool

    /// Reads the text of an option.
    ///
    /// Throws `command.option_value` for any other form.
    package init(_ text: String, of option: OptionDeclaration, io: CommandIO) throws(CommandError) {
        if text.contains("T"), CommandTime.saysZone(text),
            let time = Instant.milliseconds(iso: Array(text.utf8))
        {
            milliseconds = time
            isLocal = false
        } else if let time = CommandTime.local(text, now: io.now(), offset: io.utcOffset) {
            milliseconds = time
            isLocal = true
        } else {
            throw CommandError(
                .optionValue,
                "`\(option.typed)` cannot be `\(text)`",
                cause: "it is no time that refold reads",
                fix: "write 2026-03-01T18:00:00Z, 2026-03-01T18:00:00+01:00, 18:00 or 'yesterday 18:00'"
            )
        }
    }

    private static func saysZone(_ text: String) -> Bool {
        let clock = text.split(separator: "T").last ?? ""
        return clock.hasSuffix("Z") || clock.contains("+") || clock.contains("-")
    }

    private static func local(_ text: String, now: Int64, offset: (Int64) -> Int64) -> Int64? {
        let words = text.split(separator: " ")
        guard words.count == 1 || (words.count == 2 && words.first == "yesterday"),
            let clock = words.last?.split(separator: ":", omittingEmptySubsequences: false),
            clock.count == 2, clock.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isWholeNumber) }),
            let hour = Int64(clock[0]), let minute = Int64(clock[1]), hour < 24, minute < 60
        else { return nil }
        let day: Int64 = 86_400_000
        let today = (now + offset(now)) / day
        let wall = (today - (words.count == 2 ? 1 : 0)) * day + (hour * 60 + minute) * 60_000
        // The offset now may differ from the one then: ask again for the time that the first guess gives.
        return wall - offset(wall - offset(now))
    }
}
