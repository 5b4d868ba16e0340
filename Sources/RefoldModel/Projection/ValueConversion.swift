import RefoldBytes

/// How a value becomes one of a field's type.
///
/// | type | from text | from number | from boolean |
/// |---|---|---|---|
/// | `string` | as it is | its text as it came | `true`, `false` |
/// | `boolean` | `true`, `false` | – | as it is |
/// | `long` | a number's text, likewise | an integer within Int64, also `3.0` and `3e2`; no fraction | – |
/// | `unsigned_long` | likewise | an integer 0…2⁶⁴−1, likewise | – |
/// | `double` | a number's text, likewise | as it came, digits beyond a double too; not beyond its range | – |
/// | `date`, `day` | ISO 8601, or epoch milliseconds of other than four digits | epoch milliseconds | – |
///
/// A dash refuses, as does every object. Nothing is trimmed, and no locale is guessed. ISO 8601 is what
/// ``Timestamp/init(text:)`` reads; times are written in UTC, `day` as the date there. A list converts element by element,
/// and a null in it stays.
enum ValueConversion {
    /// The converted value's canonical text, or nil when it does not convert.
    static func converted(_ value: ArraySlice<UInt8>, to type: ValueType) -> ArraySlice<UInt8>? {
        let kind = CanonicalText.kind(of: value)
        guard let text = CanonicalText.scalarText(value) else { return nil }
        switch (type, kind) {
        case (.string, .text): return value
        case (.string, _): return CanonicalText.quoted(text[...])[...]
        case (.boolean, .boolean): return value
        case (.boolean, .text):
            return text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8) ? text : nil
        case (_, .boolean), (.boolean, _): return nil
        case (.long, _): return integer(text) { $0.int64.map(String.init) }
        case (.unsignedLong, _): return integer(text) { $0.uint64.map(String.init) }
        case (.double, _): return isWithinDouble(text) ? text : nil
        case (.date, .text): return Timestamp(text: text).map { quoted($0.iso8601) }
        case (.date, _): return Timestamp(number: text).map { quoted($0.iso8601) }
        case (.day, .text): return Timestamp(text: text).map { quoted($0.day) }
        case (.day, _): return Timestamp(number: text).map { quoted($0.day) }
        }
    }

    private static func integer(
        _ text: ArraySlice<UInt8>,
        _ write: (DecimalNumber) -> String?
    ) -> ArraySlice<UInt8>? {
        if isShortInteger(text) { return text }
        return DecimalNumber(text).flatMap(write).map { Array($0.utf8)[...] }
    }

    /// Up to 18 digits that do not begin with a zero need no arithmetic.
    private static func isShortInteger(_ text: ArraySlice<UInt8>) -> Bool {
        guard (1...18).contains(text.count), text.first != UInt8(ascii: "0") else { return false }
        return text.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }

    private static func isWithinDouble(_ text: ArraySlice<UInt8>) -> Bool {
        if isShortInteger(text) { return true }
        guard let number = DecimalNumber(text) else { return false }
        // A double reaches 1.8e308; only near that its own parser has to judge.
        if number.exponent < 308 { return true }
        return Double(String(decoding: text, as: UTF8.self))?.isFinite ?? false
    }

    private static func quoted(_ text: ByteString) -> ArraySlice<UInt8> {
        CanonicalText.quoted(text.bytes[...])[...]
    }
}
