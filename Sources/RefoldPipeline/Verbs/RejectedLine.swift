import RefoldArchive
import RefoldBytes
package import RefoldModel

/// The line of a reject, read from its segment when somebody asks: the ledger keeps no event.
package struct RejectedLine: Sendable, Hashable {
    /// Bytes that a person is shown of a longer one.
    private static let shownBytes = 400

    /// The line, or its begin, with everything that is no printable text escaped.
    package var text: String
    /// Bytes of the whole line.
    package var bytes: Int
    /// Whether the text is the whole line.
    package var isWhole: Bool { bytes <= Self.shownBytes }
    /// A command that prints the whole line.
    package var command: String

    /// Reads the line.
    ///
    /// Throws `pipeline.moved` when the segment has another line in its place by now, `archiveRefused` when it cannot
    /// be read.
    package init(_ reject: Reject, in archive: ArchiveReference) throws(PipelineError) {
        guard let name = reject.segment, let number = reject.line else {
            throw PipelineError(.fault, "the reject has no line")
        }
        let found: (line: [UInt8], segment: Segment)?
        do throws(ArchiveError) {
            found = try Self.find(number, of: name, in: archive)
        } catch { throw PipelineError(error) }
        guard let (line, segment) = found,
            reject.sha256.map({ $0 == SHA256.digest(of: line).hex }) ?? true
        else {
            throw PipelineError(
                .moved,
                "line \(number) of \(name) is not the one that was set aside",
                place: archive.location,
                cause: "the segment was changed after the run",
                fix: "run the job again, then look at its rejects"
            )
        }
        bytes = line.count
        text = Self.escaped(line.prefix(Self.shownBytes))
        let unpack =
            switch segment.kind {
            case .zstd: "zstd -dc "
            case .gzip: "gzip -dc "
            case .plain: "cat "
            }
        command = unpack + Invocation.quoted(segment.path) + " | sed -n \(number)p"
    }

    /// The line of a number from 1 as the reader hands it on (FOLD R4); nil when the segment is shorter.
    private static func find(
        _ number: Int,
        of name: String,
        in archive: ArchiveReference
    ) throws(ArchiveError) -> (line: [UInt8], segment: Segment)? {
        let segments = try Archive.open(at: archive.location, unlisted: archive.unlisted).segments
        guard let segment = segments.first(where: { $0.name == name }) else { return nil }
        // Only whole frames before the damage of a salvaged segment were read, so the line stands in one of them.
        var reader = try SegmentReader(segment, salvage: true)
        var decoder = try BlockDecoder()
        var line: [UInt8] = []
        var current = 1
        while current <= number, let block = try reader.next() {
            try decoder.decode(block)
            decoder.withBytes { span in
                span.withUnsafeBytes { bytes in
                    var rest = bytes[...]
                    while current <= number, !rest.isEmpty {
                        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
                        if current == number { line += rest[..<(end ?? rest.endIndex)] }
                        guard let end else { break }
                        current += 1
                        rest = rest[(end + 1)...]
                    }
                }
            }
        }
        guard current >= number, current > number || !line.isEmpty else { return nil }
        if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return (line, segment)
    }

    /// Text that no terminal takes for a command, bytes that are no UTF-8 as `\xNN`.
    private static func escaped(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        var decoder = UTF8()
        var source = Array(bytes)[...]
        while !source.isEmpty {
            var rest = source.makeIterator()
            switch decoder.decode(&rest) {
            case .scalarValue(let scalar):
                let length = UTF8.width(scalar)
                text += isPrintable(scalar) ? String(scalar) : escaped(hex: source.prefix(length))
                source = source.dropFirst(length)
            case .emptyInput, .error:
                text += escaped(hex: source.prefix(1))
                source = source.dropFirst()
            }
            decoder = UTF8()
        }
        return text
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        default: true
        }
    }

    private static func escaped(hex bytes: ArraySlice<UInt8>) -> String {
        bytes.map { byte in "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
